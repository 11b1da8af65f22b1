"""An in-memory stand-in for the service, lively enough to draw with."""

from __future__ import annotations

import random
import threading
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.support.fake_writing import FakeMacros, Replies
from tui_desk import clock
from tui_desk.config.schema import Settings
from tui_desk.desk.ticket import FAR_FUTURE
from tui_desk.service.types import MailboxState, Outcome
from tui_desk.store.rows import AttachmentView, ContactView, EventView, MessageView, OutboxView, QueueRow, TicketView, ViewCount

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
PEOPLE = [
    ("Amélie Roux", "amelie.roux@example.fr"),
    ("Jean-Baptiste Lefèvre", "jb.lefevre@atelier.example"),
    ("Priya Natarajan", "priya@northwind.example"),
    ("Tom O'Hara", "tom@ohara.example"),
    ("山田 太郎", "yamada@tokyo.example"),
    ("Chloé Martin", "chloe@martin.example"),
    ("Ingrid Ødegård", "ingrid@fjord.example"),
    ("Wojciech Łuczak", "w.luczak@gdansk.example"),
]
SUBJECTS = [
    "Remboursement de la commande 4512",
    "Cannot sign in since this morning",
    "Facture de septembre en double",
    "Where is my parcel?",
    "配送先の変更をお願いします",
    "Export CSV vide depuis la mise à jour",
    "Invoice shows the wrong VAT number",
    "Changement d'adresse de livraison",
    "API returns 502 every few minutes",
    "[/bold] not a tag, [red]really[/red]",
    "Merci !",
    "Feature idea: dark mode on the customer portal, with a very long explanation of why it matters",
]
BODIES = [
    "Bonjour,\n\nj'ai été débitée deux fois pour la commande 4512. Pouvez-vous rembourser le second paiement ?\n\n"
    "Merci d'avance,\nAmélie\n\n-- \nAmélie Roux\nAtelier du Canal, 12 quai de Jemmapes, 75010 Paris",
    "Hi,\n\nsince the update this morning I cannot sign in any more: the page says *session expired* again and again. "
    "I tried Firefox and Chrome.\n\nSee https://status.example.com/incident/42 where others say the same.\n\nTom",
    "Bonjour,\n\nmerci pour votre réponse.\n\nLe 12 mars 2026 à 09:12, Support Acme <support@acme.test> a écrit :\n"
    "> Bonjour Amélie,\n> \n> pouvez-vous nous dire la date du paiement ?\n> \n> Bien à vous,\n> Alice",
    "Voilà la facture demandée.\n\nCordialement",
]
TAGS = ["refund", "vip", "livraison", "bug", "login", "facture"]


def number(i: int) -> str:
    """A ticket number of four signs."""
    out = ""
    i = i * 7919 + 100_003
    for _ in range(4):
        i, r = divmod(i, len(ALPHABET))
        out += ALPHABET[r]
    return out


