"""Export, backup and settings from the shell: a file appears whole or not at all, and an error names it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tui_desk.cli.main import main


@pytest.mark.parametrize("verb", ["export", "backup"])
def test_a_place_that_cannot_be_written_is_named(
    verb: str, demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for target in (tmp_path / "none" / "x", tmp_path):
        assert main([verb, str(target)]) == 1
        told = capsys.readouterr().err
        assert str(target) in told
        assert "Errno" not in told
        assert len(told.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_backup_takes_the_place_of_no_pipe_and_no_device(
    demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["backup", str(tmp_path / "pipe")]) == 1
    assert (tmp_path / "pipe").is_fifo()
    assert "pipe" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["export"], ["export", "-f", "mbox"], ["backup"]], ids=" ".join)
@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_nothing_is_written_over_the_store_itself(desk: Shell, tmp_path: Path, words: list[str], end: str) -> None:
    [store] = desk.home.rglob("desk.db")
    (tmp_path / "way").symlink_to(store.parent)
    node = store.stat().st_ino
    done = desk.run(words[0], str(tmp_path / "way" / f"desk.db{end}"), *words[1:], code=1)
    assert "the store itself" in done.stderr
    assert store.stat().st_ino == node


@pytest.mark.parametrize("words", [["export"], ["export", "-f", "mbox"], ["backup"]], ids=" ".join)
def test_where_room_runs_out_the_old_file_stays_and_no_half_one_is_left(desk: Shell, tmp_path: Path, words: list[str]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    target = out / "whole"
    target.write_text("the one from yesterday")

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = subprocess.run(
        desk.command(words[0], str(target), *words[1:]),
        env=desk.env,
        capture_output=True,
        text=True,
        preexec_fn=small,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert target.read_text() == "the one from yesterday"
    assert list(out.iterdir()) == [target]


@pytest.mark.parametrize("kind", ["jsonl", "mbox", "csv"])
def test_an_export_to_a_file_is_what_is_piped(desk: Shell, tmp_path: Path, kind: str) -> None:
    desk.run("export", str(tmp_path / "x"), "--format", kind)
    for words in (("export", "-f", kind), ("export", "-", "-f", kind)):
        piped = subprocess.run(
            desk.command(*words), env=desk.env, capture_output=True, check=True, cwd=tmp_path, timeout=60
        ).stdout
        assert (tmp_path / "x").read_bytes() == piped
    assert not (tmp_path / "-").exists()
    assert piped
    assert (tmp_path / "x").stat().st_mode & 0o077 == 0


def test_a_section_of_the_settings_is_read_key_by_key(demo_copy: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "get", "console"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "console.theme\tdesk-dark" in lines
    assert main(["config", "get", "console.theme"]) == 0
    assert capsys.readouterr().out == "desk-dark\n"
    assert main(["config", "get", "console.nope"]) == 1


def test_a_theme_that_is_not_there_is_not_set(demo_copy: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "set", "console.theme", "nope"]) == 2
    assert "desk-light" in capsys.readouterr().err
    assert main(["config", "set", "console.theme", "desk-light"]) == 0
    assert main(["config", "get", "console.theme"]) == 0
    assert capsys.readouterr().out == "desk-light\n"


def test_the_doctor_warns_of_a_disk_that_is_nearly_full(
    demo: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = shutil.disk_usage("/")
    for free, told in ((99_000_000, True), (101_000_000, False)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder, free=free: usage._replace(free=free))
        main(["doctor", "--offline"])
        assert ("are left on the disk" in capsys.readouterr().out) is told


def test_audit_and_watch_are_not_asked_for_together(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "--audit", "--watch"]) == 2
    assert "--watch" in capsys.readouterr().err


def test_a_settings_file_that_is_no_toml_is_told_and_left_alone(desk: Shell) -> None:
    (settings,) = desk.home.rglob("settings.toml")
    settings.write_text("[[[")
    told = desk.run("config", "set", "console.theme", "moss", code=78).stderr
    assert "line 1" in told
    assert settings.read_text() == "[[["


def test_a_lock_that_cannot_be_written_is_told_without_numbers(tmp_path: Path) -> None:
    from tui_desk.store.connect import explain

    error = explain(PermissionError(13, "Permission denied", "x"), tmp_path / "sync.lock")
    assert "sync.lock cannot be written: Permission denied." in error.message


@pytest.mark.parametrize("verb", ["backup", "export"])
def test_what_a_killed_one_left_goes_with_the_next_and_a_living_ones_stays(desk: Shell, tmp_path: Path, verb: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    target = out / "out[1].db"

    def stopped_by_the_system() -> None:  # SIGXFSZ: killed while it writes, with no chance to clean up
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    code = "import signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_DFL); from tui_desk.cli.main import main; main()"
    killed = subprocess.Popen(
        [sys.executable, "-c", code, "--profile", desk.profile, verb, str(target)],
        env=desk.env,
        preexec_fn=stopped_by_the_system,
    )
    assert killed.wait(timeout=60) == -signal.SIGXFSZ
    left = list(out.iterdir())
    assert left
    assert all(path.name.startswith(f".{target.name}.{killed.pid}") for path in left)
    others = {out / f".{target.name}.{os.getpid()}", out / f".{target.name}.{killed.pid}.txt", out / ".out1.db.1"}
    for path in others:
        path.touch()
    desk.run(verb, str(target))
    assert set(out.iterdir()) == {target, *others}
