"""To which of our addresses a mail was written, and the queue that follows from it: the same in any order of arrival."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.shelf import NOW, Desk, mail
from tui_desk.config.own import Queues
from tui_desk.config.schema import Account, Settings
from tui_desk.desk.fold import Policy
from tui_desk.kpi.report import report
from tui_desk.store.admin import check, rebuild
from tui_desk.store.arrivals import Arrival, Source, Verdict
from tui_desk.store.ingest import Ingest
from tui_desk.store.ledger import Ledger
from tui_desk.store.queues import align

SUPPORT, BILLING = "support@desk.example", "billing@desk.example"
TWO = Settings(
    account=Account(address=SUPPORT, aliases=("help@desk.example", "@desk.example")),
    accounts={"billing": Account(address=BILLING, aliases=("invoices@desk.example",))},
    queues={"refunds": "refunds@desk.example"},
)
POLICY = Policy.from_settings(TWO)


class Two(Desk):
    """A store with two mailboxes."""

    def __init__(self, folder: Path, known: Settings = TWO) -> None:
        super().__init__(folder)
        self.ingest.close()
        self.ingest = Ingest(self.store, known, Policy.from_settings(known))
        with closing(Ledger(self.store.path)) as ledger:
            self.folders = {
                (a.address, role): ledger.folder(a.address, role.title(), role).id
                for a in known.mailboxes.values()
                for role in ("inbox", "sent")
            }

    def put(self, account: str, raw: bytes, source: Source = "inbox") -> Verdict:
        """A mail comes to a mailbox."""
        self.uid += 1
        folder = self.folders[account, source]
        [verdict] = self.ingest.add([Arrival(raw, NOW, source, folder, 1, self.uid)])
        return verdict

    @property
    def queues(self) -> list[str]:
        """The queue of each ticket."""
        return [row.queue for row in self.reader.page("", "", NOW)]


@contextmanager
def two(known: Settings = TWO) -> Iterator[Two]:
    with tempfile.TemporaryDirectory() as folder, closing(Two(Path(folder), known)) as desk:
        yield desk


def copy(to: str = "list@elsewhere.example", **headers: str) -> bytes:
    return mail(to=to, id="one@customer.example", headers=[(name.replace("_", "-"), value) for name, value in headers.items()])


@pytest.mark.parametrize(
    ("to", "cc", "queue"),
    [
        (SUPPORT, "", "support"),
        (BILLING, "", "billing"),
        (f"Bob <bob@x.example>, Billing <{BILLING.upper()}>", "", "billing"),
        ("bob@x.example", "invoices@desk.example", "billing"),
        ("billing+4f2k@desk.example", "", "billing"),
        ("refunds@desk.example", SUPPORT, "refunds"),
        (f"{BILLING}, {SUPPORT}", "", "billing"),
        ("paul@desk.example", "", "support"),
        ("paul@desk.example", BILLING, "billing"),
    ],
)
def test_to_and_cc_name_the_queue(to: str, cc: str, queue: str) -> None:
    with two() as desk:
        desk.put(SUPPORT, mail(to=to, headers=[("Cc", cc)] if cc else []))
        assert desk.queues == [queue]


@pytest.mark.parametrize(
    ("headers", "queue"),
    [
        ([("Delivered-To", BILLING)], "billing"),
        ([("X-Original-To", "refunds@desk.example"), ("Delivered-To", SUPPORT)], "support"),
        ([("Delivered-To", SUPPORT), ("X-Original-To", "refunds@desk.example")], "refunds"),
        ([("Envelope-To", "invoices+x@desk.example, other@x.example")], "billing"),
        ([("Delivered-To", "vmail@host.example")], "support"),
        ([], "support"),
    ],
)
def test_what_servers_wrote_names_it_where_to_does_not(headers: list[tuple[str, str]], queue: str) -> None:
    with two() as desk:
        desk.put(SUPPORT, mail(to="list@elsewhere.example", headers=headers))
        assert desk.queues == [queue]


def test_a_mail_that_came_to_two_mailboxes_is_one_ticket_and_stands_in_both() -> None:
    raw = mail(to=f"{BILLING}, {SUPPORT}", id="one@customer.example")
    with two() as desk:
        first = desk.put(SUPPORT, b"Delivered-To: support@desk.example\n" + raw)
        second = desk.put(BILLING, b"Delivered-To: billing@desk.example\n" + raw)
        assert (first.kind, second.kind) == ("ticket", "duplicate")
        assert second.mail_id == first.mail_id
        assert desk.queues == ["billing"]
        assert first.message_id is not None
        assert [place.folder for place in desk.reader.places(first.message_id)] == ["Inbox", "Inbox"]


def test_threads_go_across_the_mailboxes() -> None:
    with two() as desk:
        desk.put(SUPPORT, mail(id="one@customer.example"))
        answer = mail("Re: parcel", "And the bill?", to=BILLING, in_reply_to="one@customer.example", at=NOW - 60)
        desk.put(BILLING, answer)
        assert desk.queues == ["support"], "it stays where it began"


def test_what_we_write_to_ourselves_is_one_mail_of_ours() -> None:
    raw = mail("Move this please", "See below.", from_=f"Support <{SUPPORT}>", to=BILLING, id="own@desk.example")
    with two() as desk:
        sent = desk.put(SUPPORT, raw, "sent")
        came = desk.put(BILLING, b"Received: by mx\n" + raw)
        assert (sent.kind, came.kind) == ("ticket", "delivery_copy")
        assert desk.queues == ["billing"]
        [row] = desk.reader.page("", "", NOW)
        assert row.messages == 0 or desk.reader.thread(row.id)[0].kind == "outbound"


def test_a_colleague_of_our_domain_is_no_customer() -> None:
    with two() as desk:
        opened = desk.put(SUPPORT, mail(id="one@customer.example"))
        reply = mail(
            "Re: parcel",
            "It left today.",
            from_="Paul <paul@desk.example>",
            to="alice@customer.example",
            in_reply_to="one@customer.example",
        )
        desk.put(SUPPORT, reply)
        thread = desk.reader.thread(desk.reader.find(opened.number))
        assert [m.kind for m in thread] == ["inbound", "outbound"]


COPIES: list[tuple[str, bytes]] = [
    (SUPPORT, copy(Delivered_To=SUPPORT)),
    (BILLING, copy(Delivered_To=BILLING)),
    (BILLING, copy(Delivered_To="invoices@desk.example")),
    (SUPPORT, copy()),
    (BILLING, copy()),
    (SUPPORT, copy(X_Original_To="refunds@desk.example", Received="by mx")),
]


def _ended(copies: Sequence[tuple[str, bytes]]) -> tuple[list[str], str]:
    with two() as desk:
        for account, raw in copies:
            desk.put(account, raw)
        lived = desk.exported()
        queues = desk.queues
        assert not [line for line in check(desk.store, POLICY) if line[0] == "error"]
        rebuild(desk.store, TWO, POLICY)
        assert desk.exported() == lived
        assert desk.queues == queues
        return queues, lived


@pytest.mark.parametrize("chosen", [(0, 1), (0, 3, 4), (1, 2), (3, 5), (3, 4), (1, 4, 5)])
def test_blind_copies_end_in_the_same_queue_whichever_came_first(chosen: tuple[int, ...]) -> None:
    queues = {tuple(_ended([COPIES[n] for n in order])[0]) for order in permutations(chosen)}
    assert len(queues) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(range(len(COPIES))), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_any_copies_in_any_order(chosen: list[int], dice: object) -> None:
    shuffled = list(chosen)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _ended([COPIES[n] for n in chosen])[0] == _ended([COPIES[n] for n in shuffled])[0]


def test_a_query_finds_a_queue() -> None:
    with two() as desk:
        desk.put(SUPPORT, mail(to=SUPPORT))
        desk.put(BILLING, mail("Bill", to=BILLING))
        desk.put(BILLING, mail("Refund", to="refunds@desk.example"))
        subjects = {row.subject for row in desk.reader.page("queue:billing,refunds", "", NOW)}
        assert subjects == {"Bill", "Refund"}
        assert desk.reader.count('queue:"support"', "", NOW) == (1, False)
        assert desk.reader.count("-queue:Billing is:open", "", NOW) == (2, False)
        plan = " ".join(
            str(row) for row in desk.reader.con.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM ticket WHERE active = 1 AND queue = ? ORDER BY due_at, id", ("x",)
            )
        )  # fmt: skip
        assert "ticket_queue_due" in plan
        assert "TEMP B-TREE" not in plan


def test_figures_are_told_by_queue() -> None:
    with two() as desk:
        for n, to in enumerate((SUPPORT, BILLING, "invoices@desk.example")):
            desk.put(SUPPORT, mail(f"Question {n}", to=to))
        found = report(desk.reader.con, "all", NOW + 60, POLICY.calendar, by=("queue",))
        assert {group.name: group.figures.created for group in found.groups["queue"]} == {"support": 1, "billing": 2}
        assert found.figures.created == 3


def test_tickets_follow_when_the_settings_name_other_queues() -> None:
    with two() as desk:
        desk.put(SUPPORT, mail(to=SUPPORT))
        desk.put(BILLING, mail("Bill", to=BILLING))
        desk.put(SUPPORT, mail("Re: Bill", to="refunds@desk.example"))
        align(desk.store, Queues.of(TWO))
        assert sorted(desk.queues) == ["billing", "refunds", "support"]
        other = replace(TWO, queues={}, accounts={"money": TWO.accounts["billing"]})
        assert align(desk.store, Queues.of(other)) == 2
        assert align(desk.store, Queues.of(other)) == 0
        assert sorted(desk.queues) == ["money", "support", "support"]
        assert not [line for line in check(desk.store, Policy.from_settings(other)) if line[0] == "error"]
        one = Settings(account=TWO.account)
        assert align(desk.store, Queues.of(one)) == 1
        assert desk.queues == ["support"] * 3
        assert not [line for line in check(desk.store, Policy.from_settings(one)) if line[0] == "error"]


def test_tickets_that_could_not_follow_yet_are_not_called_wrong() -> None:
    """As where an earlier version's store meets a full disk. What is really wrong is told all the same."""
    with two() as desk:
        desk.put(SUPPORT, mail(to=SUPPORT))
        desk.put(BILLING, mail("Bill", to=BILLING))
        align(desk.store, Queues.of(TWO))
        other = Settings(account=TWO.account)
        policy = Policy.from_settings(other)
        [told] = [line for line in check(desk.store, policy) if line[0] != "ok"]
        assert told[:2] == (
            "warning",
            "Tickets: they are not in the queues of the settings yet, for the store could not be written",
        )
        with desk.store.begin() as con:
            con.execute("UPDATE ticket SET status = 'closed' WHERE id = (SELECT min(id) FROM ticket)")
        assert [line[0] for line in check(desk.store, policy) if line[0] != "ok"] == ["warning", "error"]
        align(desk.store, Queues.of(other))
        assert [line[0] for line in check(desk.store, policy) if line[0] != "ok"] == ["error"]
