"""What the tickets want of their mails on the server (desk.marks), and how far log and mails were looked at for it."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from tui_desk.desk.marks import Mailed, Rules, Wanted, wanted
from tui_desk.store import marks
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.store.engine import Store


@dataclass(frozen=True, slots=True)
class Planned:
    """A mail that is to be marked otherwise than it is."""

    mail_id: int
    number: str
    wanted: Wanted


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
        con.execute(marks.SET, (marks.key(account), json.dumps(end)))


_WANT = """
    INSERT INTO writeback (account, mail_id, wanted, done, added, taken, home, tries, not_before, error)
    VALUES (?, ?, ?, '', '', '', '', 0, 0, '')
    ON CONFLICT (account, mail_id) DO UPDATE SET wanted = excluded.wanted, tries = 0, not_before = 0, error = ''
"""


def planned(con: sqlite3.Connection, account: str, rules: Rules, *, everything: bool = False) -> list[Planned]:
    """What `note` would put down."""
    mark = _mark(con, account)
    if mark is None and not everything:
        return []
    sql = "SELECT id FROM ticket WHERE merged_into = ''" if everything else _TOUCHED
    ids = [row[0] for row in con.execute(sql, () if everything else mark or (0, 0))]
    found: list[Planned] = []
    for begin in range(0, len(ids), marks.AT_ONCE):
        found += _of_tickets(con, account, rules, ids[begin : begin + marks.AT_ONCE])
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
        con.execute("DELETE FROM meta WHERE key = ?", (marks.key(account),))
        con.execute(
            "UPDATE writeback SET wanted = done WHERE account = ? AND wanted NOT IN (done, '') AND done <> ?",
            (account, marks.UNSURE),
        )


def undo(store: Store, account: str) -> int:
    """Want every mail as it was found; returns how many that are."""
    with store.begin() as con:
        done = con.execute(
            "UPDATE writeback SET wanted = '', tries = 0, not_before = 0, error = '' WHERE account = ?", (account,)
        )
        con.execute("DELETE FROM writeback WHERE account = ? AND wanted = done", (account,))
        return done.rowcount


def idle(con: sqlite3.Connection, account: str) -> bool:
    """Nothing was ever switched on, and nothing waits."""
    sql = f"SELECT 1 FROM meta WHERE key = ? UNION ALL SELECT 1 FROM writeback WHERE account = ? AND {marks.UNDOING} LIMIT 1"
    return con.execute(sql, (marks.key(account), account)).fetchone() is None


def behind(con: sqlite3.Connection, account: str) -> bool:
    """Something changed since `note` looked last."""
    return _mark(con, account) != _end(con)


def waits(con: sqlite3.Connection, account: str, rules: Rules) -> bool:
    """Something is to be written, or to be looked at, at the next pass."""
    if rules.on and behind(con, account):
        return True
    which = "wanted <> done" if rules.on else marks.UNDOING
    return con.execute(f"SELECT 1 FROM writeback WHERE account = ? AND {which} LIMIT 1", (account,)).fetchone() is not None


def _mark(con: sqlite3.Connection, account: str) -> tuple[int, int] | None:
    """How far log and mails were looked at; None while it is switched off."""
    row = con.execute("SELECT value FROM meta WHERE key = ?", (marks.key(account),)).fetchone()
    if row is None:
        return None
    seq, mail_id = json.loads(row[0])
    return seq, mail_id


def _end(con: sqlite3.Connection) -> tuple[int, int]:
    row = con.execute("SELECT (SELECT coalesce(max(seq), 0) FROM event), (SELECT coalesce(max(id), 0) FROM mail)").fetchone()
    return (row[0], row[1])
