"""What goes wrong at a desk, and what it says then: the exit code, one sentence, the next step, and nothing lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.e2e.world import ask
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.smtp import RealSmtp
from tui_desk.store.connect import connect

ROOT = pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere: run as another user")


def settings(desk: Shell, old: str, new: str) -> None:
    """Edit the settings file as a person would."""
    path = desk.home / desk.profile / "settings.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_wrong_password_is_77_and_never_shown(desk: Shell, secret: Path) -> None:
    secret.write_text("hunter2\n")
    done = desk.run("sync", code=77)
    assert "password" in done.stderr.lower()
    assert "hunter2" not in done.stderr + done.stdout


def test_init_with_a_wrong_password_writes_nothing(desk: Shell, dovecot: Dovecot, secret: Path) -> None:
    secret.write_text("hunter2\n")
    other = Shell(desk.home, "other")
    where = ("--imap", f"imaps://localhost:{dovecot.tls_port}", "--ca-file", str(dovecot.ca_file))
    other.run("init", "--address", "desk@desk.test", *where, "--user", "desk", "--password-command", f"cat {secret}", code=77)
    assert not (desk.home / "other").exists()


def test_an_unknown_host_is_75(desk: Shell, dovecot: Dovecot) -> None:
    settings(desk, f"localhost:{dovecot.tls_port}", "no-such-host.invalid:993")
    assert "no-such-host.invalid" in desk.run("sync", code=75).stderr


def test_a_certificate_that_is_not_trusted_is_78(desk: Shell, dovecot: Dovecot) -> None:
    settings(desk, str(dovecot.ca_file), "")
    assert "certificate" in desk.run("sync", code=78).stderr.lower()


def test_a_plain_scheme_off_loopback_is_refused(desk: Shell, secret: Path) -> None:
    other = Shell(desk.home, "other")
    words = ("init", "--address", "a@b.test", "--user", "u", "--password-command", f"cat {secret}", "--no-check")
    told = other.run(*words, "--imap", "imap://mail.example.test:143", code=78).stderr
    assert "--allow-plaintext" in told
    assert "account.allow_plaintext" in told
    other.run(*words, "--imap", "imap://mail.example.test:143", "--allow-plaintext")


def test_a_setting_of_the_wrong_type_is_told_with_line_and_key(desk: Shell) -> None:
    path = desk.home / desk.profile / "settings.toml"
    lines = path.read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip() == "[replies]")
    lines.insert(at + 1, 'undo_seconds = "soon"')
    path.write_text("\n".join(lines))
    told = desk.run("list", code=78).stderr
    assert "undo_seconds" in told
    assert f"line {at + 2}" in told
    assert "undo_seconds" in desk.run("config", "check", code=78).stdout


def test_a_store_of_a_newer_program_is_78_and_left_alone(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, 1)
    desk.run("sync")
    store = desk.home / desk.profile / "desk.db"
    from tui_desk.store import connect

    con = sqlite3.connect(store)
    con.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(connect.SCHEMA + 1),))
    con.commit()
    con.close()
    desk.run("list", code=78)
    desk.run("sync", code=78)


@ROOT
def test_a_folder_that_cannot_be_written_is_told(desk: Shell, dovecot: Dovecot) -> None:
    folder = desk.home / desk.profile
    folder.chmod(0o500)
    try:
        assert str(folder) in desk.run("sync", code=1).stderr
    finally:
        folder.chmod(0o700)


def test_a_message_with_everything_wrong_is_kept_and_stops_nobody(desk: Shell, dovecot: Dovecot) -> None:
    from tests.e2e.world import put

    evil = (
        b"From: =?foo?q?x?= <Evil@x.test\r\nSubject: [/bold]\x1b]52;c;aGFjaw==\x07 \xe2\x80\xaetxt.exe\r\n"
        b"Message-ID: <evil@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=foo\r\n\r\ncaf\xe9 \x00 nul\r\n"
        b'--b\r\nContent-Type: application/x\r\nContent-Disposition: attachment; filename="../../x"\r\n\r\nabc\r\n--b--\r\n'
    )
    put(dovecot, "desk", evil.replace(b"\x00", b"\x01"))
    ask(dovecot, 2)
    desk.run("sync")
    assert len(desk.lines("list", "--ids")) == 2
    listed = desk.run("list").stdout + desk.run("export").stdout
    assert "\x1b" not in listed
    assert "\x07" not in listed
    assert "‮" not in listed
    number = next(t["number"] for t in desk.json("list")["tickets"] if "[/bold]" in t["subject"] and "42" not in t["subject"])
    (saved,) = desk.lines("show", number, "--save", str(desk.home / "saved"))
    assert Path(saved).parent == desk.home / "saved"


def test_a_bulk_reply_killed_three_times_writes_to_each_customer_once(desk: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    ask(dovecot, *range(1, 31), sender="c{number}@else.test")
    desk.run("sync")
    numbers = desk.lines("list", "--ids")
    words = ("bulk", "reply", *numbers, "--macro", "facture-copie", "--yes", "--run", "march", "--per-minute", "60000")
    kills = 0
    for _ in range(3):
        before = len(smtp.taken)
        running = desk.start(*words)
        deadline = time.monotonic() + 60
        while len(smtp.taken) < before + 4 and running.runs and time.monotonic() < deadline:
            time.sleep(0.01)
        kills += running.kill() == -signal.SIGKILL
    assert kills
    again = subprocess.run(desk.command(*words), env=desk.env, capture_output=True, text=True, timeout=120, check=False)
    assert again.returncode in (0, 3), again.stderr
    desk.run("sync")
    copies = Counter(recipient for mail in smtp.taken for recipient in mail.recipients)
    doubtful = [mail for mail in desk.json("outbox", "list")["outbox"] if mail["state"] == "uncertain"]
    assert max(copies.values()) == 1
    assert set(copies) | {to for mail in doubtful for to in mail["recipients"]} == {f"c{n}@else.test" for n in range(1, 31)}


def test_two_syncs_at_once_end_well(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, *range(1, 60))
    both = [desk.start("sync"), desk.start("sync")]
    assert sorted(one.end() for one in both) in ([0, 0], [0, 75])
    desk.run("sync", "--audit")
    assert len(desk.lines("list", "--ids", "-n", "0")) == 59


def test_the_password_is_in_no_file_of_ours(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, 1)
    desk.run("sync")
    files = [p for p in (desk.home / desk.profile).rglob("*") if p.is_file()]
    assert files
    needle = f'"{PASSWORD}"'.encode()
    assert all(needle not in p.read_bytes() for p in files)
    assert all(p.stat().st_mode & 0o077 == 0 for p in files if p.suffix in (".db", ".toml"))


def test_watch_ends_with_77_where_the_password_was_never_taken(desk: Shell, secret: Path) -> None:
    secret.write_text("wrong\n")
    told = desk.run("sync", "--watch", code=77).stderr
    assert "refused the password" in told
    assert "wrong\n" not in told


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["TERM", "INT"])
def test_watch_is_stopped_by_a_signal_without_a_word_too_many(
    desk: Shell, dovecot: Dovecot, number: signal.Signals, code: int
) -> None:
    with desk.start("sync", "--watch") as watch:
        watch.heard("watching")
        ask(dovecot, 7)
        watch.heard("Facture", "out")
        assert watch.end(number) == code
    assert "Traceback" not in watch.err


def test_a_server_that_says_later_is_told_with_the_next_try(desk: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    ask(dovecot, 1)
    desk.run("sync")
    (number,) = desk.lines("list", "--ids")
    smtp.refuse["customer@desk.test"] = "450 4.2.0 greylisted, come again"
    desk.run("reply", number, "--body", "Voilà.", "--yes", "--now")
    [mail] = desk.json("outbox", "list")["outbox"]
    assert (mail["state"], mail["attempts"]) == ("queued", 1)
    assert "greylisted" in mail["error"]
    assert mail["next_try_at"] == mail["not_before"]
    assert "greylisted" in desk.run("outbox").stdout
    smtp.refuse.clear()
    desk.run("outbox", "retry", str(mail["id"]))
    assert [taken.recipients for taken in smtp.taken] == [("customer@desk.test",)]


def test_a_refusal_is_told_in_the_servers_words_and_the_reply_can_be_mended(
    desk: Shell, dovecot: Dovecot, smtp: RealSmtp
) -> None:
    """One of two recipients is refused: nobody has the mail, and it is said whose address it was."""
    ask(dovecot, 1)
    desk.run("sync")
    (number,) = desk.lines("list", "--ids")
    smtp.refuse["typo@else.test"] = "550 5.1.1 no such user here"
    told = desk.run("reply", number, "--body", "Voilà.", "--yes", "--now", "--cc", "typo@else.test", "--force", code=1)
    assert "typo@else.test" in told.stdout + told.stderr
    assert "no such user here" in told.stdout + told.stderr
    assert smtp.taken == []
    [mail] = desk.json("outbox", "list")["outbox"]
    assert mail["state"] == "failed"
    assert desk.json("show", number)["ticket"]["outbox"] == [mail]
    shown = desk.run("show", number).stdout
    assert "no such user here" in shown
    assert f"desk outbox undo {mail['id']}" in shown
    desk.run("outbox", "undo", str(mail["id"]))
    desk.run("reply", number, "--body", "Voilà.", "--yes", "--now")
    assert [taken.recipients for taken in smtp.taken] == [("customer@desk.test",)]


def _until_two(desk: Shell) -> None:
    """Wait, quicker than a command can be, for the two mails that another program queues."""
    deadline = time.monotonic() + 60
    with closing(connect(desk.home / desk.profile / "desk.db", write=False)) as con:
        while con.execute("SELECT count(*) FROM outbox").fetchone() < (2,):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_the_undo_window_outlives_the_program(desk: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    """Killed in the window: what was queued can be taken back by the next program; what was not leaves once, in its time."""
    ask(dovecot, 1, 2, sender="c{number}@else.test")
    desk.run("sync")
    desk.run("config", "set", "replies.undo_seconds", "8")
    numbers = desk.lines("list", "--ids")
    waiting = desk.start("bulk", "reply", *numbers, "--macro", "facture-copie", "--yes", "--per-minute", "60000")
    _until_two(desk)
    assert waiting.kill() == -signal.SIGKILL
    mails = desk.json("outbox", "list")["outbox"]
    desk.run("outbox", "undo", str(mails[0]["id"]))
    deadline = time.monotonic() + 60
    while not smtp.taken and time.monotonic() < deadline:
        desk.run("sync")
    desk.run("sync")
    assert [taken.recipients for taken in smtp.taken] == [tuple(mails[1]["recipients"])]
    assert {mail["id"]: mail["state"] for mail in desk.json("outbox", "list", "--all")["outbox"]} == {
        mails[0]["id"]: "cancelled",
        mails[1]["id"]: "filed",
    }
