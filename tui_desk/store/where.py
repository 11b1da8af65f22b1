"""A query's tree as SQL over the `ticket` table. Standard library only; every value is bound, `active = 1` is a literal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tui_desk.desk.query import And, Node, Not, Or
from tui_desk.desk.states import STATE_TYPES
from tui_desk.desk.terms import ME, Age, Count, Due, Equals, Has, Requester, State, Subject, When, Words
from tui_desk.store.search import term

SEARCHED = 100_000
"""Of the messages that hold a word, the newest so many are looked at."""

_STATUSES: dict[str, tuple[str, ...]] = {
    "open": tuple(s for s, t in STATE_TYPES.items() if t == "open"),
    "waiting": tuple(s for s, t in STATE_TYPES.items() if t == "waiting"),
    "done": tuple(s for s, t in STATE_TYPES.items() if t == "done"),
    "active": tuple(s for s, t in STATE_TYPES.items() if t in ("open", "waiting")),
}
_MOMENTS = {
    "created": "created_at",
    "updated": "updated_at",
    "solved": "solved_at",
    "first_solved": "first_solved_at",
    "replied": "first_reply_at",
    "promised": "min(coalesce(first_reply_at, first_due_at), first_due_at)",
    "due": "due_at",
    "waiting": "waiting_since",
}
_COLUMNS = {
    "status": "status",
    "priority": "priority",
    "type": "type",
    "channel": "channel",
    "number": "number",
    "opened": "opened_by",
    "queue": "queue",
    "assignee": "assignee",
    "replier": "first_reply_agent",
    "solver": "solved_by",
}
_COUNTS = {"replies": "messages_out", "messages": "messages_in", "reopens": "real_reopens"}
_HAS = {"attachment": "attachments > 0", "note": "notes > 0", "reply": "messages_out > 0", "tag": "tags <> ''"}


class Where(NamedTuple):
    """SQL with the values it binds."""

    sql: str
    values: list[Any]


def names_address(node: Node | None) -> bool:
    """Whether a person's whole address stands in the query."""
    match node:
        case And(nodes) | Or(nodes):
            return any(map(names_address, nodes))
        case Not(inner):
            return names_address(inner)
        case Requester("address", _):
            return True
        case _:
            return False


def where(node: Node | None, agent: str, now: int) -> Where:
    """The condition that `node` is, for agent "me" at `now` (epoch seconds)."""
    if node is None:
        return Where("1", [])
    values: list[Any] = []
    return Where(_compile(node, agent, now, values), values)


def _compile(node: Node, agent: str, now: int, values: list[Any]) -> str:
    match node:
        case And(nodes):
            return _joined(" AND ", nodes, agent, now, values) if nodes else "1"
        case Or(nodes):
            return _joined(" OR ", nodes, agent, now, values)
        case Not(inner):
            # NULL counts as not: what has no solve is not solved in May.
            return f"NOT coalesce({_compile(inner, agent, now, values)}, 0)"
        case State(name):
            return _state(name, now, values)
        case Equals(name, wanted):
            return _equals(name, [agent if v == ME and name in ("assignee", "replier", "solver") else v for v in wanted], values)
        case When(name, begin, end):
            return _when(name, begin, end, values)
        case Age(name, op, seconds):
            values.append(now - seconds)
            # now - moment op seconds, turned round so that an index on the moment can serve.
            return f"{_MOMENTS[name]} {_TURNED[op]} ?"
        case Due(op, seconds):
            values.append(now + seconds)
            return f"due_at {op} ?"
        case Count(name, op, n):
            values.append(n)
            return f"{_COUNTS[name]} {op} ?"
        case Has(what):
            return _HAS[what]
        case Requester(how, text):
            return _requester(how, text, values)
        case Subject(text):
            values.append(f"%{_like(text)}%")
            return "folded(subject) LIKE ? ESCAPE '\\'"
        case Words(text, phrase, prefix):
            return _words(text, phrase, prefix, values)


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def _joined(word: str, nodes: Iterable[Node], agent: str, now: int, values: list[Any]) -> str:
    return "(" + word.join(_compile(node, agent, now, values) for node in nodes) + ")"


def _in(column: str, wanted: Iterable[str]) -> str:
    """Statuses are our own words: literals, so that partial indexes can serve."""
    return f"{column} IN ({', '.join(repr(w) for w in wanted)})"


def _state(name: str, now: int, values: list[Any]) -> str:
    if name in _STATUSES:
        active = "active = 1 AND " if name != "done" else ""
        return "active = 1" if name == "active" else f"({active}{_in('status', _STATUSES[name])})"
    if name in STATE_TYPES:
        return f"status = {name!r}"
    match name:
        case "snoozed":
            values.append(now)
            return "(snoozed_until IS NOT NULL AND snoozed_until > ?)"
        case "breached":
            values.append(now)
            return "(active = 1 AND due_at < ?)"
        case "late":
            values.append(now)
            return "(first_due_at IS NOT NULL AND coalesce(first_reply_at, ?) > first_due_at)"
        case _:
            return _PLAIN_STATES[name]


