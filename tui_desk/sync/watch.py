"""Staying up to date: a daemon thread that syncs, waits for the server to speak, and comes back after every failure."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from tui_desk import clock
from tui_desk.errors import AuthError, BusyError, ConfigError, DeskError
from tui_desk.i18n import _
from tui_desk.sync.backoff import delays
from tui_desk.sync.engine import Engine
from tui_desk.sync.types import MailboxState, Progress

HOOK_SECONDS = 5.0
"""How often the hook is called while nothing comes: mail whose undo window is over leaves then."""
PASS_SECONDS = 60.0
"""A whole pass at least so often: the Sent folder, and flags where the server does not tell of them."""
BUSY_SECONDS = 2.0
REFUSED_SECONDS = 300.0
"""A refused password is tried rarely: providers lock accounts."""
LOGIN_SECONDS = 1.0
"""How often a watcher that was refused looks whether somebody has logged in again."""
STOP_SECONDS = 3.0

_log = logging.getLogger(__name__)


class Watcher:
    """`start()` it once; `on_state` and `hook` are called from its thread. `hook` runs after each pass and between waits.

    `login` gives another number once somebody has logged in: then it is tried again at once.
    """

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        on_state: Callable[[MailboxState], None],
        hook: Callable[[], None],
        *,
        poll_seconds: float = 10.0,
        login: Callable[[], int] = lambda: 0,
    ) -> None:
        self._open_engine = open_engine
        self._on_state = on_state
        self._hook = hook
        self._login = login
        self._hook_seconds = min(HOOK_SECONDS, poll_seconds)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._pauses: Iterator[float] = delays()
        self._thread = threading.Thread(target=self._run, name="desk-watcher", daemon=True)
        self.state = MailboxState("never")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """End, and wait up to `timeout` seconds for it. The thread is a daemon: it never keeps the program."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def nudge(self) -> None:
        """Do a pass now, whatever is being waited for."""
        self._wake.set()

    # ------------------------------------------------------------------------------------------------------- its thread

    def _run(self) -> None:
        while not self._stop.is_set():
            engine: Engine | None = None
            login = self._login()
            try:
                engine = self._open_engine()
                self._watch(engine)
            except BusyError:
                self._pause(BUSY_SECONDS)
            except (AuthError, ConfigError) as error:
                self._tell_trouble("refused", error, REFUSED_SECONDS, login)
            except DeskError as error:
                self._tell_trouble("offline", error, next(self._pauses))
            except Exception as error:  # noqa: BLE001  (the edge of this thread: logged, shown, and tried again)
                _log.exception("sync failed")
                self._tell_trouble("offline", DeskError(_("Sync failed: %(why)s") % {"why": repr(error)}), next(self._pauses))
            finally:
                if engine is not None:
                    engine.close()

    def _watch(self, engine: Engine) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            self._tell(replace(self.state, state="syncing", progress=None))
            engine.run(self._tell_progress, self._stop.is_set)
            self._pauses = delays()
            self._tell(MailboxState("watching", clock.now()))
            self._call_hook()
            if not engine.rest():
                self._wait(engine)

    def _wait(self, engine: Engine) -> None:
        """Until the server speaks, somebody nudges, or it is time for a pass anyway."""
        end = time.monotonic() + PASS_SECONDS
        while not self._wake.is_set() and time.monotonic() < end:
            if engine.wait(self._hook_seconds, self._wake.is_set):
                return
            self._call_hook()

    def _call_hook(self) -> None:
        """What sending has to say is shown; it never stops receiving."""
        if self._stop.is_set():
            return
        try:
            self._hook()
        except DeskError as error:
            self._tell(replace(self.state, error=error.message))

    def _pause(self, seconds: float, login: int | None = None) -> None:
        """`seconds`, or until somebody nudges, or has logged in since `login`."""
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
        next_try = clock.now() + max(1, round(seconds))
        self._tell(MailboxState(kind, self.state.last_success, error.message, next_try, hint=error.hint))
        self._pause(seconds, login)

    def _tell_progress(self, progress: Progress) -> None:
        self._tell(replace(self.state, state="syncing", progress=progress))

    def _tell(self, state: MailboxState) -> None:
        self.state = state
        if not self._stop.is_set():
            self._on_state(state)
