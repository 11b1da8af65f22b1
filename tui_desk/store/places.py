"""Which messages of a file were taken in before: asked before they are read again. Standard library only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from tui_desk.record import Record

ACCOUNT = "import:"
"""Stands for the account of ledger rows of files; no address looks so."""
ROLE = "import"


class Entered(Record):
    """A place in a file that is in the ledger, and what became of its message."""

    verdict: str
    rule: str
    mail_id: int | None


def entered(con: sqlite3.Connection, folder_id: int, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Entered]:
    """Those of `places` (uidvalidity, uid) that the ledger has."""
    sql = """
        SELECT ledger.uidvalidity, ledger.uid, ledger.verdict, ledger.rule, ledger.mail_id FROM json_each(?) AS place
        CROSS JOIN ledger ON ledger.folder_id = ? AND ledger.uidvalidity = place.value ->> 0 AND ledger.uid = place.value ->> 1
    """
    rows = con.execute(sql, (json.dumps(list(places)), folder_id))
    return {(row[0], row[1]): Entered(row[2], row[3], row[4]) for row in rows}


def filed(con: sqlite3.Connection, mail_id: int | None) -> str:
    """The number of the ticket that a mail is in, or that the message it is a copy of is in; "" for none."""
    sql = """
        SELECT ticket.number, ticket.merged_into FROM mail JOIN mail AS same ON same.content_hash = mail.content_hash
        JOIN message ON message.mail_id = same.id JOIN ticket ON ticket.id = message.ticket_id WHERE mail.id = ? LIMIT 1
    """
    row = con.execute(sql, (mail_id,)).fetchone() if mail_id is not None else None
    return str(row[0]) if row else ""