class Tickets:
    """tickets: the verbs."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk

    def _each(self, numbers: list[str], words: str, **changes: Any) -> list[Outcome]:
        out = []
        self.desk.last = []
        for n in numbers:
            row = self.desk.by_number[n]
            self.desk.last.append(row)
            self.desk.put(replace(row, **changes))
            out.append(Outcome(n, "done", f"{n}: {words}", ("e",)))
        return out

    def status(self, numbers: list[str], to: str, cause: str = "") -> list[Outcome]:
        return self._each(numbers, to, status=to)

    def solve(self, numbers: list[str], cause: str = "") -> list[Outcome]:
        return self.status(numbers, "solved")

    def assign(self, numbers: list[str], agent: str | None, cause: str = "") -> list[Outcome]:
        return self._each(numbers, f"assigned to {agent}", assignee=agent or "")

    def take(self, numbers: list[str], cause: str = "") -> list[Outcome]:
        return self.assign(numbers, self.desk.agent)

    def priority(self, numbers: list[str], to: str, cause: str = "") -> list[Outcome]:
        return self._each(numbers, to, priority=to)

    def tag(self, numbers: list[str], add: Any = (), remove: Any = (), cause: str = "") -> list[Outcome]:
        out = []
        for n in numbers:
            row = self.desk.by_number[n]
            self.desk.put(replace(row, tags=tuple(sorted((set(row.tags) | set(add)) - set(remove)))))
            out.append(Outcome(n, "done", n))
        return out

    def snooze(self, numbers: list[str], until: int | None, on: str = "both", cause: str = "") -> list[Outcome]:
        return self._each(numbers, "snoozed", snoozed_until=until)

    def note(self, number: str, text: str, cause: str = "") -> list[Outcome]:
        return [Outcome(number, "done", "note")]

    def undo(self, numbers: list[str] | None) -> list[Outcome]:
        last, self.desk.last = self.desk.last, []
        for row in last:
            self.desk.put(row)
        return [Outcome(r.number, "done", "undone") for r in last]

    def tags(self) -> list[tuple[str, int]]:
        return [(t, 10) for t in TAGS]

    def agents(self) -> list[str]:
        return ["alice", "bob", "chloe"]

    def find(self, ref: str) -> int:
        return self.desk.by_number[ref.strip("#")].id

    def view(self, id: int) -> TicketView:
        row = self.desk.by_id[id]
        now = clock.now()
        return TicketView(
            row,
            "k" * 8,
            "email",
            now - 3600,
            None,
            None,
            now + 3000,
            now - 1800,
            now - 3000,
            2,
            1,
            1,
            0,
            False,
            "",
            3600,
            1800,
            None,
            None,
        )

    def thread(self, id: int, *, newest: int | None = None) -> list[MessageView]:
        row = self.desk.by_id[id]
        kinds = ["inbound", "outbound", "note", "inbound", "inbound"][: 1 + row.messages]
        out = []
        for n, kind in enumerate(kinds):
            who = (row.requester, row.requester_name) if kind == "inbound" else ("alice", "Alice Martin")
            files = (AttachmentView(0, "facture-2026-03.pdf", "application/pdf", 123_456, "ab" * 32, False),) if n == 3 else ()
            out.append(
                MessageView(
                    id * 10 + n,
                    row.created_at + n * 3000,
                    kind,
                    *who,
                    "support@acme.test",
                    row.subject,
                    f"m{n}@x",
                    BODIES[(id + n) % 4],
                    "",
                    "out_of_office" if n == 4 else "",
                    "",
                    (),
                    files,
                    "accepted" if kind == "outbound" else "",
                )
            )
        return out[-newest:] if newest else out

    def contact(self, email: str) -> ContactView:
        rows = tuple(r for r in self.desk.rows[:400] if r.requester == email)[:8]
        now = clock.now()
        return ContactView(email, rows[0].requester_name if rows else "", now - 9_000_000, now, len(rows), rows)

    def history(self, id: int) -> list[EventView]:
        return [EventView("e1", clock.now() - 900, "alice", "assign", '{"to": "alice"}', "key A", False)]

    def why(self, id: int) -> list[str]:
        return ["Threaded by References."]

    def raw(self, message_id: int) -> bytes:
        return b"From: x@y\r\nSubject: hi\r\n\r\nbody"


class Queue:
    """queue: the reads."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk

    def _match(self, query: str) -> list[QueueRow]:
        from tui_desk.errors import UsageError

        rows = self.desk.rows
        for word in query.split():
            if word.endswith(":"):
                raise UsageError(f"Nothing after {word!r} (column {query.index(word) + 1}).")
            match word.partition(":"):
                case ("view", _, "mine"):
                    rows = [r for r in rows if r.assignee == self.desk.agent and r.status != "solved"]
                case ("view", _, "unassigned"):
                    rows = [r for r in rows if not r.assignee and r.status != "solved"]
                case ("view", _, "pending") | ("is", _, "pending"):
                    rows = [r for r in rows if r.status == "pending"]
                case ("view", _, "solved") | ("is", _, "solved"):
                    rows = [r for r in rows if r.status == "solved"]
                case ("view", _, "open") | ("is", _, "open"):
                    rows = [r for r in rows if r.status in ("new", "open")]
                case ("view", _, _):
                    pass
                case ("tag", _, tag):
                    rows = [r for r in rows if tag in r.tags]
                case (text, _, _):
                    rows = [r for r in rows if text.lower() in (r.subject + r.requester_name).lower()]
        return rows

    def views(self) -> list[ViewCount]:
        names = ["Mine", "Unassigned", "Breaching", "Open", "Pending", "Snoozed", "Solved", "All"]
        return [ViewCount(n.lower(), n, f"view:{n.lower()}", len(self._match(f"view:{n.lower()}"))) for n in names]

    def count(self, query: str) -> tuple[int, bool]:
        return len(self._match(query)), False

    def ids(self, query: str) -> array[int]:
        return array("q", [r.id for r in self._match(query)])

    def rows(self, ids: Any) -> list[QueueRow]:
        return [self.desk.by_id[i] for i in ids]

    def page(self, query: str, after: Any, limit: int) -> list[QueueRow]:
        return self._match(query)[:limit]

    def changed(self, since: int) -> tuple[int, list[int]]:
        return since, []


