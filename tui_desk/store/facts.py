"""The facts of a batch of arrivals: the bytes of its mails and the ledger's rows, looked up first and written once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.inputs import IN
from tui_desk.store.insert import INSERTS, Item
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection

Place = tuple[int, int, int]
"""Folder, UIDVALIDITY and UID."""


class Facts:
    """What one transaction adds to the facts. Nothing is written before `write`."""

    def __init__(self, con: Connection, items: Sequence[Item]) -> None:
        self._con = con
        self._items = items
        self._rows: dict[str, list[tuple[Any, ...]]] = {"mail": [], "raw": [], "ledger": []}
        self._mark = _scalar(con, "SELECT coalesce(max(seq), 0) FROM event")
        self._next_mail = _scalar(con, "SELECT coalesce(max(id), 0) + 1 FROM mail")

    def hashes(self) -> dict[str, int]:
        """The mails that are here already with the very bytes of one of these: their ids by SHA-256."""
        sql = f"SELECT sha256, id FROM mail WHERE sha256 IN {IN}"
        return {row[0]: row[1] for row in self._con.execute(sql, (json.dumps([item.sha256 for item in self._items]),))}

    def entered(self) -> dict[Place, Verdict]:
        """The verdicts of arrivals that were entered before: a window that is fetched again changes nothing."""
        sql = f"""
            SELECT folder_id, uidvalidity, uid, verdict, rule, mail_id FROM ledger
            WHERE folder_id = ? AND uidvalidity = ? AND uid IN {IN}
        """
        places: dict[tuple[int, int], list[int]] = {}
        for item in self._items:
            if item.arrival.folder_id:
                places.setdefault((item.arrival.folder_id, item.arrival.uidvalidity), []).append(item.arrival.uid)
        return {
            (row[0], row[1], row[2]): Verdict(row[2], row[3], row[4], mail_id=row[5])
            for place, uids in places.items()
            for row in self._con.execute(sql, (*place, json.dumps(uids)))
        }

    def keep(self, item: Item) -> int:
        """Keep the mail's bytes; returns the id that the mail will have."""
        mail_id, self._next_mail = self._next_mail, self._next_mail + 1
        arrival, mail = item.arrival, item.mail if not item.cause else None
        content_hash, message_id = (mail.content_hash, mail.message_id) if mail is not None else (item.sha256, "")
        self._rows["mail"].append(
            (mail_id, item.sha256, content_hash, one_line(message_id), arrival.size or len(arrival.raw), arrival.internaldate,
             item.seen_at, arrival.source, self._mark, arrival.truncated, item.cause)
        )  # fmt: skip
        self._rows["raw"].append((mail_id, item.data))
        return mail_id

    def enter(self, arrival: Arrival, verdict: Verdict, delivered: str = "") -> None:
        """What became of an arrival, into the ledger; `delivered`: to whom, where only this copy tells."""
        flags = " ".join(sorted(arrival.flags))
        place = (arrival.folder_id, arrival.uidvalidity, arrival.uid)
        known = (*place, verdict.mail_id, verdict.kind, verdict.rule, flags, arrival.internaldate, False, delivered)
        self._rows["ledger"].append(known)

    def write(self) -> None:
        """Write what was kept and entered."""
        for table, rows in self._rows.items():
            if rows:
                self._con.executemany(INSERTS[table], rows)


def _scalar(con: Connection, sql: str) -> int:
    return int(con.execute(sql).scalar_one())
