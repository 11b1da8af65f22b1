"""A mail with 40 MB in it, as a person meets it in the shell: read at once, its file when it is wanted, memory never."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.e2e.world import ask, put
from tests.support.dovecot import Dovecot
from tests.support.large import blob, large

MB = 1 << 20


@pytest.fixture(scope="module")
def forty() -> bytes:
    """A mail whose text stands behind 40 MB."""
    return large(40 * MB)


def peak(desk: Shell, *words: str) -> int:
    """The most memory that a command had, in bytes. A small process starts it: what ours had would be counted as its own."""
    ask_it = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
    ask_it += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = [sys.executable, "-c", ask_it, *desk.command(*words)]
    return 1024 * int(subprocess.run(command, check=True, capture_output=True, text=True, env=desk.env).stdout)


def the_ticket(desk: Shell) -> str:
    """The number of the only ticket."""
    [number] = desk.lines("list", "--ids")
    return number


def test_a_mail_of_forty_megabytes(desk: Shell, dovecot: Dovecot, forty: bytes, tmp_path: Path) -> None:
    ask(dovecot, 1)
    small = peak(desk, "sync")
    put(dovecot, "desk", forty)
    assert peak(desk, "sync") - small < 20 * MB

    number = next(row["number"] for row in desk.json("list")["tickets"] if row["subject"] == "Journal 1")
    shown = desk.run("show", number).stdout
    assert "Bonjour, le journal est joint." in shown
    assert "journal.bin (about 41.9 MB, on the server)" in shown
    assert [a["on_server"] for a in desk.json("show", number)["ticket"]["thread"][0]["attachments"]] == [True, False]

    there = tmp_path / "files"
    few = peak(desk, "show", next(n for n in desk.lines("list", "--ids") if n != number), "--save", str(there))
    assert peak(desk, "show", number, "--save", str(there)) - few < 20 * MB
    desk.run("show", number, "--save", str(there))
    assert sorted(file.name for file in there.iterdir()) == ["journal-2.bin", "journal.bin", "logo-2.png", "logo.png"]
    assert (there / "journal.bin").read_bytes() == (there / "journal-2.bin").read_bytes() == blob(40 * MB)

    desk.run("export", str(tmp_path / "before.jsonl"))
    desk.run("rebuild")
    desk.run("export", str(tmp_path / "after.jsonl"))
    assert (tmp_path / "before.jsonl").read_bytes() == (tmp_path / "after.jsonl").read_bytes()


def half(folder: Path) -> int:
    """Bytes of the files that are being written."""
    total = 0
    for file in folder.glob(".*.part"):
        with contextlib.suppress(FileNotFoundError):  # it has its own name by now
            total += file.stat().st_size
    return total


def test_a_kill_while_it_is_saved_leaves_no_half_file(desk: Shell, dovecot: Dovecot, forty: bytes, tmp_path: Path) -> None:
    put(dovecot, "desk", forty)
    desk.run("sync")
    number, there = the_ticket(desk), tmp_path / "files"
    kills = 0
    for wait_for in (1, 5 * MB, 20 * MB):
        running = desk.start("show", number, "--save", str(there))
        while running.runs and half(there) < wait_for:
            time.sleep(0.002)
        kills += running.kill() == -signal.SIGKILL
        for file in there.glob("[!.]*.bin"):  # it may have been quicker than we
            assert file.read_bytes() == blob(40 * MB)
            file.unlink()
        for left in there.glob(".*.part"):
            left.unlink()
    assert kills
    desk.run("show", number, "--save", str(there))
    assert (there / "journal.bin").read_bytes() == blob(40 * MB)


def test_offline_the_small_files_are_saved_and_the_rest_is_told(
    desk: Shell, dovecot: Dovecot, forty: bytes, tmp_path: Path
) -> None:
    put(dovecot, "desk", forty)
    desk.run("sync")
    settings = desk.home / desk.profile / "settings.toml"
    settings.write_text(settings.read_text().replace(f"localhost:{dovecot.tls_port}", "localhost:1"))
    done = desk.run("show", the_ticket(desk), "--save", str(tmp_path / "files"), code=75)
    assert done.stdout.splitlines() == [str(tmp_path / "files" / "logo.png")]
    assert "journal.bin" in done.stderr
    assert "still on the mail server" in done.stderr
