"""A connection to the store's file with the standard library alone: the pragmas, the version, and errors in sentences."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tui_desk.errors import BusyError, DeskError, DiskFullError, NotFoundError, StoreError, StoreTooNewError
from tui_desk.i18n import _
from tui_desk.text import fold

SCHEMA = 5
"""What this program writes; the store's own is in `meta`, key "schema"."""
BUSY_SECONDS = 15

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)
CHECKPOINT = "PRAGMA wal_autocheckpoint = 8192"
"""Pages (32 MB): index pages that many batches touch go to the file once."""
WRITER_CACHE = "PRAGMA cache_size = -12288"
"""12 MB: with 32 a first sync takes 20 MB more memory and no less time."""
READER_CACHE = "PRAGMA cache_size = -8192"
REFUSED = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError)
"""Errors that values cause, not the disk."""


class Rows(sqlite3.Cursor):
    """What a statement found."""

    def first(self) -> Any:
        """The first row, None where there is none; the rest is let go of."""
        row = self.fetchone()
        self.close()
        return row

    def one(self) -> Any:
        """The only row. Raises LookupError where there is none."""
        row = self.first()
        if row is None:
            raise LookupError("no row")
        return row

    def scalar_one(self) -> Any:
        """The first value of the only row. Raises LookupError where there is none."""
        return self.one()[0]


class Connection(sqlite3.Connection):
    """sqlite3's, whose `execute` answers with `Rows`."""

    def execute(self, sql: str, values: Any = (), /) -> Rows:
        """Run a statement with these values."""
        return self.cursor(Rows).execute(sql, values)


def connect(path: Path, *, write: bool = True) -> Connection:
    """Open the existing store at `path`. Raises NotFoundError where there is none, StoreError where it cannot be read."""
    if not path.exists():
        raise NotFoundError(_("There is no store at %(path)s yet.") % {"path": path}, _("Run `desk init`, then `desk sync`."))
    with explained(path):
        con = _open(path, "rw" if write else "ro")
        try:
            for pragma in (
                (*PRAGMAS, WRITER_CACHE, CHECKPOINT) if write else (*PRAGMAS[2:], READER_CACHE, "PRAGMA query_only = ON")
            ):
                _set(con, pragma)
            con.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.Error as error:
            con.close()
            if write or not isinstance(error, sqlite3.OperationalError) or os.access(path.parent, os.W_OK):
                raise
            # In a folder that cannot be written WAL's own files cannot be made: nobody writes here, so none are needed.
            con = _open(path, "ro&immutable=1")
    return con


def _set(con: Connection, pragma: str) -> None:
    """Run `pragma`; SQLite does not wait for others when it turns a new file to WAL, so we do."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            con.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _open(path: Path, mode: str) -> Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
        factory=Connection,
    )


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A reading connection to a store of this program's version; an older one is migrated first. Raises StoreTooNewError."""
    con = connect(path, write=False)
    with explained(path):
        try:
            if version(con) < SCHEMA:
                from tui_desk.store.engine import Store

                Store.open(path).close()
        except BaseException:
            con.close()
            raise
        con.create_function("folded", 1, _folded, deterministic=True)
    return con


def _folded(text: str | None) -> str:
    return fold(text or "")


def version(con: sqlite3.Connection) -> int:
    """The schema version that the store's `meta` tells; 0 for an empty file. Raises StoreTooNewError."""
    try:
        row = con.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return 0
        raise
    found = int(row[0]) if row else 0
    if found > SCHEMA:
        raise StoreTooNewError(
            _("The store was written by a newer TUI Desk (its version is %(found)s, this program knows %(known)s).")
            % {"found": found, "known": SCHEMA},
            _("Update TUI Desk on this machine; nothing was changed."),
        )
    return found


@contextmanager
def transaction(con: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """BEGIN IMMEDIATE, then COMMIT, or ROLLBACK when anything is raised."""
    try:
        con.execute("BEGIN IMMEDIATE")
        try:
            yield con
            con.execute("COMMIT")
        except BaseException:
            if con.in_transaction:
                con.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise explain(error, path) from error


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn sqlite's errors into ours, each with a sentence and the next step."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except OSError as error:
        raise explain(error, path) from error


def explain(error: BaseException, path: Path) -> DeskError:
    """The error of `tui_desk.errors` that `error`, met while working on `path`, stands for."""
    said, code = getattr(error, "strerror", None) or str(error), getattr(error, "sqlite_errorname", "") or ""
    where = {"path": path, "error": said}
    if code.startswith("SQLITE_FULL") or "disk is full" in said or getattr(error, "errno", 0) in (27, 28, 122):
        return DiskFullError(
            _("There is no room left on the disk for %(path)s.") % where, _("Free some space; nothing was lost.")
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "is locked" in said:
        return BusyError(_("Another program has been writing to %(path)s for a while.") % where, _("Try again in a moment."))
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")) or getattr(error, "errno", 0) in (1, 13, 30):
        return StoreError(
            _("%(path)s cannot be written: %(error)s.") % where, _("Look at the rights of the folder it lies in (ls -ld).")
        )
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreError(
            _("%(path)s is damaged: %(error)s.") % where, _("Put a backup in its place, or move it away and sync again.")
        )
    if code.startswith("SQLITE_IOERR"):
        # A quota or a file size limit shows as a failed write.
        return DiskFullError(_("%(path)s cannot be written: %(error)s.") % where, _("Look at the disk's space and health."))
    return StoreError(_("The store %(path)s failed: %(error)s.") % where, _("Run `desk doctor`."))
