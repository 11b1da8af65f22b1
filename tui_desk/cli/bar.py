"""A bar with rate and time left on stderr, for what takes a while."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_desk.i18n import _
from tui_desk.service.words import span
from tui_desk.text import cut, one_line, width

if TYPE_CHECKING:
    from tui_desk.service.types import Progress

SHORTEST = 6
"""Cells of a bar that still says something."""


def _room() -> int:
    """Cells of a line on stderr, less the last: some terminals wrap there."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns - 1
    except OSError:
        return shutil.get_terminal_size().columns - 1


class Bar:
    """Progress on stderr: done of total, a bar, messages (or what `amount` writes) a second, time left."""

    WIDTH = 28

    def __init__(self, amount: Callable[[int], str] = str) -> None:
        self._amount = amount
        self._began = time.monotonic()
        self._drawn = 0.0
        self._open = False
        self._older = False
        self._from = -1
        """Where this pass began: what an earlier one fetched says nothing of the rate."""

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._from < 0:
            self._from, self._began = progress.done, min(self._began, now)
        if now - self._drawn < 0.1 and progress.done < progress.total:
            return
        self._drawn, self._open = now, True
        rate = (progress.done - self._from) / max(now - self._began, 0.001)
        left = span(round((progress.total - progress.done) / rate)) if rate and progress.total else "…"
        if progress.older != self._older:  # the recent mail is here: that is worth a line, and another rate begins
            self._older, self._from, self._began = progress.older, progress.done, now
        words = {
            "bar": "",
            "done": self._amount(progress.done),
            "total": self._amount(progress.total) if progress.total else "?",
            "rate": self._amount(round(rate)),
            "left": left,
            "what": _("older mail in %(folder)s") % {"folder": progress.what} if progress.older else progress.what,
        }
        text, room = _("%(bar)s %(done)s/%(total)s  %(rate)s/s  %(left)s left  %(what)s"), _room()
        words["what"] = cut(words["what"], max(room // 3, 12))
        cells = min(self.WIDTH, room - width(one_line(text % words)) - 1)
        if cells >= SHORTEST:
            filled = cells * progress.done // progress.total if progress.total else 0
            words["bar"] = "━" * filled + "╌" * (cells - filled)
        # A line that wraps cannot be drawn over: each step would leave one.
        print(f"\r\x1b[K{cut(one_line(text % words), room)}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the line."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
