"""Watching a real Dovecot over a line that breaks in every manner, and by a process that is stopped for a while."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.proxy import Fault, FaultProxy
from tests.sync.desk import Place, message
from tui_desk.sync.engine import Engine
from tui_desk.sync.types import MailboxState
from tui_desk.sync.watch import Watcher
from tui_desk.transport import imap
from tui_desk.transport.imap import ImapMailbox

SECONDS = 60
"""A busy machine takes its time."""


@pytest.fixture
def place(tmp_path: Path, dovecot: Dovecot) -> Iterator[Place]:
    made = Place(tmp_path, dovecot.account())
    yield made
    made.close()


def until(holds: Callable[[], bool], told: object = None) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, told
        time.sleep(0.02)


def deliver(dovecot: Dovecot, n: int) -> None:
    with closing(ImapMailbox(dovecot.account(), "pw")) as mailbox:
        mailbox.connect()
        mailbox.append("INBOX", message(n), ())


@contextmanager
def watching(dovecot: Dovecot, place: Place, proxy: FaultProxy, told: list[MailboxState]) -> Iterator[Watcher]:
    account = replace(dovecot.account(), imap=f"imap://127.0.0.1:{proxy.port}")

    def engine() -> Engine:
        return place.engine(ImapMailbox(account, "pw", poll_seconds=0.2))

    watcher = Watcher(engine, told.append, lambda: None, poll_seconds=0.2, network=lambda: "")
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.stop(20)


def test_a_line_that_falls_silent_is_found_out(dovecot: Dovecot, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut and nothing comes: only an answer that is missing tells."""
    monkeypatch.setattr(imap, "QUIET_SECONDS", 1.0)
    told: list[MailboxState] = []
    faults = [Fault(silent_after=2600)]
    proxy = FaultProxy(dovecot.port, lambda n: faults[n] if n < len(faults) else Fault())
    with proxy, watching(dovecot, place, proxy, told) as watcher:
        until(lambda: watcher.state.state == "watching", told)
        until(lambda: "offline" in [state.state for state in told], told)
        deliver(dovecot, 1)
        until(lambda: place.mails() == 1 and watcher.state.state == "watching", told)
    [trouble] = [state for state in told if state.state == "offline"]
    assert trouble.last_success
    assert trouble.error
    assert trouble.next_try_at >= trouble.since > 0


def test_a_server_that_refuses_is_tried_again(dovecot: Dovecot, place: Place) -> None:
    told: list[MailboxState] = []
    with FaultProxy(dovecot.port, lambda n: Fault(refuse=n < 2)) as proxy, watching(dovecot, place, proxy, told) as watcher:
        deliver(dovecot, 1)
        until(lambda: place.mails() == 1 and watcher.state.state == "watching", told)
    troubles = [state for state in told if state.state == "offline"]
    assert troubles
    assert len({state.since for state in troubles}) == 1
    assert watcher.state.error == ""


def test_cuts_all_the_time_lose_nothing(dovecot: Dovecot, place: Place) -> None:
    told: list[MailboxState] = []
    with FaultProxy(dovecot.port, lambda n: Fault(cut_after=1500 + 400 * n, polite=n % 2 == 0)) as proxy:
        with watching(dovecot, place, proxy, told) as watcher:
            for n in range(6):
                deliver(dovecot, n)
                until(lambda n=n: place.mails() > n, told)  # type: ignore[misc]
                watcher.nudge()
        assert proxy.struck
    with closing(place.engine(ImapMailbox(dovecot.account(), "pw"))) as engine:
        engine.run()
        assert all(audit.clean for audit in engine.audit())


@contextmanager
def frozen(folder: Path, proxy: FaultProxy, states: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A watching process that can be stopped; `states` is what it tells."""
    command = [sys.executable, "-m", "tests.sync.frozen", str(folder), f"imap://127.0.0.1:{proxy.port}"]
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)

    def read() -> None:
        for line in process.stdout or ():
            states.append(line.strip())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        reader.join(10)
        if process.stdout is not None:
            process.stdout.close()


def sleep(process: subprocess.Popen[str], meanwhile: Callable[[], object] = lambda: None) -> None:
    """As a laptop sleeps."""
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(3.5)
    meanwhile()
    os.kill(process.pid, signal.SIGCONT)


def test_a_process_that_was_stopped_comes_back_at_once(dovecot: Dovecot, tmp_path: Path) -> None:
    """As a laptop that slept: nobody waits for what the line of before has to say."""
    states: list[str] = []
    with FaultProxy(dovecot.port) as proxy, frozen(tmp_path, proxy, states) as process:
        until(lambda: "watching" in states, states)
        before, seen = proxy.connections, len(states)
        sleep(process)
        until(lambda: proxy.connections > before and "watching" in states[seen:], states)
        assert "offline" not in states


LARGE = 2_000_000
ASLEEP = {
    "forgotten": Fault(silent_after=LARGE // 2),
    "gone": Fault(silent_after=LARGE // 2),
    "alive": Fault(delay=0.02, piece=16_384),
}
"""What becomes of the line: the way forgets it without a word, it is gone, or it brings the rest all the same."""


@pytest.mark.parametrize("line", ASLEEP)
def test_a_sleep_in_the_middle_of_a_mail(dovecot: Dovecot, tmp_path: Path, line: str) -> None:
    raw = message(7, "0123456789abcdef\r\n" * (LARGE // 18))
    with closing(ImapMailbox(dovecot.account(), "pw")) as mailbox:
        mailbox.connect()
        mailbox.append("INBOX", raw, ())
    states: list[str] = []
    proxy = FaultProxy(dovecot.port, lambda n: ASLEEP[line] if n == 0 else Fault())
    with proxy, frozen(tmp_path, proxy, states) as process:
        until(lambda: proxy.passed >= LARGE // 2, states)
        assert line == "alive" or "watching" not in states, "it is in the middle of it"
        sleep(process, proxy.cut_all if line == "gone" else lambda: None)
        until(lambda: "watching" in states, states)
        assert "offline" not in states
    with closing(Place(tmp_path, dovecot.account())) as place:
        assert place.rows("SELECT sha256 FROM mail") == [(hashlib.sha256(raw).hexdigest(),)]
        with closing(place.engine(ImapMailbox(dovecot.account(), "pw"))) as engine:
            assert engine.run().new == 0
            assert all(audit.clean for audit in engine.audit())