class Box:
    """mailbox: states."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk

    def state(self) -> MailboxState:
        return MailboxState("watching", clock.now() - 12)

    def watch(self, on_state: Callable[[MailboxState], None], on_change: Callable[..., None]) -> Any:
        self.on_change = on_change
        on_state(self.state())
        stop = threading.Event()

        class Watcher:
            def stop(self) -> None:
                stop.set()

        return Watcher()


class Outbox:
    """outbox: one mail waits."""

    def list(self, states: Any = None) -> list[OutboxView]:
        now = clock.now()
        return [OutboxView(1, "4F2K", "Re: hi", ("a@b",), "queued", "alice", now + 12, 0, "", now, now, "m@x")]


class FakeDesk:
    """The Desk of docs/contracts.md, in memory."""

    def __init__(self, tickets: int = 300, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.profile = "demo"
        self.agent = "alice"
        self.last: list[QueueRow] = []
        dice = random.Random(7)
        now = clock.now()
        self.rows = []
        for i in range(1, tickets + 1):
            name, email = PEOPLE[dice.randrange(len(PEOPLE))]
            due = dice.choice([now - 720, now - 90_000, now + 1500, now + 6480, now + 90_000, FAR_FUTURE])
            self.rows.append(
                QueueRow(
                    i,
                    number(i),
                    SUBJECTS[dice.randrange(len(SUBJECTS))],
                    email,
                    name,
                    dice.choice(["new", "open", "open", "pending", "on_hold", "solved"]),
                    dice.choice(["normal", "normal", "normal", "high", "urgent", "low"]),
                    "question",
                    dice.choice(["", "alice", "bob"]),
                    tuple(sorted(dice.sample(TAGS, dice.randrange(3)))),
                    now - dice.randrange(60, 900_000),
                    now - dice.randrange(60, 90_000),
                    due,
                    None,
                    None,
                    dice.randrange(1, 5),
                    dice.randrange(2),
                )
            )
        self.rows.sort(key=lambda r: (r.due_at, r.id))
        self.by_id = {r.id: r for r in self.rows}
        self.by_number = {r.number: r for r in self.rows}
        self.tickets, self.queue, self.mailbox, self.outbox = Tickets(self), Queue(self), Box(self), Outbox()
        self.replies, self.macros = Replies(self), FakeMacros(self)

    def put(self, row: QueueRow) -> None:
        self.rows[next(i for i, r in enumerate(self.rows) if r.id == row.id)] = row
        self.by_id[row.id] = self.by_number[row.number] = row

    def tick(self, now: int) -> int:
        return 0

    def close(self) -> None:
        pass
