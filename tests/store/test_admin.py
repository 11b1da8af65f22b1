"""Backup while others write, check that finds what is wrong, export without loss."""

from __future__ import annotations

import csv
import json
import mailbox
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.shelf import NOW, POLICY, SETTINGS, Desk, mail
from tests.support.rights import place, read_only
from tui_desk.desk.events import Event, new_id
from tui_desk.errors import StoreError
from tui_desk.mail.parse import parse
from tui_desk.store import drafts
from tui_desk.store.admin import backup, check, export, rebuild
from tui_desk.store.engine import Store
from tui_desk.store.read import Reader
from tui_desk.store.write import append


def test_backup_while_writing(desk: Desk, tmp_path: Path) -> None:
    desk.one(mail(id="0@x"))
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        n = 1
        while not stop.is_set():
            desk.one(mail(id=f"{n}@x", body=f"b{n}"))
            written.append(n)
            n += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for n in range(3):
            target = tmp_path / f"copy{n}.db"
            backup(desk.store, target)
            assert target.stat().st_mode & 0o777 == 0o600
            copy = Store.open(target)
            assert [line for line in check(copy, POLICY) if line[0] == "error"] == []
            reader = Reader(target)
            assert reader.count("", "me", NOW, cap=10**6)[0] >= 1
            reader.close()
            copy.close()
    finally:
        stop.set()
        thread.join()
    assert written


def test_a_copy_has_its_attachments(desk: Desk, tmp_path: Path) -> None:
    desk.one(mail(id="0@x", files=[("a", b"a")]))
    (tmp_path / "copy").mkdir()
    backup(desk.store, tmp_path / "copy" / "desk.db")
    copy = Store.open(tmp_path / "copy" / "desk.db")
    assert [line for line in check(copy, POLICY) if line[0] != "ok"] == []
    with closing(Reader(copy.path)) as reader:
        [message] = reader.con.execute("SELECT message_id FROM attachment").fetchone()
        [file] = parse(reader.raw(message)).attachments
    assert file.data == b"a"
    copy.close()


def test_check_finds_what_is_wrong(desk: Desk) -> None:
    desk.one(mail(id="0@x", files=[("a", b"a")]))
    assert {level for level, *_ in check(desk.store, POLICY)} == {"ok"}
    left = desk.store.path.parent / "attachments"
    left.mkdir()
    for name in ("0" * 64, "mine.txt"):
        (left / name).write_bytes(b"")
    con = sqlite3.connect(desk.store.path)
    con.execute("UPDATE ticket SET status = 'solved'")
    con.execute("DELETE FROM search_docsize")
    con.commit()
    con.close()
    lines = check(desk.store, POLICY)
    said = [what for level, what, _ in lines if level != "ok"]
    assert len(said) == 3
    assert any(desk.reader.ticket(1).row.number in what for what in said)
    rebuild(desk.store, SETTINGS, POLICY)
    assert [path.name for path in left.iterdir()] == ["mine.txt"]
    assert [level for level, *_ in check(desk.store, POLICY) if level != "ok"] == []


def test_export_json_lines(desk: Desk) -> None:
    verdict = desk.one(mail("=1+1", id="0@x", body="Zoë\n", files=[("a", b"a")]))
    append(desk.store, [Event(new_id(), NOW, "bob", verdict.ticket, "note", {"text": "hm"})], POLICY)
    [line] = [json.loads(text) for text in desk.exported().splitlines()]
    assert line["number"] == verdict.number
    assert [m["text"].strip() for m in line["messages"]] == ["Zoë", "hm"]
    assert line["messages"][0]["attachments"][0]["name"] == "a"
    assert [e["type"] for e in line["events"]] == ["opened", "note"]
    assert not {"id", "version"} & set(line) - {"v"}


def test_export_csv_and_mbox(desk: Desk, tmp_path: Path) -> None:
    desk.add(mail("=1+1", id="0@x", body="From here\n>From there\n"), mail("b", id="1@x", body="b"))
    assert export(desk.reader, tmp_path / "a.csv", "csv") == 2
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    assert rows[0]["subject"] in ("'=1+1", "b")
    assert export(desk.reader, tmp_path / "a.mbox", "mbox") == 2
    box = mailbox.mbox(tmp_path / "a.mbox")
    assert {m["Message-ID"] for m in box} == {"<0@x>", "<1@x>"}
    box.close()
    assert b"\n>From here\n>>From there" in (tmp_path / "a.mbox").read_bytes()


def test_drafts(desk: Desk) -> None:
    drafts.save(desk.store, "k", "bob", "reply", "{}", 1)
    drafts.save(desk.store, "k", "bob", "reply", '{"a": 1}', 2)
    drafts.save(desk.store, "k", "bob", "note", '{"b": 1}', 3)
    assert desk.reader.draft("k", "bob", "reply") == '{"a": 1}'
    assert desk.reader.drafts("bob") == ['{"b": 1}', '{"a": 1}']
    drafts.discard(desk.store, "k", "bob", "reply")
    assert desk.reader.draft("k", "bob", "reply") is None


def test_on_a_read_only_disk_nothing_is_called_damaged_and_a_backup_is_taken(tmp_path: Path) -> None:
    with place() as folder:
        desk = Desk(folder / "desk")
        desk.one(mail(id="0@x"))
        assert desk.reader.count("", "me", NOW, cap=9)[0] == 1
        for left in (True, False):  # with what SQLite keeps beside a store that is in use, and without
            if not left:
                desk.close()
            assert (folder / "desk" / "desk.db-wal").exists() is left
            check(Store.open(folder / "desk" / "desk.db"), POLICY)
            with read_only(folder / "desk"):
                store = Store.open(folder / "desk" / "desk.db")
                lines = check(store, POLICY)
                with pytest.raises(StoreError, match="cannot be written"), store.begin():
                    pass
            said = [(level, what) for level, what, _ in lines if level != "ok"]
            assert [level for level, _ in said] == ["error", "warning"]
            assert str(folder / "desk") in said[0][1]
            assert "read-only" in said[0][1]
            assert "cannot be checked" in said[1][1]
            backup(store, tmp_path / "copy.db")
            assert {level for level, *_ in check(Store.open(tmp_path / "copy.db"), POLICY)} == {"ok"}
