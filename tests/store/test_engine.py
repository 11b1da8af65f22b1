"""Opening a store: its mode, its migrations, its errors."""

from __future__ import annotations

import os
import re
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.schema_script import migrated, script
from tests.store.shelf import NOW, Desk, mail
from tui_desk.errors import BusyError, DiskFullError, NotFoundError, StoreError, StoreTooNewError
from tui_desk.store import connect
from tui_desk.store.connect import SCHEMA
from tui_desk.store.engine import Store
from tui_desk.store.ledger import FolderState, Ledger
from tui_desk.store.migrate import SCRIPT
from tui_desk.store.read import Reader


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "a" / "desk.db")
    with store.begin() as con:
        con.execute("INSERT INTO meta VALUES ('x', 'y')")
    for file in store.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    store.close()


def test_a_new_store_waits_for_who_writes_while_it_turns_to_wal(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE t (a)")
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    done.start()
    con = connect.connect(tmp_path / "desk.db")
    assert con.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    con.close()
    done.join()
    other.close()


def test_no_store_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        Store.open(tmp_path / "desk.db", create=False)
    with pytest.raises(NotFoundError):
        Reader(tmp_path / "desk.db")
    assert not (tmp_path / "desk.db").exists()


def test_migrations_make_the_tables(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel, create_engine

    from tui_desk.store import tables

    store = Store.open(tmp_path / "desk.db")
    ours = {str(table.__tablename__) for table in (*tables.FACTS, *tables.DERIVED)}
    with create_engine(f"sqlite:///{store.path}").connect() as con:
        context = MigrationContext.configure(con, opts={"compare_type": True, "include_name": _is_ours(ours)})
        assert compare_metadata(context, SQLModel.metadata) == []
        partial = {
            row[0] for row in con.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")
        }
        fts = con.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'search'").scalar_one()
    wanted = {
        i.name for t in SQLModel.metadata.tables.values() for i in t.indexes if i.dialect_options["sqlite"]["where"] is not None
    }
    assert partial == wanted
    assert {"ticket_due", "ticket_assignee_due", "ticket_status_due", "ticket_tag_due"} <= partial
    assert "unicode61 remove_diacritics 2" in fts
    store.close()


def test_script_makes_what_the_migrations_make(tmp_path: Path) -> None:
    """Tables, indexes, their order, and the stamp that Alembic goes on from."""
    old = migrated(tmp_path / "old.db")
    Store.open(tmp_path / "new.db").close()
    with closing(sqlite3.connect(old)) as one, closing(sqlite3.connect(tmp_path / "new.db")) as other:
        for wanted in ("SELECT type, name, tbl_name FROM sqlite_master", "SELECT * FROM alembic_version"):
            assert other.execute(wanted).fetchall() == one.execute(wanted).fetchall()
        keys = [con.execute("SELECT key FROM meta ORDER BY key").fetchall() for con in (one, other)]
        assert keys[0] == keys[1] == [("replica",), ("schema",), ("secret",)]
    assert SCRIPT.read_text("utf-8") == script(old) == script(tmp_path / "new.db"), "python -m tests.store.schema_script"


def test_new_store_needs_no_migration_library(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from tui_desk.store.engine import Store
Store.open(Path({str(tmp_path / "desk.db")!r})).close()
print([name for name in ("alembic", "sqlalchemy") if name in sys.modules])
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_migration_that_fails_leaves_an_old_store_as_it_was(tmp_path: Path) -> None:
    path = migrated(tmp_path / "desk.db")
    with closing(sqlite3.connect(path)) as con:
        con.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
        con.execute("DELETE FROM alembic_version")
        con.commit()
    with pytest.raises(StoreError, match="already exists"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as con:
        assert con.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == ("0",)
        assert con.execute("SELECT * FROM alembic_version").fetchall() == []


def test_a_store_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = migrated(tmp_path / "desk.db")
    with closing(sqlite3.connect(path)) as con:
        for (trigger,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            con.execute(f"DROP TRIGGER {trigger}")
        con.execute("ALTER TABLE folder DROP COLUMN here")
        con.execute("ALTER TABLE folder DROP COLUMN history")
        con.execute("ALTER TABLE folder DROP COLUMN to_come")
        con.execute("DROP TABLE writeback")
        con.execute("DROP INDEX outbox_answers")
        con.execute("DROP INDEX ticket_queue_due")
        for table, column in (("ledger", "delivered"), ("message", "desk"), ("ticket", "queue")):
            con.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        con.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
        con.execute("UPDATE alembic_version SET version_num = '0001'")
        con.execute("INSERT INTO folder VALUES (1, 'a', 'INBOX', 'inbox', 7, 12, 3, 9)")
        columns = "(folder_id, uidvalidity, uid, verdict, rule, flags, internaldate, gone)"
        rows = [(7, 1, 0), (7, 2, 1), (7, 3, 0), (6, 1, 0)]
        con.executemany(f"INSERT INTO ledger {columns} VALUES (1, ?, ?, '', '', '', 0, ?)", rows)
        con.commit()
    Store.open(path).close()
    with closing(Ledger(path)) as ledger:
        assert ledger.folders("a") == [FolderState(1, "a", "INBOX", "inbox", 7, 12, 3, 9)], "all of it is here"
        assert ledger.count(1, 7) == 2, "what stands there was counted"


def _is_ours(ours: set[str]) -> Callable[[str | None, str, object], bool]:
    return lambda name, kind, _parents: kind != "table" or name in ours


def test_newer_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    Store.open(path).close()
    con = sqlite3.connect(path)
    con.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(SCHEMA + 1),))
    con.commit()
    con.close()
    before = path.read_bytes()
    for open_it in (Store.open, Reader):
        with pytest.raises(StoreTooNewError) as caught:
            open_it(path)
        assert caught.value.exit_code == 78
        assert "newer" in caught.value.message
        assert caught.value.hint
    assert path.read_bytes() == before


def test_secret_stays(tmp_path: Path) -> None:
    first, second = (_secret(tmp_path / "desk.db") for _ in range(2))
    assert len(first) == 32
    assert second == first
    assert _secret(tmp_path / "other.db") != first


def _secret(path: Path) -> bytes:
    with closing(Store.open(path)) as store:
        return store.secret


def test_not_a_store(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)


def test_full_disk(desk: Desk) -> None:
    desk.one(mail(id="a@x"))
    before = desk.exported()
    with pytest.raises(DiskFullError) as caught:
        _write_without_room(desk.store)
    assert caught.value.hint
    assert desk.exported() == before
    assert desk.one(mail(id="b@x", body="Another")).kind == "ticket"


def _write_without_room(store: Store) -> None:
    with store.begin() as con:
        pages = con.execute("PRAGMA page_count").scalar_one()
        con.execute(f"PRAGMA max_page_count = {pages}")
        con.execute("INSERT INTO meta VALUES ('big', ?)", ("x" * 1_000_000,))


def test_full_disk_under_a_whole_process(tmp_path: Path) -> None:
    """A file size limit is what a full disk looks like; the store stays sound and the program says a sentence."""
    Store.open(tmp_path / "desk.db").close()
    code = f"""
import sys
from collections.abc import Callable
from pathlib import Path
from tests.store.shelf import Desk, mail
from tui_desk.errors import DiskFullError
import os
desk = Desk(Path({str(tmp_path)!r}))
try:
    for n in range(400):
        desk.one(mail(id=f"{{n}}@x", body=os.urandom(20_000).hex()))
except DiskFullError as error:
    print(error.message)
    sys.exit(5)
"""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, preexec_fn=limit, cwd=Path.cwd())
    assert ran.returncode == 5, ran.stderr
    assert "desk.db" in ran.stdout
    con = sqlite3.connect(tmp_path / "desk.db")
    assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert con.execute("SELECT count(*) FROM mail").fetchone() == con.execute("SELECT count(*) FROM raw").fetchone()
    con.close()


@pytest.mark.skipif(os.getuid() == 0, reason="root writes where it may not")
def test_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    Store.open(folder / "desk.db").close()
    for file in folder.iterdir():
        file.chmod(0o400)
    folder.chmod(0o500)
    try:
        _expect_read_only(folder)
    finally:
        folder.chmod(0o700)


def test_read_only_folder_as_another_user(tmp_path: Path) -> None:
    """Root may write anywhere, so the test steps down to nobody in a fork of its own."""
    if os.getuid() != 0:
        pytest.skip("needs root to become nobody")
    folder = Path("/tmp") / f"desk-read-only-{os.getpid()}"  # pytest's own folder is closed to nobody
    store = Store.open(folder / "desk.db")
    with store.begin():
        pass
    store.close()
    folder.chmod(0o755)
    (folder / "desk.db").chmod(0o444)
    try:
        child = os.fork()
        if child == 0:
            os.setgid(65534)
            os.setuid(65534)
            failed = 1
            try:
                _expect_read_only(folder)
                failed = 0
            finally:
                os._exit(failed)
        assert os.waitpid(child, 0)[1] == 0
    finally:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _expect_read_only(folder: Path) -> None:
    reader = Reader(folder / "desk.db")
    assert reader.count("", "me", NOW) == (0, False)
    reader.close()
    store = Store(folder / "desk.db")
    with pytest.raises(StoreError) as caught, store.begin() as con:
        con.execute("INSERT INTO meta VALUES ('x', 'y')")
    assert caught.value.hint
    store.close()
    with pytest.raises(StoreError):
        Store.open(folder / "new" / "desk.db")


def test_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(connect, "PRAGMAS", ("PRAGMA journal_mode = WAL", "PRAGMA busy_timeout = 50"))
    one, two = Store.open(tmp_path / "desk.db"), Store(tmp_path / "desk.db")
    with one.begin(), pytest.raises(BusyError), two.begin():
        pass
    with two.begin() as con:
        con.execute("INSERT INTO meta VALUES ('x', 'y')")
    one.close()
    two.close()


def test_folder_with_an_awkward_name(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "à 100 %? #1" / "desk.db")
    with store.begin() as con:
        con.execute("INSERT INTO meta VALUES ('x', 'y')")
    store.close()
    reader = Reader(store.path)
    assert reader.con.execute("SELECT value FROM meta WHERE key = 'x'").fetchone() == ("y",)
    reader.close()


def test_rollback(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "desk.db")

    class Stop(Exception):
        pass

    def write_and_stop() -> None:
        with store.begin(durable=True) as con:
            con.execute("INSERT INTO meta VALUES ('x', 'y')")
            raise Stop

    with pytest.raises(Stop):
        write_and_stop()
    with store.begin() as con:
        assert con.execute("SELECT count(*) FROM meta WHERE key = 'x'").scalar_one() == 0
        assert con.execute("PRAGMA synchronous").scalar_one() == 1
    store.close()


def test_two_processes_make_one_store(tmp_path: Path) -> None:
    path = str(tmp_path / "d" / "desk.db")
    code = f"from pathlib import Path; from tui_desk.store.engine import Store; print(Store.open(Path({path!r})).secret.hex())"
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    secrets = {process.communicate(timeout=120)[0] for process in running}
    assert all(process.returncode == 0 for process in running)
    assert len(secrets) == 1


def test_no_placeholder_is_numbered() -> None:
    """The first Pythons 3.12 take "?1" for a name and warn of values in a sequence."""
    sources = Path(connect.__file__).parent.parent.rglob("*.py")
    assert [path.name for path in sources if re.search(r"[=(,<>] ?\?[0-9]", path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "code",
    [
        "from tui_desk.store.read import Reader; r = Reader(path); r.views('me', {}, 0); r.page('', 'me', 0); r.search('x')",
        "from tui_desk.store.ledger import Ledger; Ledger(path).folder('a', 'INBOX')",
        "from tui_desk.store.engine import Store; Store.open(path).secret",
        "from tui_desk.store import drafts; drafts.save(drafts.Store.open(path), 'k', 'a', 'reply', '{}', 0)",
    ],
)
def test_cheap_paths_import_nothing_heavy(tmp_path: Path, code: str) -> None:
    path = tmp_path / "desk.db"
    Store.open(path).close()
    look = (
        "import sys; print([m for m in ('sqlalchemy', 'sqlmodel', 'pydantic', 'alembic', 'rich', 'textual') if m in sys.modules])"
    )
    script = f"from pathlib import Path; path = Path({str(path)!r}); {code}; {look}"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "[]"


def test_ledger(tmp_path: Path) -> None:
    Store.open(tmp_path / "desk.db").close()
    ledger = Ledger(tmp_path / "desk.db")
    folder = ledger.folder("a@x", "INBOX", "inbox")
    assert ledger.folder("a@x", "INBOX") == folder
    ledger.restart(folder.id, 7)
    ledger.advance(folder.id, high_water=20, modseq=5, at=99)
    ledger.advance(folder.id, high_water=10)
    state = ledger.folder("a@x", "INBOX")
    assert (state.uidvalidity, state.high_water, state.modseq, state.synced_at) == (7, 20, 5, 99)
    assert ledger.folders("a@x") == [state]
    ledger.restart(folder.id, 8, high_water=40, history=1_000, to_come=30)
    ledger.filled(folder.id, 500, 12)
    state = ledger.folder("a@x", "INBOX")
    assert (state.uidvalidity, state.high_water, state.history, state.to_come) == (8, 40, 500, 12)
    assert not ledger.paused()
    for paused in (True, True, False):
        ledger.pause(paused)
        assert ledger.paused() == paused
    ledger.close()
