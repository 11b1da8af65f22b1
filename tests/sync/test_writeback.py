"""Write-back on the memory mailbox and on Dovecot's two stores, with and without MOVE and UIDPLUS: what other clients see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.dovecot import Dovecot, running
from tests.sync.desk import message
from tests.sync.marking import EVERYTHING, Marking, shown
from tui_desk import clock
from tui_desk.config.schema import WriteBack
from tui_desk.errors import NetworkError
from tui_desk.store import marks, outbox, wishes
from tui_desk.store.admin import rebuild
from tui_desk.store.connect import connect
from tui_desk.transport.base import Mailbox, Refused
from tui_desk.transport.imap import ImapMailbox
from tui_desk.transport.memory import MemoryServer

AT = 1_700_000_000
PLAIN = frozenset({"QRESYNC", "CONDSTORE", "ENABLE", "ESEARCH"})
WITHOUT = {
    "full": frozenset[str](),
    "plain": PLAIN,
    "copies": frozenset({"MOVE"}),
    "marks": frozenset({"MOVE", "UIDPLUS"}),
}
KINDS = [*(f"memory-{mode}" for mode in WITHOUT), *(f"sdbox-{mode}" for mode in WITHOUT), "maildir-full", "maildir-copies"]


class Server:
    """A mailbox of five mails from AT + 1 on: the desk's sessions (with a mode's capabilities) and a colleague's."""

    def __init__(self, mode: str, session: Callable[[], Mailbox], other: Callable[[], Mailbox]) -> None:
        self.mode, self.session, self.other = mode, session, other
        self.expunges = mode != "marks"
        with self.opened() as colleague:
            with suppress(Refused):
                colleague.create("Junk")
            for n in range(1, 6):
                colleague.append("INBOX", message(n), ("\\Flagged",) if n == 5 else (), AT + n)

    def opened(self) -> Any:
        """A colleague's session, the inbox selected."""
        colleague = self.other()
        colleague.connect()
        colleague.select("INBOX")
        return closing(colleague)

    def see(self, folder: str = "INBOX") -> dict[int, tuple[str, ...]]:
        """The flags of each mail in a folder, by its number; what is \\Deleted is not seen."""
        return {n: flags for n, flags in shown(self.other(), folder).values() if "\\Deleted" not in flags}


def memory(mode: str) -> Server:
    plain = mode == "plain"
    server = MemoryServer(condstore=not plain, qresync=not plain, moves=mode in ("full", "plain"), uidplus=mode != "marks")
    server.add_folder("Junk", "junk")
    return Server(mode, server.mailbox, server.mailbox)


def real(mode: str, dovecot: Dovecot) -> Server:
    dovecot.empty()
    account = dovecot.account()
    return Server(mode, lambda: ImapMailbox(account, "pw", without=WITHOUT[mode]), lambda: ImapMailbox(account, "pw"))


@pytest.fixture(scope="module")
def maildir_server() -> Iterator[Dovecot]:
    yield from running("mail_location = maildir:%h/Maildir")


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Server:
    kind, _, mode = request.param.partition("-")
    if kind == "memory":
        return memory(mode)
    return real(mode, request.getfixturevalue("dovecot_server" if kind == "sdbox" else "maildir_server"))


@pytest.fixture
def simple() -> Server:
    """The memory mailbox with all that there is."""
    return memory("full")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Marking]:
    made = Marking(tmp_path)
    yield made
    made.close()


def clean(desk: Marking, server: Server) -> bool:
    return all(audit.clean for audit in desk.audit(server.session()))


class Meddled:
    """A session in which somebody does something just before a certain call, once."""

    def __init__(self, mailbox: Mailbox, name: str, act: Callable[[], object]) -> None:
        self._mailbox, self._name, self._acts = mailbox, name, [act]

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._acts:
            self._acts.pop()()
        return getattr(self._mailbox, name)


# ----------------------------------------------------------------------------------------------------------- the main way


