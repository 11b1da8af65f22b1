"""Who reads mails: we, in bulk the clerk too, while a thread hashes and compresses their bytes."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tui_desk import clock
from tui_desk.store.arrivals import Arrival
from tui_desk.store.clerk import Clerk, ClerkError, ClerkGoneError
from tui_desk.store.connect import explained
from tui_desk.store.insert import Item
from tui_desk.store.packing import Packer, keep
from tui_desk.store.reading import Flat, flat, reading

log = logging.getLogger(__name__)

PIECE = 40
"""Mails that the clerk is asked for at once, at most."""
PIECE_BYTES = 512 * 1024
Asked = Future[list[Flat]] | None
"""What the clerk was asked for; None: nothing."""
KILLS = "it ends the process that reads it"
"""The cause of a mail that no clerk survived."""


class Crew:
    """Reads for one store. `clerk`: whether bulk work goes to a process of its own; by default where there is a second core."""

    def __init__(self, store: Path, attachments: Path, clerk: bool | None = None) -> None:
        self._store = store
        self._attachments = attachments
        self._keep = partial(keep, folder=attachments)
        self._packer = Packer()
        self._clerk = Clerk(attachments)
        self._wanted = (os.cpu_count() or 1) > 1 if clerk is None else clerk
        self._line: ThreadPoolExecutor | None = None

    def read(self, arrivals: Sequence[Arrival], *, bulk: bool = False) -> Job:
        """Begin to read; the clerk does it where it is `bulk` work."""
        ask = self._ask if bulk and self._wanted else lambda _piece: None
        pieces = [(piece, ask(piece)) for piece in _pieces(arrivals)]
        return Job(self, arrivals, self._packer.pack([arrival.raw for arrival in arrivals]), pieces)

    def _ask(self, piece: Sequence[Arrival]) -> Asked:
        if any(arrival.truncated for arrival in piece):
            return None  # the clerk knows no skeletons: those are small, and few
        if self._line is None:
            self._line = ThreadPoolExecutor(2, thread_name_prefix="clerk")  # one speaks while the other listens
        return self._line.submit(self._clerk.read, [arrival.raw for arrival in piece])

    def here(self, arrivals: Sequence[Arrival]) -> list[Flat]:
        """Read in this process."""
        with explained(self._store):
            return [flat(arrival.raw, self._keep, partial=arrival.truncated) for arrival in arrivals]

    def singly(self, arrivals: Sequence[Arrival]) -> list[Flat]:
        """Read what a clerk did not survive, a mail at a time: what the next does not survive either is to be quarantined."""
        found: list[Flat] = []
        with Clerk(self._attachments) as clerk:
            for n, arrival in enumerate(arrivals):
                try:
                    found += clerk.read([arrival.raw])
                except ClerkGoneError:
                    log.error("a mail ended the process that reads it (uid %s)", arrival.uid)
                    found.append((KILLS,))
                except ClerkError as error:
                    log.warning("mails are read without a clerk: %s", error)
                    return [*found, *self.here(arrivals[n:])]
        return found

    def rest(self) -> None:
        """Let the clerk go until there is bulk work again."""
        line, self._line = self._line, None
        self._clerk.close()
        if line is not None:
            line.shutdown(cancel_futures=True)
            self._clerk.close()  # the thread may have started one between

    def close(self) -> None:
        """End the process and the threads."""
        self.rest()
        self._packer.close()


class Job:
    """Arrivals that are being read, in pieces."""

    def __init__(
        self,
        crew: Crew,
        arrivals: Sequence[Arrival],
        packed: Future[list[tuple[str, bytes]]],
        pieces: Sequence[tuple[Sequence[Arrival], Asked]],
    ) -> None:
        self.size = sum(len(arrival.raw) for arrival in arrivals)
        self.ours = all(asked is None for _piece, asked in pieces)
        """It waits for us, not for the clerk."""
        self._crew = crew
        self._arrivals = arrivals
        self._packed = packed
        self._pieces = pieces

    def done(self) -> bool:
        """Whether the clerk has read all that it was asked for."""
        return not self.ours and all(asked is None or asked.done() for _piece, asked in self._pieces)

    def items(self) -> list[Item]:
        """All of them, read and packed. Raises DiskFullError, StoreError."""
        now = clock.now()
        items: list[Item] = []
        for arrival, (sha256, data), values in zip(self._arrivals, self._packed.result(), self._read(), strict=True):
            read = reading(values)
            if read.cause:
                log.warning("a mail could not be read (uid %s): %s", arrival.uid, read.cause)
            items.append(Item(arrival, sha256, data, now, read.mail, read.card, read.files, read.cause))
        return items

    def cancel(self) -> None:
        """Not wanted any more."""
        self._packed.cancel()
        for _piece, asked in self._pieces:
            if asked is not None:
                asked.cancel()

    def _read(self) -> list[Flat]:
        # From the last piece on we help the clerk, until we meet: it begins with the first.
        found = [self._read_piece(piece, asked) for piece, asked in reversed(self._pieces)]
        return [values for some in reversed(found) for values in some]

    def _read_piece(self, piece: Sequence[Arrival], asked: Asked) -> list[Flat]:
        if asked is None or asked.cancel():
            return self._crew.here(piece)
        try:
            return asked.result()
        except ClerkGoneError as error:
            log.warning("a clerk ended: %s", error)
            return self._crew.singly(piece)
        except ClerkError as error:
            log.warning("mails are read without a clerk: %s", error)
            return self._crew.here(piece)


def _pieces(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """What is asked for at once: little enough that nobody waits long for the other."""
    pieces: list[list[Arrival]] = []
    size = PIECE_BYTES
    for arrival in arrivals:
        if size >= PIECE_BYTES or len(pieces[-1]) >= PIECE:
            pieces.append([])
            size = 0
        pieces[-1].append(arrival)
        size += len(arrival.raw)
    return pieces
