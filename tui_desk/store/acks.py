"""What acknowledging needs of the store: new tickets since it was switched on, what was sent lately, one decision a ticket.

The log holds both: `acknowledged` on the ticket (its id is made of the ticket's key, so there is one, whoever writes it), and
one entry under `desk:acknowledgements` for each that was sent, which the limits are counted from.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tui_desk.desk import ack, intake
from tui_desk.desk.events import SYSTEM, Event, new_id
from tui_desk.store import write
from tui_desk.store.due import ACKNOWLEDGING
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.desk.fold import Policy
    from tui_desk.store.connect import Connection
    from tui_desk.store.engine import Store

SENT = "desk:acknowledgements"
"""The name under which the log keeps what was sent."""
MOST = 200
"""New tickets looked at in one pass."""
FAR = 5000
"""Entries of the log without a ticket to decide on, after which they are noted as seen: an import makes many."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Since when tickets are acknowledged: epoch seconds, and the last entry of the log that was looked at."""

    since: int
    seq: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A new ticket that nobody decided on yet."""

    seq: int
    key: str
    id: int
    number: str
    status: str
    requester: str
    requester_name: str
    created_at: int
    first_due_at: int | None
    answered: bool
    historical: bool
    message: int | None
    """The message that opened it."""
    inbound: bool
    rule: str
    """What took it for automatic, "" for a person's."""
    source: str
    arrived_at: int


def mark(con: sqlite3.Connection) -> Mark | None:
    """Since when, None while it is switched off."""
    row = con.execute("SELECT value FROM meta WHERE key = ?", (ACKNOWLEDGING,)).fetchone()
    return None if row is None else Mark(**json.loads(row[0]))


def yesterday(con: sqlite3.Connection, now: int) -> Mark:
    """A mark of a day ago, to see what would have been done."""
    seq = con.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
    return Mark(now - ack.DAY, max(0, seq - 2000))


