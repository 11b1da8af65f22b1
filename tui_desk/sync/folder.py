"""One pass over one folder: new mail, flags, expunges, and a check that both sides count alike (sync.md, receiving)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from tui_desk import clock
from tui_desk.store.arrivals import Arrival, Source, Verdict
from tui_desk.store.ledger import FolderState, Ledger
from tui_desk.sync import rekey
from tui_desk.sync.plan import Differences, Plan, differences, plan, windows
from tui_desk.sync.types import OnProgress, Progress, Stop, Takes
from tui_desk.transport.base import Fetched, Mailbox, Selected

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

    def count(self, verdicts: list[Verdict]) -> None:
        """Add what became of a batch."""
        self.new += sum(v.kind != "duplicate" for v in verdicts)
        self.tickets += sum(v.kind == "ticket" for v in verdicts)
        self.quarantined += sum(v.kind == "quarantined" for v in verdicts)


@dataclass(frozen=True, slots=True)
class _Given:
    """A batch that was given to be taken in; or, without messages, the end of a window: its last UID."""

    messages: int = 0
    bytes: int = 0
    complete_to: int = 0


@dataclass(slots=True)
class FolderPass:
    """The parts of a pass, and what it works with."""

    mailbox: Mailbox
    ledger: Ledger
    ingest: Takes
    state: FolderState
    source: Source
    window: int
    size_cap: int
    on_progress: OnProgress
    stop: Stop
    tally: Tally = field(default_factory=Tally)
    done: int = 0
    total: int = 0

    def run(self) -> Selected:
        """Do the whole pass; returns what EXAMINE said. When `stop` asks for it, ends early at a good place."""
        selected = self.mailbox.examine(self.state.name, self.state.uidvalidity, self.state.modseq)
        todo = plan(self.state, selected)
        if todo.restart:
            self._restart(todo, selected)
        complete = self._new_mail(todo, selected)
        if complete:
            self._changes(todo, selected)
            self._check(selected)
            self.ledger.advance(self.state.id, high_water=selected.uidnext - 1, at=clock.now())
        return selected

    # ---------------------------------------------------------------------------------------------------- new mail

    def _restart(self, todo: Plan, selected: Selected) -> None:
        if todo.rekey:
            rekey.recognise(self.mailbox, self.ledger, self.state, selected.uidvalidity)
        self.ledger.restart(self.state.id, selected.uidvalidity)
        self.state = replace(self.state, uidvalidity=selected.uidvalidity, high_water=0, modseq=0)

    def _new_mail(self, todo: Plan, selected: Selected) -> bool:
        """Fetch from the high-water mark on. False when stopped before the end."""
        if not todo.search_from:
            return not self.stop()
        found = self.mailbox.uids(todo.search_from)
        entered = set(self.ledger.uids(self.state.id, self.state.uidvalidity, gone=None, first=todo.search_from))
        fresh = [uid for uid in found if uid not in entered]
        return self._take(fresh)

    def _take(self, uids: list[int], *, advance: bool = True) -> bool:
        """Fetch and ingest `uids`; the high-water mark follows each complete window. False when stopped before the end."""
        self.total, self.done = len(uids), 0
        given: deque[_Given] = deque()
        with closing(self.ingest.take(self._arrivals(uids, given))) as taken:
            for verdicts in taken:
                self.tally.count(verdicts)
                self._note(given, advance=advance)
                if self.stop():
                    return False
        self._note(given, advance=advance)
        return not self.stop()

    def _arrivals(self, uids: list[int], given: deque[_Given]) -> Iterator[list[Arrival]]:
        """Batches to be taken in, told of in `given`. What is not answered is asked once more, then taken as expunged."""
        for wanted in windows(uids, self.window):
            left = set(wanted)
            for _attempt in range(2):
                for batch in self._batches(sorted(left)):
                    if self.stop():
                        return
                    left.difference_update(item.uid for item in batch)
                    given.append(_Given(len(batch), sum(len(item.raw) for item in batch)))
                    yield [self._arrival(item) for item in batch]
                if not left:
                    break
            given.append(_Given(complete_to=wanted[-1]))

    def _note(self, given: deque[_Given], *, advance: bool) -> None:
        """The first batch of `given` is committed, and with it the window whose last it is; at the end there is no batch."""
        if given and given[0].messages:
            self._progress(given.popleft())
        while given and given[0].complete_to:
            mark = given.popleft().complete_to
            if advance:
                self.ledger.advance(self.state.id, high_water=mark)

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
            folder_id=self.state.id,
            uidvalidity=self.state.uidvalidity,
            uid=item.uid,
            flags=item.flags,
            truncated=item.truncated,
            size=item.size,
        )

    def _progress(self, given: _Given) -> None:
        self.done += given.messages
        self.tally.bytes += given.bytes
        self.on_progress(Progress(self.done, max(self.total, self.done), self.state.name, self.tally.bytes))

    # ------------------------------------------------------------------------------------------- flags and expunges

    def _changes(self, todo: Plan, selected: Selected) -> None:
        """Flags and expunges; they and the MODSEQ of this EXAMINE go into one transaction."""
        match todo.changes:
            case "told":
                vanished = selected.vanished or ()
                self._apply(selected, selected.changed or {}, () if selected.exists == 0 else vanished)
            case "since":
                flags = self.mailbox.flags(self.state.modseq)
                self._apply(selected, flags, self._compare(self.mailbox.uids()).gone)
            case "all":
                flags = self.mailbox.flags()
                self._apply(selected, flags, self._compare(list(flags)).gone)
            case "none":
                self._apply(selected, {})

    def _apply(self, selected: Selected, flags: dict[int, tuple[str, ...]], gone: tuple[int, ...] = ()) -> None:
        if flags or gone or selected.modseq != self.state.modseq:
            changed, left = self.ledger.apply(self.state, flags=flags, gone=gone, modseq=selected.modseq)
            self.tally.flags += changed
            self.tally.gone += left

    def _check(self, selected: Selected) -> None:
        """EXISTS must equal our count, else the UID sets are compared and healed."""
        if selected.exists == 0 or self.ledger.count(self.state.id, self.state.uidvalidity) == selected.exists:
            return
        differs = self._compare(self.mailbox.uids())
        if differs.missing:
            self._take(list(differs.missing), advance=False)
        if differs.gone or differs.back:
            self.tally.gone += self.ledger.apply(self.state, gone=differs.gone, back=differs.back)[1]

    def _compare(self, server: list[int]) -> Differences:
        place = (self.state.id, self.state.uidvalidity)
        return differences(server, self.ledger.uids(*place), self.ledger.uids(*place, gone=True))
