"""The watcher: mail comes by itself, trouble is told and survived, stop is prompt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.desk import Place, message
from tui_desk.errors import AuthError, NetworkError
from tui_desk.sync.engine import Engine
from tui_desk.sync.types import MailboxState
from tui_desk.sync.watch import Watcher
from tui_desk.transport.memory import MemoryMailbox, MemoryServer


class Told:
    """What a watcher said, and a way to wait for it."""

    def __init__(self) -> None:
        self.states: list[MailboxState] = []
        self.hooks = 0
        self._changed = threading.Condition()

    def state(self, state: MailboxState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def hook(self) -> None:
        with self._changed:
            self.hooks += 1
            self._changed.notify_all()

    def until(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, 20), self.states


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.close()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def watch(told: Told) -> Iterator[Callable[[Callable[[], Engine]], Watcher]]:
    started: list[Watcher] = []

    def begin(open_engine: Callable[[], Engine]) -> Watcher:
        started.append(Watcher(open_engine, told.state, told.hook, poll_seconds=0.1))
        started[-1].start()
        return started[-1]

    yield begin
    for watcher in started:
        watcher.stop(20)


def names(told: Told) -> list[str]:
    return [state.state for state in told.states]


def test_mail_comes_without_a_key(place: Place, told: Told, watch: Callable[[Callable[[], Engine]], Watcher]) -> None:
    server = MemoryServer()
    server.deliver(message(1))
    watch(lambda: place.engine(server.mailbox()))
    told.until(lambda: "watching" in names(told))
    assert place.mails() == 1
    server.deliver(message(2))
    told.until(lambda: place.mails() == 2)
    assert all(not state.error for state in told.states)


def test_the_hook_is_called_while_nothing_comes(
    place: Place, told: Told, watch: Callable[[Callable[[], Engine]], Watcher]
) -> None:
    server = MemoryServer()
    watch(lambda: place.engine(server.mailbox()))
    told.until(lambda: told.hooks >= 3)


def test_a_broken_line_is_told_and_taken_up_again(
    place: Place, told: Told, watch: Callable[[Callable[[], Engine]], Watcher]
) -> None:
    server = MemoryServer()

    class Flaky(MemoryMailbox):
        down = True

        def connect(self) -> None:
            if Flaky.down:
                raise NetworkError("The host is not known.")
            super().connect()

    watcher = watch(lambda: place.engine(Flaky(server)))
    told.until(lambda: "offline" in names(told))
    offline = next(state for state in told.states if state.state == "offline")
    assert offline.error == "The host is not known."
    assert offline.next_try_at > 0
    Flaky.down = False
    server.deliver(message(1))
    watcher.nudge()
    told.until(lambda: "watching" in names(told))
    assert place.mails() == 1
    assert watcher.state.error == ""


def test_a_refused_password_is_not_hammered(place: Place, told: Told, watch: Callable[[Callable[[], Engine]], Watcher]) -> None:
    tries: list[int] = []

    class Locked(MemoryMailbox):
        def connect(self) -> None:
            tries.append(1)
            raise AuthError("refused")

    watcher = watch(lambda: place.engine(Locked(MemoryServer())))
    told.until(lambda: "refused" in names(told))
    watcher.stop(20)
    assert len(tries) == 1


def test_a_failing_hook_stops_no_mail(place: Place, told: Told) -> None:
    server = MemoryServer()

    def hook() -> None:
        told.hook()
        raise NetworkError("SMTP is down")

    watcher = Watcher(lambda: place.engine(server.mailbox()), told.state, hook, poll_seconds=0.1)
    watcher.start()
    told.until(lambda: told.hooks > 0)
    server.deliver(message(1))
    told.until(lambda: place.mails() == 1)
    told.until(lambda: told.states[-1].error == "SMTP is down")
    watcher.stop(20)


def test_a_new_login_is_noticed_at_once(place: Place, told: Told) -> None:
    """A lapsed login is tried again when somebody has logged in, not when its five minutes are over."""
    server = MemoryServer()
    logins = [1]

    class Lapsed(MemoryMailbox):
        def connect(self) -> None:
            if logins[0] == 1:
                raise AuthError("lapsed", "log in")
            super().connect()

    watcher = Watcher(lambda: place.engine(Lapsed(server)), told.state, told.hook, poll_seconds=0.1, login=lambda: logins[0])
    watcher.start()
    told.until(lambda: "refused" in names(told))
    server.deliver(message(1))
    logins[0] = 2
    told.until(lambda: "watching" in names(told))
    watcher.stop(20)
    assert place.mails() == 1
    assert watcher.state.error == ""
