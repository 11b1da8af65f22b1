"""Order changes nothing: the same mails, in any order and any batches, are the same tickets.

The same: which messages are together. A ticket's number is that of whichever of its mails came first, and every number that
was ever given still finds the ticket that its mail is in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.store.shelf import DESK, NOW, POLICY, SETTINGS, Desk, mail
from tui_desk import clock
from tui_desk.config.schema import Threading
from tui_desk.desk.events import Event, new_id
from tui_desk.mail.parse import parse
from tui_desk.mail.thread import plus_address, sign, verify
from tui_desk.store import write
from tui_desk.store.admin import check, rebuild
from tui_desk.store.arrivals import Arrival
from tui_desk.store.ingest import Ingest

SECRET = b"a secret of the desk"
KNOWN = replace(SETTINGS, threading=Threading((r"\[(JIRA-\d)\]",)))
PEOPLE = ("alice@x.example", "bob@x.example", "carol@y.example", "dan@z.example")
ROOTS = ("AdExampleAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AdOtherBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=")
FORGED = sign(b"another", "k" * 32, "desk.example", nonce="abcdefgh")


@dataclass(frozen=True)
class Sheet:
    """What one mail says. Other mails are named by their place."""

    sender: int
    to: tuple[int, ...]
    answers: tuple[int, ...]
    in_reply_to: int | None
    token: int | None
    """A signed id or plus-address of the ticket that this mail opened, or would have."""
    plus: bool
    root: int | None
    tracker: int | None
    ours: bool
    forged: bool


SHEETS = st.lists(
    st.builds(
        Sheet,
        sender=st.integers(0, 3),
        to=st.lists(st.integers(0, 3), max_size=2).map(tuple),
        answers=st.lists(st.integers(0, 9), max_size=2).map(tuple),
        in_reply_to=st.none() | st.integers(0, 9),
        token=st.none() | st.none() | st.integers(0, 9),
        plus=st.booleans(),
        root=st.none() | st.integers(0, 1),
        tracker=st.none() | st.none() | st.integers(1, 2),
        ours=st.sampled_from([False, False, True]),
        forged=st.sampled_from([False, False, False, True]),
    ),
    min_size=2,
    max_size=7,
)


def raws(sheets: Sequence[Sheet]) -> list[tuple[bytes, bool]]:
    """The mails, and whether each is ours. Places beyond the last are mails that never came; a token is of an earlier mail."""
    made: list[tuple[bytes, bool]] = []
    bears = next((n for n, sheet in enumerate(sheets) if sheet.forged and sheet.ours), None)
    for n, sheet in enumerate(sheets):
        to = [DESK, *(PEOPLE[p] for p in sheet.to)] if not sheet.ours else [PEOPLE[sheet.sender], *(PEOPLE[p] for p in sheet.to)]
        answers = [f"m{a}@x.example" for a in dict.fromkeys(sheet.answers) if a != n]
        if sheet.forged and n != bears:
            answers.append(FORGED)
        if sheet.token is not None and sheet.token < n:
            key = parse(made[sheet.token][0]).content_hash[:32]
            if sheet.plus:
                to.append(plus_address(SECRET, key, DESK))
            else:
                answers.append(sign(SECRET, key, "desk.example", nonce=f"abcdefgh{'abcdefgh'[n]}"))
        made.append(
            (
                mail(
                    f"[JIRA-{sheet.tracker}] {n}" if sheet.tracker else f"Mail {n}",
                    f"Body {n}",
                    from_=DESK if sheet.ours else PEOPLE[sheet.sender],
                    to=", ".join(to),
                    id=FORGED if n == bears else f"m{n}@x.example",
                    references=answers,
                    in_reply_to=f"m{sheet.in_reply_to}@x.example" if sheet.in_reply_to not in (None, n) else "",
                    at=NOW - 5000 + n * 60,
                    headers=[("Thread-Index", ROOTS[sheet.root])] if sheet.root is not None else [],
                ),
                sheet.ours,
            )
        )
    return made


@contextmanager
def desk() -> Iterator[Desk]:
    before = clock.use(lambda: float(NOW))
    with tempfile.TemporaryDirectory() as folder:
        made = Desk(Path(folder))
        made.ingest.close()
        made.ingest = Ingest(made.store, KNOWN, POLICY, clerk=False)
        made.ingest.rules = replace(made.ingest.rules, verify=partial(verify, SECRET))
        try:
            yield made
        finally:
            made.close()
            clock.use(before)


def tickets(mails: Sequence[tuple[bytes, bool]], cuts: Sequence[int]) -> set[frozenset[str]]:
    """The parts that the mails fall into, taken in in batches that end at `cuts`; and every number finds its mail."""
    with desk() as made:
        arrivals = [Arrival(raw, NOW, "sent" if ours else "inbox") for raw, ours in mails]
        edges = sorted({0, len(mails), *(cut for cut in cuts if cut < len(mails))})
        verdicts = [v for a, b in pairwise(edges) for v in made.ingest.add(arrivals[a:b])]
        numbers = [(v.number, v.mail_id) for v in verdicts if v.number]
        for number, mail_id in numbers:
            found = made.reader.con.execute("SELECT ticket_id FROM message WHERE mail_id = ?", (mail_id,)).fetchone()
            assert made.reader.find(number) == found[0]
        found_parts: dict[int, set[str]] = {}
        for ticket, subject in made.reader.con.execute("SELECT ticket_id, subject FROM message"):
            found_parts.setdefault(ticket, set()).add(subject)
        return {frozenset(part) for part in found_parts.values()}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(SHEETS, st.data())
def test_any_order_and_any_batches_give_the_same_tickets(sheets: list[Sheet], data: st.DataObject) -> None:
    mails = raws(sheets)
    order = data.draw(st.permutations(range(len(mails))))
    cuts = data.draw(st.lists(st.integers(1, 6), max_size=3))
    expected = tickets(mails, range(1, len(mails)))
    note(f"{order} {cuts}")
    assert tickets([mails[n] for n in order], cuts) == expected


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(SHEETS, st.randoms(use_true_random=False))
def test_a_rebuild_makes_the_same_and_the_store_is_sound(sheets: list[Sheet], random: object) -> None:
    mails = raws(sheets)
    random.shuffle(mails)  # type: ignore[attr-defined]
    with desk() as made:
        for raw, ours in mails:
            made.ingest.add([Arrival(raw, NOW, "sent" if ours else "inbox")])
        assert [line for line in check(made.store, POLICY) if line[0] == "error"] == []
        before = made.exported()
        secret = made.store.secret
        made.store._secret = SECRET
        rebuild(made.store, KNOWN, POLICY)
        made.store._secret = secret
        assert made.exported() == before


ONE = Sheet(0, (), (), None, None, plus=False, root=None, tracker=None, ours=False, forged=False)
BOB, CAROL = replace(ONE, sender=1), replace(ONE, sender=2)
TIES: list[tuple[str, int, list[Sheet]]] = [
    ("a thread whose middle comes last", 1, [ONE, ONE, replace(ONE, answers=(0, 1))]),
    ("two answers to a mail that never came", 2, [replace(ONE, answers=(9,)), replace(ONE, in_reply_to=9), ONE]),
    ("an id of ours from another store", 1, [replace(ONE, ours=True, forged=True), *[replace(ONE, forged=True)] * 2]),
    ("a wrong signature that nobody bears", 3, [replace(ONE, forged=True), replace(BOB, forged=True), ONE]),
    ("a token of a mail that opened no ticket", 1, [ONE, replace(ONE, in_reply_to=0), replace(ONE, token=1, plus=True)]),
    ("a tracker's id and a reference", 1, [replace(ONE, tracker=1), ONE, replace(ONE, answers=(1,), tracker=1)]),
    ("Outlook: who is in copy takes part", 2, [replace(ONE, root=0, to=(1,)), replace(BOB, root=0), replace(CAROL, root=0)]),
    ("Outlook: who is put in copy later", 1, [replace(ONE, root=0), replace(BOB, root=0), replace(CAROL, to=(1,), answers=(0,))]),
    ("Outlook: a stranger stays one", 2, [replace(ONE, root=0), replace(BOB, root=0)]),
]


@pytest.mark.parametrize(("what", "parts", "sheets"), TIES, ids=[tie[0] for tie in TIES])
def test_each_tie_holds_in_every_order(what: str, parts: int, sheets: list[Sheet]) -> None:
    mails = raws(sheets)
    found = {frozenset(tickets(order, cuts)) for order in permutations(mails) for cuts in ([], [1, 2])}
    assert len(found) == 1, what
    assert len(next(iter(found))) == parts


def test_what_was_done_to_a_ticket_that_ended_in_another_stays_done() -> None:
    with desk() as made:
        answer = made.one(mail("Re: Q", "R", id="r@x", in_reply_to="q@x"))
        write.append(made.store, [Event(new_id(), NOW, "me", answer.ticket, "assign", {"to": "zoe"})], POLICY)
        first = made.one(mail("P", "P", id="p@x"))
        joined = made.one(mail("Q", "Q", id="q@x", references=["p@x"]))
        assert (joined.number, made.reader.find(answer.number)) == (first.number, made.reader.find(first.number))
        made.one(mail("More", "M", id="m@x", references=["p@x"]))
        made.one(mail("Root", "O", id="o@x", references=["n@x"]))
        last = made.one(mail("N", "N", id="n@x", references=["p@x"]))
        rows = made.reader.rows([made.reader.find(n) for n in (answer.number, first.number, last.number)])
        assert {(row.id, row.assignee) for row in rows} == {(rows[0].id, "zoe")}
        assert [line for line in check(made.store, POLICY) if line[0] == "error"] == []


def test_a_ticket_that_a_person_works_on_does_not_end_in_another_by_an_odd_header() -> None:
    with desk() as made:
        one, two = made.one(mail("A", "A", id="a@x")), made.one(mail("B", "B", id="b@x"))
        write.append(made.store, [Event(new_id(), NOW, "me", one.ticket, "priority", {"to": "high"})], POLICY)
        both = made.one(mail("C", "C", id="c@x", references=["a@x", "b@x"]))
        assert both.number == two.number
        assert made.reader.find(one.number) != made.reader.find(two.number)


def test_pointers_point_to_the_end_of_a_chain() -> None:
    with desk() as made:
        x, a, b = (made.one(mail(n, n, id=f"{n}@x", references=[to])) for n, to in (("x", "m@x"), ("a", "z@x"), ("b", "y@x")))
        write.append(made.store, [Event(new_id(), NOW, "me", x.ticket, "tag", {"add": ["vip"]})], POLICY)
        for name, to in (("m", "a@x"), ("z", "b@x")):
            made.one(mail(name, name, id=f"{name}@x", references=[to]))
        pointers = made.reader.con.execute("SELECT key, merged_into FROM ticket WHERE merged_into <> ''").fetchall()
        assert sorted(pointers) == sorted([(x.ticket, b.ticket), (a.ticket, b.ticket)])
        assert [row.tags for row in made.reader.rows([made.reader.find(x.number)])] == [("vip",)]
        assert [line for line in check(made.store, POLICY) if line[0] == "error"] == []


def test_a_rebuild_in_one_batch_joins_as_the_single_mails_did() -> None:
    sheets = [replace(ONE, root=0), replace(CAROL, root=0, to=(0,)), replace(BOB, root=0, to=(0,))]
    for mails in permutations(raws(sheets)):
        with desk() as made:
            for raw, _ours in mails:
                made.one(raw)
            before = made.exported()
            rebuild(made.store, KNOWN, POLICY)
            assert made.exported() == before
