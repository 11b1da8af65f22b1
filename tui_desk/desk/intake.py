"""What becomes of a mail: whose it is, which ticket it belongs to, and the rule that said so (behaviour 1, 3 and 4).

Pure: what is known already is asked of a `Lookup`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from tui_desk.desk.references import (
    WRONG,
    Context,
    Here,
    Kind,
    answered,
    forged,
    key_name,
    mark_name,
    own_names,
    returned,
    signed_names,
    thread_index,
)
from tui_desk.mail.thread import numbers_in
from tui_desk.mail.types import Address, Mail
from tui_desk.values import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """A ticket found by a Message-ID. `own`: a mail that bears the id is here; else mails only speak of it."""

    ticket: str
    own: bool


class Lookup(Here, Protocol):
    """What the store knows. Tickets are named by their keys; a merged one is answered with its target."""

    def has_content(self, content_hash: str) -> bool:
        """Whether a message of this content is here."""

    def speaks_of(self, message_id: str) -> Match | None:
        """The ticket whose mails bear or reference this Message-ID."""

    def rooted(self, key: str) -> str | None:
        """The ticket of the mail that the key is made of, where that mail opened none."""

    def marked(self, mark: str) -> str | None:
        """The ticket of the mail of ours that left with this X-Desk-Outbox."""

    def on_its_way(self, mark: str) -> bool:
        """Whether our outbox holds a mail with this X-Desk-Outbox of which it is not known here that it left."""

    def numbered(self, number: str) -> str | None:
        """The ticket with this number."""

    def closed(self, ticket: str, at: int = 0) -> bool:
        """Whether the ticket is closed for good, and a mail of `at` (epoch seconds; 0: now) is newer than all that is in it."""

    def untouched(self, ticket: str) -> bool:
        """Whether the ticket is open and no person has changed it: it may end in another that a mail ties it to."""

    def claims(self, name: str) -> Iterable[tuple[str, str]]:
        """(whose, ticket) of the mails that claimed this name (`claims`)."""

    def takes_part(self, ticket: str, email: str) -> bool:
        """Whether this address wrote or was written to in the ticket."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a mail."""

    verdict: Literal["ticket", "message", "duplicate", "delivery_copy"]
    """ticket: it opens one. message: it goes into `ticket`."""
    kind: Kind
    requester: Address
    rule: str
    ticket: str = ""
    follows: str = ""
    """The closed ticket that it answers: it opens a follow-up."""
    joins: tuple[str, ...] = ()
    """Other tickets that this mail belongs to as well: answers that came before it, or two ends of one thread whose middle it
    is. They are to end in `ticket`, so that tickets are the same whatever came first."""
    flags: tuple[str, ...] = ()


def decide(mail: Mail, lookup: Lookup, context: Context) -> Decision:
    """Whose mail it is, and which ticket it belongs to."""
    kind, requester = whose(mail, context)
    copy: Literal["delivery_copy", "duplicate"] = "delivery_copy" if kind == "outbound" else "duplicate"
    if _from_outbox(mail, lookup, context):
        return Decision("delivery_copy", "outbound", requester, "mark")
    if lookup.has_content(mail.content_hash):
        return Decision(copy, kind, requester, "content_hash")
    known = lookup.bears(mail.message_id)
    if known and kind == "outbound" and context.verify(mail.message_id).state == "valid":
        return Decision("delivery_copy", kind, requester, "signed")
    flags = ["msgid_reused"] if known else []
    if any(forged(name, lookup, context) for name in signed_names(mail, "inbound")):
        flags.append("warned")
    parents = list(_parents(mail, kind, requester, lookup, context)) or _by_number(mail, requester, lookup)
    children = [] if known else list(_children(mail, lookup, context))
    if not parents and not children:
        return Decision("ticket", kind, requester, "new", flags=tuple(flags))
    rule, ticket = parents[0] if parents else ("late_parent", children[0])
    if kind == "inbound" and mail.automatic is None and lookup.closed(ticket, context.arrived_at) and rule != "late_parent":
        return Decision("ticket", kind, requester, "follow_up", follows=ticket, flags=tuple(flags))
    others = [other for _rule, other in parents if other != ticket and lookup.untouched(other)]
    joins = tuple(dict.fromkeys(other for other in (*children, *others) if other != ticket))
    return Decision("message", kind, requester, rule, ticket, joins=joins, flags=tuple(flags))


def _from_outbox(mail: Mail, lookup: Lookup, context: Context) -> bool:
    """Whether it is a copy of what this desk sends, whatever servers made of its Message-ID and its text."""
    if not mail.mark or context.source == "outbox" or mail.from_.email not in context.own_addresses:
        return False
    return bool(list(lookup.claims(mark_name(mail.mark)))) or lookup.on_its_way(mail.mark)


