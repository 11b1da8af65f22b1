"""Mail of ours that came back: which delivery, which ticket, which address (behaviour 4.3)."""

# ruff: noqa: E501 - the reports stand as they are sent

from __future__ import annotations

import pytest

from tests.store.shelf import DESK, NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.desk.events import Event, new_id
from tui_desk.mail.thread import sign
from tui_desk.store import contacts, outbox, outmark
from tui_desk.store.admin import rebuild
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.write import append

US = f"Support <{DESK}>"
ALICE = "alice@customer.example"


def report(
    names: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "550 no such user",
    id: str = "b@mx.example",
    at: int = NOW - 1000,
) -> bytes:
    """A delivery status notification about the mail whose headers are `names`."""
    from email.utils import formatdate

    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {DESK}\nSubject: Undelivered Mail Returned to Sender\nDate: {formatdate(at)}\n"
        f'Message-ID: <{id}>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        f"--B\n\nsorry\n\n--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {ALICE}\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n\n--B\nContent-Type: text/rfc822-headers\n\n{names}\n\n--B--\n"
    ).encode()


def asked_and_answered(desk: Desk, status: str = "pending") -> Verdict:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    desk.one(mail("Re: Where?", "Here.", from_=US, to=ALICE, id="a@desk.example", references=["q@x"], at=NOW - 2000), "sent")
    append(desk.store, [Event(new_id(), NOW - 1900, "bob", asked.ticket, "status", {"to": status})], POLICY)
    return asked


def of(desk: Desk, verdict: Verdict) -> tuple[str, list[str]]:
    """Status, and what became of the mails of ours."""
    ticket = desk.reader.find(verdict.number)
    thread = desk.reader.thread(ticket)
    return desk.reader.ticket(ticket).row.status, [m.delivery for m in thread if m.kind == "outbound"]


def test_a_failed_delivery_opens_the_ticket_and_marks_the_address(desk: Desk) -> None:
    asked = asked_and_answered(desk, "solved")
    bounce = desk.one(report("Message-ID: <a@desk.example>"))
    assert (bounce.kind, bounce.ticket) == ("message", asked.ticket)
    assert of(desk, asked) == ("open", ["bounced"])
    found = contacts.failing(desk.reader.con, [ALICE, "max@x.example"])
    assert {email: (f.why, f.ticket) for email, f in found.items()} == {ALICE: ("userunknown", asked.ticket)}


def test_a_temporary_one_is_a_note(desk: Desk) -> None:
    asked = asked_and_answered(desk)
    desk.one(report("Message-ID: <a@desk.example>", status="4.4.1", action="delayed", said="timed out"))
    assert of(desk, asked) == ("pending", ["delayed"])
    assert contacts.failing(desk.reader.con, [ALICE]) == {}


def test_one_given_up_after_days_opens_the_ticket_and_leaves_the_address_alone(desk: Desk) -> None:
    asked = asked_and_answered(desk)
    desk.one(report("Message-ID: <a@desk.example>", status="4.4.7", said="expired"))
    assert of(desk, asked) == ("open", ["bounced"])
    assert contacts.failing(desk.reader.con, [ALICE]) == {}


