"""One import at work: files to batches, batches into the store, verdicts to people."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.record import Record
from tui_desk.service.imports import Imported, Tally, Wanted
from tui_desk.service.types import OnProgress, Progress
from tui_desk.store import places
from tui_desk.store.arrivals import Arrival, Source, Verdict
from tui_desk.text import one_line
from tui_desk.transport import files, sources
from tui_desk.transport.files import FileMail
from tui_desk.transport.sources import Problem

if TYPE_CHECKING:
    import sqlite3

    from tui_desk.service.desk import Desk
    from tui_desk.store.engine import Store
    from tui_desk.store.ingest import Ingest


class _Given(Record):
    """Messages on their way into the store, with what the ledger knew of them: those it knew are not given again."""

    source: int
    mails: list[tuple[str, int, bool]]
    """(where, size, over the cap)."""
    known: dict[int, Imported]
    """By their place in `mails`."""
    read: int


class Run:
    """One import into one store."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        wanted: Wanted,
        on_progress: OnProgress | None,
        on_problem: Callable[[Problem], None],
        on_message: Callable[[Imported], None] | None,
    ) -> None:
        self._desk, self._store, self._wanted = desk, store, wanted
        self._on_progress, self._on_problem, self._on_message = on_progress, on_problem, on_message
        self._now = clock.now()
        self._sources: list[sources.Source] = []
        self._counts: list[dict[str, int]] = []
        self._begun: list[int] = []
        self._total = 0
        self._given: deque[_Given] = deque()

    def run(self, paths: Sequence[str]) -> list[Tally]:
        """Do it."""
        from tui_desk.store.connect import connect
        from tui_desk.store.ingest import Ingest

        self._sources = sources.find(paths, self._wanted.sent, self._on_problem)
        self._counts = [{} for _source in self._sources]
        if self._on_progress is not None:
            for source in self._sources:
                self._begun.append(self._total)
                self._total += sources.size(source)
            self._on_progress(Progress(0, self._total))
        con = connect(self._store.path, write=False)
        try:
            with (
                Ingest(self._store, self._desk.settings, self._desk.policy) as ingest,
                closing(self._taken(con, ingest)) as taken,
            ):
                for verdicts in taken:
                    self._told(con, verdicts)
            self._told(con, None)
        finally:
            con.close()
        return [self._tally(n) for n in range(len(self._sources))]

    def _taken(self, con: sqlite3.Connection, ingest: Ingest) -> Generator[list[Verdict]]:
        return ingest.take(self._batches(con))

    # ------------------------------------------------------------------------------------------------- files to batches

    def _batches(self, con: sqlite3.Connection) -> Iterator[list[Arrival]]:
        """Batches to be taken in, told of in `_given`; what the ledger has already is only told."""
        from tui_desk.store.ledger import Ledger

        for n, source in enumerate(self._sources):
            ledger = Ledger(self._store.path)
            try:
                folder = ledger.folder(places.ACCOUNT, str(source.path), places.ROLE).id
            finally:
                ledger.close()
            for mails in self._grouped(n, source):
                arrivals = self._fresh(con, n, folder, source, mails)
                if arrivals:
                    yield arrivals
                elif len(self._given) == 1:
                    self._told(con, None)

    def _grouped(self, n: int, source: sources.Source) -> Iterator[list[FileMail]]:
        """A transaction's worth; skeletons apart: they are read in this process, the rest by the clerk."""
        from tui_desk.store.ingest import portions

        return portions(self._wanted_of(n, source), lambda one, after: one.truncated != after.truncated)

    def _wanted_of(self, n: int, source: sources.Source) -> Iterator[FileMail]:
        """The source's messages, but for those of before the day that was asked for."""

        def failed(problem: Problem) -> None:
            self._count(n, "failed", int(problem.failed))
            self._on_problem(problem)

        cap = self._desk.settings.sync.size_cap_mb << 20
        for mail in files.messages(source, cap, self._now, failed):
            if mail.at < self._wanted.since:
                self._count(n, "messages")
                self._count(n, "before")
            else:
                yield mail

    def _fresh(
        self, con: sqlite3.Connection, n: int, folder: int, source: sources.Source, mails: Sequence[FileMail]
    ) -> list[Arrival]:
        found = [(content(mail.raw), mail.uid) for mail in mails]
        entered = places.entered(con, folder, found)
        known: dict[int, Imported] = {}
        arrivals: list[Arrival] = []
        for at, (mail, place) in enumerate(zip(mails, found, strict=True)):
            before = entered.get(place)
            if before is None:
                arrivals.append(self._arrival(mail, folder, place[0], self._source(source)))
            elif before.verdict == "quarantined":
                known[at] = Imported(mail.where, "quarantined", "", one_line(before.rule))
            else:
                known[at] = Imported(mail.where, "unchanged", places.filed(con, before.mail_id) if self._on_message else "")
        told = [(mail.where, mail.size, mail.truncated) for mail in mails]
        self._given.append(_Given(n, told, known, mails[-1].read))
        return arrivals

    def _source(self, source: sources.Source) -> Source:
        if source.sent:
            return "import_sent" if self._wanted.historical else "sent"
        return "import" if self._wanted.historical else "inbox"

    def _arrival(self, mail: FileMail, folder: int, place: int, source: Source) -> Arrival:
        return Arrival(
            mail.raw, mail.at or self._now, source, folder, place, mail.uid, mail.flags, truncated=mail.truncated, size=mail.size
        )

    # -------------------------------------------------------------------------------------------------- verdicts to people

    def _told(self, con: sqlite3.Connection, verdicts: list[Verdict] | None) -> None:
        """The first batch of `_given` that had something new is committed; None: whatever stands before the next such."""
        coming = iter(verdicts or ())
        while self._given and (verdicts is not None or len(self._given[0].known) == len(self._given[0].mails)):
            given = self._given.popleft()
            fresh = len(given.known) < len(given.mails)
            for at, (where, _size, large) in enumerate(given.mails):
                made = given.known.get(at) or self._imported(con, where, next(coming))
                self._count(given.source, "messages")
                self._count(given.source, made.result)
                self._count(given.source, "large", int(large))
                if made.result == "quarantined":
                    self._on_problem(Problem(where, made.text))
                if self._on_message is not None:
                    self._on_message(made)
            if self._on_progress is not None:
                done = self._begun[given.source] + given.read
                name = self._sources[given.source].path.name
                self._on_progress(Progress(done, max(self._total, done), name, done))
            if fresh:
                verdicts = None

    def _imported(self, con: sqlite3.Connection, where: str, verdict: Verdict) -> Imported:
        match verdict.kind:
            case "quarantined":
                return Imported(where, "quarantined", "", one_line(verdict.rule))
            case "ticket" | "message":
                return Imported(where, verdict.kind, verdict.number)
            case _:
                return Imported(where, "copy", places.filed(con, verdict.mail_id) if self._on_message else "")

    def _count(self, n: int, what: str, many: int = 1) -> None:
        counts = self._counts[n]
        counts[what] = counts.get(what, 0) + many

    def _tally(self, n: int) -> Tally:
        source, counts = self._sources[n], self._counts[n]
        return Tally(
            path=str(source.path / source.names[0] if source.names else source.path),
            kind=source.kind,
            sent=source.sent,
            messages=counts.get("messages", 0),
            tickets=counts.get("ticket", 0),
            added=counts.get("message", 0),
            copies=counts.get("copy", 0),
            unchanged=counts.get("unchanged", 0),
            before=counts.get("before", 0),
            quarantined=counts.get("quarantined", 0),
            large=counts.get("large", 0),
            failed=counts.get("failed", 0),
        )


def content(raw: bytes) -> int:
    """What stands for a message's bytes in the ledger, where a mailbox has its UIDVALIDITY."""
    return int(hashlib.sha256(raw).hexdigest()[:15], 16)
