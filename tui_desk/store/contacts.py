"""What is known of people beside their tickets, read from the log: addresses that fail. Standard library only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from tui_desk.desk import people
from tui_desk.desk.events import Event
from tui_desk.desk.people import Failing
from tui_desk.store.inputs import IN, event

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