def test_a_new_ticket_stays_new_when_its_acknowledgement_comes_back(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    ours = mail(
        "Re: Where?",
        "We have it.",
        from_=US,
        to=ALICE,
        id="a@desk.example",
        at=NOW - 2000,
        headers=[("Auto-Submitted", "auto-replied")],
    )
    desk.ingest.add_outgoing(ours, ticket=asked.ticket, agent="system", at=NOW - 2000, automatic=True)
    desk.one(report("Message-ID: <a@desk.example>"))
    assert of(desk, asked) == ("new", ["bounced"])


def test_each_recipient_is_marked_with_its_own_reason(desk: Desk) -> None:
    asked_and_answered(desk)
    raw = report("Message-ID: <a@desk.example>").replace(
        b"--B\nContent-Type: text/rfc822-headers",
        b"Final-Recipient: rfc822; max@x.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\n\n"
        b"Final-Recipient: rfc822; eve@x.example\nAction: delayed\nStatus: 4.4.1\n\n--B\nContent-Type: text/rfc822-headers",
    )
    desk.one(raw)
    found = contacts.failing(desk.reader.con, [ALICE, "max@x.example", "eve@x.example"])
    assert {email: f.why for email, f in found.items()} == {ALICE: "userunknown", "max@x.example": "mailboxfull"}


def test_an_address_that_is_not_there_is_marked_though_the_code_is_temporary(desk: Desk) -> None:
    asked_and_answered(desk)
    desk.one(report("Message-ID: <a@desk.example>", status="4.1.1", said="450 4.1.1 User unknown in virtual alias table"))
    assert contacts.failing(desk.reader.con, [ALICE])[ALICE].why == "userunknown"


def test_it_ends_a_snooze(desk: Desk) -> None:
    asked = asked_and_answered(desk)
    append(desk.store, [Event(new_id(), NOW - 1800, "bob", asked.ticket, "snooze", {"until": NOW + 9999})], POLICY)
    desk.one(report("Message-ID: <a@desk.example>"))
    assert desk.reader.ticket(desk.reader.find(asked.number)).row.snoozed_until is None


def test_whoever_writes_again_is_reached_again(desk: Desk) -> None:
    asked_and_answered(desk)
    desk.one(report("Message-ID: <a@desk.example>"))
    desk.one(mail("Re: Where?", "I have a new mailbox.", id="t@x", references=["q@x"], at=NOW - 500))
    assert contacts.failing(desk.reader.con, [ALICE]) == {}


@pytest.mark.parametrize("late", ["answer", "question and answer"])
def test_a_report_that_was_here_before_its_mail(desk: Desk, late: str) -> None:
    """The inbox is read before the Sent folder, and the oldest mail may come last."""
    question = mail(id="q@x", at=NOW - 3000)
    answer = mail("Re: Where?", "Here.", from_=US, to=ALICE, id="a@desk.example", references=["q@x"], at=NOW - 2000)
    if late == "answer":
        desk.one(question)
    desk.one(report("Message-ID: <a@desk.example>"))
    desk.one(answer, "sent")
    if late != "answer":
        desk.one(question)
    asked = desk.reader.find("q@x")
    thread = desk.reader.thread(asked)
    assert [m.delivery for m in thread if m.kind == "outbound"] == ["bounced"]
    assert len(thread) == 3
    assert ALICE in contacts.failing(desk.reader.con, [ALICE])
    assert desk.reader.ticket(asked).row.status == "open"


def test_all_in_one_batch_is_the_same(desk: Desk) -> None:
    answer = mail("Re: Where?", "Here.", from_=US, to=ALICE, id="a@desk.example", references=["q@x"], at=NOW - 2000)
    arrivals = [
        Arrival(report("Message-ID: <a@desk.example>"), NOW),
        Arrival(mail(id="q@x", at=NOW - 3000), NOW),
        Arrival(answer, NOW, "sent"),
    ]
    desk.ingest.add(arrivals)
    asked = desk.reader.find("q@x")
    assert desk.reader.ticket(asked).row.status == "open"
    assert [m.delivery for m in desk.reader.thread(asked) if m.kind == "outbound"] == ["bounced"]


def test_a_late_solved_ticket_opens_again(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    desk.one(report("Message-ID: <a@desk.example>"))
    append(desk.store, [Event(new_id(), NOW - 1500, "bob", asked.ticket, "status", {"to": "solved"})], POLICY)
    desk.one(mail("Re: Where?", "Here.", from_=US, to=ALICE, id="a@desk.example", references=["q@x"], at=NOW - 2000), "sent")
    assert of(desk, asked) == ("open", ["bounced"])


def test_an_id_that_a_server_changed_is_found_by_our_mark(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    ours = mail("Re: Where?", "Here.", from_=US, to=ALICE, id="a@desk.example", at=NOW - 2000)
    queued = outbox.enqueue(
        desk.store, message_id="a@desk.example", ticket=asked.ticket, agent="bob", sender=DESK, recipients=[ALICE], mime=ours,
        now=NOW - 2000, not_before=NOW,
    )  # fmt: skip
    mark = outmark.mark_of(outbox.job(desk.store, queued).mime)
    desk.ingest.add_outgoing(ours, ticket=asked.ticket, agent="bob", at=NOW - 2000)
    bounce = desk.one(report(f"Message-ID: <changed@relay.example>\nX-Desk-Outbox: {mark}"))
    assert bounce.ticket == asked.ticket
    assert of(desk, asked)[1] == ["bounced"]


def test_our_signed_id_anywhere_in_the_returned_headers_leads_home(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    signed = sign(desk.store.secret, asked.ticket, "desk.example")
    bounce = desk.one(report(f"Message-ID: <changed@relay.example>\nReferences: <q2@x>\n <{signed}>"))
    assert bounce.ticket == asked.ticket


def test_a_customers_own_mail_that_came_back_is_not_ours(desk: Desk) -> None:
    asked = asked_and_answered(desk)
    desk.one(report("Message-ID: <q@x>"))
    assert of(desk, asked)[0] == "pending"
    assert contacts.failing(desk.reader.con, [ALICE]) == {}


def test_a_closed_ticket_keeps_its_peace_but_tells(desk: Desk) -> None:
    asked = asked_and_answered(desk, "closed")
    desk.one(report("Message-ID: <a@desk.example>"))
    assert of(desk, asked) == ("closed", ["bounced"])


def test_a_complaint_is_told_and_opens_nothing(desk: Desk) -> None:
    asked = asked_and_answered(desk)
    raw = (
        f"From: fbl@provider.example\nTo: {DESK}\nSubject: complaint\nDate: Sun, 15 Jun 2025 15:05:00 +0000\nMessage-ID: <c@p>\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=B\n\n--B\n\nabuse\n\n--B\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: abuse\nOriginal-Rcpt-To: {ALICE}\n\n--B\nContent-Type: message/rfc822\n\nMessage-ID: <a@desk.example>\n\ntext\n--B--\n"
    )
    assert desk.one(raw.encode()).ticket == asked.ticket
    assert of(desk, asked) == ("pending", ["complained"])


def test_a_rebuilt_store_is_the_same(desk: Desk) -> None:
    asked_and_answered(desk)
    desk.one(report("Message-ID: <a@desk.example>"))
    before = desk.exported()
    rebuild(desk.store, SETTINGS, POLICY)
    assert desk.exported() == before
    assert ALICE in contacts.failing(desk.reader.con, [ALICE])
