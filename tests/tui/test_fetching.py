"""The console's `o` on an attachment that is on the server: a bar, escape stops it, the file arrives, trouble is told."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.large import blob, large
from tests.support.tui import NOW, console, make_desk, press, screen_text, settings, settle, until
from tui_desk.config.schema import Sync
from tui_desk.errors import NetworkError
from tui_desk.service.desk import Desk
from tui_desk.transport.memory import MemoryMailbox, MemoryServer
from tui_desk.tui import opens
from tui_desk.tui.screens.fetching import Fetching

SIZE = 3_000_000


class Gate(MemoryMailbox):
    """A mailbox that gives each piece of a part only when it may."""

    def __init__(self, server: MemoryServer, may: threading.Semaphore) -> None:
        super().__init__(server)
        self._may = may

    def part(self, uid: int, section: str, start: int = 0) -> Generator[bytes]:
        """One piece a leave."""
        for piece in super().part(uid, section, start):
            self._may.acquire()
            yield piece


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, threading.Semaphore]]:
    """A desk whose newest ticket holds a large file, fetched piece by piece."""
    monkeypatch.setattr(opens, "downloads", lambda: tmp_path / "downloads")
    raw = large(SIZE).replace(b"To: desk@desk.test", b"To: support@acme.test").replace(b"Subject: Journal 1", b"Subject: Urgent")
    desk, server = make_desk(tmp_path / "desk", replace(settings(), sync=Sync(size_cap_mb=1, poll_seconds=1)))
    server.deliver(raw, at=NOW)
    desk.mailbox.sync()
    may = threading.Semaphore(0)
    desk.connect_to(lambda: Gate(server, may), server.sender)
    yield desk, may
    for _ in range(20):
        may.release()
    desk.close()


async def test_it_is_marked_in_the_thread_and_in_the_list(slow: tuple[Desk, threading.Semaphore]) -> None:
    async with console(slow[0]) as (app, pilot):
        await _to_it(app, pilot)
        assert "journal.bin 3.0 MB, on the server" in screen_text(app)
        assert "logo.png 208 B" in screen_text(app)
        await press(app, pilot, "o")
        assert "3.0 MB, on the server" in screen_text(app)


async def test_the_file_comes_with_a_bar(slow: tuple[Desk, threading.Semaphore], tmp_path: Path) -> None:
    desk, may = slow
    async with console(desk) as (app, pilot):
        await _open(app, pilot)
        assert "Fetching journal.bin" in screen_text(app)
        may.release()
        may.release()
        await until(pilot, lambda: "━" in screen_text(app) and "/ 3.0 MB" in screen_text(app))
        for _ in range(20):
            may.release()
        await settle(app, pilot)
        assert app.screen is app.main
        assert (tmp_path / "downloads" / "journal.bin").read_bytes() == blob(SIZE)
        assert "Saved as" in screen_text(app)


async def test_escape_stops_it(slow: tuple[Desk, threading.Semaphore], tmp_path: Path) -> None:
    desk, may = slow
    async with console(desk) as (app, pilot):
        await _open(app, pilot)
        may.release()
        await pilot.press("escape")
        may.release()
        await settle(app, pilot)
        assert app.screen is app.main
        assert "Saved" not in screen_text(app)
        assert list((tmp_path / "downloads").iterdir()) == []


async def test_enter_lets_it_go_on_while_one_works(slow: tuple[Desk, threading.Semaphore], tmp_path: Path) -> None:
    desk, may = slow
    async with console(desk) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("j")
        for _ in range(20):
            may.release()
        await settle(app, pilot)
        assert (tmp_path / "downloads" / "journal.bin").read_bytes() == blob(SIZE)
        assert "Saved as" in screen_text(app)


async def test_offline_the_next_step_is_told(slow: tuple[Desk, threading.Semaphore], monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _may = slow
    async with console(desk) as (app, pilot):
        await _to_it(app, pilot)

        def cut(_self: MemoryMailbox, _uid: int, _section: str) -> bytes:
            raise NetworkError("The line was cut.")

        monkeypatch.setattr(MemoryMailbox, "part_head", cut)
        await press(app, pilot, "o", "enter")
        await until(pilot, lambda: "still on the mail server" in screen_text(app))
        assert app.screen is app.main


async def _to_it(app, pilot) -> None:  # type: ignore[no-untyped-def]
    """Put the cursor on the ticket."""
    await press(app, pilot, "A")
    rows = app.desk.queue.rows(app.main.queue.ids)
    place = next(n for n, row in enumerate(rows) if row.subject == "Urgent")
    await press(app, pilot, *["j"] * (place - app.main.queue.cursor), *["k"] * (app.main.queue.cursor - place))


async def _open(app, pilot) -> None:  # type: ignore[no-untyped-def]
    """Press `o` on it and choose the large file."""
    await _to_it(app, pilot)
    await press(app, pilot, "o")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, Fetching))
