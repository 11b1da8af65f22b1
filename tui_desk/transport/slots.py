"""How many sessions with a mailbox are open at once. Providers count them an account, not a program; some allow one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from tui_desk.errors import BusyError
from tui_desk.i18n import _

if TYPE_CHECKING:
    from tui_desk.transport.base import Mailbox

WAIT_SECONDS = 60.0
"""How long a session waits for another to end; one that watches gives way at once, one that fetches when it can."""


class Slots:
    """The sessions of one program with one mailbox: at most `most`. Threads share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: list[Counted] = []
        self._waiting = 0
        self._changed = threading.Condition()

    def mailbox(self, session: Mailbox) -> Mailbox:
        """`session`, counted while it is connected."""
        return cast("Mailbox", Counted(session, self))

    def wanted(self) -> bool:
        """Whether somebody waits for a session to end: who only watches should."""
        return self._waiting > 0

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
        """It is closed."""
        with self._changed:
            if session in self._open:
                self._open.remove(session)
                self._changed.notify_all()


class Counted:
    """A session that is counted; speaks `transport.base.Mailbox` by what it holds."""

    def __init__(self, session: Mailbox, slots: Slots) -> None:
        self.session = session
        self.thread: threading.Thread | None = None
        self.lent = False
        """Another task of its thread used it: it may have another folder open."""
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
            self.session.connect()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Log out; what was lent stays open."""
        if self.session is self._own:
            self.session.close()
        self.session, self.thread = self._own, None
        self._slots.give(self)

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait for a change; not in a folder that somebody else may have left open, and no longer than nobody else is waiting."""
        if self.lent:
            self.lent = False
            return True
        return self.session.wait(seconds, lambda: stop() or self._slots.wanted())
