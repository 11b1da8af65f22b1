"""A store that is new begins with the newest mail; what is older follows, in whatever order, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.sync.desk import Place, message
from tui_desk import clock
from tui_desk.desk.events import Event, new_id
from tui_desk.desk.fold import Policy
from tui_desk.desk.states import FAR_FUTURE
from tui_desk.store.ledger import Ledger
from tui_desk.store.write import append
from tui_desk.sync.plan import DAY, newest, reach
from tui_desk.sync.types import Progress
from tui_desk.transport.base import Fetched, Refused
from tui_desk.transport.memory import MemoryMailbox, MemoryServer

NOW = 1_790_000_000


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    before = clock.use(lambda: NOW)
    yield
    clock.use(before)


@pytest.fixture
def server() -> MemoryServer:
    return MemoryServer()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, window=10)
    yield made
    made.close()


class Noted(MemoryMailbox):
    """Writes down what is fetched."""

    def __init__(self, server: MemoryServer) -> None:
        super().__init__(server)
        self.asked: list[tuple[str, list[int]]] = []

    def fetch(self, uids: Iterable[int], size_cap: int = 0) -> Iterator[Fetched]:
        """FETCH."""
        wanted = list(uids)
        self.asked.append((self._examined, wanted))
        return super().fetch(wanted, size_cap)


def fill(server: MemoryServer, ages: Iterable[int], folder: str = "INBOX", first: int = 0) -> None:
    """A mail for each age, in days."""
    for n, age in enumerate(ages):
        server.deliver(message(first + n), folder, at=NOW - age * DAY)


def state(place: Place, folder: str = "INBOX") -> tuple[int, int]:
    """How far back the folder is here, and what is to come."""
    [row] = place.rows("SELECT history, to_come FROM folder WHERE name = ?", folder)
    return row[0], row[1]


def truth(server: MemoryServer) -> dict[int, tuple[str, ...]]:
    return {uid: stored.flags for uid, stored in server.folders["INBOX"].messages.items()}


def test_the_newest_days_come_first_then_the_rest(server: MemoryServer, place: Place) -> None:
    fill(server, range(1000, 0, -10))
    engine = place.engine(server.mailbox())
    report = engine.run(recent=True)
    assert (report.new, report.to_come) == (9, 91)
    assert sorted(place.ledger()) == list(range(92, 101))
    assert state(place) == (NOW - 90 * DAY, 91)
    report = engine.run()
    assert (report.new, report.older, report.to_come) == (91, 91, 0)
    assert state(place) == (0, 0)
    assert place.ledger() == truth(server)
    assert all(audit.clean for audit in engine.audit())


def test_each_folder_goes_back_as_far_as_the_others(server: MemoryServer, place: Place) -> None:
    """Else old questions would stand unanswered in the queue until the Sent folder's turn came."""
    ages = [2000, 700, 500, 300, 150, 100, 50, 5]
    fill(server, ages)
    fill(server, ages, "Sent", first=100)
    session = Noted(server)
    place.engine(session).run()
    folders = [folder for folder, _uids in session.asked]
    assert folders == ["INBOX", "Sent"] * 5
    assert [uids for folder, uids in session.asked if folder == "Sent"] == [[7, 8], [5, 6], [4], [2, 3], [1]]


def test_mail_that_was_moved_here_comes_by_its_date(server: MemoryServer, place: Place) -> None:
    """UIDs tell when a mail was put into the folder; the server's dates, how old it is."""
    ages = [5, 4000, 100, 3, 1500, 80, 200, 1]
    fill(server, ages)
    session = Noted(server)
    engine = place.engine(session)
    engine.run(recent=True)
    assert session.asked == [("INBOX", [1, 4, 6, 8])]
    engine.run()
    assert session.asked[1:] == [("INBOX", [3]), ("INBOX", [7]), ("INBOX", [5]), ("INBOX", [2])]
    assert place.ledger() == truth(server)


def test_the_newest_window_comes_first(server: MemoryServer, place: Place) -> None:
    fill(server, range(45, 0, -1))
    session = Noted(server)
    place.engine(session).run()
    assert [uids[0] for _folder, uids in session.asked] == [36, 26, 16, 6, 1]
    assert [len(uids) for _folder, uids in session.asked] == [10, 10, 10, 10, 5]