def whose(mail: Mail, context: Context) -> tuple[Kind, Address]:
    """Inbound or outbound, and the person at the other end (behaviour 1.6).

    From one of our own addresses with a Reply-To that is not ours is a contact form: the requester is in Reply-To.
    """
    own = context.own_addresses
    others = [a for a in (*mail.to, *mail.cc) if a.email not in own]
    if context.source in ("sent", "outbox", "import_sent"):
        return "outbound", others[0] if others else mail.from_
    if mail.from_.email not in own:
        return "inbound", mail.from_
    answer_to = [a for a in mail.reply_to if a.email not in own]
    if answer_to and mail.automatic is None:
        return "inbound", answer_to[0]
    return "outbound", others[0] if others else mail.from_


def _parents(mail: Mail, kind: Kind, requester: Address, lookup: Lookup, context: Context) -> Iterator[tuple[str, str]]:
    """The rules that match and the tickets they find (behaviour 3, in its order); the first is the one that is told."""
    bounced = returned(mail)
    for name in signed_names(mail, kind):
        signature = context.verify(name)
        if signature.state == "valid":
            ticket = _signed(signature.ticket_key, lookup)
            if ticket is not None:
                yield "bounce" if name in bounced else "signed", ticket
    for message_id in answered(mail):
        match = None if forged(message_id, lookup, context) else lookup.speaks_of(message_id)
        if match is not None:
            yield "references" if message_id in mail.references else "in_reply_to", match.ticket
    for message_id in bounced:
        if (match := lookup.speaks_of(message_id)) is not None:
            yield "bounce", match.ticket
    if mail.bounce is not None and mail.bounce.mark and (ticket := lookup.marked(mail.bounce.mark)) is not None:
        yield "bounce", ticket
    for name in context.external.names(mail):
        if (match := lookup.speaks_of(name)) is not None:
            yield "external_ref", match.ticket
    if mail.thread_index:
        for person, ticket in lookup.claims(thread_index(mail)):
            if lookup.takes_part(ticket, requester.email) or person in {a.email for a in (mail.from_, *mail.to, *mail.cc)}:
                yield "thread_index", ticket


def _children(mail: Mail, lookup: Lookup, context: Context) -> Iterator[str]:
    """The tickets of mails that answered this one before it came."""
    for name in own_names(mail):
        if (match := lookup.speaks_of(name)) is not None:
            yield match.ticket
    if context.verify(mail.message_id).state == "wrong":
        yield from (ticket for _mail, ticket in lookup.claims(f"{WRONG}{mail.message_id}"))


def _signed(key: str, lookup: Lookup) -> str | None:
    """The ticket that a signature of ours names: by its key, by the mail that the key is made of, or by mails that name it."""
    ticket = lookup.ticket(key) or lookup.rooted(key)
    match = lookup.speaks_of(key_name(key)) if ticket is None else None
    return match.ticket if match is not None else ticket


def _by_number(mail: Mail, requester: Address, lookup: Lookup) -> list[tuple[str, str]]:
    """`#number` in the subject: believed of participants, and of us when we write to one.

    An order's number may look like a ticket's: that alone never files a mail.
    """
    for number in numbers_in(mail.subject):
        ticket = lookup.numbered(number)
        if ticket is not None and lookup.takes_part(ticket, requester.email):
            return [("number", ticket)]
    return []


def written_at(mail: Mail, internaldate: int, now: int) -> int:
    """When a mail counts as written: its Date within [internaldate - 24 h, now], else internaldate (kpi.md)."""
    if mail.date is None:
        return internaldate
    return max(internaldate - 86_400, min(mail.date, max(now, internaldate)))


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def number(content_hash: str, taken: Callable[[str], bool]) -> str:
    """A ticket's number: Crockford base32 of its first message's content hash, 4 characters and more where two meet."""
    return next(wished for wished in numbers(content_hash) if not taken(wished))


def numbers(content_hash: str) -> Iterator[str]:
    """The numbers that a ticket would like to have, the shortest first."""
    value, shift = int(content_hash, 16), len(content_hash) * 4
    digits = ""
    while shift >= 5:
        shift -= 5
        digits += CROCKFORD[value >> shift & 31]
        if len(digits) >= 4:
            yield digits


def event_id(at: int, *parts: str) -> str:
    """The id of an event that a mail causes: a uuid7 of its time and of a hash, so that every replica makes the same."""
    digest = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:10], "big")
    value = (at * 1000 & (1 << 48) - 1) << 80 | 0x7 << 76 | (digest >> 68 & 0xFFF) << 64 | 0b10 << 62 | digest & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
