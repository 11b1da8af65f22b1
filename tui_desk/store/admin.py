"""Looking after a store: backup, check; rebuild and export have modules of their own."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tui_desk.config.schema import Settings
from tui_desk.desk.fold import Policy
from tui_desk.errors import StoreError
from tui_desk.i18n import _, ngettext
from tui_desk.store import connect, inputs, queues, write
from tui_desk.store.connect import explained
from tui_desk.store.engine import Store
from tui_desk.store.export import export
from tui_desk.store.output import refuse_own, replacing, told

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["backup", "check", "export", "rebuild"]

Level = Literal["ok", "warning", "error"]
Line = tuple[Level, str, str]
"""(level, what, next step)."""
CHUNK = 500
_UNPACKED = re.compile(r"\.?[0-9a-f]{64}(?:\.\d+)?").fullmatch


def rebuild(store: Store, settings: Settings, policy: Policy, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Drop all that is derived and make it again; returns how many mails were read. `on_progress` is told (done, in all)."""
    from tui_desk.store.rebuild import rebuild as run

    done = run(store, settings, policy, on_progress) if on_progress is not None else run(store, settings, policy)
    for path in _unpacked(store.path):
        path.unlink(missing_ok=True)
    return done


def backup(store: Store, target: Path) -> None:
    """A consistent copy of the store's file, taken while others write (SQLite's backup API); it replaces `target` at the end."""
    if target.exists() and not target.is_file():
        # It would take the place of a folder, a pipe, a device.
        raise StoreError(_("%(file)s is no file.") % {"file": target}, _("Choose another place."))
    refuse_own(target, store.path)
    with explained(target), told(target), replacing(target) as part:
        os.close(os.open(part, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
        source, copy = connect.connect(store.path, write=False), sqlite3.connect(part)
        try:
            source.backup(copy)
        finally:
            source.close()
            copy.close()


def check(store: Store, policy: Policy | None = None) -> list[Line]:
    """What is well and what is not. With `policy`, every ticket is folded again and compared with its row."""
    writable = os.access(store.path, os.W_OK) and os.access(store.path.parent, os.W_OK)
    con = connect.connect(store.path, write=writable)
    try:
        with explained(store.path):
            lines = [*_rights(store.path, writable=writable), *_file(con), *_index(con, writable=writable)]
            lines += [*_left(store.path), *_quarantine(con)]
            return lines + (list(_folds(con, policy)) if policy is not None else [])
    finally:
        con.close()


def _rights(path: Path, *, writable: bool) -> Iterator[Line]:
    if not writable:
        what = _("Store: %(folder)s is read-only: mail can be read, nothing can be kept")
        yield (
            "error",
            what % {"folder": path.parent},
            _("Look at the disk, and at the rights of the folder and its files (ls -la)."),
        )


def _file(con: sqlite3.Connection) -> Iterator[Line]:
    wrong = [row[0] for row in con.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    for text in wrong:
        yield (
            "error",
            _("Store: %(problem)s") % {"problem": text},
            _("Put a backup in its place, or move it away and sync again."),
        )
    if not wrong:
        size = con.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()[0]
        tickets, mails = con.execute("SELECT (SELECT count(*) FROM ticket), (SELECT count(*) FROM mail)").fetchone()
        what = _("Store: %(tickets)s tickets, %(mails)s mails, %(mb)s MB, sound")
        yield "ok", what % {"tickets": tickets, "mails": mails, "mb": round(size / 1_000_000)}, ""
    broken = len(con.execute("PRAGMA foreign_key_check").fetchall())
    if broken:
        what = ngettext("Store: %(n)s row points nowhere", "Store: %(n)s rows point nowhere", broken) % {"n": broken}
        yield "error", what, _("Run `desk rebuild`.")


def _index(con: sqlite3.Connection, *, writable: bool) -> Iterator[Line]:
    try:
        if writable:  # FTS5 takes this command as a write
            con.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        missing = con.execute("SELECT count(*) FROM message WHERE id NOT IN (SELECT id FROM search_docsize)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_FULL")):
            raise
        missing = -1
    if missing:
        yield "error", _("Search: the index does not fit the messages"), _("Run `desk rebuild`.")
    elif not writable:
        yield "warning", _("Search: whether the index is sound cannot be checked on a read-only disk"), ""


def _unpacked(store: Path) -> list[Path]:
    """Attachments that an earlier version unpacked beside the store: they are read out of the mails now."""
    folder = store.parent / "attachments"
    return [path for path in folder.iterdir() if _UNPACKED(path.name)] if folder.is_dir() else []


def _left(store: Path) -> Iterator[Line]:
    if left := len(_unpacked(store)):
        what = ngettext(
            "Attachments: %(n)s file of an earlier version is left",
            "Attachments: %(n)s files of an earlier version are left",
            left,
        )
        yield "warning", what % {"n": left}, _("They are in the mails: `desk rebuild` clears them away.")


def _quarantine(con: sqlite3.Connection) -> Iterator[Line]:
    n = con.execute("SELECT count(*) FROM mail WHERE quarantine <> ''").fetchone()[0]
    if n:
        what = ngettext("Quarantine: %(n)s mail could not be understood", "Quarantine: %(n)s mails could not be understood", n)
        yield "warning", what % {"n": n}, _("`desk quarantine list` tells why; `desk quarantine retry --all` tries again.")


def _folds(con: connect.Connection, policy: Policy) -> Iterator[Line]:
    con.execute("BEGIN")  # One moment of the store, and nobody who writes waits for it.
    follow = queues.follow(con, policy.queues)
    rows = con.execute("SELECT id, key, number FROM ticket WHERE merged_into = '' ORDER BY id").fetchall()
    chunks = (list(rows[begin : begin + CHUNK]) for begin in range(0, len(rows), CHUNK))
    found = [each for chunk in chunks for each in _different(con, chunk, policy)]
    con.execute("ROLLBACK")
    differ = [number for number, columns in found if follow or columns != {"queue"}]
    if len(differ) < len(found):
        what = _("Tickets: they are not in the queues of the settings yet, for the store could not be written")
        yield "warning", what, _("With room on the disk, or another program done, the next command puts them there.")
    if differ:
        what = ngettext("Tickets: %(n)s is not what its log says", "Tickets: %(n)s are not what their log says", len(differ))
        yield "error", f"{what % {'n': len(differ)}}: {', '.join(differ[:5])}", _("Run `desk rebuild`.")
    else:
        yield "ok", _("Tickets: each is what its log says"), ""


def _different(con: connect.Connection, rows: list[Any], policy: Policy) -> Iterator[tuple[str, set[str]]]:
    """The numbers of tickets whose stored row is not what a fold gives, and the columns in which it is not."""
    ids = {row[0]: row[1] for row in rows}
    columns = ", ".join(write.TICKET_COLUMNS)
    stored = {
        row[0]: tuple(row)
        for row in con.execute(f"SELECT {columns} FROM ticket WHERE id BETWEEN ? AND ?", (rows[0][0], rows[-1][0]))
    }
    made = inputs.load(con, ids, write.merged_into(con, ids.values()))
    for ticket_id, key, number in rows:
        row = write.row_of(ticket_id, write.folded(key, number, made[key], policy), made[key].attachments)
        if row != stored[ticket_id]:
            names = zip(write.TICKET_COLUMNS, row, stored[ticket_id], strict=True)
            yield number, {name for name, of_log, of_row in names if of_log != of_row}
