"""Saved files: whole under their name, never over another, and nothing of a killed program is left for ever."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_desk import clock
from tui_desk.errors import NetworkError
from tui_desk.service.saving import ABANDONED, save


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["links", "no links"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a file system with hard links, and on one without (FAT, some shares)."""
    if request.param == "no links":

        def refuse(*_paths: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
    return tmp_path / "new" / "folder"


def test_the_same_name_twice(folder: Path) -> None:
    paths = [save(iter([b"a", text]), folder, "a.tar.gz") for text in (b"1", b"2", b"3")]
    assert [path.name for path in paths] == ["a.tar.gz", "a.tar-2.gz", "a.tar-3.gz"]
    assert [path.read_bytes() for path in paths] == [b"a1", b"a2", b"a3"]
    assert [save(iter([b""]), folder, "README").name for _ in range(2)] == ["README", "README-2"]
    assert len(names(folder)) == 5


def test_a_link_of_that_name_is_not_followed(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "precious"
    other.write_bytes(b"mine")
    folder.mkdir(parents=True)
    (folder / "a.bin").symlink_to(other)
    (folder / "a-2.bin").symlink_to(tmp_path / "nowhere")
    assert save(iter([b"theirs"]), folder, "a.bin").name == "a-3.bin"
    assert other.read_bytes() == b"mine"


def test_nothing_bears_the_name_before_all_of_it_is_there(folder: Path) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(3):
            yield b"x" * 100_000
            assert all(name.startswith(".desk-") for name in names(folder))

    assert save(pieces(), folder, "a.bin").stat().st_size == 300_000
    assert names(folder) == ["a.bin"]


def test_trouble_on_the_way_leaves_nothing(folder: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"
        raise NetworkError("cut")

    with pytest.raises(NetworkError):
        save(pieces(), folder, "a.bin")
    assert names(folder) == []


def test_what_a_killed_program_left_is_swept(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True, capture_output=True, text=True)
    dead, alive = ended.stdout.strip(), os.getpid()
    old = 2 * ABANDONED
    ages = {f".desk-{dead}-1.part": old, f".desk-{dead}-2.part": 5, f".desk-{alive}-3.part": old}
    ages |= {".desk-x-4.part": old, f".desk-{dead}-5.txt": old}
    for name, age in ages.items():
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (clock.now() - age,) * 2)
    save(iter([b"1"]), tmp_path, "a")
    assert names(tmp_path) == sorted({"a", *ages} - {f".desk-{dead}-1.part"})
