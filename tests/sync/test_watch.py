"""The watcher: mail comes by itself, trouble is told and survived, stop is prompt."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.desk import Place, message
from tui_desk import clock
from tui_desk.errors import AuthError, NetworkError
from tui_desk.sync import awake
from tui_desk.sync import watch as watch_module
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


class Deaf(MemoryMailbox):
    """A session whose server says nothing any more: only breaking the line ends the wait."""

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """For ever."""
        while self._connected:
            time.sleep(0.01)
        raise NetworkError("cut")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is looked at more often."""
    monkeypatch.setattr(awake, "TICK_SECONDS", 0.05)


def begun(place: Place, told: Told, sessions: list[MemoryMailbox], network: Callable[[], object] = lambda: "") -> Watcher:
    """A watcher whose first session is deaf, the second is not."""
    server = MemoryServer()

    def engine() -> Engine:
        sessions.append(MemoryMailbox(server) if sessions else Deaf(server))
        return place.engine(sessions[-1])

    watcher = Watcher(engine, told.state, told.hook, poll_seconds=0.1, network=network)
    watcher.start()
    told.until(lambda: "watching" in names(told))
    return watcher


def test_after_a_sleep_it_comes_back_at_once(place: Place, told: Told, quick: None) -> None:
    """The wall clock went on while nobody ran: what was connected before is dead without a word."""
    sessions: list[MemoryMailbox] = []
    watcher = begun(place, told, sessions)
    before = clock.use(lambda: time.time() + 3600)
    try:
        told.until(lambda: len(sessions) == 2 and told.states[-1].state == "watching")
    finally:
        clock.use(before)
        watcher.stop(20)
    assert "offline" not in names(told), "nobody is alarmed about what is mended already"


def test_on_another_network_it_comes_back_at_once(place: Place, told: Told, quick: None) -> None:
    sessions: list[MemoryMailbox] = []
    here = ["192.0.2.7"]
    watcher = begun(place, told, sessions, lambda: here[0])
    here[0] = "198.51.100.9"
    told.until(lambda: len(sessions) == 2 and told.states[-1].state == "watching")
    watcher.stop(20)
    assert "offline" not in names(told)


def test_a_pause_ends_when_there_is_a_network_again(
    place: Place, told: Told, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "delays", lambda: itertools.repeat(3000.0))
    server, here = MemoryServer(), [""]

    class Unplugged(MemoryMailbox):
        def connect(self) -> None:
            if not here[0]:
                raise NetworkError("The host is not known.")
            super().connect()

    watcher = Watcher(lambda: place.engine(Unplugged(server)), told.state, told.hook, poll_seconds=0.1, network=lambda: here[0])
    watcher.start()
    told.until(lambda: "offline" in names(told))
    here[0] = "192.0.2.7"
    told.until(lambda: told.states[-1].state == "watching")
    watcher.stop(20)


def test_what_is_here_is_as_old_as_the_last_answer(place: Place, told: Told) -> None:
    """Not as old as the last pass: a quiet mailbox that answers is up to date."""
    server = MemoryServer()
    now = [1_790_000_000.0]
    before = clock.use(lambda: now[0])
    watcher = Watcher(lambda: place.engine(server.mailbox()), told.state, told.hook, poll_seconds=0.1, network=lambda: "")
    try:
        watcher.start()
        told.until(lambda: "watching" in names(told))
        now[0] += 2
        told.until(lambda: told.states[-1].last_success == 1_790_000_002)
    finally:
        watcher.stop(20)
        clock.use(before)


def test_trouble_is_counted_from_its_begin(place: Place, told: Told) -> None:
    class Down(MemoryMailbox):
        def connect(self) -> None:
            raise NetworkError("The host is not known.")

    watcher = Watcher(lambda: place.engine(Down(MemoryServer())), told.state, told.hook, poll_seconds=0.1, network=lambda: "")
    watcher.start()
    told.until(lambda: names(told).count("offline") == 1)
    for n in (2, 3):
        watcher.nudge()
        told.until(lambda n=n: names(told).count("offline") == n)  # type: ignore[misc]
    watcher.stop(20)
    troubles = [state for state in told.states if state.state == "offline"]
    assert len({state.since for state in troubles}) == 1
    assert all(state.next_try_at > state.since for state in troubles)


def test_older_mail_comes_while_it_watches_and_new_mail_comes_between(
    place: Place, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "GO_SECONDS", 0.0001)
    server = MemoryServer()
    now = int(time.time())
    for n in range(60):
        server.deliver(message(n), at=now - (60 - n) * 20 * 86_400)
    watcher = Watcher(lambda: place.engine(server.mailbox()), told.state, told.hook, poll_seconds=0.1, network=lambda: "")
    watcher.start()
    told.until(lambda: any(state.to_come for state in told.states))
    server.deliver(message(99))
    told.until(lambda: place.mails() == 61 and told.states[-1].to_come == 0)
    watcher.stop(20)
    older = [state for state in told.states if state.progress is not None and state.progress.older]
    assert older
    assert {state.state for state in older} == {"watching"}, "the recent mail is here: the desk is up to date"
