"""What trails the cursor of the queue: thread and side bar once it rests, and the macros for its ticket."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer

from tui_desk.i18n import _
from tui_desk.service.types import MacroView
from tui_desk.store.rows import QueueRow
from tui_desk.text import one_line
from tui_desk.tui.screens.paned import PanedScreen
from tui_desk.tui.widgets.macros import MacroPane
from tui_desk.tui.widgets.queue import QueueList
from tui_desk.tui.widgets.thread import Thread
from tui_desk.tui.widgets.ticket import Portrait, TicketPane

FOLLOW = 0.12
"""Seconds the cursor rests before thread and side bar follow it."""


class TrailingScreen(PanedScreen):
    """A screen whose panes show the ticket under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._follow: Timer | None = None
        self._followed: QueueRow | None = None

    @property
    def ticket(self) -> TicketPane:
        """The side bar."""
        return self.query_one("#ticket", TicketPane)

    @property
    def macros(self) -> MacroPane:
        """The canned responses."""
        return self.query_one("#macros", MacroPane)

    def show_selection(self) -> None:
        """Say how many are selected."""
        raise NotImplementedError

    def on_queue_list_moved(self, event: QueueList.Moved) -> None:
        """Thread and side bar follow when the cursor rests."""
        event.stop()
        if self.queue.began is not None:
            self.show_selection()
        if self._follow is not None:
            self._follow.stop()
        self._follow = self.set_timer(FOLLOW, self.follow)

    @property
    def followed_all(self) -> bool:
        """Thread and side bar show (or were asked to show) the ticket under the cursor."""
        return self._follow is None

    def follow(self) -> None:
        """Show the ticket under the cursor."""
        self._follow = None
        row = self.queue.current
        if row == self._followed and row is not None:
            return
        if row is None or self._followed is None or row.id != self._followed.id:
            self.thread.show(None if row is None else row.id)
        elif row.updated_at != self._followed.updated_at or row.messages != self._followed.messages:
            self.thread.show(row.id)
        self._followed = row
        self.thread.border_title = plain(f"#{row.number} · {row.subject}") if row else _("Thread")
        if row is None:
            self.ticket.show(None)
            return
        app, id = self.desk_app, row.id

        def read() -> Portrait:
            view = app.desk.tickets.view(id)
            lost = tuple(app.desk.tickets.failing([view.row.requester]))
            queue = view.row.queue if app.desk.queue.several else ""
            mails = tuple(app.desk.outbox.stuck(view.key))
            return Portrait(view, app.desk.tickets.contact(view.row.requester), lost, queue, mails)

        app.ask(read, self.ticket.show, group="portrait")
        if self.macros.display:
            self.macros.forget_words()
            self._rank("")

    def on_thread_read(self, event: Thread.Read) -> None:
        """What the thread knows of the sender stands in the side bar, too."""
        event.stop()
        self.ticket.doubt(event.ticket, event.doubts)

    def forget_followed(self) -> None:
        """Read thread and side bar again, for the ticket may have changed."""
        self._followed = None
        if self._follow is not None:
            self._follow.stop()
        self._follow = self.set_timer(FOLLOW, self.follow)

    # ----------------------------------------------------------------------------------------------------------- macros

    def _rank(self, words: str) -> None:
        app, row = self.desk_app, self.queue.current
        if row is not None:
            number = row.number
            app.ask(lambda: app.desk.macros.rank(number, words), lambda found: self.macros.show(number, found), group="macros")

    def on_macro_pane_searched(self, event: MacroPane.Searched) -> None:
        """Rank by the words typed."""
        event.stop()
        self._rank(event.words)

    def on_macro_pane_chosen(self, event: MacroPane.Chosen) -> None:
        """Write with it."""
        event.stop()
        macro: MacroView = event.macro
        self.focus_pane("queue")
        self.desk_app.apply_macro(macro)

    def on_macro_pane_left(self, event: MacroPane.Left) -> None:
        """The keys go back to the list."""
        event.stop()
        self.focus_pane("queue")

    def open_macros(self) -> None:
        """The macros get the keys."""
        self.add_class("-macros")
        self._rank("")
        self.macros.focus_list()


def plain(words: str) -> Content | str:
    """A border title that is text, not markup."""
    words = one_line(words)
    return Content(words) if words else ""
