"""A store made new, or brought up to date: a script for the first, Alembic's migrations for the second.

The script (schema.sql) is what all migrations together make, stamped with the last of them, so that Alembic goes on from
there; a test holds the two equal. Importing Alembic takes longer than a whole pass that finds nothing.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_desk.store import connect
from tui_desk.store.connect import SCHEMA, explained

if TYPE_CHECKING:
    from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"
SCRIPT = Path(__file__).parent / "schema.sql"


def migrate(path: Path) -> None:
    """Bring the store at `path` (an empty file is a new one) to this program's version."""
    with closing(connect.connect(path)) as con, connect.transaction(con, path):
        # Another process may have been here first: the lock is ours now, so look again.
        if not con.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            _create(con)
        found = connect.version(con)
    if found < SCHEMA:
        by_alembic(path)


def _create(con: sqlite3.Connection) -> None:
    for statement in SCRIPT.read_text("utf-8").split(";\n"):
        con.execute(statement)
    _stamp(con)


def by_alembic(path: Path) -> None:
    """Run the migrations that the store at `path` has not seen."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = _engine(path)
    try:
        with explained(path), engine.connect() as con, con.begin():
            con.exec_driver_sql("BEGIN IMMEDIATE")
            driver: Any = con.connection.driver_connection
            if connect.version(driver) < SCHEMA:
                config.attributes["connection"] = con
                command.upgrade(config, "head")
                _stamp(driver)
    except DBAPIError as error:
        raise connect.explain(error.orig or error, path) from error
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    """pysqlite's own transaction handling is off: it applies migrations by halves."""
    from sqlalchemy import create_engine

    return create_engine("sqlite://", creator=lambda: connect.connect(path))


def _stamp(con: sqlite3.Connection) -> None:
    upsert = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO"
    con.execute(f"{upsert} UPDATE SET value = excluded.value", ("schema", str(SCHEMA)))
    con.execute(f"{upsert} NOTHING", ("secret", secrets.token_hex(32)))
    con.execute(f"{upsert} NOTHING", ("replica", secrets.token_hex(8)))
