"""Tickets follow when the settings give their addresses to other queues: nothing is folded, one column is written."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from tui_desk.config.own import Queues
from tui_desk.store import connect

if TYPE_CHECKING:
    import sqlite3

    from tui_desk.store.connect import Connection
    from tui_desk.store.engine import Store

_KEY = "queues"
_FOUND = """
    SELECT id, queue, CASE WHEN merged_into <> '' THEN NULL ELSE (
        SELECT named.value ->> 1 FROM message JOIN mail ON mail.id = message.mail_id
        JOIN json_each(?) AS named ON named.value ->> 0 = message.desk WHERE message.ticket_id = ticket.id
        ORDER BY message.at, message.kind = 'outbound', mail.content_hash LIMIT 1) END
    FROM ticket
"""
"""The same order as the fold's."""


def align(store: Store, queues: Queues) -> int:
    """Give every ticket the queue that it has by `queues`; returns how many changed. It is asked at every opening."""
    with closing(connect.connect(store.path, write=False)) as reading, connect.explained(store.path):
        if _told(reading) == _said(queues):
            return 0
    with store.begin() as con:
        changed = _aligned(con, queues)
        upsert = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        con.execute(upsert, (_KEY, _said(queues)))
        return changed


def follow(con: sqlite3.Connection, queues: Queues) -> bool:
    """Whether the tickets have the queues that they have by `queues`; they have not where `align` could not write."""
    return not queues.names or _told(con) == _said(queues)


def _told(con: sqlite3.Connection) -> str | None:
    row = con.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return None if row is None else str(row[0])


def _said(queues: Queues) -> str:
    return json.dumps([list(queues.names), sorted(queues.of_address.items())])


def _aligned(con: Connection, queues: Queues) -> int:
    from tui_desk.store import write  # it is asked at every opening, and says nothing new

    first = queues.first(())
    if len(queues.names) < 2:
        rows = con.execute("SELECT id FROM ticket WHERE queue <> ?", (first,)).fetchall()
        return write.requeue(con, [(first, row[0]) for row in rows])
    desks = [row[0] for row in con.execute("SELECT DISTINCT desk FROM message WHERE desk <> ''")]
    named = json.dumps([(desk, queue) for desk in desks if (queue := queues.queue(desk))])
    rows = con.execute(_FOUND, (named,)).fetchall()
    return write.requeue(con, [(queue or first, ticket_id) for ticket_id, was, queue in rows if was != (queue or first)])
