"""A store's tables in memory, with tickets put in as the store puts them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from tests.unit.desk.golden import CALENDAR, Story
from tui_desk.desk.fold import Policy
from tui_desk.desk.ticket import STATE_TYPES, Ticket
from tui_desk.store import tables

_NOT_IN_TICKET = {"id", "active", "tags", "attachments", "version"}


def empty() -> sqlite3.Connection:
    """The tables that the figures are read from, as `store.tables` has them."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    models = (tables.TicketRow, tables.CycleRow, tables.StatusSpan, tables.Message, tables.EventRow)
    for table in [_table(model) for model in models]:
        connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            connection.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
    return connection


def put(connection: sqlite3.Connection, number: int, story: Story, policy: Policy) -> Ticket:
    """Fold a story and write its rows."""
    ticket = story.ticket(policy)
    names = [column.name for column in _table(tables.TicketRow).columns if column.name not in _NOT_IN_TICKET]
    values = {name: getattr(ticket, name) for name in names}
    values |= {"id": number, "active": int(ticket.active), "tags": " ".join(ticket.tags), "attachments": 0, "version": 1}
    _insert(connection, "ticket", values)
    for ordinal, c in enumerate(ticket.cycles):
        row = {"asked_at": c.asked_at, "answered_at": c.answered_at, "agent": c.agent, "cal": c.cal, "biz": c.biz}
        _insert(connection, "cycle", {"ticket_id": number, "ordinal": ordinal, "dropped": c.dropped, **row})
    for ordinal, s in enumerate(ticket.spans):
        row = {"state_type": STATE_TYPES[s.status], "began_at": s.began_at, "ended_at": s.ended_at}
        _insert(connection, "status_span", {"ticket_id": number, "ordinal": ordinal, "status": s.status, **row})
    for m in story.messages:
        row = {"ticket_id": number, "at": m.at, "kind": m.kind, "author": m.author, "automatic": "reply" if m.automatic else ""}
        blank = dict.fromkeys(("author_name", "recipients", "subject", "snippet", "rule", "flags"), "")
        _insert(connection, "message", {**row, **blank, "message_id": m.message_id, "attachments": 0})
    for e in story.events:
        row = {"id": e.id, "at": e.at, "agent": e.agent, "ticket": e.ticket, "type": e.type, "data": json.dumps(e.data)}
        _insert(connection, "event", {**row, "cause": "", "v": 1})
    return ticket


def shelf(stories: Iterable[Story], policy: Policy) -> closing[sqlite3.Connection]:
    """A connection with these tickets; closes itself."""
    connection = empty()
    for number, story in enumerate(stories, 1):
        put(connection, number, story, policy)
    return closing(connection)


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


__all__ = ["CALENDAR", "empty", "put", "shelf"]
