"""The sync engine on every kind of server: whatever happens there, the books equal it in the end, and nothing is twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.backends import Backend
from tests.sync.desk import Place, message
from tui_desk.sync.engine import Engine

AT = 1_700_000_000


@pytest.fixture
def place(tmp_path: Path, backend: Backend) -> Iterator[Place]:
    made = Place(tmp_path, backend.account, window=40, real=True)
    yield made
    made.close()


@pytest.fixture
def engine(place: Place, backend: Backend) -> Iterator[Engine]:
    with closing(place.engine(backend.session())) as made:
        yield made


def fill(backend: Backend, numbers: range, folder: str = "INBOX") -> None:
    with closing(backend.session()) as mailbox:
        mailbox.connect()
        for n in numbers:
            mailbox.append(folder, message(n), ("\\Seen",) if n % 3 == 0 else (), at=AT + n)


def the_same(place: Place, engine: Engine, backend: Backend) -> None:
    """The ledger is what another client sees, UID by UID and flag by flag; no message has two rows."""
    for folder in ("INBOX", backend.sent):
        assert place.ledger(folder) == backend.truth(folder)
    assert all(audit.clean for audit in engine.audit())
    assert place.rows("SELECT count(*), count(DISTINCT mail_id) FROM message") == [(place.mails(), place.mails())]


def test_a_first_sync_and_nothing_new(place: Place, engine: Engine, backend: Backend) -> None:
    fill(backend, range(130))
    fill(backend, range(200, 203), backend.sent)
    before = {folder: backend.truth(folder) for folder in ("INBOX", backend.sent)}
    assert engine.run().new == 133
    the_same(place, engine, backend)
    assert {folder: backend.truth(folder) for folder in before} == before, "a sync leaves no trace on the server"
    report = engine.run()
    assert (report.new, report.flags, report.gone, report.bytes) == (0, 0, 0, 0)
    assert place.mails() == 133


def test_flags_expunges_and_new_mail(place: Place, engine: Engine, backend: Backend) -> None:
    fill(backend, range(20))
    engine.run()
    backend.set_flags(1, ("\\Answered", "\\Seen"))
    backend.set_flags(2, ("\\Flagged", "Later") if backend.keywords else ("\\Flagged",))
    backend.expunge([5, 6, 20])
    fill(backend, range(50, 53))
    report = engine.run()
    assert (report.new, report.flags, report.gone) == (3, 2, 3)
    the_same(place, engine, backend)
    assert place.mails() == 23, "what is gone there stays here"


def test_the_newest_one_goes_and_another_comes(place: Place, engine: Engine, backend: Backend) -> None:
    """As many as before, so only UIDs tell."""
    fill(backend, range(3))
    engine.run()
    backend.expunge([3])
    fill(backend, range(10, 11))
    report = engine.run()
    assert (report.new, report.gone) == (1, 1)
    the_same(place, engine, backend)


def test_another_uidvalidity(place: Place, engine: Engine, backend: Backend) -> None:
    fill(backend, range(30))
    engine.run()
    backend.expunge([2, 3])
    engine.close()
    backend.renumber()
    fill(backend, range(60, 62))
    assert engine.run().new == 2
    the_same(place, engine, backend)
    assert place.mails() == 32
    assert engine.run().bytes == 0


def test_the_same_mail_twice_is_one_mail(place: Place, engine: Engine, backend: Backend) -> None:
    fill(backend, range(3))
    fill(backend, range(3))
    fill(backend, range(1), backend.sent)
    assert engine.run().tickets == 3
    assert place.ledger() == backend.truth("INBOX")  # six, but where the server itself keeps one copy
    assert place.mails() == 3
    assert all(audit.clean for audit in engine.audit())


def test_a_mailbox_that_is_emptied(place: Place, engine: Engine, backend: Backend) -> None:
    fill(backend, range(5))
    engine.run()
    backend.expunge([1, 2, 3, 4, 5])
    engine.run()
    assert place.mails() == 5
    fill(backend, range(5, 7))
    engine.run()
    the_same(place, engine, backend)
    assert place.mails() == 7


def test_a_delivery_is_noticed(place: Place, engine: Engine, backend: Backend) -> None:
    fill(backend, range(2))
    engine.run()
    while engine.rest():
        engine.run()
    fill(backend, range(2, 3))
    assert engine.wait(20, lambda: False)
    assert engine.run().new == 1
