"""The store's writing side: one SQLite file, migrated when it is older than the program, written in IMMEDIATE transactions.

It imports the standard library only; SQLAlchemy and Alembic are loaded to migrate an older store, and for nothing else.
sqlite3's own transaction handling is off (it leaves SELECTs outside): we say BEGIN.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui_desk.errors import NotFoundError, StoreError
from tui_desk.i18n import _
from tui_desk.store import connect
from tui_desk.store.connect import SCHEMA, Connection, explained


class Store:
    """An open store. Threads may share it: each `begin()` has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[Connection] = []
        self._secret: bytes | None = None

    @classmethod
    def open(cls, path: Path, create: bool = True) -> Store:
        """Open the store at `path`, made (mode 0600) or migrated where needed.

        Raises NotFoundError (none there, `create` is false), StoreTooNewError, StoreError, DiskFullError, BusyError.
        """
        store = cls(Path(path))
        if not store.path.exists():
            if not create:
                raise NotFoundError(_("There is no store at %(path)s yet.") % {"path": path}, _("Run `desk init`."))
            _make_file(store.path)
        with explained(store.path):
            con = connect.connect(store.path, write=False)  # on a read-only disk there is still something to see
            try:
                found = connect.version(con)
            finally:
                con.close()
        if found < SCHEMA:
            from tui_desk.store.migrate import migrate

            migrate(store.path)
        return store

    @property
    def secret(self) -> bytes:
        """The key that signs our Message-IDs (HMAC), made with the store."""
        if self._secret is None:
            con = connect.connect(self.path)
            try:
                with explained(self.path):
                    row = con.execute("SELECT value FROM meta WHERE key = 'secret'").fetchone()
            finally:
                con.close()
            if row is None:
                raise StoreError(_("The store %(path)s has lost its key.") % {"path": self.path}, _("Run `desk doctor`."))
            self._secret = bytes.fromhex(row[0])
        return self._secret

    @contextmanager
    def begin(self, *, durable: bool = False) -> Iterator[Connection]:
        """A write transaction (BEGIN IMMEDIATE): committed at the end, rolled back when anything is raised.

        `durable`: the commit is on the disk when this returns (fsync), whatever happens to the machine.
        """
        con = self._connection()
        try:
            if durable:
                con.execute("PRAGMA synchronous = FULL")
            with connect.transaction(con, self.path):
                yield con
            if durable:
                con.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            con.close()  # whatever became of it, the next begins with another
            raise
        self._idle.append(con)

    def close(self) -> None:
        """Let go of the file."""
        while self._idle:
            self._idle.pop().close()

    def _connection(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return connect.connect(self.path)


def _make_file(path: Path) -> None:
    with explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
