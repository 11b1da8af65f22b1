"""Write-back's rows: which mail is to be marked how, where it lies, what was done (desk.marks). Facts: no rebuild touches them.

A row waits while `done` is not `wanted`. Before anything is written on the server `intend` puts down what will be our doing, and
`done` is UNSURE until it is carried out: after a kill the next pass does the same again, from what the server shows then.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tui_desk.desk.marks import DELETED, Mailed, Ours, Rules, Wanted, wanted
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
class Planned:
    """A mail that is to be marked otherwise than it is."""

    mail_id: int
    number: str
    wanted: Wanted


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


# --------------------------------------------------------------------------------------------------- what is to be done


def note(store: Store, account: str, rules: Rules, *, everything: bool = False) -> None:
    """Put down what the tickets that changed since the last time (`everything`: all) want of their mails.

    The first time nothing is: what is switched on holds from then on.
    """
    with store.begin() as con:
        mark, end = _mark(con, account), _end(con)
        if mark == end and not everything:
            return
        if mark is not None or everything:
            for plan in planned(con, account, rules, everything=everything):
                con.execute(_WANT, (account, plan.mail_id, str(plan.wanted)))
        con.execute(_SET, (_key(account), json.dumps(end)))


_WANT = """
    INSERT INTO writeback (account, mail_id, wanted, done, added, taken, home, tries, not_before, error)
    VALUES (?, ?, ?, '', '', '', '', 0, 0, '')
    ON CONFLICT (account, mail_id) DO UPDATE SET wanted = excluded.wanted, tries = 0, not_before = 0, error = ''
"""
_SET = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def planned(con: sqlite3.Connection, account: str, rules: Rules, *, everything: bool = False) -> list[Planned]:
    """What `note` would put down."""
    mark = _mark(con, account)
    if mark is None and not everything:
        return []
    sql = "SELECT id FROM ticket WHERE merged_into = ''" if everything else _TOUCHED
    ids = [row[0] for row in con.execute(sql, () if everything else mark or (0, 0))]
    found: list[Planned] = []
    for begin in range(0, len(ids), AT_ONCE):
        found += _of_tickets(con, account, rules, ids[begin : begin + AT_ONCE])
    return found


_TOUCHED = """
    WITH RECURSIVE touched (key) AS (
        SELECT DISTINCT ticket FROM event WHERE seq > ?
        UNION SELECT ticket.merged_into FROM touched JOIN ticket ON ticket.key = touched.key WHERE ticket.merged_into <> ''
    ) SELECT ticket.id FROM touched JOIN ticket ON ticket.key = touched.key WHERE ticket.merged_into = ''
    UNION SELECT ticket_id FROM message WHERE mail_id > ?
"""
_MAILS = """
    SELECT mail.id, mail.event_mark, ticket.key, ticket.number, ticket.status, coalesce(writeback.wanted, ''),
        EXISTS (SELECT 1 FROM outbox WHERE in_reply_to = message.message_id AND in_reply_to <> ''
                AND state IN ('accepted', 'filed') AND agent <> 'system')
    FROM json_each(?) AS asked JOIN ticket ON ticket.id = asked.value
    JOIN message ON message.ticket_id = ticket.id JOIN mail ON mail.id = message.mail_id
    LEFT JOIN writeback ON writeback.account = ? AND writeback.mail_id = mail.id
    WHERE message.kind = 'inbound' AND EXISTS (
        SELECT 1 FROM ledger JOIN folder ON folder.id = ledger.folder_id
        WHERE ledger.mail_id = mail.id AND NOT ledger.gone AND folder.account = ? AND folder.role IN ('inbox', 'writeback'))
    ORDER BY mail.id
