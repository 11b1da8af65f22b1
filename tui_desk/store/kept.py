"""The folders that mail is moved to, in the ledger: every UID has its row there too, and none becomes a ticket."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui_desk.store.marks import ROLE
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.store.engine import Store

NAMELESS = "@synthetic.invalid"
"""Ends the Message-ID that a mail without one is given here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail under a UID, for the ledger. `mail_id` None: none that is here."""

    uid: int
    mail_id: int | None
    flags: tuple[str, ...]
    internaldate: int


def enter(
    store: Store, folder_id: int, uidvalidity: int, entries: Iterable[Entry], gone: tuple[int, int, Iterable[int]] | None = None
) -> None:
    """Enter what lies in a folder that mail was moved to, and that it is `gone` (folder, UIDVALIDITY, UIDs) from where it was."""
    rows = [
        (folder_id, uidvalidity, e.uid, e.mail_id, "duplicate" if e.mail_id else "ignored", "moved" if e.mail_id else ROLE,
         " ".join(sorted(e.flags)), e.internaldate)
        for e in entries
    ]  # fmt: skip
    with store.begin() as con:
        con.executemany(
            "INSERT INTO ledger (folder_id, uidvalidity, uid, mail_id, verdict, rule, flags, internaldate, gone)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
            rows,
        )
        if gone is not None:
            con.executemany(
                "UPDATE ledger SET gone = 1 WHERE folder_id = ? AND uidvalidity = ? AND uid = ?",
                [(gone[0], gone[1], uid) for uid in gone[2]],
            )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mail that is here, as a folder of the server showed it."""

    mail_id: int
    message_id: str
    internaldate: int
    size: int
    sha256: str


def candidates(con: sqlite3.Connection, account: str, message_ids: Iterable[str]) -> list[Candidate]:
    """The mails of this account that bear one of these Message-IDs; all that bear none where "" is among them."""
    asked = set(message_ids)
    sql = """
        SELECT DISTINCT mail.id, mail.message_id, ledger.internaldate, mail.size, mail.sha256 FROM mail
        JOIN ledger ON ledger.mail_id = mail.id JOIN folder ON folder.id = ledger.folder_id
        WHERE folder.account = ? AND (mail.message_id IN (SELECT value FROM json_each(?)) OR (? AND mail.message_id LIKE ?))
    """
    values = (account, json.dumps(sorted(asked)), "" in asked, f"%{NAMELESS}")
    return [Candidate(*row) for row in con.execute(sql, values)]