def test_the_mailbox_follows_the_tickets(server: Server, desk: Marking) -> None:
    desk.sync(server.session())
    assert server.see() == {1: (), 2: (), 3: (), 4: (), 5: ("\\Flagged",)}, "receiving leaves no trace"
    desk.status(1, "solved")
    desk.status(2, "pending")
    desk.status(3, "spam")
    desk.act(5, "note", text="seen")
    desk.sync(server.session())
    assert server.see() == {2: ("\\Seen", "desk-waiting"), 4: (), 5: ("\\Flagged", "\\Seen")}
    assert server.see("Desk/Solved") == {1: ("\\Seen", "desk-solved")}
    assert server.see("Junk") == {3: ("$Junk", "\\Seen")}
    assert desk.waiting() == 0
    assert clean(desk, server)
    desk.status(1, "open")
    desk.status(3, "open")
    desk.sync(server.session())
    assert server.see() == {
        1: ("\\Seen", "desk-open"),
        2: ("\\Seen", "desk-waiting"),
        3: ("$NotJunk", "\\Seen", "desk-open"),
        4: (),
        5: ("\\Flagged", "\\Seen"),
    }
    assert server.see("Desk/Solved") == server.see("Junk") == {}
    assert clean(desk, server)
    desk.sync(server.session())
    assert desk.place.rows("SELECT count(*) FROM ticket")[0][0] == desk.place.mails() == 5, "nothing came as new"


def test_twice_changes_nothing(server: Server, desk: Marking) -> None:
    desk.sync(server.session())
    desk.status(1, "solved")
    desk.status(2, "open")
    desk.sync(server.session())
    before = [shown(server.other(), folder) for folder in ("INBOX", "Desk/Solved")]
    con = desk.place.store
    with con.begin() as write:
        write.execute("UPDATE writeback SET done = '?'")
    desk.sync(server.session())
    assert [shown(server.other(), folder) for folder in ("INBOX", "Desk/Solved")] == before
    assert desk.waiting() == 0


def test_undoing_leaves_the_mailbox_as_it_was(server: Server, desk: Marking) -> None:
    desk.sync(server.session())
    with server.opened() as colleague:
        colleague.store([4], ("\\Seen", "theirs", "$NotJunk"))
    before = server.see()
    for n, status in ((1, "solved"), (2, "pending"), (3, "spam"), (4, "spam"), (5, "solved")):
        desk.status(n, status)
        desk.sync(server.session())
    assert server.see("Junk")[4] == ("$Junk", "\\Seen", "theirs")
    desk.write_back(WriteBack())
    wishes.undo(desk.place.store, desk.place.settings.account.address)
    desk.sync(server.session())
    assert server.see() == before
    assert server.see("Junk") == server.see("Desk/Solved") == {}
    assert desk.rows() == {}
    desk.sync(server.session())
    assert server.see() == before


def test_an_answer_that_was_accepted(server: Server, desk: Marking) -> None:
    desk.write_back(WriteBack(answered=True))
    desk.sync(server.session())
    queued = _queued(desk, 1, "ann")
    _queued(desk, 2, "system")
    desk.act(1, "note", text="an answer waits")
    desk.sync(server.session())
    assert server.see()[1] == ()
    for row, n, agent in ((queued, 1, "ann"), (queued + 1, 2, "system")):
        _accepted(desk, row, n, agent)
    desk.sync(server.session())
    assert {n: flags for n, flags in server.see().items() if "\\Answered" in flags} == {1: ("\\Answered",)}, (
        "an automatic one is none"
    )


def _queued(desk: Marking, n: int, agent: str) -> int:
    mime = (
        b"From: desk@desk.test\r\nTo: c@example.org\r\nSubject: Re\r\nMessage-ID: <a%d@x>\r\nIn-Reply-To: <m%d@x>\r\n\r\nx\r\n"
        % (n, n)
    )
    return outbox.enqueue(
        desk.place.store, message_id=f"a{n}@x", ticket=desk.key(n), agent=agent, sender="desk@desk.test",
        recipients=["c@example.org"], mime=mime, now=clock.now(), not_before=clock.now(), in_reply_to=f"m{n}@x",
    )  # fmt: skip


