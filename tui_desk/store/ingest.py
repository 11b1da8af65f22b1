"""The store's door for mail: read, pack, decide, write; a few hundred messages a transaction, and none stops the next."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.config.schema import Settings
from tui_desk.desk import intake
from tui_desk.desk.events import Event
from tui_desk.desk.fold import Policy
from tui_desk.errors import BusyError, DiskFullError, StoreError
from tui_desk.mail.parse import parse
from tui_desk.mail.thread import verify
from tui_desk.store import write
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.batch import BATCH, Batch, Rules
from tui_desk.store.cards import card
from tui_desk.store.connect import explained
from tui_desk.store.engine import Store
from tui_desk.store.insert import Item
from tui_desk.store.packing import Packer
from tui_desk.text import one_line

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger(__name__)

BATCH_BYTES = 8 << 20
"""Raw bytes a transaction, but for one that is larger alone: bounds memory."""


class Ingest:
    """Takes arrivals in. One object a thread; close it, or use it as a context manager."""

    def __init__(self, store: Store, settings: Settings, policy: Policy) -> None:
        self.store = store
        self.rules = Rules(settings.own_addresses, partial(verify, store.secret), policy)
        self._packer = Packer(store.attachments)

    def __enter__(self) -> Ingest:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the packing thread. The store stays open."""
        self._packer.close()

    def add(self, arrivals: Iterable[Arrival]) -> list[Verdict]:
        """Take mails in; a verdict each, in their order. When this returns they are committed.

        Taking the same arrivals in again changes nothing. Raises DiskFullError, BusyError, StoreError: then what was
        committed before stands, and the rest is to be given again.
        """
        verdicts: list[Verdict] = []
        for some in _batches(arrivals):
            verdicts += self._commit(self.read(some))
        return verdicts

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
            if item.mail is not None and key:
                message_id = one_line(item.mail.message_id)
                data = {"message_id": message_id, "to": list(to), "macro": macro, "automatic": automatic}
                event = Event(intake.event_id(at, "replied", message_id), at, agent, key, "replied", data)
                write.append_in(con, [event], self.rules.policy)
            also(con)
        return verdict

    def read(self, arrivals: Sequence[Arrival]) -> list[Item]:
        """Parse here while the packer hashes and compresses there."""
        packed = self._packer.pack([a.raw for a in arrivals])
        now = clock.now()
        read = [self._read(arrival) for arrival in arrivals]
        with explained(self.store.path):
            items: list[Item] = []
            for arrival, (sha256, data), (item, files) in zip(arrivals, packed.result(), read, strict=True):
                item.arrival, item.sha256, item.data, item.seen_at = arrival, sha256, data, now
                if files is not None:
                    item.files = files.result()
                items.append(item)
        return items

    def _read(self, arrival: Arrival) -> tuple[Item, Future[list[str]] | None]:
        item = Item(arrival, "", b"", 0)
        try:
            mail = parse(arrival.raw)
            item.card = card(mail)
        except Exception as error:  # a poison message never stops the next (behaviour 1.3)
            log.exception("a mail could not be read (uid %s)", arrival.uid)
            item.cause = one_line(f"{type(error).__name__}: {error}") or "?"
            return item, None
        files = self._packer.keep(mail.attachments) if mail.attachments else None
        item.mail = mail
        return item, files

    def _commit(self, items: list[Item]) -> list[Verdict]:
        """One transaction; where a mail's own data makes it fail, one each, and that mail is quarantined."""
        try:
            with self.store.begin() as con:
                return Batch(con, items, self.rules).run()
        except (DiskFullError, BusyError):
            raise
        except (StoreError, ValueError, TypeError, ArithmeticError, LookupError) as error:
            if isinstance(error, StoreError) and not _of_the_data(error):
                raise
            if len(items) > 1:
                return [verdict for item in items for verdict in self._commit([_anew(item)])]
            if items[0].cause:
                raise
            log.exception("a mail could not be stored")
            alone = _anew(items[0])
            alone.mail, alone.card, alone.cause = None, None, one_line(f"{type(error).__name__}: {error}")
            return self._commit([alone])


def _anew(item: Item) -> Item:
    return Item(item.arrival, item.sha256, item.data, item.seen_at, item.mail, item.card, item.files, item.cause)


def _of_the_data(error: StoreError) -> bool:
    """Whether values, not the disk, made a statement fail."""
    import sqlite3

    kinds = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError)
    cause = error.__cause__
    return isinstance(cause, kinds) or isinstance(getattr(cause, "orig", None), kinds)


def _batches(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    some: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        if some and (len(some) >= BATCH or size + len(arrival.raw) > BATCH_BYTES):
            yield some
            some, size = [], 0
        some.append(arrival)
        size += len(arrival.raw)
    if some:
        yield some
