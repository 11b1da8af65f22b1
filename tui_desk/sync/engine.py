"""The sync of a whole account: which folders, one session, and what happens when the line breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tui_desk.config.schema import Settings
from tui_desk.errors import NetworkError, ProtocolError
from tui_desk.store.arrivals import Source
from tui_desk.store.engine import Store
from tui_desk.store.ledger import Ledger
from tui_desk.sync import lock
from tui_desk.sync.backoff import delays
from tui_desk.sync.folder import FolderPass, Tally
from tui_desk.sync.types import Audit, OnProgress, Progress, Stop, SyncReport, Takes
from tui_desk.transport.base import Mailbox, Refused, Selected

T = TypeVar("T")

TRIES = 4
"""How often in a row a pass may fail without a message being gained."""
RETRY_SECONDS = 0.25


def _quiet(_progress: Progress) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


class Engine:
    """Syncs one account into one store. One object a thread; `mailbox` is its own and is connected when needed."""

    def __init__(
        self,
        store: Store,
        mailbox: Mailbox,
        ingest: Takes,
        settings: Settings,
        *,
        wait_for_lock: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._mailbox = mailbox
        self._ingest = ingest
        self._settings = settings
        self._wait_for_lock = wait_for_lock
        self._sleep = sleep
        self._connected = False
        self._followed: list[tuple[str, str, Source]] = []
        self._seen: Selected | None = None
        self.selected: dict[str, Selected] = {}
        """What EXAMINE said of each followed folder in the last complete pass."""

    def run(self, on_progress: OnProgress = _quiet, stop: Stop = _never) -> SyncReport:
        """One pass over every followed folder. A line that breaks is taken up again where it broke.

        Raises BusyError when another process syncs this store, AuthError, NetworkError, ProtocolError, StoreError.
        """
        began = time.monotonic()
        tally = Tally()
        with lock.held(self._store.path.with_name("sync.lock"), self._wait_for_lock), self._ledger() as ledger:
            self._persist(tally, lambda: self._pass(ledger, tally, on_progress, stop))
            if stop():
                self.close()  # it may stand in the middle of an answer
        return SyncReport(
            new=tally.new,
            tickets=tally.tickets,
            flags=tally.flags,
            gone=tally.gone,
            quarantined=tally.quarantined,
            bytes=tally.bytes,
            seconds=time.monotonic() - began,
        )

    def audit(self) -> list[Audit]:
        """Compare every UID that the server shows with the ledger, folder by folder (behaviour 1.1)."""
        with self._ledger() as ledger:
            return self._persist(Tally(), lambda: [self._audited(ledger, *followed) for followed in self._folders()])

    def rest(self) -> bool:
        """Examine the inbox, to wait there; True when it changed since its pass, so that another is due."""
        with self._guarded():
            before, self._seen = self._seen, self._mailbox.examine(self._settings.account.inbox)
        return before is None or _place(before) != _place(self._seen)

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Wait in the folder examined last; True when it changed."""
        with self._guarded():
            return self._mailbox.wait(seconds, stop)

    def close(self) -> None:
        """Log out."""
        self._connected = False
        self._mailbox.close()

    # --------------------------------------------------------------------------------------------------------- parts

    def _pass(self, ledger: Ledger, tally: Tally, on_progress: OnProgress, stop: Stop) -> None:
        self.selected = {}
        for name, role, source in self._folders():
            if stop():
                return
            folder = FolderPass(
                mailbox=self._mailbox,
                ledger=ledger,
                ingest=self._ingest,
                state=ledger.folder(self._settings.account.address, name, role),
                source=source,
                window=self._settings.sync.window,
                size_cap=self._settings.sync.size_cap_mb * 1024 * 1024,
                on_progress=on_progress,
                stop=stop,
                tally=tally,
            )
            selected = self.selected[name] = folder.run()
            if role == "inbox":
                self._seen = selected

    def _audited(self, ledger: Ledger, name: str, role: str, _source: Source) -> Audit:
        state = ledger.folder(self._settings.account.address, name, role)
        selected = self._mailbox.examine(name)
        on_server = self._mailbox.uids()
        entered = ledger.uids(state.id, selected.uidvalidity, gone=None)
        return Audit(
            folder=name,
            on_server=len(on_server),
            in_ledger=len(entered),
            gaps=tuple(sorted(set(on_server) - set(entered))),
            doubles=tuple(ledger.doubles(state.id, selected.uidvalidity)),
        )

    def _folders(self) -> list[tuple[str, str, Source]]:
        """Name, role and source of what is followed: the inbox first, so that answers find their questions."""
        if not self._followed:
            account = self._settings.account
            sent = account.sent or next((info.name for info in self._mailbox.folders() if info.role == "sent"), "")
            self._followed = [(account.inbox, "inbox", "inbox")]
            if sent and sent != account.inbox:
                self._followed.append((sent, "sent", "sent"))
        return self._followed

    def _persist(self, tally: Tally, work: Callable[[], T]) -> T:
        """Do `work` on a connected mailbox, again after each break, as long as something is gained."""
        pauses = delays(RETRY_SECONDS, 5.0)
        self._connect()
        failures, gained = 0, tally.bytes
        while True:
            try:
                with self._guarded():
                    return work()
            except Refused:
                raise
            except (NetworkError, ProtocolError):
                failures = 1 if tally.bytes > gained else failures + 1
                gained = tally.bytes
                if failures >= TRIES:
                    raise
                self._sleep(next(pauses))

    def _connect(self) -> None:
        if not self._connected:
            self._mailbox.connect()
            self._connected = True

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """A connected mailbox; after any trouble, ctrl-c included, the session is dropped: its state is not known."""
        self._connect()
        try:
            yield
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        ledger = Ledger(self._store.path)
        try:
            yield ledger
        finally:
            ledger.close()


def _place(selected: Selected) -> tuple[int, ...]:
    return selected.uidvalidity, selected.uidnext, selected.exists, selected.modseq
