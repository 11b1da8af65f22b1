"""Importing mail from files: the path of sync, with files in place of a server (behaviour 1.8).

Each message has a ledger row that names its place and its content, so that a second run changes nothing and a run that was
cut off goes on. What is over the size cap comes as in a sync: its large parts stay in the file (ADR 8).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tui_desk.record import Record
from tui_desk.service.types import OnProgress
from tui_desk.transport.sources import Problem

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.store.engine import Store

Result = Literal["ticket", "message", "copy", "unchanged", "quarantined", "before"]
"""What became of a message. copy: it is here already; unchanged: this very place was imported; before: older than asked."""


class Imported(Record):
    """One message, and what became of it. `text`: the cause, where it is kept aside."""

    where: str
    result: Result
    number: str = ""
    text: str = ""


class Tally(Record):
    """What one file or folder gave."""

    path: str
    kind: str
    sent: bool
    messages: int = 0
    tickets: int = 0
    added: int = 0
    copies: int = 0
    unchanged: int = 0
    before: int = 0
    quarantined: int = 0
    large: int = 0
    failed: int = 0


class Wanted(Record):
    """How to import. `sent`: all of it was sent by us, or nothing; None: by the names of folders. `since`: epoch seconds."""

    historical: bool = True
    sent: bool | None = None
    since: int = 0


class Imports:
    """Taking mail in from files."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(
        self,
        paths: Sequence[str],
        wanted: Wanted | None = None,
        *,
        rehearse: bool = False,
        on_progress: OnProgress | None = None,
        on_problem: Callable[[Problem], None] = lambda _problem: None,
        on_message: Callable[[Imported], None] | None = None,
    ) -> list[Tally]:
        """Import what is at `paths` ("-": standard input); what each file or folder gave.

        `rehearse`: the same into a copy of the store that is thrown away. Problems with files are told and end nothing.
        Raises DiskFullError, BusyError, StoreError: what was committed stands.
        """
        from tui_desk.service.importing import Run

        if rehearse:
            with _copy(self._desk) as store:
                return Run(self._desk, store, wanted or Wanted(), on_progress, on_problem, on_message).run(paths)
        return Run(self._desk, self._desk.store, wanted or Wanted(), on_progress, on_problem, on_message).run(paths)


@contextmanager
def _copy(desk: Desk) -> Iterator[Store]:
    """A copy of the store, without its attachments; an empty one where there is none yet. It lies beside the store."""
    from tui_desk.store.admin import backup
    from tui_desk.store.engine import Store

    there = desk.profile.store.exists()
    with tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=desk.profile.data_dir if there else None) as folder:
        path = Path(folder) / "desk.db"
        if there:
            backup(desk.store, path)
        store = Store.open(path)
        try:
            yield store
        finally:
            store.close()