_PLAIN_STATES = {
    "assigned": "assignee <> ''",
    "unassigned": "assignee = ''",
    "unanswered": "waiting_since IS NOT NULL",
    "thanks": "thanks = 1",
    "reopened": "real_reopens > 0",
    "historical": "historical = 1",
    "in_time": "(first_due_at IS NOT NULL AND first_reply_at <= first_due_at)",
}


def _equals(name: str, wanted: list[str], values: list[Any]) -> str:
    values += wanted
    marks = ", ".join("?" * len(wanted))
    if name == "tag":
        return f"id IN (SELECT ticket_id FROM ticket_tag WHERE tag IN ({marks}))"
    return f"{_COLUMNS[name]} = ?" if len(wanted) == 1 else f"{_COLUMNS[name]} IN ({marks})"


_BESIDE = {
    "answered": ("answered_at", "SELECT ticket_id FROM cycle WHERE"),
    "received": ("at", "SELECT ticket_id FROM message WHERE kind = 'inbound' AND automatic = '' AND"),
    "sent": ("at", "SELECT ticket_id FROM message WHERE kind = 'outbound' AND automatic = '' AND"),
}
"""Moments of which a ticket has many: their column, and the query of the tickets."""


def _when(name: str, begin: int | None, end: int | None, values: list[Any]) -> str:
    column = _BESIDE[name][0] if name in _BESIDE else _MOMENTS[name]
    bounds = []
    for op, bound in ((">=", begin), ("<", end)):
        if bound is not None:
            values.append(bound)
            bounds.append(f"{column} {op} ?")
    inside = " AND ".join(bounds) or f"{column} IS NOT NULL"
    return f"id IN ({_BESIDE[name][1]} {inside})" if name in _BESIDE else f"({inside})"


def _requester(how: str, text: str, values: list[Any]) -> str:
    match how:
        case "address":
            values.append(text)
            return "requester = ?"
        case "domain":
            values.append(f"%@{_like(text)}")
            return "requester LIKE ? ESCAPE '\\'"
        case _:
            values += [f"%{_like(text)}%"] * 2
            return "(requester LIKE ? ESCAPE '\\' OR folded(requester_name) LIKE ? ESCAPE '\\')"


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _words(text: str, phrase: bool, prefix: bool, values: list[Any]) -> str:
    values.append(term(text, phrase=phrase, prefix=prefix))
    return (
        "id IN (SELECT ticket_id FROM message WHERE id IN"
        f" (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT {SEARCHED}))"
    )


def by_tag(node: Node | None) -> tuple[str, Node] | None:
    """A tag that every ticket found bears (its index gives them in queue order), and the rest of the query."""
    match node:
        case Equals("tag", (tag,)):
            return tag, And(())
        case And(nodes):
            for n, each in enumerate(nodes):
                found = by_tag(each)
                if found is not None:
                    return found[0], And((*nodes[:n], found[1], *nodes[n + 1 :]))
    return None


def is_active(node: Node | None) -> bool | None:
    """Whether every ticket found is active (True), none is (False), or it cannot be told (None)."""
    kept = statuses(node)
    kinds = {STATE_TYPES[s] in ("open", "waiting") for s in kept}
    return kinds.pop() if len(kinds) == 1 else None


def statuses(node: Node | None) -> frozenset[str]:
    """The statuses that a ticket `node` finds can have, at most."""
    every = frozenset(STATE_TYPES)
    match node:
        case And(nodes):
            return frozenset.intersection(every, *(statuses(n) for n in nodes))
        case Or(nodes):
            return frozenset[str]().union(*(statuses(n) for n in nodes))
        case Not(inner) if of_status(inner) is not None:
            return every - statuses(inner)
        case State(name) if name in _STATUSES:
            return frozenset(_STATUSES[name])
        case State("breached"):
            return frozenset(_STATUSES["active"])
        case State(name) if name in STATE_TYPES:
            return frozenset((name,))
        case Equals("status", wanted):
            return frozenset(wanted)
        case _:
            return every


def of_status(node: Node | None) -> Callable[[str], bool] | None:
    """The query as a test of a status alone, where it is one: then counters answer it."""
    match node:
        case None:
            return lambda status: True
        case And(nodes) | Or(nodes):
            parts = [of_status(n) for n in nodes]
            found = [p for p in parts if p is not None]
            if len(found) < len(parts):
                return None
            together = all if isinstance(node, And) else any
            return lambda status: together(p(status) for p in found)
        case Not(inner):
            test = of_status(inner)
            return None if test is None else lambda status: not test(status)
        case State(name) if name in _STATUSES or name in STATE_TYPES:
            kept = statuses(node)
            return lambda status: status in kept
        case Equals("status", wanted):
            return lambda status: status in wanted
        case _:
            return None
