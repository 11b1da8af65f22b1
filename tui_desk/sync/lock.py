"""One sync at a time for a store: a lock file that the system lets go of when its holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tui_desk import locks
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
    busy = BusyError(
        _("Another sync of this mailbox is running."), _("Its mail comes to the same store; try again when it is done.")
    )
    with ExitStack() as until_done:
        with explained(path):
            until_done.enter_context(locks.held(path, wait, busy))
        yield
