"""What becomes of a mail: the rules of behaviour 1, 3 and 4 alone, without a store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from tui_desk.desk import intake
from tui_desk.desk.intake import Match, decide, written_at
from tui_desk.desk.references import Context
from tui_desk.mail.thread import sign, verify
from tui_desk.mail.types import Address, Automatic, Bounce, Mail

SECRET = b"s" * 32
US = Address("support@desk.example", "Support")
ALICE = Address("alice@x.example", "Alice")


@dataclass
class Shelf:
    """A lookup over plain sets."""

    contents: set[str] = field(default_factory=set)
    borne: set[str] = field(default_factory=set)
    spoken: dict[str, str] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=lambda: {"T1", "T2"})
    numbers: dict[str, str] = field(default_factory=lambda: {"4F2K": "T1"})
    shut: set[str] = field(default_factory=set)
    people: set[tuple[str, str]] = field(default_factory=set)
    roots: dict[str, str] = field(default_factory=dict)
    claimed: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)

    def has_content(self, content_hash: str) -> bool:
        return content_hash in self.contents

    def bears(self, message_id: str) -> bool:
        return message_id in self.borne

    def speaks_of(self, message_id: str) -> Match | None:
        ticket = self.spoken.get(message_id)
        return Match(ticket, message_id in self.borne) if ticket else None

    def ticket(self, key: str) -> str | None:
        return key if key in self.tickets else None

    def numbered(self, number: str) -> str | None:
        return self.numbers.get(number)

    def closed(self, ticket: str, at: int = 0) -> bool:
        return ticket in self.shut

    def rooted(self, key: str) -> str | None:
        return self.roots.get(key)

    def marked(self, mark: str) -> str | None:
        return None

    def on_its_way(self, mark: str) -> bool:
        return mark in self.leaving

    def untouched(self, ticket: str) -> bool:
        return ticket not in self.shut

    def claims(self, name: str) -> list[tuple[str, str]]:
        return self.claimed.get(name, [])

    def takes_part(self, ticket: str, email: str) -> bool:
        return (ticket, email) in self.people


def context(source: str = "inbox") -> Context:
    return Context(source, frozenset({US.email}), partial(verify, SECRET))


def test_the_newest_reference_wins_over_in_reply_to() -> None:
    shelf = Shelf(borne={"a", "b"}, spoken={"a": "T1", "b": "T2"})
    mail = Mail("m", "s", ALICE, references=("a", "b"), in_reply_to=("a",))
    assert (decide(mail, shelf, context()).rule, decide(mail, shelf, context()).ticket) == ("references", "T2")
    assert decide(Mail("m", "s", ALICE, in_reply_to=("a",)), shelf, context()).rule == "in_reply_to"


def test_a_signed_id_wins_over_all() -> None:
    shelf = Shelf(borne={"a"}, spoken={"a": "T2"})
    mail = Mail("m", "s", ALICE, references=(sign(SECRET, "T1", "desk.example"), "a"))
    assert (decide(mail, shelf, context()).rule, decide(mail, shelf, context()).ticket) == ("signed", "T1")


def test_a_token_in_the_recipient_is_enough() -> None:
    token = sign(SECRET, "T1", "desk.example").replace("desk.", "support+desk.", 1)
    assert decide(Mail("m", "s", ALICE, to=(Address(token),)), Shelf(), context()).ticket == "T1"


def test_forged_ids_are_told() -> None:
    mail = Mail("m", "s", ALICE, in_reply_to=(sign(b"x", "T1", "desk.example"),))
    decision = decide(mail, Shelf(), context())
    assert (decision.verdict, decision.flags) == ("ticket", ("warned",))
    known = Shelf(borne=set(mail.in_reply_to), spoken={mail.in_reply_to[0]: "T2"})
    assert (decide(mail, known, context()).ticket, decide(mail, known, context()).flags) == ("T2", ())


def test_forged_tokens_are_told_and_another_desks_are_its_own() -> None:
    token = sign(b"x", "T1", "desk.example").replace("desk.", "support+desk.", 1)
    decision = decide(Mail("m", "s", ALICE, to=(Address(token),)), Shelf(), context())
    assert (decision.verdict, decision.flags) == ("ticket", ("warned",))
    theirs = sign(b"x", "T1", "other.example")
    decision = decide(Mail("m", "s", ALICE, in_reply_to=(theirs,), cc=(Address(f"help+{theirs}"),)), Shelf(), context())
    assert (decision.verdict, decision.flags) == ("ticket", ())
    assert decide(Mail("m", "s", ALICE, in_reply_to=(theirs,)), Shelf(spoken={theirs: "T2"}), context()).ticket == "T2"


def test_a_token_of_a_mail_that_opened_no_ticket_names_the_ticket_it_is_in() -> None:
    mail = Mail("m", "s", ALICE, in_reply_to=(sign(SECRET, "K9", "desk.example"),))
    assert decide(mail, Shelf(), context()).verdict == "ticket"
    assert decide(mail, Shelf(roots={"K9": "T2"}), context()).ticket == "T2"
    assert decide(mail, Shelf(spoken={"key:K9": "T1"}), context()).ticket == "T1"


def test_an_address_is_no_id() -> None:
    shelf = Shelf(spoken={"bob@x.example": "T1"})
    assert (
        decide(Mail("m", "s", ALICE, to=(Address("bob@x.example"),), in_reply_to=("Bob@x.example",)), shelf, context()).verdict
        == "ticket"
    )


def test_a_mail_between_two_tickets_joins_what_nobody_works_on() -> None:
    shelf = Shelf(borne={"a", "b"}, spoken={"a": "T1", "b": "T2"})
    mail = Mail("m", "s", ALICE, references=("a", "b"))
    assert (decide(mail, shelf, context()).ticket, decide(mail, shelf, context()).joins) == ("T2", ("T1",))
    shelf.shut.add("T1")
    assert decide(mail, shelf, context()).joins == ()


def test_outlooks_index_is_believed_where_people_know_each_other() -> None:
    shelf = Shelf(claimed={"thread-index:aa": [("bob@x.example", "T1")]})
    mail = Mail("m", "s", ALICE, thread_index="aa")
    assert decide(mail, shelf, context()).verdict == "ticket"
    assert decide(replace(mail, cc=(Address("bob@x.example"),)), shelf, context()).rule == "thread_index"
    shelf.people.add(("T1", ALICE.email))
    assert decide(mail, shelf, context()).ticket == "T1"


def test_a_mail_does_not_answer_itself() -> None:
    shelf = Shelf(borne={"m"}, spoken={"m": "T1"})
    decision = decide(Mail("m", "s", ALICE, references=("m",)), shelf, context())
    assert (decision.verdict, decision.flags) == ("ticket", ("msgid_reused",))


def test_late_parent_and_join() -> None:
    shelf = Shelf(spoken={"m": "T1", "p": "T2"}, borne={"p"})
    assert decide(Mail("m", "s", ALICE), shelf, context()).rule == "late_parent"
    decision = decide(Mail("m", "s", ALICE, references=("p",)), shelf, context())
    assert (decision.ticket, decision.joins) == ("T2", ("T1",))


def test_closed_is_followed_up_by_people_only() -> None:
    shelf = Shelf(borne={"a"}, spoken={"a": "T1"}, shut={"T1"})
    person = Mail("m", "s", ALICE, references=("a",))
    machine = Mail("m", "s", ALICE, references=("a",), automatic=Automatic("reply", "Auto-Submitted"))
    assert (decide(person, shelf, context()).rule, decide(person, shelf, context()).follows) == ("follow_up", "T1")
    assert decide(machine, shelf, context()).ticket == "T1"
    assert decide(Mail("m", "s", US, to=(ALICE,), references=("a",)), shelf, context("sent")).ticket == "T1"


def test_numbers_are_believed_of_participants() -> None:
    mail = Mail("m", "Re: [#4F2K] hello", ALICE)
    assert decide(mail, Shelf(), context()).verdict == "ticket"
    assert decide(mail, Shelf(people={("T1", ALICE.email)}), context()).rule == "number"


def test_our_mail_about_an_order_is_not_filed_by_its_number() -> None:
    ours = Mail("m", "Your order #4F2K", US, to=(Address("new@x.example"),))
    hers = Mail("m", "Your order #4F2K", US, to=(ALICE,))
    shelf = Shelf(people={("T1", ALICE.email)})
    assert decide(ours, shelf, context("sent")).verdict == "ticket"
    assert decide(hers, shelf, context("sent")).ticket == "T1"


def test_bounce_finds_what_it_returns() -> None:
    bounce = Bounce((ALICE.email,), "5.1.1", "failed", "no", "a")
    mail = Mail("m", "s", Address("mailer-daemon@mx.example"), bounce=bounce, automatic=Automatic("bounce", "report"))
    assert decide(mail, Shelf(borne={"a"}, spoken={"a": "T1"}), context()).rule == "bounce"


def test_whose() -> None:
    form = Mail("m", "s", US, reply_to=(ALICE,))
    machine = Mail("m", "s", US, reply_to=(ALICE,), to=(US,), automatic=Automatic("reply", "x"))
    ours = Mail("m", "s", US, to=(US, ALICE))
    assert intake.whose(form, context()) == ("inbound", ALICE)
    assert intake.whose(machine, context())[0] == "outbound"
    assert intake.whose(ours, context()) == ("outbound", ALICE)
    assert intake.whose(Mail("m", "s", Address("agent@home.example"), to=(ALICE,)), context("sent")) == ("outbound", ALICE)


def test_copies() -> None:
    shelf = Shelf(contents={"h"})
    assert decide(Mail("m", "s", ALICE, content_hash="h"), shelf, context()).verdict == "duplicate"
    assert decide(Mail("m", "s", US, content_hash="h"), shelf, context("sent")).verdict == "delivery_copy"
    ours = sign(SECRET, "T1", "desk.example")
    assert decide(Mail(ours, "s", US), Shelf(borne={ours}), context()).verdict == "delivery_copy"


@given(st.integers(0, 1 << 34) | st.none(), st.integers(0, 1 << 34), st.integers(0, 1 << 34))
def test_written_at_is_within_its_bounds(date: int | None, internaldate: int, now: int) -> None:
    at = written_at(Mail("m", "s", ALICE, date=date), internaldate, now)
    assert internaldate - 86_400 <= at <= max(internaldate, now)
    if date is None:
        assert at == internaldate
    elif internaldate - 86_400 <= date <= now:
        assert at == date


def test_numbers_grow_where_they_meet() -> None:
    digest = "e1" * 32
    first = intake.number(digest, lambda _n: False)
    assert len(first) == 4
    second = intake.number(digest, {first}.__contains__)
    assert second.startswith(first)
    assert len(second) == 5
    assert set(second) <= set(intake.CROCKFORD)


@given(st.integers(0, 1 << 34), st.text(max_size=9), st.text(max_size=9))
def test_event_ids_are_uuid7_and_repeat(at: int, one: str, two: str) -> None:
    import uuid

    parsed = uuid.UUID(intake.event_id(at, one))
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122
    assert intake.event_id(at, one) == str(parsed)
    assert (intake.event_id(at, one) == intake.event_id(at, two)) == (one == two)
