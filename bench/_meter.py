"""A program on a real pty, timed as a person meets it: how long until the screen shows something, or stops changing.

Times are taken when bytes arrive, before the terminal emulator (pyte) reads them: its own cost is not in them. A repaint
is a cell that changed. `load(path)` takes another meter of the same manner in place of this one.
"""

from __future__ import annotations

import importlib.util
import re
import select
import sys
import time
from pathlib import Path
from typing import NamedTuple, Protocol

from tests.support.terminal import Terminal

SETTLED = 0.06
"""Seconds without a change after which a repaint is over."""


class Seen(NamedTuple):
    """One run: seconds until the first page, milliseconds from each key to its last repaint, memory (PSS) in MB."""

    first_page: float
    keys: list[float]
    memory: float


class Meter(Protocol):
    """What runs a program once and measures it."""

    def __call__(self, argv: list[str], environment: dict[str, str], pattern: str, key: str, times: int) -> Seen: ...


class _Timed(Terminal):
    """A terminal that notes when a visible cell last changed."""

    def __init__(self, argv: list[str], environment: dict[str, str]) -> None:
        self.begun = self.changed = time.perf_counter()
        self._rows: dict[int, tuple[object, ...]] = {}
        super().__init__(argv, columns=160, rows=45, env=environment)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], max(seconds, 0))[0]:
            return False
        at = time.perf_counter()
        self.screen.dirty.clear()
        if not super()._read(0):
            raise AssertionError(f"it ended:\n{self.text}")
        rows = {y: tuple(self.screen.buffer[y][x] for x in range(self.screen.columns)) for y in self.screen.dirty}
        if any(self._rows.get(y) != row for y, row in rows.items()):
            self._rows |= rows
            self.changed = at
        return True

    def rest(self) -> None:
        """Until nothing comes for a moment: what begins after the first page is done."""
        end = time.perf_counter() + 10
        while self._read(0.2) and time.perf_counter() < end:
            pass

    def press(self, key: str) -> float:
        """Milliseconds from the key to the last repaint it causes. Raises AssertionError where nothing changes."""
        while self._read(0.0):
            pass
        begun = time.perf_counter()
        self.send(key)
        while time.perf_counter() - max(begun, self.changed) < (SETTLED if self.changed > begun else 2):
            self._read(0.01)
        if self.changed <= begun:
            raise AssertionError(f"nothing changes after {key!r}:\n{self.text}")
        return (self.changed - begun) * 1000


def ours(argv: list[str], environment: dict[str, str], pattern: str, key: str, times: int) -> Seen:
    """Measure with the meter of this module."""
    with _Timed(argv, environment) as terminal:
        terminal.wait(pattern)
        first_page = terminal.changed - terminal.begun
        terminal.rest()
        keys = [terminal.press(key) for _ in range(times)]
        return Seen(first_page, keys, memory(terminal.pid))


def load(path: Path) -> Meter:
    """A meter out of a script that has `Tui(argv, cols=, rows=, env=)` with `wait`, `quiet` and `key`."""
    spec = importlib.util.spec_from_file_location("meter", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["meter"] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)

    def measure(argv: list[str], environment: dict[str, str], pattern: str, key: str, times: int) -> Seen:
        with module.Tui(argv, cols=160, rows=45, env=environment) as terminal:
            first_page = terminal.wait(pattern, 60)
            terminal.quiet(0.2)
            keys = [terminal.key(key).last for _ in range(times)]
            return Seen(first_page, [each for each in keys if each is not None], memory(terminal.pid))

    return measure


def memory(pid: int) -> float:
    """The proportional set size of a process in MB (Linux)."""
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def percentile(values: list[float], part: float) -> float:
    """The value that `part` (0 to 1) of `values` do not pass."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * part))]
