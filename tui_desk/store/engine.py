"""The store's writing side: one SQLite file, migrated when it is older than the program, written in IMMEDIATE transactions.

Opening imports the standard library only; SQLAlchemy is loaded by the first `begin()`, Alembic to migrate an older store.
pysqlite's own transaction handling is off (it leaves SELECTs outside and applies migrations by halves): we say BEGIN.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_desk.errors import NotFoundError, StoreError
from tui_desk.i18n import _
from tui_desk.store import connect
from tui_desk.store.connect import SCHEMA, explained

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Store:
    """An open store. Threads may share it: each `begin()` has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: Engine | None = None
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
            con = connect.connect(store.path)
            try:
                found = connect.version(con)
            finally:
                con.close()
        if found < SCHEMA:
            from tui_desk.store.migrate import migrate

            migrate(store.path)
        return store

    @property
    def attachments(self) -> Path:
        """The folder of attachments, each under its SHA-256."""
        return self.path.parent / "attachments"

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

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine."""
        if self._engine is None:
            self._engine = _engine(self.path)
        return self._engine

    @contextmanager
    def begin(self, *, durable: bool = False) -> Iterator[Connection]:
        """A write transaction (BEGIN IMMEDIATE): committed at the end, rolled back when anything is raised.

        `durable`: the commit is on the disk when this returns (fsync), whatever happens to the machine.
        """
        from sqlalchemy.exc import DBAPIError

        try:
            with self.engine.connect() as con:
                if durable:
                    con.exec_driver_sql("PRAGMA synchronous = FULL")
                    con.rollback()
                try:
                    with con.begin():
                        con.exec_driver_sql("BEGIN IMMEDIATE")
                        yield con
                finally:
                    if durable:
                        con.exec_driver_sql("PRAGMA synchronous = NORMAL")
        except DBAPIError as error:
            raise connect.explain(error.orig or error, self.path) from error

    def close(self) -> None:
        """Let go of the file."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def _make_file(path: Path) -> None:
    with explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _engine(path: Path) -> Engine:
    from sqlalchemy import URL, create_engine, event

    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": connect.BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _connected(con: Any, _record: Any) -> None:
        con.isolation_level = None
        try:
            for pragma in (*connect.PRAGMAS, connect.WRITER_CACHE, connect.CHECKPOINT):
                con.execute(pragma)
        except BaseException:
            con.close()  # the pool never gets it
            raise

    return engine