def switch_on(store: Store, now: int) -> None:
    """From now on; what is here already is not acknowledged."""
    with store.begin() as con:
        seq = con.execute("SELECT coalesce(max(seq), 0) FROM event").scalar_one()
        value = json.dumps({"since": now, "seq": seq})
        con.execute("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (ACKNOWLEDGING, value))


def switch_off(store: Store) -> None:
    """What comes from now on is not acknowledged, not even when it is switched on again."""
    with store.begin() as con:
        con.execute("DELETE FROM meta WHERE key = ?", (ACKNOWLEDGING,))


def advance(store: Store, seen: Mark, seq: int) -> None:
    """Everything up to `seq` is decided on. A mark that was set anew meanwhile stays."""
    with store.begin() as con:
        old, new = (json.dumps({"since": seen.since, "seq": n}) for n in (seen.seq, seq))
        con.execute("UPDATE meta SET value = ? WHERE key = ? AND value = ?", (new, ACKNOWLEDGING, old))


def history_to_come(con: sqlite3.Connection) -> bool:
    """Whether a followed folder has older mail that is not here yet."""
    return con.execute("SELECT 1 FROM folder WHERE history > 0 LIMIT 1").fetchone() is not None


def end(con: sqlite3.Connection) -> int:
    """How far the log goes."""
    return int(con.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def waiting(con: sqlite3.Connection, seen: Mark) -> list[Waiting]:
    """The tickets opened since, oldest first, that have no decision. Imported history is not asked about."""
    sql = """
        SELECT event.seq, ticket.key, ticket.id, ticket.number, ticket.status, ticket.requester, ticket.requester_name,
               ticket.created_at, ticket.first_due_at, ticket.messages_out > 0, ticket.historical, ticket.merged_into
        FROM event JOIN ticket ON ticket.key = event.ticket
        WHERE event.seq > ? AND event.type = 'opened' AND NOT ticket.historical
        AND NOT EXISTS (SELECT 1 FROM event AS told WHERE told.ticket = event.ticket AND told.type = 'acknowledged')
        ORDER BY event.seq LIMIT ?
    """
    return [_waiting(con, row) for row in con.execute(sql, (seen.seq, MOST)).fetchall()]


def _waiting(con: sqlite3.Connection, row: tuple[Any, ...]) -> Waiting:
    seq, key, ticket_id, number, status, requester, name, created, due, answered, historical, merged = row
    sql = """
        SELECT message.id, message.kind = 'inbound', message.automatic, message.rule, mail.source, mail.internaldate
        FROM message LEFT JOIN mail ON mail.id = message.mail_id
        WHERE message.ticket_id = ? AND message.kind IN ('inbound', 'outbound') ORDER BY message.at, message.id LIMIT 1
    """
    first = con.execute(sql, (ticket_id,)).fetchone() or (None, False, "", "", "", 0)
    rule = (first[3].rpartition(",")[2] or first[2]) if first[2] else ""
    return Waiting(
        seq, key, ticket_id, number, "merged" if merged else status, requester, name, created, due, bool(answered),
        bool(historical), first[0], bool(first[1]), rule, first[4] or "", first[5] or 0,
    )  # fmt: skip


def sent(con: Any, to: str, now: int) -> ack.Sent:
    """What left lately, in all and to `to`."""
    in_hour = in_day = all_in_hour = tripped = 0
    for at, data in _lately(con, now - ack.DAY):
        if data.get("tripped"):
            tripped = max(tripped, at)
            continue
        recent = at > now - ack.HOUR
        all_in_hour += recent
        if data.get("to") == to:
            in_day += 1
            in_hour += recent
    return ack.Sent(in_hour, in_day, all_in_hour, tripped)


def numbers_sent(con: Any, to: str, now: int) -> list[str]:
    """The reference numbers told to `to` within a day."""
    return [str(data.get("number", "")) for _at, data in _lately(con, now - ack.DAY) if data.get("to") == to]


def _lately(con: Any, since: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries since then, newest first."""
    sql = "SELECT at, data FROM event WHERE ticket = ? ORDER BY seq DESC"
    for at, data in con.execute(sql, (SENT,)):
        if at <= since:
            return
        yield at, json.loads(data)


class Decided(Exception):
    """Somebody else decided on this ticket."""


class Limited(Exception):
    """A limit is reached: which one."""

    def __init__(self, which: str) -> None:
        super().__init__(which)
        self.which = which


def note_sent(con: Connection, ticket: Waiting, to: str, message_id: str, now: int, policy: Policy) -> None:
    """In the transaction that queues the mail: count, and write it down. Raises Decided, Limited: then nothing is done."""
    reached = ack.limit(sent(con, to, now), now)
    if reached:
        raise Limited(reached)
    data = {"sent": True, "to": to, "message_id": message_id}
    if not write.append_in(con, [_event(ticket, now, data)], policy):
        raise Decided
    entry = {"to": to, "number": ticket.number}
    write.log(con, [Event(intake.event_id(now, SENT, ticket.key), now, SYSTEM, SENT, "acknowledged", entry, "acknowledgement")])


def note_refused(store: Store, ticket: Waiting, why: str, detail: str, now: int, policy: Policy) -> bool:
    """Write down why a ticket is not acknowledged; False where somebody else decided on it. It opens the breaker for `trips`."""
    with store.begin() as con:
        data = {"sent": False, "why": "breaker" if why == "trips" else why, "detail": detail}
        done = bool(write.append_in(con, [_event(ticket, now, data)], policy))
        if done and why == "trips":
            write.log(con, [Event(new_id(), now, SYSTEM, SENT, "acknowledged", {"tripped": True}, "acknowledgement")])
        return done


def _event(ticket: Waiting, now: int, data: dict[str, Any]) -> Event:
    """One a ticket: its id is the same whoever makes it."""
    return Event(intake.event_id(0, "acknowledged", ticket.key), now, SYSTEM, ticket.key, "acknowledged", data, "acknowledgement")
