"""A server that allows one connection: watching, filing and reading take turns on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot, running
from tests.sync.desk import message
from tui_desk.config.schema import Agent, Settings, Sync
from tui_desk.errors import BusyError, CrowdedError
from tui_desk.paths import Profile
from tui_desk.service.desk import Desk
from tui_desk.service.types import MailboxState
from tui_desk.transport import slots
from tui_desk.transport.memory import MemoryMailbox, MemoryServer
from tui_desk.transport.slots import Slots


@pytest.fixture(scope="module")
def strict() -> Iterator[Dovecot]:
    yield from running("mail_max_userip_connections = 1\n")


@pytest.fixture
def desk(strict: Dovecot, tmp_path: Path) -> Iterator[Desk]:
    account = replace(strict.account(), password_command="echo pw")
    settings = Settings(account=account, agent=Agent(id="a"), sync=Sync(poll_seconds=1, connections=1))
    with Desk(Profile("t", tmp_path, tmp_path), settings) as made:
        yield made


def until(holds: Callable[[], bool], told: object) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, told
        time.sleep(0.02)


def test_all_work_takes_turns(strict: Dovecot, desk: Desk) -> None:
    letter = strict.root / "letter"  # where the server may read it
    told: list[MailboxState] = []

    def file(_ids: tuple[int, ...]) -> None:
        """As the outbox does: from the watcher's own thread, while its session is open."""
        with closing(desk.open_mailbox()) as mailbox:
            mailbox.connect()
            mailbox.append("Sent", message(1000 + len(mailbox.find("Sent", "none@x"))), ())
            mailbox.examine("Sent")

    watcher = desk.mailbox.watch(told.append, file)
    try:
        for n in range(3):
            letter.write_bytes(message(n))
            strict.doveadm("save", "-u", "desk", "-m", "INBOX", str(letter))
            until(lambda n=n: len(desk.queue.ids(f"from:c{n}@example.org")) == 1, told)  # type: ignore[misc]
            found = [finding for finding in desk.mailbox.check() if finding.level == "error"]
            assert not found, "who looks meanwhile waits for the watcher to give way"
        until(lambda: watcher.state.state == "watching", told)
    finally:
        watcher.stop(20)
    assert not [state.error for state in told if state.error], "the server refused a second connection"


def test_a_session_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    server, line = MemoryServer(), Slots(1)
    first, second = line.mailbox(server.mailbox()), line.mailbox(server.mailbox())
    first.connect()
    done = threading.Event()

    def other() -> None:
        second.connect()
        done.set()
        second.close()

    thread = threading.Thread(target=other)
    thread.start()
    first.examine("INBOX")
    assert first.wait(20, lambda: False) is False, "it is told that somebody waits"
    assert line.wanted()
    assert not done.is_set()
    first.close()
    assert done.wait(20)
    thread.join()
    monkeypatch.setattr(slots, "WAIT_SECONDS", 0.05)
    first.connect()
    caught: list[BaseException] = []

    def refused() -> None:
        try:
            second.connect()
        except BusyError as error:
            caught.append(error)

    thread = threading.Thread(target=refused)
    thread.start()
    thread.join()
    assert len(caught) == 1
    first.close()


class Crowded(MemoryMailbox):
    """A server that counts sessions out late."""

    refusals = 0

    def connect(self) -> None:
        """Refused so often."""
        if self.refusals:
            self.refusals -= 1
            raise CrowdedError("too many")
        super().connect()


def test_a_session_that_has_just_ended_may_still_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    server, line = MemoryServer(), Slots(1)
    crowded = Crowded(server)
    crowded.refusals = 1
    session = line.mailbox(crowded)
    with pytest.raises(CrowdedError):
        session.connect()
    monkeypatch.setattr(slots, "LINGERS_SECONDS", 60.0)
    with closing(line.mailbox(server.mailbox())) as first:
        first.connect()
    crowded.refusals = 3
    session.connect()
    assert crowded.refusals == 0
    session.close()


def test_a_thread_lends_itself_its_session() -> None:
    server, line = MemoryServer(), Slots(1)
    first, second = line.mailbox(server.mailbox()), line.mailbox(server.mailbox())
    first.connect()
    first.examine("INBOX")
    second.connect()
    second.append("Sent", message(1))
    second.examine("Sent")
    second.close()
    assert first.wait(20, lambda: False) is True, "another folder may be open: a pass is due"
    first.examine("INBOX")
    assert first.wait(0, lambda: False) is False
    first.close()
    second.connect()
    second.close()
