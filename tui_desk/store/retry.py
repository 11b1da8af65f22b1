"""Mails leave the quarantine: read again with today's code, and filed as if they came now, in one transaction each.

Such a mail takes a new place at the end of the order of mails, with the log's mark of today, so that a rebuild meets it
where it was filed. Its bytes, its name (the hash of them) and when it was first seen stay as they are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui_desk.config.schema import Settings
from tui_desk.desk.fold import Policy
from tui_desk.errors import StoreError
from tui_desk.store import connect, desks, quarantine, write
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.batch import Batch, Rules
from tui_desk.store.crew import Crew
from tui_desk.store.engine import Store
from tui_desk.store.ingest import replied
from tui_desk.store.inputs import IN
from tui_desk.store.insert import Item
from tui_desk.store.packing import unpacked
from tui_desk.store.reading import reading
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Mails that are read before the first of them is filed."""


class _StillBadError(Exception):
    """It could be read, and not be filed."""


class _RehearsedError(Exception):
    """The end of a rehearsal: nothing is kept."""


def retry(store: Store, settings: Settings, policy: Policy, mail_ids: Sequence[int]) -> Iterator[tuple[int, Verdict]]:
    """Try each mail again, the first that came first; (mail id as asked, what became of it), each when it is committed.

    A mail that is in no quarantine (any more) is passed over. Raises DiskFullError, BusyError, StoreError.
    """
    rules = Rules.of(store, settings, policy)
    for old, item in _read(store, mail_ids):
        with store.begin() as con:
            verdict = _again(con, old, item, rules)
        if verdict is not None:
            yield old, verdict


def rehearse(store: Store, settings: Settings, policy: Policy, mail_ids: Sequence[int]) -> list[tuple[int, Verdict]]:
    """What `retry` would give; nothing is changed."""
    rules = Rules.of(store, settings, policy)
    found: list[tuple[int, Verdict]] = []
    items = list(_read(store, mail_ids))
    try:
        with store.begin() as con:
            for old, item in items:
                verdict = _again(con, old, item, rules)
                found += [(old, verdict)] if verdict is not None else []
            raise _RehearsedError
    except _RehearsedError:
        return found


def _read(store: Store, mail_ids: Sequence[int]) -> Iterator[tuple[int, Item]]:
    """Read them, in a process that they may end: one of them may have ended its reader before."""
    crew = Crew()
    try:
        ids = sorted(mail_ids)
        for begin in range(0, len(ids), AT_ONCE):
            rows = _rows(store, ids[begin : begin + AT_ONCE])
            arrivals = [Arrival(unpacked(row[3]), row[4], row[5], truncated=bool(row[6])) for row in rows]
            readings = iter(crew.singly([arrival for arrival in arrivals if not arrival.truncated]))
            for row, arrival in zip(rows, arrivals, strict=True):
                # The clerk knows no skeletons of large mails.
                read = reading(crew.here([arrival])[0] if arrival.truncated else next(readings))
                yield row[0], Item(arrival, row[1], row[3], row[2], read.mail, read.card, read.files, read.cause)
    finally:
        crew.close()


def _rows(store: Store, mail_ids: Sequence[int]) -> list[Any]:
    sql = f"""
        SELECT mail.id, sha256, seen_at, raw.data, internaldate, source, truncated
        FROM mail JOIN raw ON raw.mail_id = mail.id WHERE quarantine <> '' AND mail.id IN {IN} ORDER BY mail.id
    """
    con = connect.connect(store.path, write=False)
    try:
        with connect.explained(store.path):
            return con.execute(sql, (json.dumps(list(mail_ids)),)).fetchall()
    finally:
        con.close()


def _again(con: Connection, mail_id: int, item: Item, rules: Rules) -> Verdict | None:
    """File a mail that could be read; else note today's cause. None: another process was here first."""
    row = con.execute("SELECT quarantine, size FROM mail WHERE id = ? AND sha256 = ?", (mail_id, item.sha256)).first()
    if row is None or not row[0]:
        return None
    cause = item.cause
    if not cause:
        try:
            with _alone(con):
                return _filed(con, mail_id, row[1], item, rules)
        except (_StillBadError, ValueError, TypeError, ArithmeticError, LookupError, StoreError) as error:
            log.warning("a mail stays in the quarantine: %s", error)
            cause = one_line(str(error) if isinstance(error, _StillBadError) else f"{type(error).__name__}: {error}")
    quarantine.put(con, mail_id, cause)
    return Verdict(0, "quarantined", cause, mail_id=mail_id)


