"""Copies of our mail that come back: the mark by which each is known, and what the outbox notes when it meets one."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection

MARK = "X-Desk-Outbox"
_MARK = re.compile(rb"^X-Desk-Outbox:\s*([0-9a-f]{8,64})\s*$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")

WAITING = ("queued", "sending", "dot", "uncertain", "failed")
"""States in which it is not known here that the mail left."""
_KNOWN_AS = 8
"""Other Message-IDs that are kept of a mail, at most: a server gives it one."""


def marked(mime: bytes) -> bytes:
    """`mime` with a mark of its own on top, unless it bears one."""
    return mime if mark_of(mime) else f"{MARK}: {os.urandom(16).hex()}\r\n".encode() + mime


def mark_of(header: bytes) -> str:
    """The mark in a mail or its header, "" where there is none."""
    found = _MARK.search(_END.split(header, 1)[0] + b"\r\n")
    return found[1].decode("ascii") if found else ""


def sent_with(con: Connection, mark: str) -> tuple[str, str]:
    """(ticket key, Message-ID) of the mail that bears this mark, ("", "") where none does."""
    sql = "SELECT ticket, message_id FROM outbox WHERE CAST(substr(mime, 1, 80) AS TEXT) LIKE ? ORDER BY id LIMIT 1"
    row = con.execute(sql, (f"{MARK}: {mark}%",)).first()
    return (str(row[0]), str(row[1])) if row is not None else ("", "")


def on_its_way(con: Connection, mark: str) -> bool:
    """Whether there is a mail with this mark of which it is not known here that it left."""
    return _waiting(con, mark) is not None


def came(con: Connection, mark: str, message_id: str, ours: str, now: int) -> None:
    """A copy of the mail with this mark was met, under `message_id`: it has left, whatever its state says.

    `ours` is its own Message-ID where that is known (of a mail that is known to have left). The other name is kept with it.
    """
    if ours:
        row = con.execute("SELECT id, message_id, data, state FROM outbox WHERE message_id = ?", (ours,)).first()
    else:
        row = _waiting(con, mark)
    if row is None:
        return
    data = before = json.loads(row[2])
    if row[3] in WAITING:
        data = {**data, "came": data.get("came", now)}
    known = data.get("known_as", [])
    if message_id not in (row[1], *known) and len(known) < _KNOWN_AS:
        data = {**data, "known_as": [*known, message_id]}
    if data != before:
        con.execute("UPDATE outbox SET data = ? WHERE id = ?", (json.dumps(data), row[0]))


def known_as(con: Connection, message_id: str) -> tuple[str, ...]:
    """The other Message-IDs that servers gave a mail of ours."""
    row = con.execute("SELECT data FROM outbox WHERE message_id = ?", (message_id,)).first()
    return tuple(json.loads(row[0]).get("known_as", ())) if row is not None else ()


def _waiting(con: Connection, mark: str) -> Any:
    sql = (
        "SELECT id, message_id, data, state FROM outbox WHERE state IN (SELECT value FROM json_each(?))"
        " AND CAST(substr(mime, 1, 80) AS TEXT) LIKE ? LIMIT 1"
    )
    return con.execute(sql, (json.dumps(WAITING), f"{MARK}: {mark}%")).first()
