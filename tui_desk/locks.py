"""Locks between processes: a file that the system lets go of when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.05
"""Seconds between two tries."""


@contextmanager
def held(path: Path, wait: float, busy: Exception) -> Iterator[None]:
    """Hold the lock at `path`, waiting `wait` seconds for another holder; then `busy` is raised. Raises OSError."""
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, time.monotonic() + wait, busy)
        yield
    finally:
        os.close(handle)


def _take(handle: int, until: float, busy: Exception) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise busy from None
            time.sleep(PAUSE)
        else:
            return
