"""Folders and their ledger: which UIDs a server showed, and how far each folder has been read.

Standard library only: a sync that finds nothing new never loads more. Rows of arrivals are written by `store.ingest`, in
the transaction of their mails; here they are read, their flags are kept, and old ones are moved under a new UIDVALIDITY.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tui_desk.store.connect import connect, explained, transaction
from tui_desk.values import dataclass


@dataclass(frozen=True, slots=True)
class FolderState:
    """How far a followed folder has been read."""

    id: int
    account: str
    name: str
    role: str
    uidvalidity: int
    high_water: int
    modseq: int
    synced_at: int
    history: int = 0
    """Of the UIDs up to `high_water`, what the server took before this time is still to come; 0: all is here (ADR 11)."""
    to_come: int = 0
    """How many those were when they were last counted."""


@dataclass(frozen=True, slots=True)
class Known:
    """A mail that stood in the folder under another UIDVALIDITY: what it can be recognised by."""

    mail_id: int
    message_id: str
    size: int
    internaldate: int
    verdict: str
    rule: str


class Ledger:
    """The ledger of one store. One object a thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._con = connect(path)

    def close(self) -> None:
        """Let go of the file."""
        self._con.close()

    def folders(self, account: str) -> list[FolderState]:
        """The followed folders of `account`, by name."""
        sql = f"SELECT {_FOLDER} FROM folder WHERE account = ? ORDER BY name"
        with explained(self.path):
            return [FolderState(*row) for row in self._con.execute(sql, (account,))]

    def folder(self, account: str, name: str, role: str = "") -> FolderState:
        """The folder's state; it is entered where it is new."""
        sql = f"SELECT {_FOLDER} FROM folder WHERE account = ? AND name = ?"
        with explained(self.path):
            row = self._con.execute(sql, (account, name)).fetchone()
        if row is None:
            with transaction(self._con, self.path) as con:
                con.execute(
                    "INSERT INTO folder (account, name, role, uidvalidity, high_water, modseq, synced_at)"
                    " VALUES (?, ?, ?, 0, 0, 0, 0) ON CONFLICT DO NOTHING",
                    (account, name, role),
                )
                row = con.execute(sql, (account, name)).fetchone()
        return FolderState(*row)

    def restart(self, folder_id: int, uidvalidity: int, *, high_water: int = 0, history: int = 0, to_come: int = 0) -> None:
        """Begin anew under another UIDVALIDITY; the rows of the one before stay, to be recognised by `known`.

        What has UIDs up to `high_water` then comes as history, newest first.
        """
        with transaction(self._con, self.path) as con:
            con.execute(
                "UPDATE folder SET uidvalidity = ?, high_water = ?, modseq = 0, history = ?, to_come = ? WHERE id = ?",
                (uidvalidity, high_water, history, to_come, folder_id),
            )

    def filled(self, folder_id: int, history: int, to_come: int) -> None:
        """Note that what the server took from `history` on is here (0: everything), and how many are still to come."""
        with transaction(self._con, self.path) as con:
            con.execute("UPDATE folder SET history = ?, to_come = ? WHERE id = ?", (history, to_come, folder_id))

    def paused(self) -> bool:
        """Whether somebody wants older mail to wait."""
        with explained(self.path):
            return self._con.execute("SELECT 1 FROM meta WHERE key = ?", (PAUSED,)).fetchone() is not None

    def pause(self, paused: bool) -> None:
        """Let older mail wait, or come again."""
        with transaction(self._con, self.path) as con:
            con.execute("DELETE FROM meta WHERE key = ?", (PAUSED,))
            if paused:
                con.execute("INSERT INTO meta (key, value) VALUES (?, '1')", (PAUSED,))

    def advance(self, folder_id: int, *, high_water: int | None = None, modseq: int | None = None, at: int | None = None) -> None:
        """Note that everything up to UID `high_water` is in, what MODSEQ was then, and when the pass ended (epoch seconds)."""
        with transaction(self._con, self.path) as con:
            con.execute(
                "UPDATE folder SET high_water = max(high_water, coalesce(?, high_water)), modseq = coalesce(?, modseq),"
                " synced_at = coalesce(?, synced_at) WHERE id = ?",
                (high_water, modseq, at, folder_id),
            )

    def uids(self, folder_id: int, uidvalidity: int, *, gone: bool | None = False, first: int = 1) -> list[int]:
        """The UIDs entered from `first` on, ascending: those on the server still, those gone (True), or both (None)."""
        sql = (
            "SELECT uid FROM ledger WHERE folder_id = ? AND uidvalidity = ? AND uid >= ? AND (? IS NULL OR gone = ?) ORDER BY uid"
        )
        with explained(self.path):
            return [uid for (uid,) in self._con.execute(sql, (folder_id, uidvalidity, first, gone, gone))]

    def doubles(self, folder_id: int, uidvalidity: int) -> list[int]:
        """UIDs whose mail was made a message of under a lower UID of the folder already: there must be none."""
        sql = """
            SELECT uid FROM ledger WHERE folder_id = ? AND uidvalidity = ? AND verdict IN ('ticket', 'message')
            AND uid NOT IN (SELECT min(uid) FROM ledger WHERE folder_id = ? AND uidvalidity = ?
                            AND verdict IN ('ticket', 'message') GROUP BY mail_id) ORDER BY uid
        """
        with explained(self.path):
            return [uid for (uid,) in self._con.execute(sql, (folder_id, uidvalidity) * 2)]

    def count(self, folder_id: int, uidvalidity: int) -> int:
        """How many entered UIDs still stand on the server; 0 where the folder is another by now."""
        sql = "SELECT here FROM folder WHERE id = ? AND uidvalidity = ?"
        with explained(self.path):
            row = self._con.execute(sql, (folder_id, uidvalidity)).fetchone()
        return int(row[0]) if row else 0

    def flags(self, folder_id: int, uidvalidity: int) -> dict[int, tuple[str, ...]]:
        """The flags as they were last seen, of the mails that still stand on the server."""
        sql = "SELECT uid, flags FROM ledger WHERE folder_id = ? AND uidvalidity = ? AND gone = 0"
        with explained(self.path):
            return {uid: tuple(flags.split()) for uid, flags in self._con.execute(sql, (folder_id, uidvalidity))}

    def apply(
        self,
        folder: FolderState,
        *,
        flags: Mapping[int, Iterable[str]] | None = None,
        gone: Iterable[int] = (),
        back: Iterable[int] = (),
        modseq: int | None = None,
    ) -> tuple[int, int]:
        """Flags, expunges (and UIDs that were not gone after all) with the MODSEQ they lead to; (flags, expunges) changed."""
        place = (folder.id, folder.uidvalidity)
        with transaction(self._con, self.path) as con:
            seen = [(uid, " ".join(sorted(words))) for uid, words in (flags or {}).items()]
            changed = con.executemany(
                "UPDATE ledger SET flags = ? WHERE folder_id = ? AND uidvalidity = ? AND uid = ? AND flags <> ?",
                [(words, *place, uid, words) for uid, words in seen],
            ).rowcount
            where = "WHERE folder_id = ? AND uidvalidity = ? AND uid = ? AND gone = ?"
            left = con.executemany(f"UPDATE ledger SET gone = 1 {where}", [(*place, uid, 0) for uid in gone]).rowcount
            con.executemany(f"UPDATE ledger SET gone = 0 {where}", [(*place, uid, 1) for uid in back])
            if modseq is not None:
                con.execute("UPDATE folder SET modseq = ? WHERE id = ?", (modseq, folder.id))
        return max(changed, 0), max(left, 0)

    def known(self, folder_id: int, uidvalidity: int) -> list[Known]:
        """The mails that this folder held under any other UIDVALIDITY (behaviour 1.5)."""
        sql = """
            SELECT DISTINCT mail.id, mail.message_id, mail.size, ledger.internaldate, ledger.verdict, ledger.rule
            FROM ledger JOIN mail ON mail.id = ledger.mail_id
            WHERE ledger.folder_id = ? AND ledger.uidvalidity <> ? ORDER BY mail.id
        """
        with explained(self.path):
            return [Known(*row) for row in self._con.execute(sql, (folder_id, uidvalidity))]

    def rekey(
        self, folder: FolderState, uidvalidity: int, matches: Mapping[int, Known], flags: Mapping[int, Iterable[str]]
    ) -> None:
        """Enter, for each new UID, the mail it was recognised as: no new message."""
        rows = [
            (folder.id, uidvalidity, uid, k.mail_id, k.verdict, k.rule, " ".join(sorted(flags.get(uid, ()))), k.internaldate)
            for uid, k in matches.items()
        ]
        with transaction(self._con, self.path) as con:
            con.executemany(
                "INSERT INTO ledger (folder_id, uidvalidity, uid, mail_id, verdict, rule, flags, internaldate, gone)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
                rows,
            )


_FOLDER = "id, account, name, role, uidvalidity, high_water, modseq, synced_at, history, to_come"
PAUSED = "history_paused"
"""The entry of `meta` that lets older mail wait."""
