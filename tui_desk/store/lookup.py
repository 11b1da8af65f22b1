"""What `desk.intake` asks of the store, answered for a whole batch of mails from a few queries and from the batch itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tui_desk.desk import intake, people, references
from tui_desk.desk.events import SYSTEM
from tui_desk.desk.intake import Match
from tui_desk.store import contacts, outmark
from tui_desk.store.inputs import IN
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.mail.types import Mail
    from tui_desk.store.connect import Connection


INDEXES = (references.INDEX, f"{references.INDEX}~")
"""What the names of Thread-Indexes stand between."""


@dataclass(slots=True)
class Known:
    """A ticket as intake sees it."""

    id: int
    key: str
    number: str
    status: str
    merged_into: str = ""
    fresh: bool = False
    """It was opened by this batch."""


class StoreLookup:
    """`desk.intake.Lookup` over one write transaction. The batch tells it what it adds.

    Of mails, those with ids under `before` are known, of the log what stands up to `upto` (a rebuild goes through the past).
    `names`: what a mail speaks of.
    """

    def __init__(
        self, con: Connection, mails: Iterable[Mail], before: int, names: Callable[[Mail], Iterable[str]], upto: int
    ) -> None:
        self._con = con
        self._before = before
        self._names = names
        self._upto = upto
        self._tickets: dict[str, Known | None] = {}
        self._keys: dict[int, str] = {}
        self._numbers: dict[str, str | None] = {}
        self._people: dict[str, set[str]] = {}
        self._came: dict[str, set[str]] = {}
        """Who came into each ticket with this batch."""
        self._claims: dict[str, dict[str, str]] = {}
        """Of each name that was asked for: whose mails claimed it, and their tickets."""
        self._of_ticket: dict[str, set[str]] = {}
        """The Thread-Indexes of each ticket that was asked for."""
        self.contents: dict[str, tuple[int, str]] = {}
        """(mail id, ticket key) of each content hash that is here; id 0 for one of this batch."""
        self._borne: set[str] = set()
        self._spoken: dict[str, tuple[str, bool]] = {}
        self._load(list(mails))

    # ------------------------------------------------------------------------------------- what intake asks (Lookup)

    def has_content(self, content_hash: str) -> bool:
        """Whether a message of this content is here."""
        return content_hash in self.contents

    def bears(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID is here."""
        return message_id in self._borne

    def speaks_of(self, message_id: str) -> Match | None:
        """The ticket whose mails bear or reference this Message-ID."""
        found = self._spoken.get(message_id)
        if found is None:
            return None
        ticket = self.ticket(found[0])
        return None if ticket is None else Match(ticket, found[1])

    def rooted(self, key: str) -> str | None:
        """The ticket of the mail that the key is made of, where that mail opened none."""
        here = next((ticket for content_hash, (_id, ticket) in self.contents.items() if content_hash.startswith(key)), "")
        sql = """
            SELECT ticket.key FROM mail JOIN message ON message.mail_id = mail.id JOIN ticket ON ticket.id = message.ticket_id
            WHERE mail.content_hash >= ? AND mail.content_hash < ? AND mail.id < ? LIMIT 1
        """
        row = (here,) if here else self._con.execute(sql, (key, f"{key}g", self._before)).first()
        return self.ticket(row[0]) if row is not None else None

    def ticket(self, key: str) -> str | None:
        """The key of the ticket `key` stands for (itself, or what it was merged into)."""
        seen: set[str] = set()
        found = self.known(key)
        while found is not None and found.merged_into and found.key not in seen:
            seen.add(found.key)
            found = self.known(found.merged_into)
        return found.key if found is not None else None

    def numbered(self, number: str) -> str | None:
        """The ticket with this number."""
        if number not in self._numbers:
            row = self._con.execute("SELECT key FROM ticket WHERE number = ?", (number,)).first()
            self._numbers[number] = row[0] if row else None
        key = self._numbers[number]
        return self.ticket(key) if key else None

    def marked(self, mark: str) -> str | None:
        """The ticket of the mail of ours that left with this X-Desk-Outbox. Asked of returned mail that names no id of ours."""
        key = outmark.sent_with(self._con, mark)[0]
        return self.ticket(key) if key else None

    def on_its_way(self, mark: str) -> bool:
        """Whether our outbox holds a mail with this X-Desk-Outbox of which it is not known here that it left."""
        return outmark.on_its_way(self._con, mark)

    def closed(self, ticket: str, at: int = 0) -> bool:
        """Whether the ticket is closed for good, or deleted: nobody would see what goes into it. But a mail older than what is
        in it is its history, which a store that began with the newest mail gets late: that opens nothing."""
        found = self.known(ticket)
        if found is None or found.status not in ("closed", "deleted"):
            return False
        sql = "SELECT max(at) FROM message WHERE ticket_id = ? AND kind IN ('inbound', 'outbound')"
        row = self._con.execute(sql, (found.id,)).first() if at else None
        return row is None or row[0] is None or at >= int(row[0])

    def untouched(self, ticket: str) -> bool:
        """Whether the ticket is open and neither a person nor the clock has changed it."""
        found = self.known(ticket)
        if found is None or found.status in ("closed", "spam", "deleted"):
            return False
        sql = "SELECT 1 FROM event WHERE ticket = ? AND seq <= ? AND (agent <> ? OR cause = 'clock') LIMIT 1"
        return self._con.execute(sql, (ticket, self._upto, SYSTEM)).first() is None

    def takes_part(self, ticket: str, email: str) -> bool:
        """Whether this address, or another of the same person, wrote or was written to in the ticket."""
        present = self.people(ticket)
        if email in present or not self._pointers:
            return email in present
        return any(other in present for other in people.addresses(email, self._pointers))

    @cached_property
    def _pointers(self) -> dict[str, str]:
        """The addresses that were merged into others, as far as the log is read."""
        return contacts.pointers(self._con, self._upto)

    def people(self, ticket: str) -> set[str]:
        """Everybody who wrote or was written to in the ticket."""
        if ticket not in self._people:
            people = self._people[ticket] = self._came.setdefault(ticket, set())
            found = self.known(ticket)
            sql = "SELECT author, recipients FROM message WHERE ticket_id = ? AND kind <> 'note'"
            for author, recipients in self._con.execute(sql, (found.id,)) if found is not None else ():
                people.add(author)
                people.update(recipients.split(", "))
        return self._people[ticket]

    def claims(self, name: str) -> list[tuple[str, str]]:
        """(whose, ticket) of the mails that claimed this name."""
        if name not in self._claims:
            self._load_claims({name})
        claims = sorted(self._claims[name].items())  # in one order, whatever came in one batch
        return [(whose, ticket) for whose, key in claims if (ticket := self.ticket(key)) is not None]

    def kin(self, ticket: str) -> str | None:
        """Another ticket that is part of the same Outlook thread, and one of whose senders takes part in this one."""
        for name in sorted(self._indexes(ticket)) if self._any_indexes else ():
            for person, other in self.claims(name):
                if other != ticket and self.takes_part(ticket, person) and self.untouched(other):
                    return other
        return None

    def _indexes(self, ticket: str) -> set[str]:
        if ticket not in self._of_ticket:
            found = self.known(ticket)
            sql = "SELECT message_id FROM reference WHERE ticket_id = ? AND message_id BETWEEN ? AND ?"
            rows = self._con.execute(sql, (found.id, *INDEXES)) if found is not None and not found.fresh else ()
            self._of_ticket[ticket] = {row[0].partition(" ")[0] for row in rows}
        return self._of_ticket[ticket]

    # ------------------------------------------------------------------------------------------ what the batch tells

    def known(self, key: str) -> Known | None:
        """The ticket `key` itself."""
        if key not in self._tickets:
            sql = "SELECT id, key, number, status, merged_into FROM ticket WHERE key = ?"
            row = self._con.execute(sql, (key,)).first()
            self._tickets[key] = Known(*row) if row else None
        return self._tickets[key]

    def taken(self, number: str) -> bool:
        """Whether a ticket has this number."""
        if number not in self._numbers:
            self.numbered(number)
        return self._numbers[number] is not None

    def opened(self, ticket: Known) -> None:
        """The batch opened a ticket."""
        self._tickets[ticket.key] = ticket
        self._numbers[ticket.number] = ticket.key

    def took(
        self,
        key: str,
        mail: Mail,
        people: Iterable[str],
        own: Iterable[str],
        spoken: Iterable[str],
        claims: Iterable[tuple[str, str]],
    ) -> list[tuple[str, bool]]:
        """The batch put a mail into a ticket; returns the references that are new or are borne only now."""
        self.contents[mail.content_hash] = (0, key)
        self._borne.add(mail.message_id)
        self._came.setdefault(key, set()).update(people)
        new: list[tuple[str, bool]] = []
        for message_id in own:
            if message_id not in self._spoken or not self._spoken[message_id][1]:
                self._spoken[message_id] = (key, True)
                new.append((message_id, True))
        for message_id in spoken:
            if message_id not in self._spoken:
                self._spoken[message_id] = (key, False)
                new.append((message_id, False))
        return new + [(self._claim(key, name, whose), False) for name, whose in claims]

    def renamed(self, message_id: str, key: str) -> None:
        """A mail of the ticket bears this Message-ID as well."""
        self._spoken[message_id] = (key, True)

    def _claim(self, key: str, name: str, whose: str) -> str:
        """Note that a mail in the ticket claims this name; returns the reference's."""
        self.claims(name)
        self._claims[name][whose] = key
        if name.startswith(references.INDEX):
            self._indexes(key).add(name)
            self._any_indexes = True
        return f"{name} {whose}"

    def joined(self, key: str, target: str) -> None:
        """The batch let a ticket end in another."""
        found = self.known(key)
        if found is not None:
            people, indexes = self.people(key), self._indexes(key)  # while they are still its own
            found.merged_into = target
            self.people(target).update(people)
            self._indexes(target).update(indexes)

    # ------------------------------------------------------------------------------------------------------- loading

    def _load(self, mails: list[Mail]) -> None:
        hashes = [mail.content_hash for mail in mails]
        sql = f"""
            SELECT mail.content_hash, mail.id, coalesce(ticket.key, '') FROM mail
            LEFT JOIN message ON message.mail_id = mail.id LEFT JOIN ticket ON ticket.id = message.ticket_id
            WHERE mail.quarantine = '' AND mail.content_hash IN {IN} AND mail.id < {self._before}
        """
        for content_hash, mail_id, key in self._all(sql, hashes):
            self.contents[content_hash] = (mail_id, key)
        self._tickets.update({content_hash[:32]: None for content_hash in hashes})
        sql = f"SELECT id, key, number, status, merged_into FROM ticket WHERE key IN {IN}"
        self._tickets.update({row[1]: Known(*row) for row in self._all(sql, list(self._tickets))})
        self._numbers = {next(intake.numbers(content_hash)): None for content_hash in hashes if content_hash not in self.contents}
        sql = f"SELECT number, key FROM ticket WHERE number IN {IN}"
        self._numbers.update(dict(self._all(sql, list(self._numbers))))
        own = [mail.message_id for mail in mails]
        sql = f"SELECT DISTINCT message_id FROM mail WHERE quarantine = '' AND message_id IN {IN} AND id < {self._before}"
        answered = {i for mail in mails for i in (*mail.references, *mail.in_reply_to)}
        self._borne.update(row[0] for row in self._all(sql, [*own, *answered]))
        self._any_indexes = bool(
            self._all(f"SELECT 1 FROM reference WHERE message_id BETWEEN '{INDEXES[0]}' AND '{INDEXES[1]}' LIMIT 1")
        )
        self._load_claims({references.thread_index(mail) for mail in mails if mail.thread_index})
        self.look_up({i for mail in mails for i in (*references.own_names(mail), *self._names(mail))})

    def look_up(self, names: Iterable[str]) -> None:
        """Learn what the store knows of names that the batch has not spoken of."""
        sql = f"""
            SELECT reference.message_id, ticket.key, reference.own, ticket.id, ticket.number, ticket.status, ticket.merged_into
            FROM reference JOIN ticket ON ticket.id = reference.ticket_id WHERE reference.message_id IN {IN}
        """
        for message_id, key, borne, *ticket in self._all(sql, [name for name in names if name not in self._spoken]):
            self._spoken[message_id] = (key, bool(borne))
            if key not in self._tickets or self._tickets[key] is None:
                self._tickets[key] = Known(ticket[0], key, ticket[1], ticket[2], ticket[3])

    def _load_claims(self, names: set[str]) -> None:
        sql = """
            SELECT asked.value, reference.message_id, ticket.key FROM json_each(?) AS asked
            JOIN reference ON reference.message_id > asked.value || ' ' AND reference.message_id < asked.value || '!'
            JOIN ticket ON ticket.id = reference.ticket_id ORDER BY reference.message_id
        """
        self._claims.update({name: {} for name in names})
        for name, reference, key in self._all(sql, sorted(names)) if names else ():
            self._claims[name][reference[len(name) + 1 :]] = key

    def _all(self, sql: str, values: list[str] | None = None) -> list[Any]:
        return self._con.execute(sql, (json.dumps(values),) if values is not None else ()).fetchall()
