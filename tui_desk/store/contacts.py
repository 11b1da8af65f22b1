"""What is known of people beside their tickets, read from the log: addresses that fail, addresses that are one person's.

Standard library only.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from tui_desk.desk import people
from tui_desk.desk.events import Event
from tui_desk.desk.people import Failing
from tui_desk.store.inputs import ALL, IN, event
from tui_desk.text import fold
from tui_desk.values import dataclass

_EVENTS = f"SELECT id, at, agent, ticket, type, data, cause, v FROM event WHERE ticket IN {IN}"


def failing(con: sqlite3.Connection, emails: Iterable[str]) -> dict[str, Failing]:
    """Of `emails`, those whose last mail of ours came back for good; whoever has written since is reached again."""
    asked = sorted({email.lower() for email in emails})
    log = _log(con, [people.key(email) for email in asked])
    if not log:
        return {}
    sql = f"SELECT author, max(at) FROM message WHERE author IN {IN} AND kind = 'inbound' AND automatic = '' GROUP BY author"
    return people.failing(log, dict(con.execute(sql, (json.dumps(asked),)).fetchall()))


def _log(con: sqlite3.Connection, keys: list[str]) -> list[Event]:
    return [event(row) for row in con.execute(_EVENTS, (json.dumps(keys),))]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote or was written to; `others` are further addresses of theirs. Times are epoch seconds."""

    email: str
    name: str
    others: tuple[str, ...]
    tickets: int
    first_seen: int
    last_seen: int


def pointers(con: sqlite3.Connection, upto: int = ALL) -> dict[str, str]:
    """Each address that was merged into another; `upto`: the log is read as far as this entry."""
    sql = """
        SELECT id, at, agent, ticket, type, data, cause, v FROM event
        WHERE ticket >= 'contact:' AND ticket < 'contact;' AND type IN ('joined', 'undo') AND seq <= ? ORDER BY seq
    """
    return people.joined([event(row) for row in con.execute(sql, (upto,))])


def addresses(con: sqlite3.Connection, email: str) -> tuple[str, ...]:
    """All addresses of the person of `email`, that which stands for them first."""
    return people.addresses(email, pointers(con))


def listed(con: sqlite3.Connection, words: str = "", limit: int = 50, *, merged: bool = False) -> list[Person]:
    """People whose address or name holds `words`, who wrote last first; with `merged` only those with several addresses."""
    con.create_function("folded", 1, fold, deterministic=True)
    known = pointers(con)
    held = "%" + "".join("!" + letter if letter in "%_!" else letter for letter in fold(words.strip())) + "%"
    sql = """
        SELECT email FROM contact WHERE email LIKE ? ESCAPE '!' OR folded(name) LIKE ? ESCAPE '!' ORDER BY last_seen DESC, email
    """
    heads: dict[str, None] = {}
    for (email,) in con.execute(sql, (held, held)):
        first = people.head(email, known)
        if not merged or first != email or first in known.values():
            heads[first] = None
        if len(heads) >= limit:
            break
    return [person for first in heads if (person := _person(con, people.addresses(first, known))) is not None]


def find(con: sqlite3.Connection, email: str) -> Person | None:
    """The person of an address, None for one that was never met."""
    return _person(con, addresses(con, email), email.lower())


def _person(con: sqlite3.Connection, all_of: tuple[str, ...], asked: str = "") -> Person | None:
    sql = f"SELECT email, name, first_seen, last_seen, tickets FROM contact WHERE email IN {IN}"
    rows = {row[0]: row for row in con.execute(sql, (json.dumps(all_of),))}
    if not rows or (asked and asked not in rows):
        return None
    name = next((rows[email][1] for email in all_of if email in rows and rows[email][1]), "")
    found = rows.values()
    return Person(
        all_of[0], name, all_of[1:], sum(row[4] for row in found), min(row[2] for row in found), max(row[3] for row in found)
    )
