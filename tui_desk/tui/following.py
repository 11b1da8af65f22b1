"""Following the mailbox and the store: new mail, other programs' changes and the outbox reach the screen without a key."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from tui_desk import clock
from tui_desk.errors import DeskError
from tui_desk.service.types import MailboxState
from tui_desk.tui.jobs import MailboxMoved, MailStuck, TicketsMoved

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.store.rows import OutboxView
    from tui_desk.tui.app import DeskApp

log = logging.getLogger(__name__)
LOOK = 2.0
"""Seconds between two looks at the store's change marks (another process may have written)."""
TICK = 60.0
"""Seconds between two runs of what the clocks owe."""


class Following:
    """Two daemon threads: the mailbox's own watcher, and ours that asks the store what changed."""

    def __init__(self, app: DeskApp, desk: Desk) -> None:
        self._app, self._desk = app, desk
        self._watcher: Any = None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._mark = 0
        self._ticked = 0
        self._stuck: set[tuple[int, int]] | None = None

    def start(self) -> None:
        """Begin; the heavy imports happen in the threads."""
        threading.Thread(target=self._look_on, name="following", daemon=True).start()
        threading.Thread(target=self._watch, name="watch-start", daemon=True).start()

    def stop(self) -> None:
        """End soon."""
        self._stop.set()
        self._wake.set()
        if self._watcher is not None:
            self._watcher.stop()

    def look(self) -> None:
        """Look now."""
        self._wake.set()

    def fetch(self) -> bool:
        """Let the watcher do a pass now; False while there is none."""
        if self._watcher is None:
            return False
        self._watcher.nudge()
        return True

    def _watch(self) -> None:
        if self._stop.wait(0.3):
            return
        try:
            self._watcher = self._desk.mailbox.watch(self._on_state, self._on_change)
        except DeskError as error:
            self._on_state(MailboxState("refused", error=error.message))
        except Exception as error:
            log.exception("watch")
            self._on_state(MailboxState("refused", error=repr(error)))

    def _on_state(self, state: MailboxState) -> None:
        if not self._stop.is_set():
            self._app.post_message(MailboxMoved(state))

    def _on_change(self, *_what: Any) -> None:
        self._wake.set()

    def _look_on(self) -> None:
        try:
            self._mark, _ids = self._desk.queue.changed(0)
        except Exception:
            log.exception("changed")
        while not self._stop.is_set():
            self._wake.wait(LOOK)
            self._wake.clear()
            if self._stop.is_set():
                return
            try:
                self._look()
            except Exception:
                log.exception("following")

    def _look(self) -> None:
        now = clock.now()
        if now - self._ticked >= TICK:
            self._ticked = now
            self._desk.tick(now)
        self._count_outbox()
        self._look_at_acknowledging()
        mark, ids = self._desk.queue.changed(self._mark)
        if mark != self._mark:
            self._mark = mark
            self._app.post_message(TicketsMoved(tuple(ids)))

    def _count_outbox(self) -> None:
        mails = self._desk.outbox.list(states=("queued", "sending", "dot", "failed", "uncertain"))
        failed = sum(mail.state == "failed" for mail in mails)
        uncertain = sum(mail.state == "uncertain" for mail in mails)
        counts = (len(mails) - failed - uncertain, failed, uncertain)
        app = self._app
        stuck = (app.outbox_failed, app.outbox_uncertain)
        if counts != (app.outbox_waiting, *stuck):
            app.outbox_waiting, app.outbox_failed, app.outbox_uncertain = counts
            app.post_message(MailboxMoved(app.mailbox_state))
            if stuck != (failed, uncertain):
                app.post_message(TicketsMoved(()))  # the ticket's side bar tells of it
        self._tell_stuck([mail for mail in mails if mail.state in ("failed", "uncertain")])

    def _look_at_acknowledging(self) -> None:
        if not self._desk.settings.ack.enabled:
            return
        from tui_desk.service import ack

        until = ack.stopped_until(self._desk)
        stopped = ack.clock_time(self._desk, until) if until else ""
        if stopped != self._app.acks_stopped:
            self._app.acks_stopped = stopped
            self._app.post_message(MailboxMoved(self._app.mailbox_state))

    def _tell_stuck(self, stuck: list[OutboxView]) -> None:
        """What is stuck since the last look is told; what was so at the start stands in the status line."""
        known, self._stuck = self._stuck, {(mail.id, mail.updated_at) for mail in stuck}
        new = tuple(mail for mail in stuck if known is not None and (mail.id, mail.updated_at) not in known)
        if new:
            self._app.post_message(MailStuck(new))
