"""Notes: cards of a thread that come from events. One stands as long as its event does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_desk.desk.events import Event
from tui_desk.desk.undo import standing
from tui_desk.mail.quote import snippet
from tui_desk.store import search
from tui_desk.store.ids import MessageIds, wished
from tui_desk.text import clean, one_line

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection


def keep(con: Connection, ticket_id: int, events: Sequence[Event]) -> None:
    """Make the ticket's note cards those of its standing events."""
    if not any(event.type == "note" for event in events):
        return
    wanted = {event.id: event for event in standing(events) if event.type == "note" and isinstance(event.data.get("text"), str)}
    sql = "SELECT event_id, id FROM message WHERE ticket_id = ? AND event_id IS NOT NULL"
    there = {row[0]: row[1] for row in con.execute(sql, (ticket_id,))}
    for event_id in there.keys() - wanted.keys():
        _take_out(con, there[event_id])
    for event_id, event in wanted.items():
        if event_id not in there:
            _put_in(con, ticket_id, event)


def _put_in(con: Connection, ticket_id: int, event: Event) -> None:
    text, author = clean(event.data["text"]), one_line(event.agent)
    ids = MessageIds(con)
    wanted = wished(event.at, hashlib.sha256(event.id.encode()).hexdigest())
    ids.prepare([wanted])
    message_id = ids.give(wanted)
    con.execute(
        "INSERT INTO message (id, ticket_id, event_id, at, kind, author, author_name, recipients, subject, message_id, snippet,"
        " attachments, automatic, rule, flags) VALUES (?, ?, ?, ?, 'note', ?, '', '', '', '', ?, 0, '', '', '')",
        (message_id, ticket_id, event.id, event.at, author, one_line(snippet(text))),
    )
    con.execute("INSERT INTO body (message_id, text) VALUES (?, ?)", (message_id, text))
    con.execute(search.INSERT, search.indexed(message_id, "", author, text))


def _take_out(con: Connection, message_id: int) -> None:
    sql = "SELECT message.author, body.text FROM message JOIN body ON body.message_id = message.id WHERE message.id = ?"
    author, text = con.execute(sql, (message_id,)).one()
    con.execute(search.DELETE, search.indexed(message_id, "", author, text))
    con.execute("DELETE FROM body WHERE message_id = ?", (message_id,))
    con.execute("DELETE FROM message WHERE id = ?", (message_id,))
