"""The sync of a whole account: which folders, one session, and what happens when the line breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tui_desk.config.schema import Settings
from tui_desk.errors import NetworkError, PauseError, ProtocolError
from tui_desk.store.arrivals import Source
from tui_desk.store.engine import Store
from tui_desk.store.ledger import FolderState, Ledger
from tui_desk.sync import lock, writeback
from tui_desk.sync.backoff import delays
from tui_desk.sync.folder import FolderPass
from tui_desk.sync.taking import Taking, Tally
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
        wanted: Callable[[], bool] = lambda: False,
    ) -> None:
        """`wanted`: whether somebody else waits for the connection; it is given up while nothing is fetched."""
        self._store = store
        self._mailbox = mailbox
        self._ingest = ingest
        self._settings = settings
        self._wait_for_lock = wait_for_lock
        self._sleep = sleep
        self._wanted = wanted
        self._connected = False
        self._followed: list[tuple[str, str, Source]] = []
        self._seen: Selected | None = None
        self.selected: dict[str, Selected] = {}
        """What EXAMINE said of each followed folder in the last complete pass."""
        self.to_come = 0
        """Older mail that was still on the server only when the last run ended."""
        self.paused = False
        """Whether somebody wanted older mail to wait then."""

    def run(self, on_progress: OnProgress = _quiet, stop: Stop = _never, *, recent: bool = False) -> SyncReport:
        """One pass over every followed folder, then older mail to its end (not so with `recent`, or while it is paused).

        A line that breaks is taken up again where it broke.
        Raises BusyError when another process syncs this store, AuthError, NetworkError, ProtocolError, StoreError.
        """

        def work(ledger: Ledger, tally: Tally) -> None:
            self._pass(ledger, tally, on_progress, stop)
            if not recent and not stop():
                self._older(ledger, tally, on_progress, stop)

        return self._run(work, stop)

    def older(self, on_progress: OnProgress = _quiet, stop: Stop = _never, *, seconds: float = 0.0) -> SyncReport:
        """Older mail, newest first, for about `seconds` (0: to its end), less when something new comes. Raises as `run` does.

        More is to come while the report's `to_come` is not 0.
        """
        return self._run(lambda ledger, tally: self._older(ledger, tally, on_progress, stop, seconds), stop, goes_on=seconds > 0)

    def _run(self, work: Callable[[Ledger, Tally], None], stop: Stop, *, goes_on: bool = False) -> SyncReport:
        """`goes_on`: another go follows soon, as long as more is to come; who reads the mail stays for it."""
        began = time.monotonic()
        tally = Tally()
        with lock.held(lock.of(self._store.path, self._settings), self._wait_for_lock), self._ledger() as ledger:
            try:
                self._persist(tally, lambda: work(ledger, tally))
            except BaseException:
                self._ingest.rest()
                raise
            if stop() or self._wanted():
                self.close()  # it may stand in the middle of an answer, or somebody waits for it
            self.to_come = sum(state.to_come for state in self._states(ledger))
            self.paused = self.to_come > 0 and ledger.paused()
        if not (goes_on and self.to_come and not self.paused):
            self._ingest.rest()
        return SyncReport(
            new=tally.new,
            tickets=tally.tickets,
            flags=tally.flags,
            gone=tally.gone,
            quarantined=tally.quarantined,
            bytes=tally.bytes,
            seconds=time.monotonic() - began,
            older=tally.older,
            to_come=self.to_come,
        )

    def audit(self) -> list[Audit]:
        """Compare every UID that the server shows with the ledger, folder by folder (behaviour 1.1)."""
        with self._ledger() as ledger:
            kept = writeback.kept_folders(ledger, self._settings)
            return self._persist(Tally(), lambda: [self._audited(ledger, *each) for each in (*self._folders(), *kept)])

    def rest(self) -> bool:
        """Examine the inbox, to wait there; True when it changed since its pass, so that another is due."""
        with self._guarded():
            before, self._seen = self._seen, self._mailbox.examine(self._settings.account.inbox)
        return before is None or _place(before) != _place(self._seen)

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Wait in the folder examined last; True when it changed."""
        self._ingest.rest()
        with self._guarded():
            changed = self._mailbox.wait(seconds, stop)
        if self._wanted():
            self.close()
            return True  # what came meanwhile is found by the next pass
        return changed

    def drop(self) -> None:
        """Break the line, from any thread: what waits for the server then fails."""
        self._mailbox.drop()

    def close(self) -> None:
        """Log out; whatever works for this engine ends."""
        self._ingest.rest()
        self._disconnect()

    def _disconnect(self) -> None:
        self._connected = False
        self._mailbox.close()

    # --------------------------------------------------------------------------------------------------------- parts

    def _pass(self, ledger: Ledger, tally: Tally, on_progress: OnProgress, stop: Stop) -> None:
        self.selected = {}
        for name, role, source in self._folders():
            if stop():
                return
            state = ledger.folder(self._settings.account.address, name, role)
            selected = self.selected[name] = self._folder(ledger, state, source, tally, on_progress, stop).run()
            if role == "inbox":
                self._seen = selected
        writeback.run(self._mailbox, ledger, self._store, self._settings, stop)

    def _older(self, ledger: Ledger, tally: Tally, on_progress: OnProgress, stop: Stop, seconds: float = 0.0) -> None:
        """Step by step back, in the folder that is known least far back, so that answers and questions come together."""
        go = _Go(self._mailbox, ledger, on_progress, seconds, self._wanted)
        while not go.enough() and not stop():
            states = [state for state in self._states(ledger) if state.history]
            if not states or ledger.paused():
                return
            state = max(states, key=lambda each: each.history)
            source = next(source for name, _role, source in self._folders() if name == state.name)
            folder = self._folder(ledger, state, source, tally, go.told, stop)
            folder.taking.older = True
            folder.taking.done, folder.taking.others = tally.older, sum(other.to_come for other in states if other != state)
            if not folder.fill(go.enough):
                return

    def _folder(
        self, ledger: Ledger, state: FolderState, source: Source, tally: Tally, on_progress: OnProgress, stop: Stop
    ) -> FolderPass:
        of = self._settings.sync
        cap = of.size_cap_mb * 1024 * 1024
        taking = Taking(self._mailbox, self._ingest, state, source, cap, on_progress, stop, tally)
        return FolderPass(self._mailbox, ledger, taking, of.window, of.first_days)

    def _states(self, ledger: Ledger) -> list[FolderState]:
        """The followed folders that are known here."""
        names = {name for name, _role, _source in self._followed}
        return [state for state in ledger.folders(self._settings.account.address) if state.name in names]

    def _audited(self, ledger: Ledger, name: str, role: str, _source: Source) -> Audit:
        state = ledger.folder(self._settings.account.address, name, role)
        selected = self._mailbox.examine(name)
        on_server = self._mailbox.uids()
        entered = ledger.uids(state.id, selected.uidvalidity, gone=None)
        missing = sorted(set(on_server) - set(entered))
        return Audit(
            folder=name,
            on_server=len(on_server),
            in_ledger=len(entered),
            gaps=() if state.history else tuple(missing),
            to_come=len(missing) if state.history else 0,
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
            except (Refused, PauseError):
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
            self._disconnect()
            raise

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        ledger = Ledger(self._store.path)
        try:
            yield ledger
        finally:
            ledger.close()


class _Go:
    """One go at history: when it is enough. Asked from the thread that fetches, found out in the one that writes."""

    def __init__(
        self, mailbox: Mailbox, ledger: Ledger, on_progress: OnProgress, seconds: float, wanted: Callable[[], bool]
    ) -> None:
        self._wanted = wanted
        self._mailbox, self._ledger, self._on_progress = mailbox, ledger, on_progress
        self._until = time.monotonic() + seconds if seconds else float("inf")
        self._over = self._gained = False

    def enough(self) -> bool:
        """Something new came, somebody wants it to wait, or its time is over; never before something was gained."""
        return self._over or (self._gained and (time.monotonic() >= self._until or self._wanted()))

    def told(self, progress: Progress) -> None:
        """Some more is here."""
        self._on_progress(progress)
        self._gained = True
        limited = self._until < float("inf")
        self._over = self._over or self._ledger.paused() or (limited and self._mailbox.wait(0, _never))


def _place(selected: Selected) -> tuple[int, ...]:
    return selected.uidvalidity, selected.uidnext, selected.exists, selected.modseq
