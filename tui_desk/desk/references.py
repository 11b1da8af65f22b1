"""The names by which mails speak of each other: what a mail answers and reports on, what may be signed by us, and what later
mails may find it by (behaviour 3).

Pure. A name is kept as it is read: a Message-ID, or one of our own making (`key_name`, `thread_index`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from tui_desk.desk.external import NONE, ExternalRefs
from tui_desk.mail.thread import Signature
from tui_desk.mail.types import Address, Mail
from tui_desk.values import dataclass

Kind = Literal["inbound", "outbound"]

KEY = "key:"
WRONG = "wrong:"
INDEX = "thread-index:"
MARK = "mark:"


@dataclass(frozen=True, slots=True)
class Context:
    """What is to be known beside the mail and the store."""

    source: str
    own_addresses: frozenset[str]
    verify: Callable[[str], Signature]
    """mail.thread.verify with the store's secret."""
    external: ExternalRefs = NONE
    arrived_at: int = 0
    """When the server took the mail (epoch seconds); 0: now."""


class Here(Protocol):
    """What the store knows of names."""

    def bears(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID is here."""

    def ticket(self, key: str) -> str | None:
        """The key of the ticket `key` stands for (itself, or what it was merged into)."""


def answered(mail: Mail) -> Iterator[str]:
    """The Message-IDs that a mail answers: References from newest to oldest, then In-Reply-To.

    An address of its people is none, whatever the header says.
    """
    ids = dict.fromkeys((*reversed(mail.references), *mail.in_reply_to))
    if ids:
        people = {a.email for a in (mail.from_, *mail.to, *mail.cc, *mail.reply_to)}
        for message_id in ids:
            if message_id != mail.message_id and message_id.lower() not in people:
                yield message_id


def signed_names(mail: Mail, kind: Kind) -> Iterator[str]:
    """What of a mail may bear a signature of ours: ids that it answers, tags of addresses, returned ids, its own."""
    yield from answered(mail)
    yield from (a.email for a in (*mail.to, *mail.cc) if "+" in a.email)
    yield from mail.tagged
    yield from returned(mail)
    if kind == "outbound":
        yield mail.message_id


def spoken_names(mail: Mail, kind: Kind, context: Context) -> Iterator[str]:
    """The names of other mails that this one speaks of: by any that two mails share they are in one ticket.

    Also those that look like ours and are not: `claims` says which of them count.
    """
    yield from answered(mail)
    yield from returned(mail)
    yield from context.external.names(mail)
    for name in signed_names(mail, kind):
        signature = context.verify(name)
        if signature.state == "valid":
            yield key_name(signature.ticket_key)


def own_names(mail: Mail) -> tuple[str, str]:
    """The names by which other mails may have spoken of this one before it came."""
    return mail.message_id, key_name(mail.content_hash[:32])


def key_name(ticket_key: str) -> str:
    """The mail that a ticket's key is made of, in the form references are kept in."""
    return f"{KEY}{ticket_key}"


def returned(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that a report on mail of ours names: of the mail that came back first."""
    bounce = mail.bounce
    if bounce is None:
        return ()
    return bounce.returned_ids or ((bounce.original_message_id,) if bounce.original_message_id else ())


def thread_index(mail: Mail) -> str:
    """The Thread-Index root in the form references are kept in, a person's address behind it."""
    return f"{INDEX}{mail.thread_index}"


def mark_name(mark: str) -> str:
    """A mark in the form references are kept in, the Message-ID that our outbox gave the mail behind it."""
    return f"{MARK}{mark}"


def believed(mail: Mail, names: Iterable[str], lookup: Here, context: Context) -> list[str]:
    """Of what a mail speaks of, what later mails may find it by."""
    false = {name for name in answered(mail) if forged(name, lookup, context)}
    return [n for n in names if n not in false and not (n.startswith(KEY) and lookup.ticket(n.removeprefix(KEY)))]


def claims(mail: Mail, requester: Address, lookup: Here, context: Context) -> Iterator[tuple[str, str]]:
    """(name, whose) of what a mail may be found by under conditions: its Thread-Index by people who take part, an id with a
    wrong signature by the very mail that bears it, a mail of our outbox by its mark."""
    if context.source == "outbox" and mail.mark:
        yield mark_name(mail.mark), mail.message_id
    if mail.thread_index and requester.email and requester.email not in context.own_addresses:
        yield thread_index(mail), requester.email
    for name in answered(mail):
        if forged(name, lookup, context):
            yield f"{WRONG}{name}", mail.content_hash[:16]


def forged(name: str, lookup: Here, context: Context) -> bool:
    """Looks like one of ours, is not signed by us, and no mail here bears it (after a restore, our old ones do).

    Other desks sign as we do: only what bears a domain of ours can be a forgery.
    """
    if context.verify(name).state != "wrong" or lookup.bears(name):
        return False
    domain = name.strip("<>").rpartition("@")[2].lower()
    return any(address.endswith(f"@{domain}") for address in context.own_addresses)