def test_everything_at_once(server: MemoryServer, tmp_path: Path) -> None:
    fill(server, range(2000, 0, -100))
    place = Place(tmp_path, first_days=0)
    with closing(place.engine(server.mailbox())) as engine:
        assert engine.run(recent=True).new == 20
    assert state(place) == (0, 0)
    place.close()


def test_new_mail_does_not_wait_for_history(server: MemoryServer, place: Place) -> None:
    fill(server, range(1000, 0, -10))
    engine = place.engine(server.mailbox())
    engine.run(recent=True)
    server.deliver(message(1000), at=NOW)
    server.deliver(message(1001), at=NOW - 3000 * DAY)  # moved here now: new, however old
    server.set_flags(95, ("\\Seen",))
    server.set_flags(3, ("\\Seen",))
    server.expunge([1, 100])
    report = engine.run(recent=True)
    assert (report.new, report.flags, report.gone) == (2, 1, 1)
    assert {101, 102} <= set(place.ledger())
    engine.run()
    assert place.ledger() == truth(server)
    assert all(audit.clean for audit in engine.audit())


def test_a_go_ends_when_something_new_comes(server: MemoryServer, place: Place) -> None:
    fill(server, range(1000, 0, -10))
    engine = place.engine(server.mailbox())
    engine.run(recent=True)

    def delivered(_progress: Progress) -> None:
        if server.folders["INBOX"].uidnext == 101:
            server.deliver(message(1000), at=NOW)

    report = engine.older(delivered, seconds=60)
    assert 0 < report.older < 91
    assert engine.run(recent=True).new == 1
    while report.to_come:
        report = engine.older(seconds=60)
    assert place.ledger() == truth(server)