@contextmanager
def _alone(con: Connection) -> Iterator[None]:
    """A step of the transaction that can be taken back alone. Raises StoreError for values that SQLite refuses."""
    con.execute("SAVEPOINT alone")
    try:
        yield
    except BaseException as error:
        if con.in_transaction:
            con.execute("ROLLBACK TO alone")
            con.execute("RELEASE alone")
        if isinstance(error, connect.REFUSED):
            raise StoreError(str(error)) from error
        raise
    con.execute("RELEASE alone")


def _filed(con: Connection, mail_id: int, size: int, item: Item, rules: Rules) -> Verdict:
    """Take the mail out and let it come in again; the ledger's rows of it follow."""
    con.execute("PRAGMA defer_foreign_keys = ON")
    con.execute("DELETE FROM raw WHERE mail_id = ?", (mail_id,))
    con.execute("DELETE FROM mail WHERE id = ?", (mail_id,))
    sent = _sent(con, item, rules.own_addresses)
    if sent is not None:
        item.ticket, item.agent = sent[0], sent[1]
    [verdict] = Batch(con, [item], rules, before=True).run()
    if verdict.kind == "quarantined":
        raise _StillBadError(verdict.rule)
    con.execute("UPDATE mail SET size = ? WHERE sha256 = ?", (size, item.sha256))  # what is kept may be a skeleton
    if sent is not None:
        replied(con, item, verdict.ticket or sent[0], sent[2], rules.policy)
    _enter(con, mail_id, item.arrival.source, verdict)
    _address(con, item, verdict, rules)
    return verdict


def _address(con: Connection, item: Item, verdict: Verdict, rules: Rules) -> None:
    """Where it lies tells to which address of ours it was written, now that the ledger has it under its name."""
    own = rules.own_addresses
    if item.mail is None or verdict.mail_id is None or desks.said(item.mail, own):
        return
    keys = desks.change(con, desks.placed(con, own, {verdict.mail_id: item.mail}))
    write.refold(con, rules.policy, keys)


def _sent(con: Connection, item: Item, own: frozenset[str]) -> tuple[str, str, dict[str, Any]] | None:
    """Ticket, agent and what is told of a mail that our own outbox sent."""
    if item.arrival.source != "outbox" or item.mail is None:
        return None
    sql = "SELECT ticket, agent, recipients, data FROM outbox WHERE message_id = ?"
    row = con.execute(sql, (item.mail.message_id,)).first()
    if row is None:
        return None
    to, data = json.loads(row[2]), json.loads(row[3])
    others = [address for address in to if address.lower() not in own]
    said = {"to": others or to, "macro": " ".join(data.get("macros", ())), "automatic": bool(data.get("automatic"))}
    return row[0], row[1], said


def _enter(con: Connection, mail_id: int, source: str, verdict: Verdict) -> None:
    """The ledger tells what became of the mail: in the folder it came from its first UID has the message, the others
    are deliveries of the same bytes."""
    sql = """
        SELECT ledger.folder_id, ledger.uidvalidity, ledger.uid, folder.role = 'sent' FROM ledger
        JOIN folder ON folder.id = ledger.folder_id WHERE ledger.mail_id = ?
        ORDER BY (folder.role = 'sent') <> ?, ledger.folder_id, ledger.uidvalidity, ledger.uid
    """
    rows = con.execute(sql, (mail_id, source == "sent")).fetchall()
    came = rows[0][0] if rows and source != "outbox" else 0
    done: set[int] = set()
    values = []
    for folder, uidvalidity, uid, sent in rows:
        first = folder == came and uidvalidity not in done
        done |= {uidvalidity} if first else set()
        copy = ("delivery_copy" if sent or source == "outbox" else "duplicate", "sha256")
        kind, rule = (verdict.kind, verdict.rule) if first or verdict.kind not in ("ticket", "message") else copy
        values.append((verdict.mail_id, kind, rule, folder, uidvalidity, uid))
    sql = "UPDATE ledger SET mail_id = ?, verdict = ?, rule = ? WHERE folder_id = ? AND uidvalidity = ? AND uid = ?"
    for row in values:
        con.execute(sql, row)
