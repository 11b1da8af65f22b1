"""Events in, tickets out: the only code that writes ticket rows. One transaction holds the events, the folds they cause,
and all that is counted from them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from tui_desk.desk.events import Event, new_id
from tui_desk.desk.fold import Policy, fold
from tui_desk.desk.ticket import STATE_TYPES, Ticket
from tui_desk.store import inputs, notes, rollups
from tui_desk.store.inputs import ALL, IN, Before, Inputs
from tui_desk.text import one_line
from tui_desk.values import replace

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection
    from tui_desk.store.engine import Store

CHANGES_KEPT = 20_000
"""How many rows of `change` are kept; a console that missed more reads everything again."""


def append(store: Store, events: Iterable[Event], policy: Policy) -> list[Event]:
    """Write the events that are new (by id) and what they change; returns those. Raises StoreError and its kind."""
    with store.begin() as con:
        return append_in(con, events, policy)


def undo(store: Store, event_ids: Iterable[str], agent: str, at: int, policy: Policy, cause: str = "") -> list[Event]:
    """Append an `undo` for each event, on the ticket it belongs to."""
    with store.begin() as con:
        wanted = (json.dumps(list(event_ids)),)
        rows = con.execute(f"SELECT id, ticket FROM event WHERE id IN {IN} ORDER BY seq DESC", wanted)
        return append_in(con, [Event(new_id(), at, agent, ticket, "undo", {"event": e}, cause) for e, ticket in rows], policy)


def append_in(con: Connection, events: Iterable[Event], policy: Policy) -> list[Event]:
    """`append` inside a transaction that is under way."""
    new = log(con, events)
    refold(con, policy, {event.ticket for event in new})
    return new


def log(con: Connection, events: Iterable[Event]) -> list[Event]:
    """Write the log entries that are new, without folding; returns those."""
    given = {event.id: event for event in events}
    if not given:
        return []
    there = con.execute(f"SELECT id FROM event WHERE id IN {IN}", (json.dumps(list(given)),))
    known = {row[0] for row in there}
    new = [event for event in given.values() if event.id not in known]
    if new:
        con.executemany(
            "INSERT INTO event (id, at, agent, ticket, type, data, cause, v) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(e.id, e.at, e.agent, e.ticket, e.type, _json(e.data), one_line(e.cause), e.v) for e in new],
        )
    return new


def refold(
    con: Connection,
    policy: Policy,
    keys: Collection[str],
    fresh: Mapping[str, tuple[int, str]] | None = None,
    joins: Mapping[str, str] | None = None,
    upto: int = ALL,
) -> None:
    """Fold the tickets `keys` again and write all that follows from it.

    `fresh` gives (id, number) of tickets that have no row yet (else one is made for a ticket with an `opened` event);
    `joins` the tickets that end in another: their messages are there already, a pointer stays. `upto`: the log is read
    as far as this `seq` (a rebuild goes through the past).
    """
    if not keys:
        return
    joins, fresh = joins or {}, fresh or {}
    there = inputs.before(con, {*keys, *joins, *joins.values()})
    # An event of a merged ticket changes its target.
    merged = {b.key: b.merged_into for b in there.values() if b.merged_into} | dict(joins)
    there |= inputs.before(con, {target for target in merged.values() if target not in there})
    # What ended in a ticket that ends in another now points there, too.
    moved = [key for key in merged_into(con, joins) if key not in joins] if joins else []
    there |= inputs.before(con, moved)
    ids = {b.key: b.id for b in there.values()} | {key: ticket_id for key, (ticket_id, _) in fresh.items()}
    numbers = {b.key: b.number for b in there.values()} | {key: number for key, (_, number) in fresh.items()}
    wanted = {_target(key, merged) for key in (*keys, *joins)}
    _give_ids(con, wanted, ids, upto)
    ended = merged_into(con, {*wanted, *joins}) | merged
    aliases = {key: _target(key, ended) for key in ended}
    loaded = inputs.load(con, {ids[key]: key for key in wanted if key in ids}, aliases, upto)
    folds = [(key, folded(key, numbers.get(key, ""), made, policy), made.attachments) for key, made in loaded.items()]
    folds += [(key, _pointer(con, key, numbers.get(key, ""), aliases[key], policy), 0) for key in (*joins, *moved)]
    if folds:
        _write(con, ids, there, folds, policy)
    for key, made in loaded.items():
        notes.keep(con, ids[key], made.events)


def _target(key: str, merged: Mapping[str, str]) -> str:
    """Where the pointers from `key` end."""
    for _ in range(len(merged) + 1):
        if key not in merged:
            break
        key = merged[key]
    return key


def merged_into(con: Connection, keys: Iterable[str]) -> dict[str, str]:
    """The tickets that ended in any of `keys`: their key to its."""
    sql = f"""
        WITH RECURSIVE ended (key, target) AS (
            SELECT key, merged_into FROM ticket WHERE merged_into <> '' AND merged_into IN {IN}
            UNION SELECT ticket.key, ended.target FROM ended JOIN ticket ON ticket.merged_into = ended.key
            WHERE ticket.merged_into <> ''
        ) SELECT key, target FROM ended
    """
    return {row[0]: row[1] for row in con.execute(sql, (json.dumps(list(keys)),))}


def _give_ids(con: Connection, keys: Iterable[str], ids: dict[str, int], upto: int) -> None:
    """Ids for tickets that an `opened` event alone has made (no mail yet). Other unknown keys are left aside."""
    unknown = [key for key in keys if key not in ids]
    if not unknown:
        return
    sql = f"SELECT DISTINCT ticket FROM event WHERE type = 'opened' AND ticket IN {IN} AND seq <= ?"
    opened = {row[0] for row in con.execute(sql, (json.dumps(unknown), upto))}
    following = next_id(con)
    for key in unknown:
        if key in opened:
            ids[key] = following
            following += 1


def next_id(con: Connection) -> int:
    """The id of the next new ticket (the transaction holds the write lock)."""
    return int(con.execute("SELECT coalesce(max(id), 0) + 1 FROM ticket").scalar_one())


def folded(key: str, number: str, made: Inputs, policy: Policy) -> Ticket:
    """One ticket, folded; who was written to is its requester where nobody wrote in."""
    ticket = fold(key, number, made.events, made.messages, policy)
    return ticket if ticket.requester else replace(ticket, requester=made.written_to)


def _pointer(con: Connection, key: str, number: str, target: str, policy: Policy) -> Ticket:
    """What stays of a ticket that ended in another."""
    opened = [e for e in inputs.events(con, [key]).get(key, ()) if e.type == "opened"]
    return replace(fold(key, number, opened, [], policy), status="merged", merged_into=target, cycles=(), spans=())


_FOLDED = (
    "key", "number", "status", "priority", "channel", "requester", "created_at", "updated_at", "last_inbound_at",
    "last_outbound_at", "waiting_since", "snoozed_until", "wake_on", "first_reply_at", "first_reply_agent", "first_solved_at",
    "solved_at", "solved_by", "closed_by_clock", "opened_by", "historical", "thanks", "messages_in", "messages_out", "notes",
    "reopens", "real_reopens", "closed_without_reply", "due_at", "first_due_at", "first_response_cal", "first_response_biz",
    "first_resolution_cal", "first_resolution_biz", "full_resolution_cal", "full_resolution_biz", "net_resolution_cal",
    "net_resolution_biz", "merged_into", "queue",
)  # fmt: skip
_CLEANED = ("subject", "type", "assignee", "requester_name")
_folded_values = attrgetter(*_FOLDED)
_cleaned_values = attrgetter(*_CLEANED)
TICKET_COLUMNS = ("id", *_FOLDED, *_CLEANED, "tags", "active", "attachments")
_UPSERT = (
    f"INSERT INTO ticket ({', '.join(TICKET_COLUMNS)}, version) VALUES ({', '.join('?' * len(TICKET_COLUMNS))}, 1)"
    " ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{c} = excluded.{c}" for c in TICKET_COLUMNS if c not in ("id", "key"))
    + ", version = version + 1"
)


def row_of(ticket_id: int, ticket: Ticket, attachments: int) -> tuple[Any, ...]:
    """A ticket as its row: TICKET_COLUMNS."""
    texts = [one_line(text) for text in _cleaned_values(ticket)]
    tags = " ".join(one_line(tag).replace(" ", "_") for tag in ticket.tags)
    return (ticket_id, *_folded_values(ticket), *texts, tags, int(ticket.active), attachments)


def _write(
    con: Connection, ids: Mapping[str, int], there: Mapping[str, Before], folds: list[tuple[str, Ticket, int]], policy: Policy
) -> None:
    con.executemany(_UPSERT, [row_of(ids[key], ticket, attachments) for key, ticket, attachments in folds])
    _write_parts(con, [(ids[key], ticket) for key, ticket, _ in folds], [there[key].id for key, *_ in folds if key in there])
    sums: rollups.Sums = {}
    for key, ticket, _ in folds:
        if key in there:
            rollups.add(sums, there[key].given, -1, policy.calendar.day)
        rollups.add(sums, rollups.Given.of(ticket), 1, policy.calendar.day)
    rollups.write(con, sums)
    was = [there[key].given.status for key, *_ in folds if key in there]
    rollups.count_statuses(con, was, [ticket.status for _, ticket, _ in folds])
    _count_requesters(con, there, folds)
    con.executemany("INSERT INTO change (ticket_id) VALUES (?)", [(ids[key],) for key, *_ in folds])
    con.execute("DELETE FROM change WHERE seq <= (SELECT max(seq) FROM change) - ?", (CHANGES_KEPT,))


def requeue(con: Connection, queues: Collection[tuple[str, int]]) -> int:
    """Write the queue of tickets that a fold would give, and no more: (queue, ticket id) each. Returns how many."""
    con.executemany("UPDATE ticket SET queue = ? WHERE id = ?", queues)
    return len(queues)


def _write_parts(con: Connection, folds: list[tuple[int, Ticket]], known: list[int]) -> None:
    """Tags, cycles and status spans: those of before go, those of now come."""
    for table in ("ticket_tag", "cycle", "status_span") if known else ():
        con.execute(f"DELETE FROM {table} WHERE ticket_id IN {IN}", (json.dumps(known),))
    tags = [(i, one_line(tag).replace(" ", "_"), int(t.active), t.due_at) for i, t in folds for tag in t.tags]
    cycles = [
        (i, n, c.asked_at, c.answered_at, c.agent, c.cal, c.biz, c.dropped) for i, t in folds for n, c in enumerate(t.cycles)
    ]
    spans = [(i, n, s.status, STATE_TYPES[s.status], s.began_at, s.ended_at) for i, t in folds for n, s in enumerate(t.spans)]
    if tags:
        con.executemany("INSERT OR IGNORE INTO ticket_tag (ticket_id, tag, active, due_at) VALUES (?, ?, ?, ?)", tags)
    if cycles:
        con.executemany(
            "INSERT INTO cycle (ticket_id, ordinal, asked_at, answered_at, agent, cal, biz, dropped)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            cycles,
        )
    if spans:
        con.executemany(
            "INSERT INTO status_span (ticket_id, ordinal, status, state_type, began_at, ended_at) VALUES (?, ?, ?, ?, ?, ?)",
            spans,
        )


def _count_requesters(con: Connection, there: Mapping[str, Before], folds: list[tuple[str, Ticket, int]]) -> None:
    """How many tickets each person has asked for; a pointer to another ticket is none."""
    moves: dict[str, int] = {}
    born: dict[str, tuple[str, int]] = {}
    for key, ticket, _ in folds:
        was = there.get(key)
        if was and was.requester and not was.merged_into:
            moves[was.requester] = moves.get(was.requester, 0) - 1
        if ticket.requester and not ticket.merged_into:
            moves[ticket.requester] = moves.get(ticket.requester, 0) + 1
            born[ticket.requester] = (one_line(ticket.requester_name), ticket.created_at)
    rows = [(email, name, at, at, n) for email, n in moves.items() if n for name, at in [born.get(email, ("", 0))]]
    if rows:
        con.executemany(
            "INSERT INTO contact (email, name, first_seen, last_seen, tickets) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (email) DO UPDATE SET tickets = tickets + excluded.tickets",
            rows,
        )


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
