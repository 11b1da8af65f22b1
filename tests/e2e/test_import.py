"""desk import, as a person runs it: files of every kind, twice, killed, rehearsed, and the same mail over IMAP."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import sqlite3
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.e2e.world import ask, put
from tests.support.dovecot import Dovecot
from tests.support.large import blob, large

MB = 1 << 20
AT = 1_700_000_000
SEPARATOR = b"From someone@x.example Tue Nov 14 22:13:20 2023\n"
SETTINGS = (
    '[account]\naddress = "desk@desk.test"\nimap = "imap://127.0.0.1:9"\nsmtp = "smtp://127.0.0.1:9"\n[agent]\nid = "alice"\n'
)


def letter(n: int, *, answers: int | None = None, from_: str = "", to: str = "desk@desk.test", body: str = "Hello") -> bytes:
    """A mail as it lies in a file."""
    head = [f"From: {from_ or f'c{n}@example.org'}", f"To: {to}", f"Subject: Case {n if answers is None else answers}"]
    head += [f"Message-ID: <{n}@import.test>", f"Date: {formatdate(AT + n * 60)}"]
    head += [f"In-Reply-To: <{answers}@import.test>"] if answers is not None else []
    return ("\n".join([*head, "", body]) + "\n").encode()


def mbox(path: Path, *raws: bytes) -> Path:
    """Written as mboxrd does."""
    path.write_bytes(b"".join(SEPARATOR + re.sub(rb"\n(>*From )", rb"\n>\1", raw) + b"\n" for raw in raws))
    return path


def maildir(path: Path, *raws: bytes, flags: str = "S") -> Path:
    """A Maildir with these in cur."""
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    for n, raw in enumerate(raws):
        (path / "cur" / f"{AT + n}.M{n}.host:2,{flags}").write_bytes(raw)
    return path


@pytest.fixture
def here(tmp_path: Path) -> Shell:
    """A desk that has no server."""
    shell = Shell(tmp_path / "home")
    folder = shell.home / shell.profile
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(SETTINGS)
    return shell


def export(desk: Shell, path: Path) -> bytes:
    """All tickets, as JSON Lines."""
    desk.run("export", str(path))
    return path.read_bytes()


def test_a_mailbox_file_twice_then_a_rebuild(here: Shell, tmp_path: Path) -> None:
    answer = letter(2, answers=1, from_="desk@desk.test", to="c1@example.org", body="Hi,\n\nFrom now on all is well.")
    file = mbox(tmp_path / "old.mbox", letter(1), answer, letter(3), letter(3))
    [line] = here.lines("import", str(file))
    assert line.split("\t") == [str(file), "4", "2", "1", "1", "0", "0", "0", "0"]
    before = export(here, tmp_path / "a")
    assert here.lines("import", str(file))[0].split("\t")[1:] == ["4", "0", "0", "0", "4", "0", "0", "0"]
    assert export(here, tmp_path / "b") == before
    here.run("rebuild")
    assert export(here, tmp_path / "c") == before

    [first] = [row for row in here.json("list", "is:historical")["tickets"] if row["subject"] == "Case 1"]
    assert first["created_at"] == "2023-11-14T22:14:20+00:00"
    thread = here.json("show", first["number"])["ticket"]["thread"]
    assert [message["kind"] for message in thread] == ["inbound", "outbound"]
    assert "\nFrom now on" in thread[1]["text"]
    assert all(finding["level"] != "error" for finding in here.json("doctor", "--offline")["findings"])


def test_history_is_in_no_figure_and_live_mail_is(here: Shell, tmp_path: Path) -> None:
    here.run("import", str(mbox(tmp_path / "old", letter(1))))
    assert here.json("list", "is:historical")["tickets"]
    here.run("import", "--live", str(mbox(tmp_path / "new", letter(2))))
    assert [row["subject"] for row in here.json("list", "-is:historical")["tickets"]] == ["Case 2"]
    assert "imported 1" in here.run("kpi", "2023-11").stdout


def test_a_maildir_with_subfolders(here: Shell, tmp_path: Path) -> None:
    root = maildir(tmp_path / "Maildir", letter(1), letter(2))
    (root / "new" / f"{AT}.new.host").write_bytes(letter(3))
    maildir(root / ".&AMk-l&AOk-ments envoy&AOk-s", letter(4, answers=1, from_="paul@desk.test", to="c1@example.org"))
    maildir(root / ".Drafts", letter(5))
    maildir(root / ".Archive.2023", letter(6))
    done = here.run("import", str(root), "--json")
    told = json.loads(done.stdout)
    assert {Path(row["path"]).name: (row["messages"], row["sent"]) for row in told["sources"]} == {
        "Maildir": (3, False),
        ".&AMk-l&AOk-ments envoy&AOk-s": (1, True),
        ".Archive.2023": (1, False),
    }
    assert [Path(problem["where"]).name for problem in told["problems"]] == [".Drafts"]
    [number] = [row["number"] for row in here.json("list")["tickets"] if row["subject"] == "Case 1"]
    assert [message["kind"] for message in here.json("show", number)["ticket"]["thread"]] == ["inbound", "outbound"]
    os.rename(root / "new" / f"{AT}.new.host", root / "cur" / f"{AT}.new.host:2,S")
    assert json.loads(here.run("import", str(root), "--json").stdout)["total"]["unchanged"] == 5


def test_folders_of_messages_gzip_and_standard_input(here: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.eml").write_bytes(b"\xef\xbb\xbf" + letter(1))
    (folder / "deep" / "b.eml.gz").write_bytes(gzip.compress(letter(2)))
    (folder / "deep" / "c.emlx").write_bytes(b"%d\n%s<?xml>" % (len(letter(3)), letter(3)))
    (folder / "notes.txt").write_text("nothing of ours")
    (folder / "old.mbox.gz").write_bytes(gzip.compress(mbox(tmp_path / "x", letter(4), letter(5)).read_bytes()))
    assert sum(int(line.split("\t")[1]) for line in here.lines("import", str(folder))) == 5
    assert here.lines("import", "-", stdin=letter(6).decode())[0].split("\t")[:3] == ["-", "1", "1"]
    assert here.lines("import", str(folder / "a.eml"))[0].split("\t")[1:6] == ["1", "0", "0", "0", "1"]
    [made] = here.lines("ingest", stdin=(SEPARATOR + letter(7)).decode())
    assert made.split("\t")[0] == "ticket"
    assert here.lines("ingest", stdin=letter(7).decode())[0].split("\t") in (
        ["unchanged", made.split("\t")[1]],
        ["copy", made.split("\t")[1]],
    )
    assert {row["subject"] for row in here.json("list")["tickets"]} == {f"Case {n}" for n in range(1, 8)}


def test_a_rehearsal_says_what_is_done_and_does_nothing(here: Shell, tmp_path: Path) -> None:
    files = [str(mbox(tmp_path / "a", letter(1), letter(2, answers=1))), str(mbox(tmp_path / "b", letter(3), letter(1)))]
    assert not (here.home / here.profile / "desk.db").exists()
    rehearsed = here.lines("import", *files, "--jsonl", "--dry-run")
    assert not (here.home / here.profile / "desk.db").exists()
    here.run("import", str(mbox(tmp_path / "c", letter(9))))
    before = export(here, tmp_path / "x")
    there = sorted(path.name for path in (here.home / here.profile).iterdir())
    assert here.lines("import", *files, "--jsonl", "--dry-run") == rehearsed
    assert export(here, tmp_path / "y") == before
    assert sorted(path.name for path in (here.home / here.profile).iterdir()) == there
    assert here.lines("import", *files, "--jsonl") == rehearsed
    assert [json.loads(line)["result"] for line in rehearsed] == ["ticket", "message", "ticket", "copy"]
    assert len({json.loads(line)["number"] for line in rehearsed}) == 2


def test_since(here: Shell, tmp_path: Path) -> None:
    file = mbox(tmp_path / "a", letter(1), letter(100_000))
    assert here.lines("import", str(file), "--since", "2023-12-01")[0].split("\t")[1:3] == ["2", "1"]
    assert [row["subject"] for row in here.json("list")["tickets"]] == ["Case 100000"]
    here.run("import", str(file), "--since", "soon", code=2)


def test_what_cannot_be_read_stops_nothing(here: Shell, tmp_path: Path) -> None:
    good, bad, cut = mbox(tmp_path / "good", letter(1)), tmp_path / "no.pdf", tmp_path / "cut.mbox.gz"
    bad.write_bytes(b"%PDF-1.4\n\x00\x01")
    cut.write_bytes(gzip.compress(b"".join(SEPARATOR + letter(n) + b"\n" for n in range(2, 500)))[:-4000])
    words = ["import", str(good), str(bad), str(cut), str(tmp_path / "none")]
    done = here.run(*words, code=3)
    assert f"{bad}: is no mail" in done.stderr
    assert f"{cut}: the compressed file is damaged or cut off" in done.stderr
    assert f"{tmp_path / 'none'}: No such file" in done.stderr
    assert here.lines("count", "from:c1@example.org") == ["1"]
    here.run("import", str(bad), code=1)


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read(here: Shell, tmp_path: Path) -> None:
    root = maildir(tmp_path / "m", letter(1), letter(2))
    locked = sorted((root / "cur").iterdir())[0]
    locked.chmod(0)
    assert f"{locked}: Permission denied" in here.run("import", str(root), code=3).stderr
    locked.chmod(0o600)
    assert here.lines("import", str(root))[0].split("\t")[1:6] == ["2", "1", "0", "0", "1"]


def derived(desk: Shell) -> dict[str, list[object]]:
    """What the store makes of the mails, and the ledger; ids of rows apart."""
    con = sqlite3.connect(desk.home / desk.profile / "desk.db")
    try:
        return {
            sql: con.execute(sql).fetchall()
            for sql in (
                "SELECT key, number, status, subject, messages_in, messages_out, historical, due_at FROM ticket ORDER BY key",
                "SELECT id, at, kind, author, subject, message_id, rule, flags FROM message ORDER BY id",
                "SELECT uidvalidity, uid, verdict, rule, flags, internaldate FROM ledger ORDER BY uid, uidvalidity",
                "SELECT sha256, content_hash, source, internaldate FROM mail ORDER BY sha256",
            )
        }
    finally:
        con.close()


def test_killed_and_run_again_is_the_same_as_run_once(here: Shell, tmp_path: Path) -> None:
    mails = [letter(n, answers=n - n % 3 if n % 3 else None, body="Bonjour\n" * 300) for n in range(3000)]
    file = mbox(tmp_path / "many.mbox", *mails)
    kills = 0
    for wait_for in (1, 900, 1700):
        running = here.start("import", str(file))
        end = time.monotonic() + 60
        while running.runs and time.monotonic() < end and stored(here) < wait_for:
            time.sleep(0.005)
        kills += running.kill() == -signal.SIGKILL
    assert kills
    assert stored(here) > 0
    done = json.loads(here.run("import", str(file), "--json").stdout)["total"]
    assert done["messages"] == 3000
    assert done["unchanged"] > 0
    once = Shell(tmp_path / "once")
    (once.home / once.profile).mkdir(parents=True)
    (once.home / once.profile / "settings.toml").write_text(SETTINGS)
    once.run("import", str(file))
    assert derived(here) == derived(once)


def stored(desk: Shell) -> int:
    """How many mails are in the store."""
    path = desk.home / desk.profile / "desk.db"
    if not path.exists():
        return 0
    con = sqlite3.connect(path, timeout=5)
    try:
        return int(con.execute("SELECT count(*) FROM mail").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        con.close()


def test_ctrl_c_keeps_what_has_come(here: Shell, tmp_path: Path) -> None:
    file = mbox(tmp_path / "many.mbox", *[letter(n, body="Bonjour\n" * 300) for n in range(3000)])
    running = here.start("import", str(file))
    end = time.monotonic() + 60
    while running.runs and time.monotonic() < end and not stored(here):
        time.sleep(0.005)
    if code := running.end(signal.SIGINT):  # it may have been quicker than we
        assert code == 130
        assert "What has come is kept" in running.err
        assert "Traceback" not in running.err
    here.run("import", str(file))
    assert here.lines("count", "is:historical")[0] in ("1000+", "3000")
    assert stored(here) == 3000


def test_imported_then_synced_is_one_message(desk: Shell, dovecot: Dovecot, tmp_path: Path) -> None:
    quoted = letter(2, body="A\n\nFrom the beginning\n>From b\n")
    desk.run("import", str(mbox(tmp_path / "old", letter(1), quoted, letter(3))))
    for raw in (letter(1), quoted, letter(4)):
        put(dovecot, "desk", raw)
    desk.run("sync")
    desk.run("sync", "--audit")
    assert sorted(row["subject"] for row in desk.json("list")["tickets"]) == ["Case 1", "Case 2", "Case 3", "Case 4"]
    assert stored(desk) == 4


def test_synced_then_imported_is_one_message(desk: Shell, dovecot: Dovecot, tmp_path: Path) -> None:
    quoted = letter(2, body="A\n\nFrom the beginning\n")
    for raw in (letter(1), quoted):
        put(dovecot, "desk", raw)
    desk.run("sync")
    before = export(desk, tmp_path / "a")
    root = maildir(tmp_path / "m", letter(1), quoted)
    assert desk.lines("import", str(root))[0].split("\t")[1:6] == ["2", "0", "0", "2", "0"]
    assert desk.lines("import", str(mbox(tmp_path / "b", letter(1), quoted)))[0].split("\t")[1:6] == ["2", "0", "0", "2", "0"]
    assert export(desk, tmp_path / "c") == before
    assert stored(desk) == 2


def test_what_is_exported_can_be_imported(here: Shell, tmp_path: Path) -> None:
    here.run("import", str(mbox(tmp_path / "a", *[letter(n, body="x\nFrom y\n>From z") for n in range(5)])))
    here.run("export", str(tmp_path / "out.mbox"), "--format", "mbox")
    other = Shell(tmp_path / "other")
    (other.home / other.profile).mkdir(parents=True)
    (other.home / other.profile / "settings.toml").write_text(SETTINGS)
    other.run("import", str(tmp_path / "out.mbox"))
    assert export(other, tmp_path / "x") == export(here, tmp_path / "y")


def test_a_large_mail_in_files_of_every_kind(here: Shell, tmp_path: Path) -> None:
    """ADR 8: its text comes, its file stays where it is until somebody asks for it."""
    raw = large(30 * MB).replace(b"\r\n", b"\n")
    sources = {
        "box": mbox(tmp_path / "box", letter(1), raw, letter(2)),
        "dir": maildir(tmp_path / "dir", letter(3), raw.replace(b"<large1@", b"<large2@").replace(b"Journal 1", b"Journal 2")),
        "zip": tmp_path / "zip.gz",
    }
    third = raw.replace(b"<large1@", b"<large3@").replace(b"Journal 1", b"Journal 3")
    sources["zip"].write_bytes(gzip.compress(SEPARATOR + letter(4) + b"\n" + SEPARATOR + third + b"\n", 1))
    told = here.run("import", *map(str, sources.values()))
    assert "3 messages are larger than sync.size_cap_mb" in told.stderr
    numbers = {row["subject"]: row["number"] for row in here.json("list")["tickets"]}
    for n, name in ((1, "box"), (2, "dir"), (3, "zip")):
        number = numbers[f"Journal {n}"]
        assert "Bonjour, le journal est joint." in here.run("show", number).stdout
        here.run("show", number, "--save", str(tmp_path / name / "saved" if name == "dir" else tmp_path / f"saved-{name}"))
        where = tmp_path / name / "saved" if name == "dir" else tmp_path / f"saved-{name}"
        assert (where / "journal.bin").read_bytes() == blob(30 * MB)
    before = export(here, tmp_path / "a")
    here.run("import", *map(str, sources.values()))
    here.run("rebuild")
    assert export(here, tmp_path / "b") == before
    sources["box"].rename(tmp_path / "elsewhere")
    failed = here.run("show", numbers["Journal 1"], "--save", str(tmp_path / "none"), code=1)
    assert f"stayed in {sources['box']}" in failed.stderr


def test_history_is_not_acknowledged_and_holds_nobody_up(desk: Shell, dovecot: Dovecot, tmp_path: Path) -> None:
    desk.run("config", "set", "ack.enabled", "true")
    desk.run("sync")
    desk.run("import", str(mbox(tmp_path / "old", *[letter(n) for n in range(300)])))
    ask(dovecot, 1)
    desk.run("sync")
    assert [row["recipients"] for row in desk.json("outbox", "list", "--all")["outbox"]] == [["customer@desk.test"]]