def _accepted(desk: Marking, row: int, n: int, agent: str) -> None:
    now = clock.now()
    store, ingest = desk.place.store, desk.place.ingest
    assert ingest is not None
    outbox.claim(store, now)
    outbox.move(store, row, "sending", "dot", now)
    mime = outbox.job(store, row).mime
    ingest.add_outgoing(
        mime, ticket=desk.key(n), agent=agent, at=now, to=["c@example.org"],
        also=lambda con: outbox.move_in(con, row, "dot", "accepted", now),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- what is left alone


def test_nothing_is_written_unless_it_is_wanted(simple: Server, desk: Marking) -> None:
    desk.write_back(WriteBack())
    desk.sync(simple.session())
    for n, status in ((1, "solved"), (2, "spam"), (3, "pending")):
        desk.status(n, status)
    desk.sync(simple.session())
    assert simple.see() == {1: (), 2: (), 3: (), 4: (), 5: ("\\Flagged",)}
    assert desk.rows() == {}
    desk.write_back(EVERYTHING)
    desk.sync(simple.session())
    assert simple.see()[1] == (), "what is switched on holds from then on"
    desk.act(3, "note", text="now")
    desk.sync(simple.session())
    assert simple.see() == {1: (), 2: (), 3: ("\\Seen", "desk-waiting"), 4: (), 5: ("\\Flagged",)}
    from tui_desk.desk.marks import Rules

    wishes.note(desk.place.store, desk.place.settings.account.address, Rules.of(EVERYTHING), everything=True)
    desk.sync(simple.session())
    assert set(simple.see()) == {3, 4, 5}
    assert set(simple.see("Desk/Solved")) == {1}


def test_a_customers_new_mail_is_not_read_by_what_was_done_before(simple: Server, desk: Marking) -> None:
    desk.sync(simple.session())
    desk.status(1, "solved")
    desk.sync(simple.session())
    answer = message(7).replace(b"\r\n\r\n", b"\r\nIn-Reply-To: <m1@x>\r\n\r\n", 1).replace(b"c7@", b"c1@")
    with simple.opened() as colleague:
        colleague.append("INBOX", answer, at=clock.now())
    desk.sync(simple.session())
    assert desk.key(7) == desk.key(1)
    assert simple.see()[7] == ("desk-open",), "nobody has read it"
    assert simple.see()[1] == ("\\Seen", "desk-open"), "its ticket is open again: back to the inbox"
    desk.act(7, "assign", to="ann")
    desk.sync(simple.session())
    assert simple.see()[7] == ("\\Seen", "desk-open")


def test_what_a_colleague_does_stands(server: Server, desk: Marking) -> None:
    desk.sync(server.session())
    desk.status(1, "solved")
    desk.status(2, "open")
    desk.sync(server.session())
    with server.opened() as colleague:
        colleague.store([2], (), ("\\Seen", "desk-open"))
        colleague.select("Desk/Solved")
        colleague.move(colleague.uids(), "INBOX")
    for _ in range(3):
        desk.sync(server.session())
    assert server.see()[2] == ()
    assert 1 in server.see()
    assert server.see("Desk/Solved") == {}
    assert clean(desk, server)
    desk.status(1, "pending")
    desk.sync(server.session())
    assert server.see()[1] == ("\\Seen", "desk-waiting")


def test_what_is_gone_is_dropped(server: Server, desk: Marking) -> None:
    desk.sync(server.session())
    desk.status(1, "solved")
    desk.status(2, "solved")
    desk.status(3, "spam")

    def away() -> None:
        with server.opened() as colleague:
            colleague.store([1], ("\\Deleted",))
            colleague.expunge([1])
            colleague.move([3], "Junk")

    desk.sync(Meddled(server.session(), "select", away))
    assert server.see("Desk/Solved") == {2: ("\\Seen", "desk-solved")}
    desk.sync(server.session())
    assert desk.waiting() == 0
    assert clean(desk, server)


def test_what_a_colleague_reads_meanwhile_is_not_ours(server: Server, desk: Marking) -> None:
    if server.mode == "plain":
        pytest.skip("no CONDSTORE here: that cannot be told apart")
    desk.sync(server.session())
    desk.status(1, "open")

    def reads() -> None:
        with server.opened() as colleague:
            colleague.store([1], ("\\Seen",))

    desk.sync(Meddled(server.session(), "store", reads))
    assert server.see()[1] == ("\\Seen", "desk-open")
    assert [row[2] for row in desk.rows().values()] == ["desk-open"]
    desk.write_back(WriteBack())
    wishes.undo(desk.place.store, desk.place.settings.account.address)
    desk.sync(server.session())
    assert server.see()[1] == ("\\Seen",)


def test_a_uidvalidity_that_changes_meanwhile_is_not_written_to(tmp_path: Path) -> None:
    memory_server = MemoryServer()
    for n in range(1, 4):
        memory_server.deliver(message(n), at=AT + n)
    with closing(Marking(tmp_path)) as desk:
        desk.sync(memory_server.mailbox())
        desk.status(2, "open")
        memory_server.expunge([1])

        def restored() -> None:
            memory_server.renumber()

        desk.sync(Meddled(memory_server.mailbox(), "select", restored))
        assert shown(memory_server.mailbox(), "INBOX") == {1: (2, ()), 2: (3, ())}, "UID 2 is another mail now"
        assert desk.waiting() == 1
        desk.sync(memory_server.mailbox())
        assert shown(memory_server.mailbox(), "INBOX") == {1: (2, ("\\Seen", "desk-open")), 2: (3, ())}


def test_another_mail_under_the_uid_is_not_touched(simple: Server, desk: Marking) -> None:
    desk.sync(simple.session())
    desk.status(1, "solved")
    with desk.place.store.begin() as con:
        con.execute("UPDATE ledger SET uid = uid + 10 WHERE uid <= 2")
        con.execute("UPDATE ledger SET uid = 13 - uid WHERE uid > 10")
    desk.sync(simple.session())
    assert simple.see() == {1: (), 2: (), 3: (), 4: (), 5: ("\\Flagged",)}
    assert desk.waiting() == 1
    assert "another mail" in desk.rows()[1][3]


# ---------------------------------------------------------------------------------------------------------- what servers lack


def test_a_server_without_keywords(tmp_path: Path) -> None:
    server = MemoryServer(keywords=False)
    server.deliver(message(1), at=AT)
    with closing(Marking(tmp_path)) as desk:
        desk.sync(server.mailbox())
        desk.status(1, "spam")
        desk.sync(server.mailbox())
        assert shown(server.mailbox(), "INBOX") == {1: (1, ("\\Seen",))}, "no Junk folder, no keywords: what can be done is done"
        assert desk.waiting() == 0
        told = _told(desk)
        assert "$Junk" in told["flags INBOX"]
        assert "Junk folder" in told["junk"]
        server.keywords = True
        server.add_folder("Spam", "junk")
        desk.status(1, "open")
        desk.sync(server.mailbox())
        assert shown(server.mailbox(), "INBOX") == {1: (1, ("$NotJunk", "\\Seen", "desk-open"))}
        assert _told(desk) == {}


def _told(desk: Marking) -> dict[str, str]:
    with closing(connect(desk.place.store.path, write=False)) as con:
        return marks.told(con, desk.place.settings.account.address)


def test_what_cannot_be_expunged_by_itself_stays_marked(tmp_path: Path) -> None:
    server = MemoryServer(moves=False, uidplus=False)
    for n in (1, 2):
        server.deliver(message(n), flags=("\\Deleted",) if n == 2 else (), at=AT)
    with closing(Marking(tmp_path)) as desk:
        desk.sync(server.mailbox())
        desk.status(1, "solved")
        desk.sync(server.mailbox())
        assert {n: "\\Deleted" in flags for n, flags in shown(server.mailbox(), "INBOX").values()} == {1: True, 2: True}
        assert [n for n, _flags in shown(server.mailbox(), "Desk/Solved").values()] == [1]
        assert "expunge" in _told(desk)
        assert all(audit.clean for audit in desk.audit(server.mailbox()))


def test_a_folder_that_cannot_be_made_holds_only_its_own_mail(
    simple: Server, desk: Marking, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sync(simple.session())
    desk.status(1, "solved")
    desk.status(2, "open")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)

    def refuses() -> None:
        raise Refused("CREATE Desk/Solved", "[NOPERM] not here")

    session = simple.session()
    session.create = lambda _folder: refuses()  # type: ignore[method-assign, assignment]
    desk.sync(session)
    assert simple.see()[2] == ("\\Seen", "desk-open")
    assert simple.see()[1] == ("\\Seen", "desk-solved"), "marked all the same"
    assert "NOPERM" in desk.rows()[1][3]
    desk.sync(simple.session())
    assert 1 in simple.see(), "it is not tried at every pass"
    now += 3600
    desk.sync(simple.session())
    assert set(simple.see("Desk/Solved")) == {1}
    assert desk.rows()[1][3] == ""


def test_a_line_that_breaks_at_every_store_does_not_stop_receiving(simple: Server, desk: Marking) -> None:
    desk.sync(simple.session())
    desk.status(1, "open")

    def breaks(*_words: object) -> Any:
        raise NetworkError("cut")

    for n in (8, 9):
        with simple.opened() as colleague:
            colleague.append("INBOX", message(n), at=AT + n)
        session = simple.session()
        session.store = breaks  # type: ignore[method-assign, assignment]
        desk.sync(session)
        assert desk.key(n)
    assert desk.waiting() == 1


def test_a_server_that_refuses_to_show_a_folder_does_not_stop_receiving(simple: Server, desk: Marking) -> None:
    with simple.opened() as colleague:
        colleague.create("Desk/Solved")
        colleague.append("Desk/Solved", message(11), at=AT)
    desk.sync(simple.session())
    desk.status(1, "solved")
    with simple.opened() as colleague:
        colleague.append("Desk/Solved", message(12), at=AT)
        colleague.append("INBOX", message(8), at=AT)

    def refuses(*_words: object) -> Any:
        raise Refused("UID FETCH", "[LIMIT] slow down")

    session = simple.session()
    session.headers = refuses  # type: ignore[method-assign, assignment]
    desk.sync(session)
    assert desk.key(8)
    assert desk.waiting() == 1
    assert "slow down" in desk.rows()[1][3]
    desk.sync(simple.session())
    assert clean(desk, simple)


# ------------------------------------------------------------------------------------------------------------ odd mailboxes


def test_a_folder_that_somebody_deletes_is_made_again_when_it_is_wanted(tmp_path: Path) -> None:
    server = MemoryServer()
    for n in (1, 2):
        server.deliver(message(n), at=AT + n)
    with closing(Marking(tmp_path)) as desk:
        desk.sync(server.mailbox())
        desk.status(1, "solved")
        desk.sync(server.mailbox())
        del server.folders["Desk/Solved"]
        desk.status(1, "open")
        desk.sync(server.mailbox())
        assert desk.waiting() == 0, "its mail is gone: dropped"
        assert all(audit.clean for audit in desk.audit(server.mailbox()))
        desk.status(2, "solved")
        desk.sync(server.mailbox())
        assert shown(server.mailbox(), "Desk/Solved") == {1: (2, ("\\Seen", "desk-solved"))}
        desk.status(2, "open")
        desk.sync(server.mailbox())
        assert [n for n, _flags in shown(server.mailbox(), "INBOX").values()] == [2]
        assert all(audit.clean for audit in desk.audit(server.mailbox()))


def test_an_archive_that_is_there_already_is_nobodys_ticket(server: Server, desk: Marking) -> None:
    with server.opened() as colleague:
        colleague.create("Desk/Solved")
        for n in (2, 11, 12):
            colleague.append("Desk/Solved", message(n), at=AT + n)
    desk.sync(server.session())
    desk.status(1, "solved")
    desk.status(2, "solved")
    desk.sync(server.session())
    assert sorted(n for n, _flags in shown(server.other(), "Desk/Solved").values()) == [1, 2, 2, 11, 12]
    assert server.see("Desk/Solved")[11] == ()
    assert desk.place.mails() == 5
    assert clean(desk, server)
    assert {audit.folder: audit.on_server for audit in desk.audit(server.session())}["Desk/Solved"] == 5


def test_a_mail_without_an_id_and_a_server_that_does_not_tell(server: Server, desk: Marking) -> None:
    nameless = b"From: c9@example.org\r\nTo: desk@desk.test\r\nSubject: no id\r\n\r\n%s\r\n"
    with server.opened() as colleague:
        for body in (b"one", b"two"):
            colleague.append("INBOX", nameless % body, at=AT + 50)
    desk.sync(server.session())
    (key,) = desk.place.rows(
        "SELECT ticket.key FROM body JOIN message ON message.id = body.message_id JOIN ticket ON ticket.id = ticket_id"
        " WHERE text LIKE '%two%'"
    )[0]
    from tui_desk.desk.events import Event, new_id
    from tui_desk.desk.fold import Policy
    from tui_desk.store.write import append

    event = Event(new_id(), clock.now(), "ann", key, "status", {"to": "solved"})
    append(desk.place.store, [event], Policy.from_settings(desk.place.settings))
    session = server.session()
    for name in ("move", "copy"):
        _silenced(session, name)
    desk.sync(session)
    with closing(server.other()) as colleague:
        colleague.connect()
        colleague.examine("Desk/Solved")
        (there,) = colleague.fetch(colleague.uids())
        assert there.raw == nameless % b"two"
        assert there.flags == ("\\Seen", "desk-solved")
    assert clean(desk, server)
    assert desk.ledger("Desk/Solved") == {1: ("\\Seen", "desk-solved")}, "found by its bytes"
    append(desk.place.store, [replace(event, id=new_id(), data={"to": "open"})], Policy.from_settings(desk.place.settings))
    session = server.session()
    for name in ("move", "copy"):
        _silenced(session, name)
    desk.sync(session)
    assert clean(desk, server)
    assert desk.place.mails() == 7
    assert sum("\\Deleted" not in flags for flags in desk.ledger("INBOX").values()) == 7


def _silenced(session: Mailbox, name: str) -> None:
    """A server that moves and copies, and does not tell where to."""
    from tui_desk.transport.base import Copied

    do = getattr(session, name)

    def silent(*words: Any) -> Copied:
        do(*words)
        return Copied()

    setattr(session, name, silent)


def test_two_deliveries_of_one_mail_are_both_moved(server: Server, desk: Marking) -> None:
    with server.opened() as colleague:
        colleague.append("INBOX", message(1), at=AT + 60)
        colleague.append("INBOX", b"Received: by another way\r\n" + message(1), at=AT + 61)
    desk.sync(server.session())
    desk.status(1, "solved")
    desk.sync(server.session())
    assert [n for n, _flags in shown(server.other(), "Desk/Solved").values()] == [1, 1, 1]
    assert 1 not in server.see()
    assert clean(desk, server)
    desk.status(1, "open")
    desk.sync(server.session())
    assert [n for n, flags in shown(server.other(), "INBOX").values() if n == 1 and "\\Deleted" not in flags] == [1, 1, 1]


def test_a_rebuild_leaves_it_alone(simple: Server, desk: Marking) -> None:
    desk.sync(simple.session())
    desk.status(1, "solved")
    desk.status(2, "open")
    desk.sync(simple.session())
    desk.status(3, "pending")
    facts = ["SELECT * FROM writeback ORDER BY mail_id", "SELECT * FROM ledger ORDER BY folder_id, uid"]
    before = [desk.place.rows(sql) for sql in facts]
    assert desk.place.ingest is not None
    rebuild(desk.place.store, desk.place.settings, desk.place.ingest.rules.policy)
    assert [desk.place.rows(sql) for sql in facts] == before
    desk.sync(simple.session())
    assert simple.see()[3] == ("\\Seen", "desk-waiting")
    assert desk.waiting() == 0
    assert clean(desk, simple)
