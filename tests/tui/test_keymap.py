"""Keys: [keys] over the defaults, and what is wrong with them said by us."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.tui import console, copy_of, make_desk, press, screen_text, settings
from tui_desk.tui import actions
from tui_desk.tui.keymap import PANES, Keymap, normal, shown, split


def test_the_defaults_do_not_clash() -> None:
    assert Keymap(actions.REGISTRY).problems == []


def test_the_keys_that_were_promised() -> None:
    keys = Keymap(actions.REGISTRY)
    promised = "j k G ctrl+d ctrl+u tab h l / n N space x V * r R f c m a A s e z p t u . o y v w ctrl+p : ? q ctrl+q !"
    for key in [*promised.split(), "enter", "g d", "g o", "g v", "g g"]:
        assert keys.find("queue", key) is not None, key


def test_an_override_replaces_all_keys_of_an_action() -> None:
    keys = Keymap(actions.REGISTRY, {"ticket.solve": "D,ctrl+e"})
    assert keys.keys_of("ticket.solve") == ("D", "ctrl+e")
    assert keys.find("queue", "e") is None
    assert keys.find("thread", "D") is actions.get("ticket.solve")
    assert keys.problems == []


def test_a_clash_is_told_and_the_first_keeps_the_key() -> None:
    keys = Keymap(actions.REGISTRY, {"ticket.spam": "e"})
    assert keys.find("queue", "e") is actions.get("ticket.solve")
    assert len(keys.problems) == 1
    assert "ticket.solve" in keys.problems[0]
    assert "ticket.spam" in keys.problems[0]


def test_a_key_that_begins_a_sequence_is_a_clash() -> None:
    keys = Keymap(actions.REGISTRY, {"ticket.spam": "g"})
    assert any("ticket.spam" in problem for problem in keys.problems)
    assert keys.find("queue", "g d") is actions.get("go.figures")


def test_an_unknown_action_is_told() -> None:
    assert "ticket.slove" in Keymap(actions.REGISTRY, {"ticket.slove": "e"}).problems[0]


def test_an_action_can_be_left_without_keys() -> None:
    keys = Keymap(actions.REGISTRY, {"ticket.spam": ""})
    assert keys.find("queue", "!") is None
    assert keys.shown("ticket.spam") == ""


def test_a_pane_wins_over_the_main_screen() -> None:
    keys = Keymap(actions.REGISTRY)
    assert keys.find("thread", "enter") is actions.get("thread.fold")
    assert keys.find("views", "enter") is actions.get("view.choose")
    assert keys.find("queue", "enter") is actions.get("ticket.open")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("gd", "g d"),
        ("g d", "g d"),
        ("up", "up"),
        ("f5", "f5"),
        ("Ctrl+E", "ctrl+e"),
        ("esc", "escape"),
        ("G", "G"),
        ("comma", ","),
        ("slash", "/"),
    ],
)
def test_keys_as_people_write_them(written: str, key: str) -> None:
    assert normal(written) == key


def test_sequences_are_shown_together() -> None:
    assert shown("g d") == "gd"
    assert split(" e , ctrl+e,,gd") == ["e", "ctrl+e", "gd"]


@given(st.dictionaries(st.sampled_from([a.id for a in actions.REGISTRY]), st.text(max_size=12), max_size=6))
def test_no_setting_breaks_the_keymap(overrides: dict[str, str]) -> None:
    """Whatever [keys] says, each key has one action in a place, and what lost its key is told."""
    keys = Keymap(actions.REGISTRY, overrides)
    for id in overrides:
        for key in keys.keys_of(id):
            action = actions.get(id)
            where = action.where if action.where in PANES else "queue" if action.where == "main" else action.where
            if action.where != "main" and keys.find(where, key) is not action:
                assert any(id in problem for problem in keys.problems)


async def test_settings_reach_the_console_and_problems_are_notices(letters_store: Path, tmp_path: Path, still: None) -> None:
    chosen = replace(settings(), keys={"ticket.solve": "D", "no.such": "x"})
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"), chosen)
    async with console(desk) as (app, pilot):
        assert "no.such" in screen_text(app)
        assert "D Solve" in screen_text(app)
        await press(app, pilot, "e")
        assert desk.tickets.by_number("N0PT").row.status == "new"
        await press(app, pilot, "D")
        assert desk.tickets.by_number("N0PT").row.status == "solved"
    desk.close()