"""


def _of_tickets(con: sqlite3.Connection, account: str, rules: Rules, ids: list[int]) -> list[Planned]:
    rows = con.execute(_MAILS, (json.dumps(ids), account, account)).fetchall()
    acts = _last_acts(con, {row[2] for row in rows})
    found = []
    for mail_id, came_at, key, number, status, before, answered in rows:
        mailed = Mailed(status, acts.get(key, 0) > came_at, bool(answered))
        want = wanted(rules, mailed, Wanted.read(before))
        if str(want) != before:
            found.append(Planned(mail_id, number, want))
    return found


def _last_acts(con: sqlite3.Connection, keys: set[str]) -> dict[str, int]:
    """The `seq` of the last thing that a person did to each ticket, or to one that ended in it."""
    sql = """
        WITH RECURSIVE ended (key, target) AS (
            SELECT value, value FROM json_each(?)
            UNION SELECT ticket.key, ended.target FROM ended JOIN ticket ON ticket.merged_into = ended.key
            WHERE ticket.merged_into <> ''
        ) SELECT ended.target, max(event.seq) FROM ended JOIN event ON event.ticket = ended.key
        WHERE event.agent <> 'system' AND event.type <> 'opened' GROUP BY ended.target
    """
    return dict(con.execute(sql, (json.dumps(sorted(keys)),)).fetchall())


def switched_off(store: Store, account: str) -> None:
    """What waited and was not begun is not wanted any more; what is switched on again holds from then on."""
    with store.begin() as con:
        con.execute("DELETE FROM meta WHERE key = ?", (_key(account),))
        con.execute(
            "UPDATE writeback SET wanted = done WHERE account = ? AND wanted NOT IN (done, '') AND done <> ?", (account, UNSURE)
        )


def undo(store: Store, account: str) -> int:
    """Want every mail as it was found; returns how many that are."""
    with store.begin() as con:
        done = con.execute(
            "UPDATE writeback SET wanted = '', tries = 0, not_before = 0, error = '' WHERE account = ?", (account,)
        )
        con.execute("DELETE FROM writeback WHERE account = ? AND wanted = done", (account,))
        return done.rowcount


# -------------------------------------------------------------------------------------------------------- what waits


def idle(con: sqlite3.Connection, account: str) -> bool:
    """Nothing was ever switched on, and nothing waits."""
    sql = f"SELECT 1 FROM meta WHERE key = ? UNION ALL SELECT 1 FROM writeback WHERE account = ? AND {_UNDOING} LIMIT 1"
    return con.execute(sql, (_key(account), account)).fetchone() is None


def behind(con: sqlite3.Connection, account: str) -> bool:
    """Something changed since `note` looked last."""
    return _mark(con, account) != _end(con)


def waits(con: sqlite3.Connection, account: str, rules: Rules) -> bool:
    """Something is to be written, or to be looked at, at the next pass."""
    if rules.on and behind(con, account):
        return True
    which = "wanted <> done" if rules.on else _UNDOING
    return con.execute(f"SELECT 1 FROM writeback WHERE account = ? AND {which} LIMIT 1", (account,)).fetchone() is not None


_UNDOING = "wanted = '' AND wanted <> done"


def due(con: sqlite3.Connection, account: str, now: int, *, undoing: bool = False, most: int = AT_ONCE) -> list[Waiting]:
    """What waits and is due; with `undoing` only what is to be as it was found."""
    sql = f"""
        SELECT mail.id, mail.message_id, mail.size, wanted, added, taken, home, tries, error
        FROM writeback JOIN mail ON mail.id = writeback.mail_id
        WHERE account = ? AND wanted <> done AND not_before <= ? AND {_UNDOING if undoing else "1"} ORDER BY mail.id LIMIT ?
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
            con.execute(_SET, (f"{_key(account)}:told", json.dumps(new, sort_keys=True)))


def told(con: sqlite3.Connection, account: str) -> dict[str, str]:
    """What `tell` kept."""
    row = con.execute("SELECT value FROM meta WHERE key = ?", (f"{_key(account)}:told",)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def _key(account: str) -> str:
    return f"writeback:{account}"


def _mark(con: sqlite3.Connection, account: str) -> tuple[int, int] | None:
    """How far log and mails were looked at; None while it is switched off."""
    row = con.execute("SELECT value FROM meta WHERE key = ?", (_key(account),)).fetchone()
    if row is None:
        return None
    seq, mail_id = json.loads(row[0])
    return seq, mail_id


def _end(con: sqlite3.Connection) -> tuple[int, int]:
    row = con.execute("SELECT (SELECT coalesce(max(seq), 0) FROM event), (SELECT coalesce(max(id), 0) FROM mail)").fetchone()
    return (row[0], row[1])