def test_who_reads_the_mail_stays_from_go_to_go(server: MemoryServer, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is started for every three seconds of reading would take a good part of them."""
    rested: list[int] = []
    monkeypatch.setattr(place.shelf, "rest", lambda: rested.append(place.mails()))
    fill(server, range(1000, 0, -10))
    engine = place.engine(server.mailbox())
    engine.run(recent=True)
    rested.clear()
    while engine.older(seconds=0.000001).to_come:
        assert not rested
    assert rested == [100], "it goes with the last"


def test_who_reads_the_mail_goes_where_older_mail_is_left_alone(
    server: MemoryServer, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[None] = []
    monkeypatch.setattr(place.shelf, "rest", lambda: rested.append(None))
    fill(server, range(1000, 0, -10))
    engine = place.engine(server.mailbox())
    engine.run(recent=True)
    rested.clear()
    assert engine.older(seconds=0.000001).to_come
    assert not rested
    engine.rest()
    engine.wait(0, lambda: False)
    assert rested


def test_history_waits_while_somebody_wants_it_to(server: MemoryServer, place: Place) -> None:
    fill(server, range(1000, 0, -10))
    engine = place.engine(server.mailbox())
    engine.run(recent=True)
    with closing(Ledger(place.store.path)) as ledger:
        ledger.pause(True)
        assert engine.older().older == engine.run().new == 0
        assert engine.paused
        server.deliver(message(1000), at=NOW)
        assert engine.run().new == 1, "what is new comes all the same"
        ledger.pause(False)

        def pause(_progress: Progress) -> None:
            ledger.pause(True)

        report = engine.run(pause)
        assert 0 < report.older < 91, "and it is heeded on the way"
        ledger.pause(False)
    assert engine.run().to_come == 0
    assert place.ledger() == truth(server)


def test_what_is_done_and_what_is_left_is_told(server: MemoryServer, place: Place) -> None:
    fill(server, range(1000, 0, -10))
    fill(server, range(1000, 0, -100), "Sent", first=500)
    told: list[Progress] = []
    place.engine(server.mailbox()).run(told.append)
    recent = [(p.done, p.total) for p in told if not p.older]
    older = [(p.done, p.total) for p in told if p.older]
    assert recent == [(9, 9)]
    assert older[-1] == (101, 101)
    assert [done for done, _total in older] == sorted({done for done, _total in older})


def test_an_audit_takes_what_is_to_come_for_no_gap(server: MemoryServer, place: Place) -> None:
    fill(server, range(1000, 0, -10))
    engine = place.engine(server.mailbox())
    engine.run(recent=True)
    [inbox, _sent] = engine.audit()
    assert inbox.clean
    assert inbox.to_come == 91


@pytest.mark.parametrize("steps", range(8))
def test_a_new_uidvalidity_on_the_way(server: MemoryServer, place: Place, steps: int) -> None:
    fill(server, range(3000, 0, -30))
    engine = place.engine(server.mailbox())
    engine.run(recent=True)
    for _ in range(steps):
        engine.older(seconds=0.000001)
    server.renumber()
    engine.run()
    assert place.mails() == 100, "what was here is recognised, the rest comes"
    assert place.ledger() == truth(server)
    assert all(audit.clean for audit in engine.audit())


def test_a_server_that_knows_no_dates_gives_everything(server: MemoryServer, place: Place) -> None:
    class Dateless(MemoryMailbox):
        def since(self, at: int) -> list[int]:
            raise Refused("UID SEARCH", "[CANNOT] no dates here")

    fill(server, range(1000, 0, -10))
    assert place.engine(Dateless(server)).run(recent=True).new == 100
    assert state(place) == (0, 0)


def test_steps_go_back_twice_as_far_each() -> None:
    since, days = FAR_FUTURE, []
    while since:
        since = reach(since, NOW, 90)
        days.append((NOW - since) // DAY if since else 0)
    assert days == [90, 180, 360, 720, 1440, 2880, 0]
    assert reach(FAR_FUTURE, NOW, 0) == reach(NOW - DAY, NOW, 0) == 0
    assert reach(NOW - 90 * DAY, NOW + 200 * DAY, 90) == NOW + 200 * DAY - 580 * DAY, "who comes back late goes back further"


def test_the_newest_runs() -> None:
    assert list(newest([1, 2, 3, 4, 5], 2)) == [[4, 5], [2, 3], [1]]
    assert list(newest([], 2)) == []


def letter(n: int, answers: str = "", who: str = "c@example.org") -> bytes:
    """A customer's mail; `answers`: the ids it refers to, oldest first."""
    references = f"References: {answers}\r\nIn-Reply-To: {answers.split()[-1]}\r\n" if answers else ""
    return (
        f"From: {who}\r\nTo: desk@desk.test\r\nSubject: Lamp\r\nMessage-ID: <l{n}@x>\r\n{references}\r\nLetter {n}\r\n"
    ).encode()


def test_history_opens_no_follow_up_of_a_ticket_that_was_closed_meanwhile(server: MemoryServer, tmp_path: Path) -> None:
    ids = ["<l0@x>", "<l1@x>", "<l2@x>", "<l3@x>"]
    for n, age in enumerate((900, 700, 500, 10)):
        server.deliver(letter(n, " ".join(ids[:n])), at=NOW - age * DAY)
    place = Place(tmp_path, real=True)
    with closing(place.engine(server.mailbox())) as engine:
        engine.run(recent=True)
        [(key,)] = place.rows("SELECT key FROM ticket")
        append(
            place.store, [Event(new_id(), NOW - DAY, "me", key, "status", {"to": "closed"})], Policy.from_settings(place.settings)
        )
        engine.run()
        assert place.rows("SELECT key, status, messages_in FROM ticket") == [(key, "closed", 4)]
        server.deliver(letter(4, " ".join(ids)), at=NOW - 5 * DAY)  # it lay there while nobody looked
        engine.run()
        assert place.rows("SELECT status, messages_in FROM ticket ORDER BY id") == [("closed", 4), ("new", 1)]
    place.close()


def test_both_orders_make_the_same_tickets(server: MemoryServer, tmp_path: Path) -> None:
    """Threads over the border between recent and older mail, and windows that cut them."""
    known: list[str] = []
    for n in range(60):
        answers = " ".join(known[n % 7 :: 7][-4:])
        server.deliver(letter(n, answers, f"c{n % 7}@example.org"), at=NOW - (60 - n) * 11 * DAY)
        known.append(f"<l{n}@x>")
    made = []
    for name, days, window in (("old", 0, 400), ("new", 90, 5), ("few", 30, 1)):
        (tmp_path / name).mkdir()
        place = Place(tmp_path / name, real=True, first_days=days, window=window)
        with closing(place.engine(server.mailbox())) as engine:
            engine.run()
        rows = place.rows(
            "SELECT group_concat(message.message_id, ' '), ticket.status, ticket.requester, ticket.created_at, ticket.messages_in"
            " FROM message JOIN ticket ON ticket.id = message.ticket_id GROUP BY ticket.id"
        )
        rows = sorted((sorted(row[0].split()), *row[1:]) for row in rows)
        made.append(rows)
        place.close()
    assert len(made[0]) == 7
    assert made[0] == made[1] == made[2]
