"""A batch's rows: what is written of each mail that was filed, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tui_desk.desk.intake import Decision
from tui_desk.mail.types import Mail
from tui_desk.store import search
from tui_desk.store.arrivals import Arrival
from tui_desk.store.cards import Card, address
from tui_desk.text import one_line
from tui_desk.values import dataclass


@dataclass(slots=True)
class Item:
    """An arrival, read and packed. `cause`: it could not be read."""

    arrival: Arrival
    sha256: str
    data: bytes
    seen_at: int
    mail: Mail | None = None
    card: Card | None = None
    files: Sequence[str] = ()
    """The SHA-256 of each attachment; "" for what is on the server."""
    cause: str = ""
    ticket: str = ""
    """The ticket it is known to belong to (our own outgoing mail)."""
    agent: str = ""
    """Who wrote it (our own outgoing mail)."""
    mail_id: int = 0
    """It is in the store already: only what is derived is made (rebuild)."""


@dataclass(slots=True)
class Filed:
    """A mail that has its ticket. `at` is when it counts as written (epoch seconds)."""

    item: Item
    decision: Decision
    at: int
    message_id: int
    desk: str = ""
    """The address of ours that it was written to."""


def message_rows(filed: Iterable[Filed], ids: Mapping[str, int]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of cards, bodies, attachments, search and contacts, by table. `ids`: each ticket's id by its key."""
    made: dict[str, list[tuple[Any, ...]]] = {"message": [], "body": [], "attachment": [], "search": [], "contact": []}
    for each in filed:
        item, mail, card = each.item, each.item.mail, each.item.card
        if mail is None or card is None:
            continue
        made["message"].append(_message(each, mail, card, ids[item.ticket]))
        made["body"].append((each.message_id, card.text))
        for n, (a, sha256) in enumerate(zip(card.attachments, item.files, strict=True)):
            made["attachment"].append((each.message_id, n, a.name, a.content_type, a.size, sha256, a.inline, a.content_id))
        made["search"].append((each.message_id, *card.indexed))
        who, inbound = each.decision.requester, each.decision.kind == "inbound"
        made["contact"].append((address(who), one_line(who.name) if inbound else "", each.at, each.at))
    # In the order of their row ids FTS5 writes one segment; out of order, one for each step back.
    made["search"].sort()
    return made


def _message(filed: Filed, mail: Mail, card: Card, ticket_id: int) -> tuple[Any, ...]:
    item, decision = filed.item, filed.decision
    author, name = _author(item, mail, decision)
    rule = ",".join(filter(None, (decision.rule, card.automatic_rule)))
    return (
        filed.message_id, ticket_id, item.mail_id, filed.at, decision.kind, author, name, card.recipients, card.subject,
        one_line(mail.message_id), card.snippet, len(card.attachments), card.automatic, rule, _flags(item, mail, decision, card),
        filed.desk,
    )  # fmt: skip


def _author(item: Item, mail: Mail, decision: Decision) -> tuple[str, str]:
    if decision.kind == "inbound":
        return address(decision.requester), one_line(decision.requester.name or mail.from_.name)
    return item.agent or address(mail.from_), one_line(mail.from_.name)


def _flags(item: Item, mail: Mail, decision: Decision, card: Card) -> str:
    flags = [*decision.flags]
    if item.arrival.truncated:
        flags.append("truncated")
    if card.thanks and decision.kind == "inbound":
        flags.append("thanks")
    if mail.pixels:
        flags.append(f"pixels:{mail.pixels}")
    if mail.hidden:
        flags.append(f"hidden:{mail.hidden}")
    return " ".join(flags)


def _insert(table: str, columns: str, conflict: str = "") -> str:
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(', ')))}){conflict}"


INSERTS = {
    "mail": _insert(
        "mail",
        "id, sha256, content_hash, message_id, size, internaldate, seen_at, source, event_mark, truncated, quarantine",
    ),
    "raw": _insert("raw", "mail_id, data"),
    "ledger": _insert("ledger", "folder_id, uidvalidity, uid, mail_id, verdict, rule, flags, internaldate, gone, delivered"),
    "message": _insert(
        "message",
        "id, ticket_id, mail_id, at, kind, author, author_name, recipients, subject, message_id, snippet, attachments,"
        " automatic, rule, flags, desk",
    ),
    "body": _insert("body", "message_id, text"),
    "attachment": _insert("attachment", "message_id, ordinal, name, content_type, size, sha256, inline, content_id"),
    "search": search.INSERT,
    "reference": _insert(
        "reference", "message_id, ticket_id, own", " ON CONFLICT DO UPDATE SET ticket_id = excluded.ticket_id, own = excluded.own"
    ),
    "contact": """
        INSERT INTO contact (email, name, first_seen, last_seen, tickets) VALUES (?, ?, ?, ?, 0)
        ON CONFLICT (email) DO UPDATE SET
            name = CASE WHEN excluded.name <> '' AND (name = '' OR excluded.last_seen >= last_seen)
                        THEN excluded.name ELSE name END,
            first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)
    """,
}
