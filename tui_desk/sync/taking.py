"""Fetching UIDs and taking them in: the server's answers come in a thread of their own while earlier ones are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing

from tui_desk.store.arrivals import Arrival, Source, Verdict
from tui_desk.store.ledger import FolderState
from tui_desk.sync.ahead import ahead
from tui_desk.sync.types import OnProgress, Progress, Stop, Takes
from tui_desk.transport.base import Fetched, Mailbox
from tui_desk.values import dataclass, field

COMMIT_MESSAGES = 400
COMMIT_BYTES = 8 * 1024 * 1024
"""A transaction's worth, whichever is reached first: memory stays bounded."""


@dataclass(slots=True)
class Tally:
    """What was done so far."""

    new: int = 0
    tickets: int = 0
    flags: int = 0
    gone: int = 0
    quarantined: int = 0
    bytes: int = 0
    older: int = 0
    """Older mails that came in this run."""

    def count(self, verdicts: list[Verdict]) -> None:
        """Add what became of a batch."""
        self.new += sum(v.kind != "duplicate" for v in verdicts)
        self.tickets += sum(v.kind == "ticket" for v in verdicts)
        self.quarantined += sum(v.kind == "quarantined" for v in verdicts)


@dataclass(frozen=True, slots=True)
class _Given:
    """A batch that was given to be taken in; or, without messages, the end of a window: its UIDs."""

    messages: int = 0
    bytes: int = 0
    window: tuple[int, ...] = ()


@dataclass(slots=True)
class Taking:
    """Takes what it is asked for from one folder, the one that is examined."""

    mailbox: Mailbox
    ingest: Takes
    folder: FolderState
    source: Source
    size_cap: int
    on_progress: OnProgress
    stop: Stop
    tally: Tally
    older: bool = False
    """It is history that comes."""
    done: int = 0
    total: int = 0
    others: int = 0
    """What is to come in other folders, counted into the progress."""
    _given: deque[_Given] = field(default_factory=deque)

    def take(
        self,
        windows: Iterable[list[int]],
        total: int,
        after: Callable[[tuple[int, ...]], None] = lambda _window: None,
        enough: Stop = lambda: False,
    ) -> bool:
        """Fetch and ingest; `after` is called when a window is committed as a whole. False when `stop` ended it.

        `enough` is asked between windows, from another thread: then no more is asked for, and what was, is taken in.
        """
        self.total = self.done + total + self.others
        self._given.clear()
        with (
            closing(ahead(self._arrivals(windows, enough), self.mailbox.drop)) as batches,
            closing(self.ingest.take(batches)) as taken,
        ):
            for verdicts in taken:
                self.tally.count(verdicts)
                self._note(after)
                if self.stop():
                    return False
        self._note(after)
        return not self.stop()

    def _arrivals(self, windows: Iterable[list[int]], enough: Stop) -> Generator[list[Arrival]]:
        """Batches to be taken in, told of in `_given`. What is not answered is asked once more, then taken as expunged."""
        for wanted in windows:
            if enough():
                return
            left = set(wanted)
            for _attempt in range(2):
                for batch in self._batches(sorted(left)):
                    if self.stop():
                        return
                    left.difference_update(item.uid for item in batch)
                    self._given.append(_Given(len(batch), sum(len(item.raw) for item in batch)))
                    yield [self._arrival(item) for item in batch]
                if not left:
                    break
            self._given.append(_Given(window=tuple(wanted)))

    def _note(self, after: Callable[[tuple[int, ...]], None]) -> None:
        """The first batch given is committed, and with it the window whose last it is; at the end there is no batch."""
        if self._given and self._given[0].messages:
            given = self._given.popleft()
            self.done += given.messages
            self.tally.bytes += given.bytes
            self.tally.older += given.messages if self.older else 0
            total = max(self.total, self.done)
            self.on_progress(Progress(self.done, total, self.folder.name, self.tally.bytes, self.older))
        while self._given and self._given[0].window:
            after(self._given.popleft().window)

    def _batches(self, uids: list[int]) -> Iterator[list[Fetched]]:
        batch: list[Fetched] = []
        size = 0
        for item in self.mailbox.fetch(uids, self.size_cap):
            if batch and item.truncated != batch[-1].truncated:  # skeletons are read in this process, the rest by the clerk
                yield batch
                batch, size = [], 0
            batch.append(item)
            size += len(item.raw)
            if len(batch) >= COMMIT_MESSAGES or size >= COMMIT_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _arrival(self, item: Fetched) -> Arrival:
        return Arrival(
            raw=item.raw,
            internaldate=item.internaldate,
            source=self.source,
            folder_id=self.folder.id,
            uidvalidity=self.folder.uidvalidity,
            uid=item.uid,
            flags=item.flags,
            truncated=item.truncated,
            size=item.size,
        )
