"""The store's door for mail: read, pack, decide, write; a few hundred messages a transaction, and none stops the next."""

from __future__ import annotations

import gc
import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tui_desk.config.schema import Settings
from tui_desk.desk import intake
from tui_desk.desk.events import Event
from tui_desk.desk.fold import Policy
from tui_desk.errors import BusyError, DeskError, DiskFullError, StoreError
from tui_desk.store import write
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.batch import BATCH, Batch, Rules
from tui_desk.store.connect import REFUSED
from tui_desk.store.crew import Crew, Job
from tui_desk.store.engine import Store
from tui_desk.store.insert import Item
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection

log = logging.getLogger(__name__)

BATCH_BYTES = 8 << 20
"""Raw bytes a transaction, but for one that is larger alone: bounds memory."""
AHEAD = 2
"""Batches that are fetched and being read while one is written."""


class Ingest:
    """Takes arrivals in. One object a thread; close it, or use it as a context manager."""

    def __init__(self, store: Store, settings: Settings, policy: Policy, *, clerk: bool | None = None) -> None:
        self.store = store
        self.rules = Rules.of(store, settings, policy)
        self._crew = Crew(clerk)

    def __enter__(self) -> Ingest:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the threads. The store stays open."""
        self._crew.close()

    def add(self, arrivals: Iterable[Arrival]) -> list[Verdict]:
        """Take mails in; a verdict each, in their order. When this returns they are committed.

        Taking the same arrivals in again changes nothing. Raises DiskFullError, BusyError, StoreError: then what was
        committed before stands, and the rest is to be given again.
        """
        try:
            return [verdict for verdicts in self.take(portions(arrivals)) for verdict in verdicts]
        finally:
            self.rest()

    def rest(self) -> None:
        """Let go of the process that reads, until there is bulk work again."""
        self._crew.rest()

    def take(self, batches: Iterable[Sequence[Arrival]]) -> Generator[list[Verdict]]:
        """Take batches in, a transaction each, in their order; the verdicts of each come when it is committed.

        While one is written the next are read and the one after is asked for. What `batches` raises is raised when all
        it gave before is committed. Raises as `add` does. The process that reads stays for the next call: see `rest`.
        """
        ahead: deque[Job] = deque()
        whole = False
        thresholds = gc.get_threshold()
        gc.set_threshold(50_000, *thresholds[1:])  # thousands of rows are made, none of them a cycle
        try:
            yield from self._take(iter(batches), ahead)
            whole = True
        finally:
            gc.set_threshold(*thresholds)
            for job in ahead:
                job.cancel()
            if not whole:
                self.rest()  # it may be in the middle of a batch that nobody wants

    def _take(self, batches: Iterator[Sequence[Arrival]], ahead: deque[Job]) -> Iterator[list[Verdict]]:
        trouble: DeskError | None = None
        for n in count():
            try:
                batch = next(batches, None)
            except DeskError as error:  # told below, when what came before it is safe
                batch, trouble = None, error
            if batch is None:
                break
            ahead.append(self._crew.read(batch, bulk=n > 0 or self._crew.up))
            while ahead and _due(ahead):
                yield self._commit(ahead.popleft().items())
        while ahead:
            yield self._commit(ahead.popleft().items())
        if trouble is not None:
            raise trouble

    def add_outgoing(
        self,
        raw: bytes,
        *,
        ticket: str,
        agent: str,
        at: int,
        to: Sequence[str] = (),
        macro: str = "",
        automatic: bool = False,
        also: Callable[[Connection], object] = lambda _con: None,
    ) -> Verdict:
        """Enter a mail of ours that the server accepted, and that `agent` wrote it. `ticket` is the key; "" opens a ticket.

        `also` is done in the same transaction (the outbox's step); what it raises undoes all of it.
        """
        [item] = self.read([Arrival(raw, at, "outbox")])
        item.ticket, item.agent = ticket, agent
        with self.store.begin() as con:
            [verdict] = Batch(con, [item], self.rules).run()
            key = verdict.ticket or ticket
            replied(con, item, key, {"to": list(to), "macro": macro, "automatic": automatic}, self.rules.policy)
            also(con)
        return verdict

    def read(self, arrivals: Sequence[Arrival]) -> list[Item]:
        """Read and pack, without storing."""
        return self._crew.read(arrivals).items()

    def _commit(self, items: list[Item]) -> list[Verdict]:
        """One transaction; where a mail's own data makes it fail, one each, and that mail is quarantined."""
        try:
            with self.store.begin() as con:
                return Batch(con, items, self.rules).run()
        except (DiskFullError, BusyError):
            raise
        except (StoreError, ValueError, TypeError, ArithmeticError, LookupError) as error:
            if isinstance(error, StoreError) and not isinstance(error.__cause__, REFUSED):
                raise
            if len(items) > 1:
                return [verdict for item in items for verdict in self._commit([_anew(item)])]
            if items[0].cause:
                raise
            log.exception("a mail could not be stored")
            alone = _anew(items[0])
            alone.mail, alone.card, alone.cause = None, None, one_line(f"{type(error).__name__}: {error}")
            return self._commit([alone])


def replied(con: Connection, item: Item, key: str, data: dict[str, Any], policy: Policy) -> None:
    """Note in the log who wrote a mail of ours (`item.agent`), to whom and with what."""
    if item.mail is None or not key:
        return
    at, message_id = item.arrival.internaldate, one_line(item.mail.message_id)
    event = Event(intake.event_id(at, "replied", message_id), at, item.agent, key, "replied", {"message_id": message_id, **data})
    write.append_in(con, [event], policy)


def _due(ahead: deque[Job]) -> bool:
    """Whether the first is to be written before more is asked for."""
    first = ahead[0]
    waits = len(ahead) > AHEAD or sum(job.size for job in ahead) > BATCH_BYTES * AHEAD
    return waits or first.done() or (first.ours and len(ahead) > 1)


def _anew(item: Item) -> Item:
    return Item(item.arrival, item.sha256, item.data, item.seen_at, item.mail, item.card, item.files, item.cause)


class _Raw(Protocol):
    @property
    def raw(self) -> bytes:
        """A mail's bytes."""


M = TypeVar("M", bound=_Raw)


def portions(mails: Iterable[M], apart: Callable[[M, M], bool] = lambda _one, _next: False) -> Iterator[list[M]]:
    """A transaction's worth of mails at a time; two neighbours of which `apart` holds are not in the same."""
    some: list[M] = []
    size = 0
    for mail in mails:
        if some and (len(some) >= BATCH or size + len(mail.raw) > BATCH_BYTES or apart(some[-1], mail)):
            yield some
            some, size = [], 0
        some.append(mail)
        size += len(mail.raw)
    if some:
        yield some
