"""The whole way in: a real Dovecot, a line that breaks, the store's own ingest. In the end the books equal the server."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import imapclient
import pytest

from tests.support.dovecot import Dovecot
from tests.support.proxy import Fault, FaultProxy, sometimes
from tests.sync.desk import Place, message
from tui_desk.errors import BusyError, NetworkError
from tui_desk.sync.types import MailboxState, Progress
from tui_desk.sync.watch import Watcher
from tui_desk.transport.imap import ImapMailbox

WITHOUT = {
    "qresync": frozenset[str](),
    "condstore": frozenset({"QRESYNC"}),
    "plain": frozenset({"QRESYNC", "CONDSTORE", "ENABLE", "ESEARCH"}),
}


@pytest.fixture
def place(tmp_path: Path, dovecot: Dovecot) -> Iterator[Place]:
    made = Place(tmp_path, dovecot.account(), window=40, real=True)
    yield made
    made.close()


@pytest.fixture
def other(dovecot: Dovecot) -> Iterator[imapclient.IMAPClient]:
    """Another mail client of the same mailbox."""
    with imapclient.IMAPClient("localhost", dovecot.port, ssl=False) as client:
        client.login("desk", "pw")
        client.select_folder("INBOX")
        yield client


def fill(dovecot: Dovecot, numbers: range, folder: str = "INBOX") -> None:
    with closing(ImapMailbox(dovecot.account(), "pw")) as mailbox:
        mailbox.connect()
        for n in numbers:
            mailbox.append(folder, message(n), ("\\Seen",) if n % 3 == 0 else (), at=1_700_000_000 + n)


def truth(client: imapclient.IMAPClient) -> dict[int, tuple[str, ...]]:
    """Every UID with its flags, as another client sees them."""
    client.select_folder("INBOX")
    found = client.fetch(client.search(), ["FLAGS"]) if client.search() else {}
    return {uid: tuple(sorted(f.decode() for f in data[b"FLAGS"] if f != b"\\Recent")) for uid, data in found.items()}


@pytest.mark.parametrize("mode", WITHOUT)
def test_a_mailbox_is_followed(mode: str, dovecot: Dovecot, place: Place, other: imapclient.IMAPClient) -> None:
    fill(dovecot, range(100))
    fill(dovecot, range(100, 103), "Sent")
    before = truth(other)
    with closing(place.engine(ImapMailbox(dovecot.account(), "pw", without=WITHOUT[mode]))) as engine:
        assert engine.run().new == 103
        assert place.ledger() == before == truth(other), "a sync leaves no trace on the server"
        other.set_flags([1, 2], ["\\Answered", "$Label"])
        other.delete_messages([5, 6, 7])
        other.expunge()
        fill(dovecot, range(200, 205))
        report = engine.run()
        assert (report.new, report.flags, report.gone) == (5, 2, 3)
        assert place.ledger() == truth(other)
        assert (engine.run().bytes, place.mails()) == (0, 108)
        dovecot.doveadm("mailbox", "update", "-u", "desk", "--uid-validity", "9999", "INBOX")
        engine.close()
        assert engine.run().new == 0
        assert place.mails() == 108
        assert place.ledger() == truth(other)
        assert all(audit.clean for audit in engine.audit())


def test_a_line_that_breaks_all_the_time(dovecot: Dovecot, place: Place, other: imapclient.IMAPClient) -> None:
    fill(dovecot, range(300))
    with FaultProxy(dovecot.port, sometimes(seed=7)) as proxy:
        account = replace(dovecot.account(), imap=f"imap://127.0.0.1:{proxy.port}")
        with closing(place.engine(ImapMailbox(account, "pw", read_seconds=1))) as engine:
            for _ in range(60):
                try:
                    engine.run()
                except NetworkError:
                    continue
                if place.mails() >= 300 and proxy.struck >= 5:
                    break
    with closing(place.engine(ImapMailbox(dovecot.account(), "pw"))) as engine:
        engine.run()
        assert all(audit.clean for audit in engine.audit())
    assert proxy.struck >= 3
    assert place.mails() == 300, "bytes of nobody became mail"
    assert place.ledger() == truth(other)


def test_a_cut_is_taken_up_where_it_was(dovecot: Dovecot, place: Place) -> None:
    fill(dovecot, range(120))
    faults = [Fault(cut_in_literal=60), Fault(cut_in_literal=20)]
    with FaultProxy(dovecot.port, lambda n: faults[n] if n < len(faults) else Fault()) as proxy:
        account = replace(dovecot.account(), imap=f"imap://127.0.0.1:{proxy.port}")
        told: list[Progress] = []
        with closing(place.engine(ImapMailbox(account, "pw"))) as engine:
            assert engine.run(told.append).new == 120
        assert proxy.connections == 3
    assert sum(p.done == p.total for p in told) == 1, "nothing was fetched from the start again"


def test_killed_ten_times_nothing_is_lost_and_nothing_doubled(dovecot: Dovecot, tmp_path: Path) -> None:
    given, killed = 900, 0
    fill(dovecot, range(given))
    rng = random.Random(3)
    command = [sys.executable, "-m", "tests.sync.killed", str(tmp_path), f"imap://127.0.0.1:{dovecot.port}"]
    root = Path(__file__).resolve().parents[2]
    for _ in range(200):  # it may be done before the kill comes
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        with process.stdout:
            for _line, _commit in zip(process.stdout, range(rng.randint(1, 3)), strict=False):
                pass
            time.sleep(rng.random() * 0.03)
            process.kill()
        if process.wait() == -9:
            killed += 1
        else:  # give it more to do
            fill(dovecot, range(given, given + 300))
            given += 300
        if killed == 10:
            break
    place = Place(tmp_path, dovecot.account(), real=True)
    with closing(place.engine(ImapMailbox(dovecot.account(), "pw"))) as engine:
        engine.run()
        assert all(audit.clean for audit in engine.audit())
    assert killed == 10
    assert place.mails() == given
    assert place.rows("SELECT count(*), count(DISTINCT mail_id) FROM message") == [(given, given)]
    assert place.rows("SELECT count(*) FROM ticket") == [(given,)]
    assert place.rows("PRAGMA integrity_check") == [("ok",)]
    place.close()


def test_the_watcher_comes_back(dovecot: Dovecot, place: Place) -> None:
    told: list[MailboxState] = []

    def until(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end, told
            time.sleep(0.02)

    with FaultProxy(dovecot.port) as proxy:
        account = replace(dovecot.account(), imap=f"imap://127.0.0.1:{proxy.port}")
        watcher = Watcher(lambda: place.engine(ImapMailbox(account, "pw")), told.append, lambda: None)
        watcher.start()
        until(lambda: watcher.state.state == "watching")
        fill(dovecot, range(1))
        until(lambda: place.mails() == 1)
        until(lambda: watcher.state.state == "watching")
        proxy.cut_all()
        until(lambda: any(state.state == "offline" for state in told))
        fill(dovecot, range(1, 2))
        until(lambda: place.mails() == 2)
        watcher.stop(20)


def test_two_processes_at_once(dovecot: Dovecot, place: Place, tmp_path: Path) -> None:
    fill(dovecot, range(60))
    account = dovecot.account()

    def second(_progress: Progress) -> None:
        with closing(place.engine(ImapMailbox(account, "pw"))) as late, pytest.raises(BusyError):
            late.run()

    with closing(place.engine(ImapMailbox(account, "pw"))) as engine:
        assert engine.run(second).new == 60
    assert place.mails() == 60
