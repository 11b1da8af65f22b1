"""A program on a real pty, its output drawn by a terminal emulator (pyte)."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from types import TracebackType
from typing import Any, Self

import pyte

# What pyte would print: questions to the terminal, keyboard protocols, strings (OSC, DCS).
_ASKED = re.compile(rb"\x1b\[\?\d+\$p|\x1b\[[<=>?][0-9;:]*[a-zA-Z]|\x1bP[^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class _Screen(pyte.Screen):
    """pyte's screen, forgiving private forms it does not know."""

    def select_graphic_rendition(self, *attrs: int, private: bool = False, **_kw: Any) -> None:
        if not private:
            super().select_graphic_rendition(*attrs)


class Terminal:
    """`with Terminal([...]) as t: t.wait("Queue"); t.send("j")`. `raw` is every byte that came."""

    def __init__(self, argv: list[str], *, columns: int = 120, rows: int = 40, env: dict[str, str] | None = None) -> None:
        self.screen = _Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        keep = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR")}
        world = keep | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | (env or {})
        for size in ("LINES", "COLUMNS"):  # readline exports those of the tests' own terminal, also to their workers
            world.pop(size, None)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for number in (0, 1, 2):
                os.dup2(slave, number)
            os.closerange(3, 256)
            os.execvpe(argv[0], argv, world)
        os.close(slave)
        self.fd = master
        self.code: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.feed(data)
        return bool(data)

    def feed(self, data: bytes) -> None:
        """Draw what the program wrote."""
        self.raw += data
        self.stream.feed(_ASKED.sub(b"", data))

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, pattern: str, seconds: float = 120) -> None:
        """Until the screen shows `pattern`."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > end:
                raise AssertionError(f"{pattern!r} is not on the screen:\n{self.text}")
            self._read(0.1)

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self.fd, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Another size of window."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def end(self, seconds: float = 60) -> int:
        """Wait for the program to leave; its exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
                return self.code
        raise AssertionError(f"it does not leave:\n{self.text}")
