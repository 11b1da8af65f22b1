"""Receiving, on the memory mailbox in its three modes: what the books say equals what the server has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.desk import Place, message
from tui_desk.errors import BusyError
from tui_desk.sync import lock
from tui_desk.sync.types import Progress
from tui_desk.transport.memory import MemoryServer


@pytest.fixture(params=["qresync", "condstore", "plain"])
def server(request: pytest.FixtureRequest) -> MemoryServer:
    return MemoryServer(condstore=request.param != "plain", qresync=request.param == "qresync")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, window=40)
    yield made
    made.close()


def truth(server: MemoryServer, folder: str = "INBOX") -> dict[int, tuple[str, ...]]:
    return {uid: stored.flags for uid, stored in server.folders[folder].messages.items()}


def test_everything_comes_with_its_flags(server: MemoryServer, place: Place) -> None:
    for n in range(100):
        server.deliver(message(n), flags=("\\Seen",) if n % 3 else ())
    report = place.engine(server.mailbox()).run()
    assert (report.new, report.tickets) == (100, 100)
    assert place.ledger() == truth(server)
    assert [audit.clean for audit in place.engine(server.mailbox()).audit()] == [True, True]


def test_a_second_pass_finds_nothing(server: MemoryServer, place: Place) -> None:
    server.deliver(message(1))
    engine = place.engine(server.mailbox())
    engine.run()
    batches = len(place.shelf.batches)
    report = engine.run()
    assert (report.new, report.flags, report.gone, report.bytes) == (0, 0, 0, 0)
    assert len(place.shelf.batches) == batches


def test_new_mail_flags_and_expunges_follow(server: MemoryServer, place: Place) -> None:
    for n in range(10):
        server.deliver(message(n))
    engine = place.engine(server.mailbox())
    engine.run()
    server.set_flags(2, ("\\Seen", "\\Answered"))
    server.expunge([3, 4])
    server.deliver(message(11), flags=("\\Flagged",))
    report = engine.run()
    assert (report.new, report.flags, report.gone) == (1, 1, 2)
    assert place.ledger() == truth(server)
    assert place.mails() == 11, "an expunge on the server deletes no mail of ours"


def test_mail_in_sent_comes_as_sent(server: MemoryServer, place: Place) -> None:
    server.deliver(message(1))
    server.deliver(message(2), "Sent", ("\\Seen",))
    place.engine(server.mailbox()).run()
    assert place.rows("SELECT message_id, source FROM mail ORDER BY id") == [("m1@x", "inbox"), ("m2@x", "sent")]


@pytest.mark.parametrize("uidvalidity", [9, 1_000_000])
def test_a_new_uidvalidity_makes_no_new_mail(server: MemoryServer, place: Place, uidvalidity: int) -> None:
    server.folders["INBOX"].uidvalidity = 500
    for n in range(30):
        server.deliver(message(n), at=1_700_000_000 + n)
    server.deliver(b"Subject: no id\r\n\r\nx\r\n")
    server.expunge([1, 2])
    engine = place.engine(server.mailbox())
    engine.run()
    server.renumber(uidvalidity=uidvalidity)
    server.set_flags(1, ("\\Seen",))
    fetched = sum(place.shelf.batches)
    report = engine.run()
    assert report.new == 0
    assert sum(place.shelf.batches) - fetched == 1, "only what bears no Message-ID is fetched again"
    assert place.mails() == 29
    assert place.ledger() == truth(server)
    assert all(audit.clean for audit in engine.audit())


def test_two_mails_alike_under_a_new_uidvalidity(server: MemoryServer, place: Place) -> None:
    for _ in range(2):
        server.deliver(message(1), at=1_700_000_000)
    server.deliver(message(1, "another mail with a used id"), at=1_700_000_000)
    engine = place.engine(server.mailbox())
    engine.run()
    server.renumber()
    engine.run()
    assert place.mails() == 2
    assert place.ledger() == truth(server)


def test_a_server_that_is_suddenly_empty_empties_nothing(server: MemoryServer, place: Place) -> None:
    for n in range(5):
        server.deliver(message(n))
    engine = place.engine(server.mailbox())
    engine.run()
    server.expunge(range(1, 6))
    assert engine.run().gone == 0
    assert len(place.ledger()) == 5
    server.deliver(message(9))
    engine.run()
    assert place.ledger() == truth(server) == {6: ()}
    assert place.mails() == 6


def test_a_hole_in_the_books_is_healed(server: MemoryServer, place: Place) -> None:
    for n in range(8):
        server.deliver(message(n))
    engine = place.engine(server.mailbox())
    engine.run()
    place.shelf.con.execute("DELETE FROM ledger WHERE uid IN (3, 5)")
    place.shelf.con.execute("UPDATE ledger SET gone = 1 WHERE uid = 7")
    assert [audit.gaps for audit in engine.audit()] == [(3, 5), ()]
    engine.run()
    assert place.ledger() == truth(server)
    assert all(audit.clean for audit in engine.audit())


def test_progress_and_the_report_agree(server: MemoryServer, place: Place) -> None:
    for n in range(90):
        server.deliver(message(n))
    told: list[Progress] = []
    report = place.engine(server.mailbox()).run(told.append)
    assert [(p.done, p.total) for p in told] == [(40, 90), (80, 90), (90, 90)]
    assert told[-1].bytes == report.bytes == sum(len(message(n)) for n in range(90))


def test_stop_leaves_a_store_that_goes_on(server: MemoryServer, place: Place) -> None:
    for n in range(100):
        server.deliver(message(n))
    told: list[Progress] = []
    engine = place.engine(server.mailbox())
    report = engine.run(told.append, lambda: bool(told))
    assert 0 < report.new < 100
    assert engine.run().new == 100 - report.new
    assert place.ledger() == truth(server)


def test_ctrl_c_leaves_a_store_that_goes_on(server: MemoryServer, place: Place) -> None:
    for n in range(100):
        server.deliver(message(n))

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    engine = place.engine(server.mailbox())
    with pytest.raises(KeyboardInterrupt):
        engine.run(interrupt)
    assert engine.run().new == 60
    assert place.ledger() == truth(server)
    assert all(audit.clean for audit in engine.audit())


def test_a_second_sync_is_told_at_once(server: MemoryServer, place: Place) -> None:
    with lock.held(place.store.path.with_name("sync.lock")), pytest.raises(BusyError) as told:
        place.engine(server.mailbox()).run()
    assert told.value.exit_code == 75
    place.engine(server.mailbox()).run()


def test_rest_notices_what_came_meanwhile(server: MemoryServer, place: Place) -> None:
    engine = place.engine(server.mailbox())
    engine.run()
    assert not engine.rest()
    engine.run()
    server.deliver(message(1))
    assert engine.rest()
