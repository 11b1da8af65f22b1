"""Themes: the shipped ones can be read by everybody, and a bad file is a sentence, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from tests.support.tui import console, copy_of, make_desk, press, screen_text, settings
from tui_desk import paths
from tui_desk.service.desk import Desk
from tui_desk.tui import theme
from tui_desk.tui.widgets import tokens

SHIPPED, PROBLEMS = theme.load([paths.shipped("themes")])
WORDS = ("foreground", "secondary", "primary", "accent", "success", "warning", "error", "muted")
SIGNS = ("inbound", "outbound", "note", "automatic", "sla-late", "sla-soon", "sla-ok")
INKS = (*WORDS, *SIGNS)
GROUNDS = ("background", "panel", "cursor", "cursor-blurred", "selection")


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""

    def light(color: str) -> float:
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in Color.parse(color).normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    a, b = sorted((light(first), light(second)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def test_the_four_asked_for_ship_and_all_can_be_read() -> None:
    assert {"desk-dark", "desk-light", "desk-contrast", "desk-deuteranopia"} <= set(SHIPPED)
    assert PROBLEMS == []
    assert {t.dark for t in SHIPPED.values()} == {True, False}


@pytest.mark.parametrize("name", sorted(SHIPPED))
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_is_readable_on_every_ground(name: str, ground: str) -> None:
    """WCAG AA asks 4.5 for text; third-rank text may go down to 3 (large text, hints)."""
    colors = SHIPPED[name].colors
    low = {ink: round(contrast(colors[ink], colors[ground]), 2) for ink in INKS if contrast(colors[ink], colors[ground]) < 4.5}
    assert low == {}
    floor = 4.5 if ground == "background" else 3.0
    assert contrast(colors["faint"], colors[ground]) >= (4.0 if ground == "background" else floor)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_chips_and_the_cursor_can_be_told(name: str) -> None:
    colors = SHIPPED[name].colors
    assert contrast(colors["chip-text"], colors["chip"]) >= 4.5
    assert contrast(colors["cursor"], colors["background"]) >= 1.2
    assert contrast(colors["rule"], colors["background"]) >= 1.3


def test_the_contrast_theme_is_aaa() -> None:
    colors = SHIPPED["desk-contrast"].colors
    assert all(contrast(colors[ink], colors["background"]) >= 7 for ink in (*INKS, "faint"))


def test_the_colour_blind_theme_keeps_its_signals_apart() -> None:
    """Late, soon and in time differ in lightness or in blue against yellow, never in red against green alone."""
    colors = SHIPPED["desk-deuteranopia"].colors
    late, fine = Color.parse(colors["sla-late"]), Color.parse(colors["sla-ok"])
    assert fine.b > fine.r + 60
    assert late.r > late.b + 60
    assert contrast(colors["sla-soon"], colors["sla-late"]) >= 1.5


def test_every_state_has_a_sign_of_its_own() -> None:
    for table in (tokens.STATUS, tokens.PRIORITY, tokens.CARD):
        signs = [sign for sign, _color, _word in table.values()]
        assert len(set(signs)) == len(signs)
    due = [tokens.clock_of(at, 1_000_000)[0] for at in (999_000, 1_001_000, 1_020_000)]
    assert [words[0] for words in due] == ["!", "~", "5"]


def good() -> str:
    return (paths.shipped("themes") / "desk-dark.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("colors = 3", "no table [colors]"),
        ("[colors\n", "line 1"),
        ("[colors]\nbackground = '#000000'\n", "missing: surface"),
        (good().replace('"#14181f"', '"blue"'), "background must be like"),
        (good() + 'beige = "#ffffff"\n', "no such colour: beige"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    found, problems = theme.load([tmp_path])
    assert found == {}
    assert len(problems) == 1
    assert "mine.toml" in problems[0]
    assert why in problems[0]


async def test_the_users_own_theme_is_there_and_a_bad_one_is_told(desk: Desk) -> None:
    mine = paths.config_root() / "themes"
    mine.mkdir(parents=True)
    (mine / "mine.toml").write_text(good().replace("#7fb4f0", "#ff8800"), encoding="utf-8")
    (mine / "bad.toml").write_text("[colors]\n", encoding="utf-8")
    async with console(desk) as (app, pilot):
        assert "mine" in app.themes()
        assert "bad.toml" in screen_text(app)
        app.use_theme("mine")
        await press(app, pilot)
        assert app.inks.colors["primary"] == "#ff8800"
        assert app.current_theme.name == "mine"


async def test_an_unknown_theme_in_the_settings_is_told(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"), settings(theme="nope"))
    async with console(desk) as (app, _pilot):
        assert app.theme == theme.DEFAULT
        assert "nope" in screen_text(app)
    desk.close()


async def test_themes_change_live_in_every_pane(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        for name in app.themes():
            app.use_theme(name)
            await press(app, pilot)
            strip = app.main.queue.render_line(1)
            grounds = {segment.style.bgcolor.name for segment in strip if segment.style and segment.style.bgcolor}
            assert grounds == {SHIPPED[name].colors["cursor"]}


async def test_no_color_means_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console(desk) as (app, _pilot):
        filters = app._filters
        assert [type(f).__name__ for f in filters] == ["NoColor"]
        strip = app.main.queue.render_line(1)
        assert any(segment.style and segment.style.reverse for segment in strip)
