"""The composer in a real terminal: kill -9 leaves the draft, $EDITOR has the terminal to itself and gives it back."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

from tests.support.tui import copy_of, make_desk

CONSOLE = """
import sys
from pathlib import Path
from tests.support.tui import NOW, make_desk
from tui_desk import clock
clock.use(lambda: float(NOW))
from tui_desk.tui.start import show
desk, _server = make_desk(Path(sys.argv[1]))
show(desk)
"""
EDITOR = """#!/bin/sh
printf "\\033[2J\\033[HEDITOR HERE\\n"
while [ ! -e "{go}" ]; do sleep 0.05; done
printf " (from the editor)" >> "$1"
"""
"""Stays until it is told to go: what it writes is to be seen, however late we look."""
LONG = 60.0
"""Seconds after which a machine is taken to hang; nothing here is timed."""


class Terminal:
    """A child on a pseudo terminal of 100 by 30 cells, its screen drawn by pyte."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        self.screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self.screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))

    def read(self, seconds: float) -> None:
        """Draw what comes within so many seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and select.select([self.fd], [], [], left)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return
            # pyte knows neither of these; a terminal that does answers or ignores them.
            self._stream.feed(data.replace(b"\x1b[>1u", b"").replace(b"\x1b[<u", b""))

    def see(self, words: str) -> None:
        """Wait until words are on the screen."""
        self.wait(lambda: words in "\n".join(self.screen.display), words)

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Wait until something holds."""
        until = time.monotonic() + LONG
        while not done():
            assert time.monotonic() < until, f"{what!r} did not come:\n" + "\n".join(self.screen.display)
            self.read(0.1)

    def type(self, text: str) -> None:
        """Keys, as a terminal sends them."""
        os.write(self.fd, text.encode())

    def kill(self) -> None:
        """No chance to tidy up."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture
def folder(letters_store: Path, tmp_path: Path) -> Path:
    return copy_of(letters_store, tmp_path / "desk")


@pytest.fixture
def terminal(folder: Path, tmp_path: Path) -> Iterator[Terminal]:
    editor = tmp_path / "editor.sh"
    editor.write_text(EDITOR.format(go=tmp_path / "go"))
    editor.chmod(0o700)
    root = Path(__file__).parents[2]
    env = {
        **os.environ,
        "TERM": "xterm-256color",
        "EDITOR": str(editor),
        "PYTHONPATH": str(root),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }
    env.pop("VISUAL", None)
    made = Terminal([sys.executable, "-c", CONSOLE, str(folder)], env)
    made.see("Facture en double")
    yield made
    try:
        made.kill()
    except (ProcessLookupError, OSError, ChildProcessError):
        return


def bodies(folder: Path) -> list[str]:
    """The drafts in the store, read as another process would."""
    desk, _server = make_desk(folder)
    try:
        return [draft.body for draft in desk.replies.drafts()]
    finally:
        desk.close()


def test_a_draft_survives_kill_9(terminal: Terminal, folder: Path) -> None:
    terminal.type("r")
    terminal.see("esc Keep, close")  # "Reply" stands among the keys of the queue too
    terminal.type("Bonjour Amelie, je regarde ")
    terminal.wait(lambda: bodies(folder) == ["Bonjour Amelie, je regarde "], "the save")
    terminal.type("tout de suite")
    terminal.see("tout de suite")
    terminal.kill()
    [body] = bodies(folder)
    assert body.startswith("Bonjour Amelie, je regarde")
    desk, _server = make_desk(folder)
    assert [finding for finding in desk.admin.doctor() if finding.level == "error"] == []
    assert desk.outbox.list() == []
    desk.close()


def test_the_editor_has_the_terminal_and_gives_it_back(terminal: Terminal, folder: Path, tmp_path: Path) -> None:
    terminal.type("r")
    terminal.see("esc Keep, close")  # "Reply" stands among the keys of the queue too
    terminal.type("Bonjour\x05")
    terminal.see("EDITOR HERE")
    (tmp_path / "go").touch()
    terminal.see("(from the editor)")
    terminal.see("ctrl+s")
    terminal.wait(lambda: bodies(folder) == ["Bonjour (from the editor)"], "the save")
