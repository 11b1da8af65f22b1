"""The quarantine: what waits in it, and how it leaves: as if it came now, and the ledger says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from tests.store.shelf import NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.desk.events import Event, new_id
from tui_desk.mail.parse import parse
from tui_desk.store import quarantine, reading, write
from tui_desk.store.admin import check, rebuild
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.batch import Batch
from tui_desk.store.clerk import Clerk, ClerkGoneError
from tui_desk.store.crew import KILLS, Crew
from tui_desk.store.ingest import Ingest
from tui_desk.store.ledger import Ledger
from tui_desk.store.quarantine import Gone, Kept
from tui_desk.store.retry import rehearse, retry
from tui_desk.sync.engine import Engine
from tui_desk.transport.memory import MemoryServer

POISON = "poison"


@contextmanager
def yesterday() -> Iterator[None]:
    """The program of yesterday, which could not read mails with this word in them."""

    def explode(raw: bytes, **more: Any) -> object:
        if POISON.encode() in raw:
            raise RecursionError("10,000 parts\x1b[31m")
        return parse(raw, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "parse", explode)
        yield


def ids(desk: Desk) -> list[int]:
    return [each.mail_id for each in quarantine.listed(desk.reader.con)]


def again(desk: Desk) -> list[Verdict]:
    return [verdict for _id, verdict in retry(desk.store, SETTINGS, POLICY, ids(desk))]


def ledger(desk: Desk) -> list[tuple[object, ...]]:
    sql = """
        SELECT folder.name, ledger.uid, ledger.verdict, mail.message_id, mail.quarantine FROM ledger
        JOIN folder ON folder.id = folder_id JOIN mail ON mail.id = mail_id ORDER BY folder.name, uid
    """
    return [tuple(row) for row in desk.reader.con.execute(sql)]


def sound(desk: Desk) -> bool:
    """Nothing points nowhere, every ticket is what its log says, and a rebuild makes the very same."""
    before = desk.exported()
    wrong = [line for line in check(desk.store, POLICY) if line[0] == "error"]
    rebuild(desk.store, SETTINGS, POLICY)
    return not wrong and desk.exported() == before


def test_a_mail_comes_out_with_its_ticket_and_a_rebuild_meets_it_there(desk: Desk) -> None:
    with yesterday():
        desk.add(mail("Hello", id="a@x"), mail("Help", POISON, id="p@x", files=[("a.txt", b"abc")]), mail("Hi", "B", id="b@x"))
    [verdict] = again(desk)
    assert (verdict.kind, verdict.rule) == ("ticket", "new")
    view = desk.reader.ticket(desk.reader.find(verdict.number))
    assert (view.row.subject, view.row.attachments) == ("Help", 1)
    assert ids(desk) == []
    assert again(desk) == []
    assert sound(desk)


def test_an_answer_goes_to_the_ticket_of_its_question(desk: Desk) -> None:
    with yesterday():
        question, answer = desk.add(mail(id="a@x"), mail("Re: Where", POISON, id="p@x", in_reply_to="a@x"))
        desk.add(mail("other", "C", id="c@x"))
    assert answer.kind == "quarantined"
    [verdict] = again(desk)
    assert (verdict.kind, verdict.number) == ("message", question.number)
    assert len(desk.reader.thread(desk.reader.find(question.number))) == 2
    assert sound(desk)


def test_a_question_that_comes_out_after_its_answer_joins_it(desk: Desk) -> None:
    with yesterday():
        _question, answer = desk.add(mail("Q", POISON, id="p@x"), mail("Re: Q", id="r@x", in_reply_to="p@x"))
    [verdict] = again(desk)
    assert (verdict.kind, verdict.rule, verdict.number) == (
        "message",
        "references",
        answer.number,
    ) or verdict.rule == "late_parent"
    assert sound(desk)


def test_what_is_still_bad_stays_with_todays_cause(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with yesterday():
        desk.add(mail("Help", POISON, id="p@x"))
    real = Crew.singly
    monkeypatch.setattr(Crew, "singly", lambda _self, arrivals: [("ValueError: still\x1b]0;",) for _ in arrivals])
    [verdict] = again(desk)
    assert (verdict.kind, verdict.rule) == ("quarantined", "ValueError: still\x1b]0;")
    [kept] = quarantine.listed(desk.reader.con)
    assert "\x1b" not in kept.cause
    assert kept.cause.startswith("ValueError: still")
    monkeypatch.setattr(Crew, "singly", real)
    assert [v.kind for v in again(desk)] == ["ticket"]
    assert sound(desk)


def test_a_mail_that_ends_its_reader_does_not_end_us(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with yesterday():
        desk.add(mail("One", POISON, id="p@x"), mail("Two", f"{POISON} deadly", id="q@x"))
    real = Clerk.read

    def deadly(self: Clerk, asked: Sequence[bytes]) -> list[reading.Flat]:
        if any(b"deadly" in raw for raw in asked):
            self.close()
            raise ClerkGoneError("killed")
        return real(self, asked)

    monkeypatch.setattr(Clerk, "read", deadly)
    assert [(v.kind, v.rule) for v in again(desk)] == [("ticket", "new"), ("quarantined", KILLS)]
    assert [each.subject for each in quarantine.listed(desk.reader.con)] == ["Two"]


@pytest.mark.parametrize("error", [ValueError("odd"), RuntimeError("odd")])
def test_what_can_be_read_and_not_filed_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    with yesterday():
        desk.add(mail("One", POISON, id="p@x"), mail("Two", f"{POISON}!", id="q@x"))
    place = "_write" if isinstance(error, ValueError) else "lookup"
    real = Batch._write

    def write(self: Batch) -> None:
        real(self)
        if any(item.mail is not None and item.mail.subject == "One" for item in self.items):
            raise error

    if place == "_write":
        monkeypatch.setattr(Batch, "_write", write)
    else:
        from tui_desk.desk import intake

        decide = intake.decide

        def odd(mail, *rest):  # type: ignore[no-untyped-def]
            if mail.subject == "One":
                raise error
            return decide(mail, *rest)

        monkeypatch.setattr(intake, "decide", odd)
    verdicts = again(desk)
    assert [v.kind for v in verdicts] == ["quarantined", "ticket"]
    assert verdicts[0].rule == f"{type(error).__name__}: odd"
    assert [each.cause for each in quarantine.listed(desk.reader.con)] == [verdicts[0].rule]
    monkeypatch.undo()
    assert sound(desk)


def test_a_rehearsal_tells_the_same_and_changes_nothing(desk: Desk) -> None:
    with yesterday():
        desk.add(
            mail("Q", POISON, id="p@x", files=[("a.txt", b"abc")]), mail("Re: Q", f"{POISON} 2", id="r@x", in_reply_to="p@x")
        )
    dump = list(desk.reader.con.iterdump())
    told = rehearse(desk.store, SETTINGS, POLICY, ids(desk))
    assert list(desk.reader.con.iterdump()) == dump
    assert [v.kind for _id, v in told] == ["ticket", "message"]
    assert [(v.kind, v.number, v.rule) for v in again(desk)] == [(v.kind, v.number, v.rule) for _id, v in told]
    assert sound(desk)


def test_the_ledger_tells_the_truth_before_and_after(desk: Desk) -> None:
    server = MemoryServer()
    bad = mail("Help", POISON, id="p@x")
    for raw in (mail("Hi", id="a@x"), bad, bad, mail("Other", f"{POISON} 2", id="a2@x", in_reply_to="a@x")):
        server.deliver(raw)
    server.deliver(bad, folder="Sent")
    with yesterday():
        report = engine(desk, server).run()
    assert (report.new, report.quarantined) == (5, 4)
    assert all(audit.clean for audit in engine(desk, server).audit())
    assert [row[2] for row in ledger(desk)] == ["ticket", *["quarantined"] * 4]
    assert [v.kind for v in again(desk)] == ["ticket", "message"]
    assert [(row[0], row[1], row[2], row[3]) for row in ledger(desk)] == [
        ("INBOX", 1, "ticket", "a@x"),
        ("INBOX", 2, "ticket", "p@x"),
        ("INBOX", 3, "duplicate", "p@x"),
        ("INBOX", 4, "message", "a2@x"),
        ("Sent", 1, "delivery_copy", "p@x"),
    ]
    assert all(audit.clean for audit in engine(desk, server).audit())
    assert engine(desk, server).run().new == 0
    assert sound(desk)


def engine(desk: Desk, server: MemoryServer) -> Engine:
    return Engine(desk.store, server.mailbox(), Ingest(desk.store, SETTINGS, POLICY), SETTINGS)


def test_under_a_new_uidvalidity_each_row_follows(desk: Desk) -> None:
    books = Ledger(desk.store.path)
    folder = books.folder("me", "INBOX", "inbox")
    with yesterday():
        for validity, uid in ((1, 7), (1, 9), (2, 3)):
            desk.ingest.add([Arrival(mail("Help", POISON, id="p@x"), NOW, "inbox", folder.id, validity, uid)])
    again(desk)
    rows = desk.reader.con.execute("SELECT uidvalidity, uid, verdict FROM ledger ORDER BY 1, 2").fetchall()
    assert rows == [(1, 7, "ticket"), (1, 9, "duplicate"), (2, 3, "ticket")]
    assert books.doubles(folder.id, 1) == []
    books.close()


def test_another_delivery_of_a_mail_that_is_here_is_no_message(desk: Desk) -> None:
    first = desk.one(mail("Help", POISON, id="p@x", headers=[("Received", "from a")]))
    with yesterday():
        other = desk.one(mail("Help", POISON, id="p@x", headers=[("Received", "from b")]))
    assert other.kind == "quarantined"
    [verdict] = again(desk)
    assert (verdict.kind, verdict.mail_id) == ("duplicate", first.mail_id)
    assert desk.reader.con.execute("SELECT count(*) FROM mail").fetchone() == (1,)
    assert sound(desk)


def test_an_answer_of_ours_is_its_agents(desk: Desk) -> None:
    question = desk.one(mail(id="a@x"))
    raw = mail("Re: Where", POISON, from_=SETTINGS.account.address, to="alice@customer.example", id="o@desk.example", at=NOW - 60)
    with desk.store.begin() as con:
        con.execute(
            "INSERT INTO outbox (message_id, ticket, agent, state, sender, recipients, mime, in_reply_to, data, not_before,"
            " attempts, error, created_at, updated_at) VALUES ('o@desk.example', ?, 'zoe', 'accepted', 's', ?, x'00', '', ?,"
            " 0, 1, '', 0, 0)",
            (question.ticket, f'["alice@customer.example", "{SETTINGS.account.address}"]', '{"macros": ["sorry"]}'),
        )
    with yesterday():
        desk.ingest.add_outgoing(raw, ticket=question.ticket, agent="zoe", at=NOW)
    [verdict] = again(desk)
    assert (verdict.kind, verdict.ticket) == ("message", question.ticket)
    view = desk.reader.ticket(desk.reader.find(question.number))
    assert desk.reader.thread(view.row.id)[-1].author == "zoe"
    assert desk.reader.con.execute("SELECT agent, data FROM event WHERE type = 'replied'").fetchall() == [
        ("zoe", '{"automatic":false,"macro":"sorry","message_id":"o@desk.example","to":["alice@customer.example"]}')
    ]
    assert view.first_reply_at == NOW - 60
    assert sound(desk)


def test_names_are_the_beginning_of_the_hash(desk: Desk) -> None:
    with yesterday():
        desk.add(mail("=?utf-8?q?H=C3=A9lp?=", POISON, from_="Zoé <zoe@x.example>", id="p@x"))
    con = desk.reader.con
    [kept] = quarantine.listed(con)
    assert (kept.subject, kept.sender, kept.source, kept.folder) == ("Hélp", "Zoé <zoe@x.example>", "inbox", "")
    assert quarantine.find(con, kept.id[:4].upper()) == [kept]
    assert [quarantine.find(con, word) for word in (kept.id[:3], "", "nope", "%%%%", "zzzz")] == [[]] * 5
    [verdict] = again(desk)
    assert quarantine.find(con, kept.id) == [Gone(kept.id, verdict.number)]
    assert isinstance(kept, Kept)


@pytest.mark.parametrize(
    "head",
    [
        b"", b"\n\n", b"\x00\xff", b"no colon at all", b"Subject: =?utf-8?q?=1B]52;c;eA=3D=3D=07?=\nFrom: \xff\x1b[31m\x9b <a@x>",
        b"Subject:" + b"x" * 200_000, b"A:\n" * 30_000, b"Subject: a\r b\r\rbody",
    ],
)  # fmt: skip
def test_headers_are_told_as_far_as_they_can_be_read(desk: Desk, head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_raw: bytes, **_more: bool) -> object:
        raise ValueError

    monkeypatch.setattr(reading, "parse", fails)
    desk.one(head + b"\n\nbody\n")
    [kept] = quarantine.listed(desk.reader.con)
    told = [*quarantine.heading(desk.reader.con, kept.mail_id), (kept.sender, kept.subject)]
    assert not {c for pair in told for c in "".join(pair)} & {chr(c) for c in (*range(32), *range(127, 160))}
    assert quarantine.raw(desk.reader.con, kept.mail_id) == head + b"\n\nbody\n"


def test_what_a_rebuild_cannot_read_is_kept_and_comes_back_as_it_was(desk: Desk) -> None:
    server = MemoryServer()
    for raw in (
        mail("Help", POISON, id="p@x"),
        mail("Re: Help", "B", id="b@x", in_reply_to="p@x"),
        mail("Solo", f"{POISON}!", id="s@x"),
    ):
        server.deliver(raw)
    engine(desk, server).run()
    numbers = {subject: number for number, subject in desk.reader.con.execute("SELECT number, subject FROM ticket")}
    solo = desk.reader.key(desk.reader.find(numbers["Solo"]))
    write.append(desk.store, [Event(new_id(), NOW, "me", solo, "assign", {"to": "zoe"})], POLICY)
    with yesterday():
        rebuild(desk.store, SETTINGS, POLICY)
    assert [row[2] for row in ledger(desk)] == ["quarantined", "message", "quarantined"]
    assert [each.subject for each in quarantine.listed(desk.reader.con)] == ["Help", "Solo"]
    assert all(audit.clean for audit in engine(desk, server).audit())
    again(desk)
    assert sorted(str(row[2]) for row in ledger(desk)) == ["message", "message", "ticket"]
    [row] = desk.reader.rows([desk.reader.find(numbers["Solo"])])
    assert (row.subject, row.assignee, row.messages) == ("Solo", "zoe", 1)
    [row] = desk.reader.rows([desk.reader.find(numbers["Help"])])
    assert row.messages == 2
    assert sound(desk)
