"""One sync at a time for a store: a lock file that the system lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui_desk.config.schema import MAIN, Settings
from tui_desk.errors import BusyError
from tui_desk.i18n import _
from tui_desk.store.connect import explained


def of(store: Path, settings: Settings) -> Path:
    """The lock of an account's sync: each has its own, so that a long one lets the others go on."""
    name = settings.account_of(settings.account.address)
    return store.with_name("sync.lock" if name == MAIN else f"sync-{name}.lock")


@contextmanager
def held(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock at `path`; waits `wait` seconds for another holder. Raises BusyError."""
    with explained(path):
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, time.monotonic() + wait)
        yield
    finally:
        os.close(handle)


def _take(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise BusyError(
                    _("Another sync of this mailbox is running."),
                    _("Its mail comes to the same store; try again when it is done."),
                ) from None
            time.sleep(0.1)
        else:
            return
