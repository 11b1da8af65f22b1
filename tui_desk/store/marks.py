"""Write-back's rows: which mail is to be marked how, where it lies, what was done (desk.marks). Facts: no rebuild touches them.

A row waits while `done` is not `wanted`. Before anything is written on the server `intend` puts down what will be our doing, and
`done` is UNSURE until it is carried out: after a kill the next pass does the same again, from what the server shows then.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tui_desk.desk.marks import DELETED, Ours, Wanted
from tui_desk.text import one_line
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.store.engine import Store

ROLE = "writeback"
"""Of a folder that mail is moved to: the ledger knows what lies there, nothing of it becomes a ticket."""
UNSURE = "?"
AT_ONCE = 1000
"""Mails of one round."""
FIRST_SECONDS, MOST_SECONDS = 60, 3600
"""The back-off of what does not work; the first try and the second follow at once: a kill is no fault of the mail's."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits to be marked."""

    mail_id: int
    message_id: str
    size: int
    wanted: Wanted
    ours: Ours
    home: str
    tries: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies on the server, by the ledger."""

    mail_id: int
    folder_id: int
    folder: str
    uidvalidity: int
    uid: int
    internaldate: int
    flags: tuple[str, ...]


SET = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
UNDOING = "wanted = '' AND wanted <> done"
"""Of rows that are to be as they were found."""


def key(account: str) -> str:
    """What `meta` calls what is kept of an account."""
    return f"writeback:{account}"


# -------------------------------------------------------------------------------------------------------- what waits


def due(con: sqlite3.Connection, account: str, now: int, *, undoing: bool = False, most: int = AT_ONCE) -> list[Waiting]:
    """What waits and is due; with `undoing` only what is to be as it was found."""
    sql = f"""
        SELECT mail.id, mail.message_id, mail.size, wanted, added, taken, home, tries, error
        FROM writeback JOIN mail ON mail.id = writeback.mail_id
        WHERE account = ? AND wanted <> done AND not_before <= ? AND {UNDOING if undoing else "1"} ORDER BY mail.id LIMIT ?
    """
    return [_waiting(row) for row in con.execute(sql, (account, now, most)).fetchall()]


def marked(con: sqlite3.Connection, account: str) -> list[Waiting]:
    """Every mail that was marked, or is to be."""
    sql = """
        SELECT mail.id, mail.message_id, mail.size, wanted, added, taken, home, tries, error
        FROM writeback JOIN mail ON mail.id = writeback.mail_id WHERE account = ? ORDER BY mail.id
    """
    return [_waiting(row) for row in con.execute(sql, (account,)).fetchall()]


def _waiting(row: Sequence[Any]) -> Waiting:
    ours = Ours(frozenset(row[4].split()), frozenset(row[5].split()))
    return Waiting(row[0], row[1], row[2], Wanted.read(row[3]), ours, row[6], row[7], row[8])


def places(con: sqlite3.Connection, account: str, mail_ids: Iterable[int]) -> list[Place]:
    """Where these mails lie, in the inbox and in the folders that mail is moved to."""
    sql = """
        SELECT ledger.mail_id, folder.id, folder.name, folder.uidvalidity, ledger.uid, ledger.internaldate, ledger.flags
        FROM json_each(?) AS asked CROSS JOIN ledger ON ledger.mail_id = asked.value JOIN folder ON folder.id = ledger.folder_id
        WHERE folder.account = ? AND folder.role IN ('inbox', 'writeback') AND ledger.uidvalidity = folder.uidvalidity
        AND NOT ledger.gone ORDER BY folder.id, ledger.uid
    """
    rows = con.execute(sql, (json.dumps(list(mail_ids)), account)).fetchall()
    return [Place(row[0], row[1], row[2], row[3], row[4], row[5], tuple(row[6].split())) for row in rows]


def held_back(con: sqlite3.Connection, account: str) -> list[tuple[int, str]]:
    """How many mails wait, by what the server said ("": not tried yet)."""
    sql = "SELECT count(*), error FROM writeback WHERE account = ? AND wanted <> done GROUP BY error ORDER BY error"
    return [(row[0], row[1]) for row in con.execute(sql, (account,))]


# ----------------------------------------------------------------------------------------------------------- each step


def begin(store: Store, account: str, rows: Iterable[Waiting], now: int) -> None:
    """These are tried now: what ends the process here is not met at every pass."""
    values = [(row.tries + 1, now + _pause(row.tries + 1), account, row.mail_id) for row in rows]
    with store.begin() as con:
        con.executemany("UPDATE writeback SET tries = ?, not_before = ?, error = '' WHERE account = ? AND mail_id = ?", values)


def _pause(tries: int) -> int:
    return 0 if tries < 2 else int(min(FIRST_SECONDS * 2 ** min(tries - 2, 16), MOST_SECONDS))


def intend(store: Store, account: str, intents: Mapping[int, tuple[Ours, str]]) -> None:
    """What will be our doing of each mail, and the folder it came to; on the disk before the first byte leaves."""
    values = [
        (" ".join(sorted(ours.added)), " ".join(sorted(ours.taken)), home, UNSURE, account, mail_id)
        for mail_id, (ours, home) in intents.items()
    ]
    with store.begin(durable=True) as con:
        con.executemany("UPDATE writeback SET added = ?, taken = ?, home = ?, done = ? WHERE account = ? AND mail_id = ?", values)


def finish(store: Store, account: str, rows: Iterable[Waiting]) -> None:
    """These are marked as their row says."""
    with store.begin() as con:
        for row in rows:
            con.execute(
                "UPDATE writeback SET done = ?, tries = 0, not_before = 0, error = '', home = CASE WHEN ? THEN home ELSE '' END,"
                " added = trim(replace(' ' || added || ' ', ?, ' ')) WHERE account = ? AND mail_id = ?",
                (str(row.wanted), bool(row.wanted.folder), f" {DELETED} ", account, row.mail_id),
            )
        con.execute("DELETE FROM writeback WHERE account = ? AND wanted = '' AND done = ''", (account,))


def fail(store: Store, account: str, mail_ids: Iterable[int], error: str) -> None:
    """What the server said against these."""
    with store.begin() as con:
        con.executemany(
            "UPDATE writeback SET error = ? WHERE account = ? AND mail_id = ?",
            [(one_line(error), account, mail_id) for mail_id in mail_ids],
        )


# -------------------------------------------------------------------------------------------------------- what is told


def tell(store: Store, account: str, said: Mapping[str, str]) -> None:
    """Keep for `doctor` what the server cannot do, each under a name; "" for what it can again."""
    with store.begin() as con:
        known = told(con, account)
        new = {name: text for name, text in {**known, **said}.items() if text}
        if new != known:
            con.execute(SET, (f"{key(account)}:told", json.dumps(new, sort_keys=True)))


def told(con: sqlite3.Connection, account: str) -> dict[str, str]:
    """What `tell` kept."""
    row = con.execute("SELECT value FROM meta WHERE key = ?", (f"{key(account)}:told",)).fetchone()
    return dict(json.loads(row[0])) if row else {}
