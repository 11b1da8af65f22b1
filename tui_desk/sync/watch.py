"""Staying up to date: a daemon thread that syncs, waits for the server to speak, and comes back after every failure."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from tui_desk import clock
from tui_desk.errors import AuthError, BusyError, ConfigError, DeskError, PauseError
from tui_desk.i18n import _
from tui_desk.sync.awake import Awake
from tui_desk.sync.backoff import delays
from tui_desk.sync.engine import Engine
from tui_desk.sync.types import MailboxState, Progress
from tui_desk.transport.route import network as route

HOOK_SECONDS = 5.0
"""How often the hook is called while nothing comes: mail whose undo window is over leaves then."""
PASS_SECONDS = 60.0
"""A whole pass at least so often: the Sent folder, and flags where the server does not tell of them."""
GO_SECONDS = 3.0
"""How long older mail is fetched before the inbox is looked at again."""
BUSY_SECONDS = 2.0
REFUSED_SECONDS = 300.0
"""A refused password is tried rarely: providers lock accounts."""
LOGIN_SECONDS = 1.0
"""How often a watcher that was refused looks whether somebody has logged in again."""
STOP_SECONDS = 3.0

_log = logging.getLogger(__name__)


class Watcher:
    """`start()` it once; `on_state` and `hook` are called from its thread. `hook` runs after each pass and between waits.

    `login` gives another number once somebody has logged in: then it is tried again at once. So it is after a sleep of the
    machine, and when `network` gives another answer.
    """

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        on_state: Callable[[MailboxState], None],
        hook: Callable[[], None],
        *,
        poll_seconds: float = 10.0,
        login: Callable[[], int] = lambda: 0,
        network: Callable[[], object] = route,
    ) -> None:
        self._open_engine = open_engine
        self._on_state = on_state
        self._hook = hook
        self._login = login
        self._hook_seconds = min(HOOK_SECONDS, poll_seconds)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._pauses: Iterator[float] = delays()
        self._engine: Engine | None = None
        self._moved = False
        self._awake = Awake(self._has_moved, network)
        self._thread = threading.Thread(target=self._run, name="desk-watcher", daemon=True)
        self.state = MailboxState("never")

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._awake.start()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """End, and wait up to `timeout` seconds for it. The thread is a daemon: it never keeps the program."""
        self._stop.set()
        self._wake.set()
        self._awake.stop()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def nudge(self) -> None:
        """Do a pass now, whatever is being waited for."""
        self._wake.set()

    # ------------------------------------------------------------------------------------------------------- its thread

    def _run(self) -> None:
        while not self._stop.is_set():
            login = self._login()
            self._moved = False
            try:
                self._engine = self._open_engine()
                self._watch(self._engine)
            except BusyError:
                self._pause(BUSY_SECONDS)
            except (AuthError, ConfigError) as error:
                self._tell_trouble("refused", error, REFUSED_SECONDS, login)
            except DeskError as error:
                wanted = error.seconds if isinstance(error, PauseError) else 0.0
                self._tell_trouble("offline", error, max(next(self._pauses), wanted))
            except Exception as error:  # noqa: BLE001  (the edge of this thread: logged, shown, and tried again)
                _log.exception("sync failed")
                self._tell_trouble("offline", DeskError(_("Sync failed: %(why)s") % {"why": repr(error)}), next(self._pauses))
            finally:
                engine, self._engine = self._engine, None
                if engine is not None:
                    engine.close()

    def _watch(self, engine: Engine) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            if not self.state.since:  # else it is still offline, and trying again
                self._tell(replace(self.state, state="syncing", progress=None))
            engine.run(self._tell_progress, self._stop.is_set, recent=True)
            self._pauses = delays()
            self._tell_well(engine)
            self._call_hook()
            if not engine.rest() and not self._fetch_older(engine):
                self._wait(engine)

    def _fetch_older(self, engine: Engine) -> bool:
        """Older mail, in goes, until a pass is due; False where there is none to be fetched."""
        end = time.monotonic() + PASS_SECONDS
        while engine.to_come and not engine.paused and not self._wake.is_set():
            report = engine.older(self._tell_progress, self._wake.is_set, seconds=GO_SECONDS)
            self._tell_well(engine)
            self._call_hook()
            if engine.rest() or time.monotonic() > end:
                return True
            if not report.older:
                return False
        return self._wake.is_set()

    def _wait(self, engine: Engine) -> None:
        """Until the server speaks, somebody nudges, or it is time for a pass anyway."""
        end = time.monotonic() + PASS_SECONDS
        while not self._wake.is_set() and time.monotonic() < end:
            if engine.wait(self._hook_seconds, self._wake.is_set):
                return
            self._tell_well(engine)
            self._call_hook()

    def _call_hook(self) -> None:
        """What sending has to say is shown; it never stops receiving."""
        if self._stop.is_set():
            return
        try:
            self._hook()
        except DeskError as error:
            self._tell(replace(self.state, error=error.message))

    def _has_moved(self) -> None:
        """The line from before is dead, and a pause that was begun before is over. Called from the thread of `Awake`."""
        self._moved = True
        self._pauses = delays()
        self._wake.set()
        if (engine := self._engine) is not None:
            engine.drop()

    def _pause(self, seconds: float, login: int | None = None) -> None:
        """`seconds`, or until somebody nudges, or has logged in since `login`."""
        if not self._moved:
            self._wake.clear()
        end = time.monotonic() + seconds
        while not self._stop.is_set() and (left := end - time.monotonic()) > 0:
            if self._wake.wait(left if login is None else min(left, LOGIN_SECONDS)) or (
                login is not None and self._login() != login
            ):
                return

    def _tell_trouble(
        self, kind: Literal["offline", "refused"], error: DeskError, seconds: float, login: int | None = None
    ) -> None:
        if self._moved and kind == "offline":
            return  # it is our own doing, or no wonder: the next try tells
        now = clock.now()
        self._tell(
            replace(
                self.state,
                state=kind,
                error=error.message,
                hint=error.hint,
                next_try_at=now + max(1, round(seconds)),
                progress=None,
                since=self.state.since or now,
            )
        )
        self._pause(seconds, login)

    def _tell_progress(self, progress: Progress) -> None:
        """Older mail comes beside the watching: the recent mail is here. Whatever comes, trouble is over."""
        state: Literal["watching", "syncing"] = "watching" if progress.older else "syncing"
        self._tell(replace(self.state, state=state, progress=progress, error="", hint="", since=0, next_try_at=0))

    def _tell_well(self, engine: Engine) -> None:
        """The server has just answered, and all that is new is here. What sending complained of stays until the next pass."""
        error = self.state.error if self.state.state == "watching" else ""
        self._tell(MailboxState("watching", clock.now(), error, to_come=engine.to_come, paused=engine.paused))

    def _tell(self, state: MailboxState) -> None:
        self.state = state
        if not self._stop.is_set():
            self._on_state(state)
