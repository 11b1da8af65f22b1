"""A desk seeded with the sample mailbox, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tui_desk.service import Desk


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a seeded desk; not to be changed."""
    home = tmp_path_factory.mktemp("seeded")
    Desk.demo(home).close()
    return home


@pytest.fixture
def desk(seeded: Path, tmp_path: Path) -> Shell:
    """The shell on a copy of the seeded desk."""
    home = tmp_path / "home"
    shutil.copytree(seeded, home)
    return Shell(home, "demo")


@pytest.fixture
def demo(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this process (`main([...])`) read the seeded desk; they must not change it."""
    monkeypatch.setenv("TUI_DESK_HOME", str(seeded))
    monkeypatch.setenv("TUI_DESK_PROFILE", "demo")


@pytest.fixture
def demo_copy(desk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this process read and change the copy that `desk` is on."""
    monkeypatch.setenv("TUI_DESK_HOME", str(desk.home))
    monkeypatch.setenv("TUI_DESK_PROFILE", desk.profile)


@pytest.fixture(autouse=True)
def plain_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command of this process leaves in the environment (--color, --lang, --profile) ends with its test."""
    for name in ("TUI_DESK_COLOR", "TUI_DESK_DEBUG", "TUI_DESK_PROFILE", "TUI_DESK_HOME"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("TUI_DESK_LANGUAGE", "en")
