"""Who reads mails: we, or in bulk the clerk, while a thread hashes and compresses their bytes."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from tui_desk import clock
from tui_desk.store.arrivals import Arrival
from tui_desk.store.clerk import Clerk, ClerkError, ClerkGoneError
from tui_desk.store.insert import Item
from tui_desk.store.packing import Packer
from tui_desk.store.reading import Flat, flat, reading

log = logging.getLogger(__name__)

KILLS = "it ends the process that reads it"
"""The cause of a mail that no clerk survived."""


class Crew:
    """Reads for a store. `clerk`: whether bulk work goes to a process of its own; by default where there is a second core."""

    def __init__(self, clerk: bool | None = None) -> None:
        self._packer = Packer()
        self._clerk = Clerk()
        self._wanted = (os.cpu_count() or 1) > 1 if clerk is None else clerk
        self._line: ThreadPoolExecutor | None = None

    @property
    def up(self) -> bool:
        """Whether the clerk is there already."""
        return self._line is not None

    def read(self, arrivals: Sequence[Arrival], *, bulk: bool = False) -> Job:
        """Begin to read; the clerk does it where it is `bulk` work."""
        raws = [arrival.raw for arrival in arrivals]
        # The clerk knows no skeletons: those are small, and few.
        asked = self._ask(raws) if bulk and self._wanted and not any(a.truncated for a in arrivals) else None
        return Job(self, arrivals, self._packer.pack(raws), asked)

    def _ask(self, raws: list[bytes]) -> Future[list[Flat]]:
        if self._line is None:
            self._line = ThreadPoolExecutor(1, thread_name_prefix="clerk")
        return self._line.submit(self._clerk.read, raws)

    def here(self, arrivals: Sequence[Arrival]) -> list[Flat]:
        """Read in this process."""
        return [flat(arrival.raw, partial=arrival.truncated) for arrival in arrivals]

    def singly(self, arrivals: Sequence[Arrival]) -> list[Flat]:
        """Read what a clerk did not survive, a mail at a time: what the next does not survive either is to be quarantined."""
        found: list[Flat] = []
        with Clerk() as clerk:
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
    """Arrivals that are being read."""

    def __init__(
        self, crew: Crew, arrivals: Sequence[Arrival], packed: Future[list[tuple[str, bytes]]], asked: Future[list[Flat]] | None
    ) -> None:
        self.size = sum(len(arrival.raw) for arrival in arrivals)
        self.ours = asked is None
        """It waits for us, not for the clerk."""
        self._crew = crew
        self._arrivals = arrivals
        self._packed = packed
        self._asked = asked

    def done(self) -> bool:
        """Whether the clerk has read them."""
        return self._asked is not None and self._asked.done()

    def items(self) -> list[Item]:
        """All of them, read and packed."""
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
        if self._asked is not None:
            self._asked.cancel()

    def _read(self) -> list[Flat]:
        # What the clerk has not begun with, we do: it is still being started.
        if self._asked is None or self._asked.cancel():
            return self._crew.here(self._arrivals)
        try:
            return self._asked.result()
        except ClerkGoneError as error:
            log.warning("a clerk ended: %s", error)
            return self._crew.singly(self._arrivals)
        except ClerkError as error:
            log.warning("mails are read without a clerk: %s", error)
            return self._crew.here(self._arrivals)
