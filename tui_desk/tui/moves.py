"""Moving about: what the keys without a ticket in mind do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_desk.tui.widgets.queue import QueueList
from tui_desk.tui.widgets.thread import Thread
from tui_desk.tui.widgets.ticket import TicketPane
from tui_desk.tui.widgets.views import ViewsPane

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp


def _step(app: DeskApp, lines: int) -> None:
    match app.focused:
        case QueueList() | ViewsPane() | Thread() | TicketPane() as pane:
            pane.move(lines)
        case _:
            app.main.queue.move(lines)


def down(app: DeskApp) -> None:
    """One line (or card) down."""
    _step(app, 1)


def up(app: DeskApp) -> None:
    """One line (or card) up."""
    _step(app, -1)


def half_down(app: DeskApp) -> None:
    """Half a page down."""
    _half(app, 1)


def half_up(app: DeskApp) -> None:
    """Half a page up."""
    _half(app, -1)


def _half(app: DeskApp, way: int) -> None:
    match app.focused:
        case Thread() as thread:
            thread.page(way / 2)
        case ViewsPane() | TicketPane() as pane:
            pane.move(way * max(pane.size.height // 2, 1))
        case _:
            app.main.queue.move(way * max(app.main.queue.page_lines // 2, 1))


def top(app: DeskApp) -> None:
    """To the first line (or card)."""
    match app.focused:
        case Thread() as thread:
            thread.go(0)
        case ViewsPane() | TicketPane() as pane:
            pane.move(-10_000)
        case _:
            app.main.queue.move_to(0)


def bottom(app: DeskApp) -> None:
    """To the last line (or card)."""
    match app.focused:
        case Thread() as thread:
            thread.go(10_000_000)
        case ViewsPane() | TicketPane() as pane:
            pane.move(10_000)
        case _:
            app.main.queue.move_to(len(app.main.queue.ids) - 1)


def inward(app: DeskApp) -> None:
    """To the pane inside this one: views, queue, thread, ticket."""
    app.main.go_in()


def outward(app: DeskApp) -> None:
    """To the pane outside this one."""
    app.main.go_out()


def back(app: DeskApp) -> None:
    """Out of what is open: a range, a selection, a filter, a pane."""
    app.main.back()


def next_pane(app: DeskApp) -> None:
    """To the next pane on the screen."""
    app.main.cycle(1)


def previous_pane(app: DeskApp) -> None:
    """To the pane before."""
    app.main.cycle(-1)


def next_ticket(app: DeskApp) -> None:
    """The next hit, wherever the focus is."""
    app.main.queue.move(1)


def previous_ticket(app: DeskApp) -> None:
    """The hit before."""
    app.main.queue.move(-1)


def open_ticket(app: DeskApp) -> None:
    """Into the thread."""
    app.main.focus_pane("thread")


def choose_view(app: DeskApp) -> None:
    """The view under the cursor into the queue."""
    app.main.views.choose()


def fold(app: DeskApp) -> None:
    """Open or fold quoted text."""
    app.main.thread.fold()


def search(app: DeskApp) -> None:
    """Open the filter line."""
    app.main.open_filter()


def pick(app: DeskApp) -> None:
    """Select the ticket and go on."""
    app.main.queue.toggle()
    app.main.queue.move(1)
    app.main.show_selection()


def pick_range(app: DeskApp) -> None:
    """Begin or end a range."""
    app.main.queue.toggle_range()
    app.main.show_selection()


def pick_all(app: DeskApp) -> None:
    """Select all in view, or none."""
    app.main.pick_all()


def views(app: DeskApp) -> None:
    """To the views."""
    app.main.focus_pane("views")


def refresh(app: DeskApp) -> None:
    """Fetch mail now."""
    app.fetch_mail()


def history(app: DeskApp) -> None:
    """Let older mail wait, or come again."""
    app.pause_history(None)
