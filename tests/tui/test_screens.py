"""Outbox, raw source, why, help, palette, figures, first start."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.tui import NOW, console, press, screen_text, see, settle, until
from tests.tui.test_compose import letters
from tui_desk import clock
from tui_desk.service.desk import Desk
from tui_desk.tui.app import DeskApp
from tui_desk.tui.screens.composing import ComposeScreen
from tui_desk.tui.screens.main import MainScreen
from tui_desk.tui.screens.raw import pieces, source_lines

FIRST = "N0PT"
SIZES = [(60, 15), (80, 24), (120, 40), (300, 100)]


async def reply(app: DeskApp, pilot: Pilot[int]) -> None:
    await press(app, pilot, "r", *letters("Bonjour, c'est fait"), "ctrl+s")
    if isinstance(app.screen, ComposeScreen):
        await press(app, pilot, "ctrl+s")


async def test_the_outbox_counts_down_and_takes_back(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await reply(app, pilot)
        await press(app, pilot, "g", "o")
        assert "leaves in 15 s" in screen_text(app)
        assert "amelie@atelier.example" in screen_text(app)
        clock.use(lambda: NOW + 5.0)
        await see(app, pilot, "leaves in 10 s")
        await press(app, pilot, "u")
        await see(app, pilot, "Bonjour, c'est fait")
        assert isinstance(app.screen, ComposeScreen)
        assert [m.state for m in desk.outbox.list()] == ["cancelled"]


async def test_an_uncertain_mail_is_asked_about(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await reply(app, pilot)
        with desk.store.begin() as connection:
            connection.execute("UPDATE outbox SET state = 'uncertain'")
        await press(app, pilot, "g", "o")
        await see(app, pilot, "uncertain")
        assert "s it was sent" in screen_text(app)
        await press(app, pilot, "n")
        assert "gets it twice" in screen_text(app)
        await press(app, pilot, "escape")
        assert [m.state for m in desk.outbox.list()] == ["uncertain"]
        await press(app, pilot, "s", "enter")
        assert desk.outbox.list()[0].state in ("accepted", "filed")


async def test_a_ticket_tells_that_its_answer_is_uncertain(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        app.open_ticket(FIRST)
        await settle(app, pilot)
        await reply(app, pilot)
        number = desk.outbox.list()[0].number
        app.open_ticket(number)
        await settle(app, pilot)
        assert "On its way" not in screen_text(app)
        with desk.store.begin() as connection:
            connection.execute("UPDATE outbox SET state = 'uncertain', attempts = 1, error = 'The line was cut.'")
        await see(app, pilot, "On its way")
        assert "? uncertain" in screen_text(app)
        assert "The line was cut." in screen_text(app)


async def test_a_mail_that_was_put_off_tells_why_and_when_it_is_tried_again(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await reply(app, pilot)
        with desk.store.begin() as connection:
            connection.execute(
                "UPDATE outbox SET attempts = 2, not_before = ?, error = '450 4.2.0 greylisted, come again'", (int(NOW) + 250,)
            )
        await press(app, pilot, "g", "o")
        await see(app, pilot, "again in 4 min")
        assert "450 4.2.0 greylisted, come again" in screen_text(app)
        assert "2 tries" in screen_text(app)


async def test_what_was_sent_before_a_restart_is_taken_back_by_the_same_key(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await reply(app, pilot)
    clock.use(lambda: NOW + 6.0)
    async with console(desk) as (app, pilot):
        await see(app, pilot, "leaves in 9 s")
        await press(app, pilot, "u")
        assert isinstance(app.screen, ComposeScreen)
        assert "c'est fait" in screen_text(app)
    assert [m.state for m in desk.outbox.list()] == ["cancelled"]


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_a_long_address_leaves_the_subject_in_sight(desk: Desk, size: tuple[int, int]) -> None:
    subjects = []
    for number, to in zip(
        desk.queue.numbers("is:open"), ("direction.generale." * 3 + "@cabinet.example", "a@b.example"), strict=False
    ):
        draft = replace(desk.replies.fresh(number, "reply"), body="Bonjour.", to=(to,))
        desk.replies.send(draft, force=True, undo_seconds=500)
        subjects.append(draft.subject)
    with desk.store.begin() as connection:
        connection.execute("UPDATE outbox SET state = 'uncertain', error = ?", ("The line was cut. " * 4,))
    async with console(desk, size) as (app, pilot):
        await press(app, pilot, "g", "o")
        await see(app, pilot, "uncertain")
        lines = screen_text(app).splitlines()
        shown = [line for line in lines if " uncertain " in line]
        assert len(shown) == 2
        assert len({line.index("Re: ") for line in shown}) == 1
        assert all(any(subject[:14] in line for subject in subjects) for line in shown)
        assert any(line.strip() == subjects[-1] for line in lines)
        assert any("s it was sent" in line for line in lines)


async def test_keys_of_another_state_do_nothing(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await reply(app, pilot)
        await press(app, pilot, "g", "o", "s", "n")
        assert [m.state for m in desk.outbox.list()] == ["queued"]
        await press(app, pilot, "q")
        assert isinstance(app.screen, MainScreen)


async def test_the_source_of_a_hostile_mail_is_harmless_and_searched(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        number = next(r.number for r in desk.queue.rows(app.main.queue.ids) if r.requester == "eve@evil.example")
        app.open_ticket(number)
        await settle(app, pilot)
        await press(app, pilot, "v")
        shown = screen_text(app)
        assert "eve@evil.example" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        await press(app, pilot, "/", *letters("message-id"), "enter")
        assert "Message-ID" in app.screen.query_one("#raw-lines").current[1]  # type: ignore[attr-defined]
        await press(app, pilot, "q")
        assert isinstance(app.screen, MainScreen)


def test_source_lines_and_pieces() -> None:
    assert source_lines(b"A: caf\xe9\r\n\r\n\x1b[31mx\r\n") == ["A: café", "", "\ufffd[31mx", ""]
    assert pieces("a" * 5, 10) == ["aaaaa"]
    assert pieces("abcdefghij", 6) == ["abcdef", "  ghij"]
    assert all(len(part) <= 6 for part in pieces("日本語日本語", 6))


async def test_why_tells_the_rule(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "w")
        assert f"Why #{FIRST}" in screen_text(app)
        assert "References" in screen_text(app) or "In-Reply-To" in screen_text(app)
        await press(app, pilot, "escape")
        assert isinstance(app.screen, MainScreen)


async def test_help_has_every_action_and_finds(desk: Desk) -> None:
    from tui_desk.i18n import _
    from tui_desk.tui.actions import REGISTRY

    async with console(desk, (200, 120)) as (app, pilot):
        await press(app, pilot, "?")
        shown = screen_text(app)
        assert [a.id for a in REGISTRY if _(a.help)[:24] not in shown] == []
        await press(app, pilot, *letters("figures spam"), "ctrl+a", "ctrl+k", *letters("spam"))
        await see(app, pilot, "Out of the queue and")
        assert "Solved, and on to the next" not in screen_text(app)
        await press(app, pilot, "escape")
        assert isinstance(app.screen, MainScreen)


async def test_the_palette_acts_shows_views_and_opens_tickets(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "ctrl+p", *letters("assign to me"), "enter")
        assert desk.tickets.by_number(FIRST).row.assignee == "alice"
        await press(app, pilot, "ctrl+p", *letters("cannot sign"), "enter")
        assert app.current is not None
        assert app.current.subject == "Cannot sign in"
        before = app.theme
        await press(app, pilot, "ctrl+p", *letters("desk-light"), "enter")
        assert app.theme != before


async def test_the_dashboard_shows_figures_and_lists_their_tickets(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "g", "d")
        await see(app, pilot, "Tickets created")
        report = desk.figures.report("month", by=("type", "channel", "agent"))
        line = next(text for text in screen_text(app).splitlines() if "Tickets created" in text)
        assert f" {report.figures.created} " in line
        await press(app, pilot, "enter")
        assert isinstance(app.screen, MainScreen)
        assert len(app.main.queue.ids) == report.figures.created


async def test_the_dashboard_changes_period_and_clock(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "g", "d")
        await see(app, pilot, "September 2026")
        await press(app, pilot, "[")
        await see(app, pilot, "August 2026")
        await press(app, pilot, "]", "b")
        await see(app, pilot, "calendar time")
        await press(app, pilot, "p", *letters("7d"), "enter")
        await see(app, pilot, "15 Sep")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [["g", "d"], ["g", "o"], ["?"], ["w"], ["v"], ["ctrl+p"], [":"]])
async def test_every_screen_fits(desk: Desk, size: tuple[int, int], keys: list[str]) -> None:
    async with console(desk, size) as (app, pilot):
        await press(app, pilot, *keys)
        for _n in range(40):
            await pilot.pause(0.02)
        lines = screen_text(app).splitlines()
        assert len(lines) <= size[1]
        assert any(line.strip() for line in lines)
        await press(app, pilot, "escape")
        assert isinstance(app.screen, MainScreen)


async def first_start(monkeypatch: pytest.MonkeyPatch, home: Path, size: tuple[int, int] = (100, 36)) -> DeskApp:
    monkeypatch.setenv("TUI_DESK_HOME", str(home))
    return DeskApp(None)


async def test_the_first_start_opens_the_demo_by_one_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = await first_start(monkeypatch, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await see(app, pilot, "Look around")
        await pilot.press("d")
        await see(app, pilot, "All open")
        assert isinstance(app.screen, MainScreen)
        desk = app.desk
    await asyncio.to_thread(desk.close)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 60)])
async def test_the_first_start_tells_what_is_wrong_with_an_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: tuple[int, int]
) -> None:
    app = await first_start(monkeypatch, tmp_path)
    async with app.run_test(size=size) as pilot:
        await see(app, pilot, "Set a mailbox up")
        await pilot.press("n", *letters("support at acme"), "ctrl+s")
        await see(app, pilot, "is not a mail address")
        await pilot.press("escape", "q")
        await until(pilot, lambda: app.return_value == 0)
    assert app.return_value == 0
    assert list(tmp_path.iterdir()) == []


async def test_the_first_start_fills_in_the_servers_that_an_address_likely_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = await first_start(monkeypatch, tmp_path)
    async with app.run_test(size=(100, 36)) as pilot:
        await see(app, pilot, "Set a mailbox up")
        await pilot.press("n", *letters("support@acme.test"), "enter")
        imap, smtp = (app.screen.query_one(f"#first-{name}", Input) for name in ("imap", "smtp"))
        await until(pilot, lambda: (imap.value, smtp.value) == ("imaps://imap.acme.test:993", "smtps://smtp.acme.test:465"))
        imap.value = "imaps://mail.acme.test:993"
        app.screen.query_one("#first-address", Input).value = "support@gmail.com"
        await pilot.press("shift+tab", "enter")
        await until(pilot, lambda: "gmail" in smtp.value)
        assert imap.value == "imaps://mail.acme.test:993"
        await pilot.press("escape", "q")
        await until(pilot, lambda: app.return_value == 0)


async def test_ctrl_c_says_which_key_leaves(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "ctrl+c")
        assert "ctrl+q: Leave the desk" in screen_text(app)
