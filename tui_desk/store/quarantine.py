"""The quarantine, read: mails that could not be understood, kept with their bytes and the cause. Standard library only.

A mail is named by the beginning of its SHA-256: it keeps that name whatever becomes of it.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator

from tui_desk.mail import headers
from tui_desk.record import Record
from tui_desk.text import one_line

NAME = 12
"""Digits of a mail's name."""
SHORTEST = 4
"""Digits of it that a person has to type."""
HEAD = 64 << 10
"""Bytes that headers are looked for in."""
LINE = 4000
"""Characters shown of one header."""


class Kept(Record):
    """A mail in the quarantine, safe to show. `subject` and `sender` as far as they can be read."""

    id: str
    mail_id: int
    cause: str
    size: int
    received_at: int
    """Epoch seconds: when the server received it."""
    source: str
    folder: str
    """Where it lies on the server, "" for a mail of ours or an import."""
    sender: str
    subject: str


class Gone(Record):
    """A mail that is in the store and not in the quarantine (any more); `number` of its ticket, "" for none."""

    id: str
    number: str


_KEPT = """
    SELECT mail.sha256, mail.id, mail.quarantine, mail.size, mail.internaldate, mail.source, raw.data,
           coalesce((SELECT folder.name FROM ledger JOIN folder ON folder.id = ledger.folder_id
                     WHERE ledger.mail_id = mail.id ORDER BY ledger.gone, folder.id LIMIT 1), '')
    FROM mail JOIN raw ON raw.mail_id = mail.id WHERE mail.quarantine <> ''
"""


def listed(con: sqlite3.Connection) -> list[Kept]:
    """All of them, in the order in which they came."""
    return [_kept(row) for row in con.execute(f"{_KEPT} ORDER BY mail.id")]


def find(con: sqlite3.Connection, name: str) -> list[Kept | Gone]:
    """The mails whose names begin with `name`, those in the quarantine if there are any; at most two are looked for."""
    name = name.strip().lower()
    if len(name) < SHORTEST or not set(name) <= set("0123456789abcdef"):
        return []
    span = (name, f"{name}g")
    kept = con.execute(f"{_KEPT} AND mail.sha256 >= ? AND mail.sha256 < ? LIMIT 2", span).fetchall()
    if kept:
        return [_kept(row) for row in kept]
    sql = """
        SELECT mail.sha256, coalesce(ticket.number, '') FROM mail LEFT JOIN message ON message.mail_id = mail.id
        LEFT JOIN ticket ON ticket.id = message.ticket_id WHERE mail.sha256 >= ? AND mail.sha256 < ? LIMIT 2
    """
    return [Gone(sha256[:NAME], number) for sha256, number in con.execute(sql, span)]


def raw(con: sqlite3.Connection, mail_id: int) -> bytes:
    """The bytes of a mail, as they came."""
    return zlib.decompress(con.execute("SELECT data FROM raw WHERE mail_id = ?", (mail_id,)).fetchone()[0])


def heading(con: sqlite3.Connection, mail_id: int) -> list[tuple[str, str]]:
    """The headers as far as they can be read, safe to show."""
    return list(_headers(con.execute("SELECT data FROM raw WHERE mail_id = ?", (mail_id,)).fetchone()[0]))


def put(con: sqlite3.Connection, mail_id: int, cause: str) -> None:
    """Note that a mail of the store cannot be understood, and why; the ledger says so, too."""
    con.execute("UPDATE mail SET quarantine = ? WHERE id = ?", (cause, mail_id))
    con.execute("UPDATE ledger SET verdict = 'quarantined', rule = ? WHERE mail_id = ?", (cause, mail_id))


def _kept(row: tuple[str, int, str, int, int, str, bytes, str]) -> Kept:
    first: dict[str, str] = {}
    for name, value in _headers(row[6]):
        first.setdefault(name.lower(), value)
    return Kept(
        row[0][:NAME], row[1], one_line(row[2]), row[3], row[4], row[5], one_line(row[7]),
        first.get("from", ""), first.get("subject", ""),
    )  # fmt: skip


def _headers(data: bytes) -> Iterator[tuple[str, str]]:
    """Name and value of each. Our parser is not asked: it may be what this mail is too much for."""
    head = zlib.decompressobj().decompress(data, HEAD).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head = head.lstrip(b"\n").partition(b"\n\n")[0]
    text = headers.repair(head.decode("utf-8", "surrogateescape"))
    for line in text.replace("\n ", " ").replace("\n\t", " ").split("\n"):
        name, colon, value = line.partition(":")
        if colon and name and name.isprintable() and " " not in name.rstrip():
            yield one_line(name.strip()), _readable(value.strip()[:LINE])


def _readable(value: str) -> str:
    try:
        return one_line(headers.words(value))
    except (ValueError, LookupError, TypeError, ArithmeticError, RuntimeError):  # this mail broke a reader already
        return one_line(value)
