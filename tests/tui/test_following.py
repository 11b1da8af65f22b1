"""New mail, other programs' changes and the outbox reach the screen without a key."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import tui
from tests.support.tui import NOW, PRIYA, TOM, console, copy_of, letter, make_desk, press, screen_text, see, settings, settle
from tui_desk import clock
from tui_desk.config.schema import Ack
from tui_desk.desk import ack
from tui_desk.service.types import MailboxState
from tui_desk.tui.app import DeskApp
from tui_desk.tui.jobs import MailboxMoved


async def until(app: DeskApp, pilot, true: Callable[[], bool]) -> None:  # type: ignore[no-untyped-def]
    """Wait for something that no key causes."""
    await tui.until(pilot, true)
    await settle(app, pilot)


async def test_new_mail_appears_and_the_cursor_keeps_its_ticket(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, server = make_desk(copy_of(letters_store, tmp_path / "d"))
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "j")
        before = app.current
        server.deliver(letter(PRIYA, "Something new", "Hello", age=10, id="n1"), at=NOW - 10)
        await until(app, pilot, lambda: "Something new" in screen_text(app))
        assert app.current == before
        assert len(app.main.queue.ids) == 10
        await see(app, pilot, "All open · 10")
    desk.close()


async def test_an_answer_to_the_open_ticket_is_added_to_its_thread(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, server = make_desk(copy_of(letters_store, tmp_path / "d"))
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "enter")
        server.deliver(letter(TOM, "Re: Cannot sign in", "It works again!", age=10, id="n2", answers="t1"), at=NOW - 10)
        await until(app, pilot, lambda: "It works again!" in screen_text(app))
        assert app.focused is app.main.thread
    desk.close()


async def test_another_programs_change_is_seen(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"))
    other, _same = make_desk(tmp_path / "d")
    async with console(desk) as (app, pilot):
        await asyncio.to_thread(other.tickets.assign, ["N0PT"], "bob")
        await until(app, pilot, lambda: app.current is not None and app.current.assignee == "bob")
    desk.close()
    other.close()


def test_what_the_clocks_owe_is_paid_in_pieces(letters_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a long absence thousands of solved tickets may be due to close; memory stays bounded."""
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"))
    clock.use(lambda: float(NOW))
    desk.tickets.solve([row.number for row in desk.queue.rows(desk.queue.ids("view:open"))])
    monkeypatch.setattr("tui_desk.service.desk.CLOSED_AT_ONCE", 4)
    later = NOW + 8 * 86_400
    assert [desk.tick(later) for _n in range(4)] == [4, 4, 1, 0]
    desk.close()


async def test_the_status_line_tells_the_truth(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"))
    async with console(desk) as (app, pilot):
        await until(app, pilot, lambda: "watching" in screen_text(app))
        assert app._following is not None
        app._following.stop()  # what it finds out is not what is told here
        await tui.until(pilot, lambda: not any(thread.name == "following" for thread in threading.enumerate()))
        await settle(app, pilot)
        app.post_message(MailboxMoved(MailboxState("offline", NOW - 300, "The server does not answer.", NOW + 20)))
        await see(app, pilot, "offline")
        line = screen_text(app).splitlines()[-2]
        assert "offline" in line
        assert "5m ago" in line
        assert "The server does not answer." in line
        assert "20 s" in line
        app.outbox_waiting, app.outbox_failed = 2, 1
        app.post_message(MailboxMoved(MailboxState("watching", NOW - 3)))
        await see(app, pilot, "watching")
        line = screen_text(app).splitlines()[-2]
        assert "2 to send" in line
        assert "1 not sent" in line
        assert "offline" not in line
    desk.close()


async def test_the_status_line_tells_that_acknowledging_stands_still(
    letters_store: Path, tmp_path: Path, still: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, server = make_desk(copy_of(letters_store, tmp_path / "d"), replace(settings(), ack=Ack(enabled=True)))
    monkeypatch.setattr(ack, "IN_ALL", 1)
    desk.acknowledge()  # from now on
    async with console(desk) as (app, pilot):
        assert "acknowledgements" not in screen_text(app)
        for n, who in enumerate((PRIYA, TOM)):
            server.deliver(letter(who, f"Broken {n}", "Please help me.", age=0, id=f"a{n}"), at=NOW)
        await until(app, pilot, lambda: "! no acknowledgements until 17:13" in screen_text(app))
        clock.use(lambda: float(NOW + 3601))
        await until(app, pilot, lambda: "acknowledgements" not in screen_text(app))
    desk.close()
