"""How many sessions with a mailbox are open at once. Providers count them an account, not a program; some allow one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from tui_desk.errors import BusyError, CrowdedError
from tui_desk.i18n import _

if TYPE_CHECKING:
    from tui_desk.transport.base import Mailbox

WAIT_SECONDS = 60.0
"""How long a session waits for another to end; one that watches gives way at once, one that fetches when it can."""

LINGERS_SECONDS, AGAIN_SECONDS = 5.0, 0.1
"""How long a server may still count a session that has ended, and between two tries to log in meanwhile."""


class Slots:
    """The sessions of one program with one mailbox: at most `most`. Threads share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: list[Counted] = []
        self._waiting = 0
        self._changed = threading.Condition()
        self._ended = -LINGERS_SECONDS

    def mailbox(self, session: Mailbox) -> Mailbox:
        """`session`, counted while it is connected."""
        return cast("Mailbox", Counted(session, self))

    def wanted(self) -> bool:
        """Whether somebody waits for a session to end: who only watches should."""
        return self._waiting > 0

    def lingers(self) -> bool:
        """Whether the server may still count a session that is closed."""
        return time.monotonic() < self._ended + LINGERS_SECONDS

    def take(self, session: Counted) -> Counted | None:
        """Count `session`. None; or, where all are taken, one that this very thread holds and lends. Raises BusyError."""
        with self._changed:
            if not self._free() and (lender := next((s for s in self._open if s.thread is threading.current_thread()), None)):
                return lender
            self._waiting += 1
            try:
                if not self._changed.wait_for(self._free, WAIT_SECONDS):
                    raise BusyError(
                        _("Every connection that this desk may have to the mailbox is in use (sync.connections)."),
                        _("It is tried again; mail is being fetched meanwhile."),
                    )
            finally:
                self._waiting -= 1
            self._open.append(session)
            return None

    def _free(self) -> bool:
        return len(self._open) < self._most

    def give(self, session: Counted) -> None:
        """It is closed; where it had logged in, the server may not know yet."""
        with self._changed:
            if session in self._open:
                self._open.remove(session)
                if session.logged_in:
                    self._ended = time.monotonic()
                self._changed.notify_all()


class Counted:
    """A session that is counted; speaks `transport.base.Mailbox` by what it holds."""

    def __init__(self, session: Mailbox, slots: Slots) -> None:
        self.session = session
        self.thread: threading.Thread | None = None
        self.lent = False
        """Another task of its thread used it: it may have another folder open."""
        self.logged_in = False
        self._own = session
        self._slots = slots

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

    def connect(self) -> None:
        """Log in, when a session is free; or go on with one that this thread has open."""
        if self.thread is None:
            self.thread = threading.current_thread()
            try:
                lender = self._slots.take(self)
            except BaseException:
                self.thread = None
                raise
            if lender is not None:
                lender.lent, self.session = True, lender.session
                return
        try:
            self._log_in()
        except BaseException:
            self.close()
            raise

    def _log_in(self) -> None:
        while True:
            try:
                self.session.connect()
            except CrowdedError:
                if not self._slots.lingers():
                    raise
                time.sleep(AGAIN_SECONDS)
            else:
                self.logged_in = True
                return

    def close(self) -> None:
        """Log out; what was lent stays open."""
        if self.session is self._own:
            self.session.close()
        self.session, self.thread = self._own, None
        self._slots.give(self)
        self.logged_in = False

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait for a change; not in a folder that somebody else may have left open, and no longer than nobody else is waiting."""
        if self.lent:
            self.lent = False
            return True
        return self.session.wait(seconds, lambda: stop() or self._slots.wanted())
