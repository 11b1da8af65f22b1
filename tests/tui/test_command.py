"""The `:` line: verbs on the selection or on tickets named, completion, history, help where it went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tui import console, press, screen_text, see, settle
from tests.tui.test_compose import letters
from tui_desk.errors import UsageError
from tui_desk.service.desk import Desk
from tui_desk.tui import commands
from tui_desk.tui.line_verbs import VERBS, Words
from tui_desk.tui.screens.command import CommandLine
from tui_desk.tui.screens.main import MainScreen

FIRST, SECOND = "N0PT", "4P06"
KNOWN = Words(("alice", "bob"), ("refund", "vip"), ("mine", "open"), ("desk-dark",), ("panne",))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("status pending", {"status": "pending"}),
        (f"status {SECOND} on_hold", {}),
        ("assign bob", {"assignee": "bob"}),
        ("assign me", {"assignee": "alice"}),
        ("take", {"assignee": "alice"}),
        ("priority high", {"priority": "high"}),
        ("type refund", {"type": "refund"}),
        ("tag +vip urgent", {"tags": ("urgent", "vip")}),
        ("solve", {"status": "solved"}),
    ],
)
async def test_a_verb_changes_the_ticket_under_the_cursor(desk: Desk, line: str, expected: dict[str, object]) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *letters(line), "enter")
        row = desk.tickets.by_number(FIRST).row
        assert {name: getattr(row, name) for name in expected} == expected
        if SECOND in line:
            assert desk.tickets.by_number(SECOND).row.status == "on_hold"
            assert row.status == "new"


async def test_a_note_is_written_from_the_line(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *letters("note seen with the bank"), "enter")
        assert desk.tickets.thread(desk.tickets.find(FIRST))[-1].text == "seen with the bank"


async def test_a_query_fills_the_queue(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *letters("list from:amelie"), "enter")
        assert {r.requester for r in desk.queue.rows(app.main.queue.ids)} == {"amelie@atelier.example"}


async def test_an_unknown_verb_is_told_with_its_neighbour(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *letters("stauts pending"), "enter")
        assert any("Did you mean “status”?" in n.message for n in app._notifications)
        assert isinstance(app.screen, MainScreen)


async def test_tab_completes_verbs_and_words(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *letters("prio"), "tab", *letters("ur"), "tab", "enter")
        assert desk.tickets.by_number(FIRST).row.priority == "urgent"


async def test_lines_of_before_come_back(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *letters("priority low"), "enter")
        await press(app, pilot, ":")
        await press(app, pilot, "up")
        assert isinstance(app.screen, CommandLine)
        assert app.screen.query_one("#command-words").value == "priority low"  # type: ignore[attr-defined]
        await press(app, pilot, "escape")
        kept = desk.profile.data_dir / "command-history"
        assert kept.read_text() == "priority low\n"
        assert kept.stat().st_mode & 0o077 == 0


async def test_screens_open_from_the_line(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        for line, words in (("outbox", "Nothing is on its way"), ("kpi month", "Tickets created"), ("help", "Find a key")):
            await press(app, pilot, ":", *letters(line), "enter")
            await see(app, pilot, words)
            await press(app, pilot, "escape")
            assert isinstance(app.screen, MainScreen)


def offered(line: str) -> list[str]:
    return [offer.line for offer in commands.offers(line, KNOWN)]


def test_what_is_offered() -> None:
    assert offered("sta") == ["status"]
    assert offered("assign b") == ["assign bob"]
    assert offered("tag -v") == ["tag -vip"]
    assert offered("view o") == ["view open"]
    assert "list is:open" in offered("list is:o")
    assert offered("nonsense x") == []
    assert len(offered("")) == len(VERBS)


def test_a_quote_left_open_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="quote"):
        commands.run(None, 'note "oops')  # type: ignore[arg-type]


async def test_every_ticket_is_exported_from_the_line(desk: Desk, tmp_path: Path) -> None:
    async with console(desk) as (app, pilot):
        commands.run(app, f"export {tmp_path}/all.jsonl")
        await settle(app, pilot)
        assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 9
        with pytest.raises(UsageError, match="jsonl"):
            commands.run(app, f"export {tmp_path}/all.docx")


async def test_the_store_is_made_again_after_a_question(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *letters("rebuild"), "enter")
        assert "Nothing is lost" in screen_text(app)
        await press(app, pilot, "enter")
        assert any("Made again from 10 messages" in n.message for n in app._notifications)
        assert len(app.main.queue.ids) == 9


async def test_bulk_acts_on_what_a_query_finds_and_is_undone_at_once(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        commands.run(app, "bulk tag vip from:amelie OR from:tom")
        await settle(app, pilot)
        assert "on 4 tickets?" in screen_text(app)
        await press(app, pilot, "enter")
        assert len(desk.queue.ids("tag:vip")) == 4
        await press(app, pilot, "u")
        assert len(desk.queue.ids("tag:vip")) == 0


async def test_bulk_reply_shows_its_plan_first(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        commands.run(app, "bulk reply outage from:tom")
        await settle(app, pilot)
        assert "to 2 tickets?" in screen_text(app)
        assert desk.outbox.list() == []
        await press(app, pilot, "enter")
        assert len(desk.outbox.list()) == 2


async def test_bulk_without_an_act_is_told(desk: Desk) -> None:
    async with console(desk) as (app, _pilot):
        with pytest.raises(UsageError, match="bulk reply"):
            commands.run(app, "bulk solve")


async def test_bulk_with_a_wrong_value_is_told_and_changes_nothing(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        commands.run(app, "bulk status slved from:tom")
        await settle(app, pilot)
        assert any("Did you mean “solved”?" in n.message for n in app._notifications)
        assert len(desk.queue.ids("is:done")) == 0
