"""Sending what is written: looked over first, stopped where the customer has written since, sent once more all the same."""

from __future__ import annotations

from dataclasses import replace

from tui_desk.i18n import _
from tui_desk.service.types import Concern, Draft
from tui_desk.tui.app import desk_app
from tui_desk.tui.screens.compose import Opened
from tui_desk.tui.screens.draft import DraftScreen, in_turn
from tui_desk.tui.widgets.thread import Thread

_MENDED_ONLY = frozenset({"empty", "no_recipient"})
"""Concerns that no second send overrides."""


class SendingScreen(DraftScreen):
    """A draft that can be sent."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._seen: frozenset[str] = frozenset()

    @in_turn
    def action_send(self) -> None:
        """Look it over, then send; a second send overrides what can be overridden."""
        self._look_over()

    def _look_over(self) -> None:
        app, draft = desk_app(self), self.composer.draft
        app.ask(lambda: app.desk.replies.preflight(draft), lambda found: self._looked_over(draft, found), group="send")

    @in_turn
    def action_send_and_solve(self) -> None:
        """Send; the ticket is solved with it."""
        self.composer.keep(replace(self.composer.draft, status_after="solved"))
        self._look_over()

    def _looked_over(self, draft: Draft, found: list[Concern]) -> None:
        if self._over or not self.is_attached:
            return
        ids = frozenset(c.id for c in found)
        if not found or (ids <= self._seen and not ids & _MENDED_ONLY):
            self._send(draft, force=bool(found))
            return
        self._seen = ids
        self._tell(found)

    def _tell(self, found: list[Concern]) -> None:
        """The concerns, with what came where that is the concern."""
        ids = {c.id for c in found}
        send = desk_app(self).keys.shown("composer.send")
        more = "" if ids & _MENDED_ONLY else _("%(key)s sends it all the same; esc goes on writing.") % {"key": send}
        self.composer.tell(found, more)
        if "newer_message" in ids and self._opened.ticket is not None:
            self.query_one(Thread).show(self._opened.ticket.row.id)

    def _quiet(self) -> None:
        self._seen = frozenset()
        self.composer.tell(())

    def _send(self, draft: Draft, *, force: bool) -> None:
        app = desk_app(self)
        self._over = True
        self._keeping.stop()

        def failed(_error: Exception) -> None:
            self._over = False
            self._keeping.go_on()

        app.ask(lambda: app.desk.replies.send(draft, force=force), self.dismiss, failed, lane="write")

    def tickets_moved(self, ids: tuple[int, ...]) -> None:
        """Something came in while this was being written."""
        ticket = self._opened.ticket
        if ticket is None or (ids and ticket.row.id not in ids) or self._over:
            return
        app, draft = desk_app(self), self.composer.draft
        self.query_one(Thread).show(ticket.row.id)

        def look(found: list[Concern]) -> None:
            newer = [c for c in found if c.id in ("newer_message", "answer_waiting")]
            if newer and self.is_attached and not self._over:
                self._tell(newer)

        app.ask(lambda: app.desk.replies.preflight(draft), look, group="newer")
