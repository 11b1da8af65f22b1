"""What a new store is made from; after a migration `python -m tests.store.schema_script > tui_desk/store/schema.sql`."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from tui_desk.store import migrate

_OBJECTS = """
    SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
    AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid
"""


def migrated(path: Path) -> Path:
    """Make a store at `path` by the migrations alone."""
    path.touch()
    migrate.by_alembic(path)
    return path


def script(path: Path) -> str:
    """What makes the schema of the store at `path`, and the stamp of its last migration."""
    with closing(sqlite3.connect(path)) as con:
        made = ["\n".join(line.rstrip() for line in sql.strip().splitlines()) for (sql,) in con.execute(_OBJECTS)]
        (revision,) = con.execute("SELECT version_num FROM alembic_version").fetchone()
    return ";\n".join([*made, f"INSERT INTO alembic_version (version_num) VALUES ('{revision}')", ""])


def main() -> None:
    """Print it."""
    with tempfile.TemporaryDirectory() as folder:
        print(script(migrated(Path(folder) / "desk.db")), end="")


if __name__ == "__main__":
    main()
