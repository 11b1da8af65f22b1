"""The profile's log: what the program writes down about its own troubles. A terminal and a console are for the person."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from io import TextIOWrapper

from tui_desk.paths import Profile


class Book(logging.FileHandler):
    """A log file, opened with its first line; where it cannot be written nothing stops for it."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile.log, delay=True, encoding="utf-8")
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        with contextlib.suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is told by what failed on it."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", opener=lambda path, how: os.open(path, how, 0o600))


def keep(profile: Profile) -> Callable[[], None]:
    """Let what the program logs go to the profile's log from now on; what is returned ends that."""
    book, log = Book(profile), logging.getLogger("tui_desk")
    log.addHandler(book)

    def end() -> None:
        log.removeHandler(book)
        book.close()

    return end
