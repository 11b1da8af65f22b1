"""Mail of ours that came back: which delivery it was, and what that does to the ticket and to the address (behaviour 4.3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tui_desk.desk import intake, people, references
from tui_desk.desk.events import SYSTEM, Event
from tui_desk.mail.reason import HARD
from tui_desk.store import outmark
from tui_desk.store.inputs import IN
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.mail.types import Bounce, Mail
    from tui_desk.store.connect import Connection
    from tui_desk.store.lookup import Known

_SILENT = frozenset({"spam", "deleted", "merged"})


def events(con: Connection, mail: Mail, ticket: Known, at: int, delivery: str = "", sent_at: int = 0) -> list[Event]:
    """What the report `mail` on a mail of `ticket` causes. `delivery`, `sent_at`: Message-ID and time of ours, where known."""
    bounce = mail.bounce
    if bounce is None or ticket.status in _SILENT:
        return []
    message_id = delivery or _delivery(con, bounce, ticket)
    if not message_id:
        return []
    at = max(at, (sent_at or _sent_at(con, message_id)) + 1)  # a server's clock may be behind: nothing returns before it leaves
    state = "bounced" if bounce.final else "complained" if bounce.action == "complained" else "delayed"
    said = one_line(bounce.diagnostic if bounce.status in bounce.diagnostic else f"{bounce.status} {bounce.diagnostic}").strip()
    data: dict[str, Any] = {"message_id": message_id, "state": state, "reason": said, "why": bounce.reason}
    data |= {"to": list(bounce.recipients), "status": bounce.status}
    made = [_event(at, ticket.key, "delivery", data, mail)]
    untouched = ticket.status == "new" and _by_itself(con, message_id)  # only our acknowledgement came back
    if bounce.final and ticket.status != "closed" and not untouched:
        made.append(_event(at, ticket.key, "status", {"to": "open"}, mail))
    each = bounce.each or [(email, bounce.reason, bounce.status) for email in bounce.recipients]
    for email, why, status in each if bounce.final else ():
        if "@" in email and (not status.startswith("4") or why in HARD):
            made.append(_event(at, people.key(email), "failing", {"why": why, "said": said, "ticket": ticket.key}, mail))
    return made


def waiting(con: Connection, keys: Iterable[str]) -> Iterator[tuple[Mail, int]]:
    """The reports that lie in the tickets `keys` already, and when each came: their mail of ours came late."""
    from tui_desk.mail.parse import parse
    from tui_desk.store.packing import unpacked

    sql = f"""
        SELECT raw.data, message.at FROM ticket JOIN message ON message.ticket_id = ticket.id
        JOIN raw ON raw.mail_id = message.mail_id
        WHERE ticket.key IN {IN} AND message.automatic IN ('bounce', 'delay', 'feedback')
    """
    for data, at in con.execute(sql, (json.dumps(sorted(filter(None, keys))),)).fetchall():
        yield parse(unpacked(data)), at


def names(mail: Mail, message_id: str) -> bool:
    """Whether the report speaks of this mail."""
    return message_id in references.returned(mail)[:1]


def _delivery(con: Connection, bounce: Bounce, ticket: Known) -> str:
    """The Message-ID of our mail: borne by an outgoing one here, or known by its mark; else as the report has it.

    "" where it is somebody else's mail that came back.
    """
    ids = list(dict.fromkeys(filter(None, (bounce.original_message_id, *bounce.returned_ids))))
    kinds = dict(con.execute(f"SELECT message_id, kind FROM message WHERE message_id IN {IN}", (json.dumps(ids),)).fetchall())
    if kinds.get(bounce.original_message_id) == "inbound":
        return ""
    if kinds.get(bounce.original_message_id) != "outbound" and bounce.mark:
        return outmark.sent_with(con, bounce.mark)[1] or bounce.original_message_id
    return bounce.original_message_id or _last(con, ticket)


def _sent_at(con: Connection, message_id: str) -> int:
    sql = "SELECT max(at) FROM message WHERE message_id = ? AND kind = 'outbound'"
    return int(con.execute(sql, (message_id,)).scalar_one() or 0)


def _by_itself(con: Connection, message_id: str) -> bool:
    """Whether the mail of ours was one that the desk wrote."""
    sql = "SELECT 1 FROM message WHERE message_id = ? AND kind = 'outbound' AND automatic <> ''"
    return con.execute(sql, (message_id,)).first() is not None


def _last(con: Connection, ticket: Known) -> str:
    """A report that names no id at all (it came to the ticket's own address): our newest mail."""
    sql = "SELECT message_id FROM message WHERE ticket_id = ? AND kind = 'outbound' ORDER BY at DESC, id DESC LIMIT 1"
    row = con.execute(sql, (ticket.id,)).first()
    return str(row[0]) if row is not None else ""


def _event(at: int, key: str, kind: Any, data: dict[str, Any], mail: Mail) -> Event:
    """Its id is made of the report alone: the same, whatever was known of our mail when it was made."""
    of = (key,) if kind == "failing" else ()
    return Event(intake.event_id(0, kind, mail.content_hash, *of), at, SYSTEM, key, kind, data, "bounce")
