"""The main screen: views, queue, thread and side bar; which of them are seen depends on the room there is."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from tui_desk.errors import DeskError
from tui_desk.i18n import _, ngettext
from tui_desk.service.types import MacroView, MailboxState
from tui_desk.store.rows import QueueRow, ViewCount
from tui_desk.tui import actions
from tui_desk.tui.keymap import token
from tui_desk.tui.screens.filtering import FilteringScreen
from tui_desk.tui.widgets.filter import FilterBar
from tui_desk.tui.widgets.macros import MacroPane
from tui_desk.tui.widgets.panes import Pane
from tui_desk.tui.widgets.queue import PAGE, QueueList
from tui_desk.tui.widgets.sent import SentNotice
from tui_desk.tui.widgets.status import KeyHints, StatusLine
from tui_desk.tui.widgets.thread import Thread
from tui_desk.tui.widgets.ticket import Portrait, TicketPane
from tui_desk.tui.widgets.views import ViewsPane

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

PANES = ("views", "queue", "thread", "ticket")
FOLLOW = 0.12
"""Seconds the cursor rests before thread and side bar follow it."""


class MainScreen(FilteringScreen):
    """Where a person lives."""

    AUTO_FOCUS = "#queue"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-one"),
        (80, "-two"),
        (120, "-three"),
        (140, "-roomy"),
        (180, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-middle"), (36, "-high")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.title_text = ""
        self.pane = "queue"
        self.pending = ""
        """The first key of a sequence."""
        self._follow: Timer | None = None
        self._followed: QueueRow | None = None

    @property
    def desk_app(self) -> DeskApp:
        """The application, typed."""
        return cast("DeskApp", self.app)

    def compose(self) -> ComposeResult:
        """The panes."""
        app = self.desk_app
        with Horizontal(id="body"):
            yield ViewsPane(id="views")
            with Vertical(id="centre"):
                with Vertical(id="queue-box"):
                    yield FilterBar(id="filter")
                    yield QueueList(app.desk.queue.rows, id="queue")
                yield Thread(id="thread")
            with Vertical(id="side"):
                yield TicketPane(id="ticket")
                yield MacroPane(id="macros")
        yield SentNotice(id="sent")
        yield StatusLine()
        yield KeyHints()

    # ------------------------------------------------------------------------------------------------------ the parts

    @property
    def ticket(self) -> TicketPane:
        """The side bar."""
        return self.query_one("#ticket", TicketPane)

    @property
    def macros(self) -> MacroPane:
        """The canned responses."""
        return self.query_one("#macros", MacroPane)

    def on_mount(self) -> None:
        """The first page at once; all else after it is on the screen."""
        self.filter.display = False
        for id, words in (("views", _("Views")), ("thread", _("Thread")), ("ticket", _("Ticket")), ("macros", _("Macros"))):
            self.query_one(f"#{id}").border_title = words
        self.add_class("-at-queue")
        self.queue.focus()
        view = self.desk_app.desk.settings.console.view
        try:
            self.query_text = self.desk_app.desk.queue.query(f"view:{view}")
        except DeskError as error:
            self.desk_app.tell_error(error)
            self.query_text, view = self.desk_app.desk.queue.query("view:open"), "open"
        self.views.shown = view
        rows = self.desk_app.desk.queue.page(self.query_text, None, PAGE)
        self.queue.show_ids(array("q", [row.id for row in rows]))
        self.queue.prime(rows)
        self.title_queue()
        self.show_hints()
        self.set_interval(30, self._age)
        self.call_after_refresh(self.desk_app.first_screen_is_up)

    def _age(self) -> None:
        self.queue.age()
        self.thread.age()
        self.ticket.age()

    # ------------------------------------------------------------------------------------------------------- contents

    def show_query(self, query: str, title: str = "", *, view: str = "") -> None:
        """Show other tickets."""
        self.query_text, self.title_text = query, title
        self.views.shown = view
        self.filter_words = ""
        self._mark_hits()
        self.filter.close()
        self.queue.drop_selection()
        self.reload(keep=None)
        self.reload_views()

    def reload(self, *, keep: int | None, changed: tuple[int, ...] = ()) -> None:
        """Read the ids again; the cursor stays on ticket `keep`. `changed`: no other ticket did (() for any)."""
        app, query = self.desk_app, self.full_query

        def show(ids: array[int]) -> None:
            if ids == self.queue.ids and keep is not None and not self.queue.waiting:
                if not changed or self.queue.holds(changed):
                    self.queue.reread()
                row = self.queue.current
                if row is None or row.id != keep:
                    self.queue.show_ids(ids, keep=keep)
            else:
                self.queue.show_ids(ids, keep=keep)
            self.title_queue()
            if self.filter.display:
                self.filter.tell_count(len(ids), False)
            self._let_go()

        app.ask(lambda: app.desk.queue.ids(query), show, self._filter_failed, group="ids", quiet=self.filter.display)

    def reload_views(self) -> None:
        """Count the views again."""
        app = self.desk_app

        def show(views: list[ViewCount]) -> None:
            self.views.show(views, self.views.shown)
            self.title_queue()

        app.ask(app.desk.queue.views, show, group="views")

    def title_queue(self) -> None:
        """Say what the queue shows."""
        box, queue = self.query_one("#queue-box"), self.queue
        view = next((v.title for v in self.views.views if v.id == self.views.shown), "")
        name = self.title_text or view or _("Queue")
        words = f"{name} · {len(queue.ids)}"
        if self.filter_words:
            words += f" · /{self.filter_words}"
        box.border_title = _plain(words)
        picked = len(queue.picked)
        words = ngettext("%(n)s selected", "%(n)s selected", picked) % {"n": picked} if picked else ""
        box.border_subtitle = _plain((_("range · ") if queue.began is not None else "") + words)

    def drop_selection(self) -> bool:
        """Let all selected tickets go; False when there were none."""
        had = self.queue.drop_selection()
        if had:
            self.show_selection()
        return had

    def show_selection(self) -> None:
        """Say how many are selected."""
        self.title_queue()
        self.show_hints()

    def pick_all(self) -> None:
        """Select all in view, or none."""
        app, ids = self.desk_app, self.queue.ids

        def show(rows: list[QueueRow]) -> None:
            self.queue.pick_all({row.id: row.number for row in rows})
            self.show_selection()

        app.ask(lambda: app.desk.queue.rows(ids), show, group="pick")

    def on_views_pane_chosen(self, event: ViewsPane.Chosen) -> None:
        """Another view."""
        self.show_view(event.view)

    def show_view(self, view: ViewCount) -> None:
        """Show a view of the list."""
        self.show_query(view.query, view.title, view=view.id)
        self.focus_pane("queue")

    # ------------------------------------------------------------------------------------------- following the cursor

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
        self.thread.border_title = _plain(f"#{row.number} · {row.subject}") if row else _("Thread")
        if row is None:
            self.ticket.show(None)
            return
        app, id = self.desk_app, row.id

        def read() -> Portrait:
            view = app.desk.tickets.view(id)
            return Portrait(view, app.desk.tickets.contact(view.row.requester))

        app.ask(read, self.ticket.show, group="portrait")
        if self.macros.display:
            self._rank("")

    def forget_followed(self) -> None:
        """Read thread and side bar again, for the ticket may have changed."""
        self._followed = None
        if self._follow is not None:
            self._follow.stop()
        self._follow = self.set_timer(FOLLOW, self.follow)

    def show_one(self, id: int, name: str) -> None:
        """Put the cursor on a ticket; where the queue has it not, show it alone."""
        if id in self.queue.ids:
            self.queue.move_to(self.queue.ids.index(id))
        else:
            self.query_text, self.title_text = f"#{name.lstrip('#')}", f"#{name.lstrip('#')}"
            self.views.shown = ""
            self.queue.show_ids(array("q", [id]))
            self.title_queue()
        self.focus_pane("thread")

    def _rank(self, words: str) -> None:
        app, row = self.desk_app, self.queue.current
        if row is not None:
            number = row.number
            app.ask(lambda: app.desk.macros.rank(number, words), lambda found: self.macros.show(number, found), group="macros")

    def on_queue_list_opened(self, event: QueueList.Opened) -> None:
        """A double click."""
        event.stop()
        self.focus_pane("thread")

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

    # ---------------------------------------------------------------------------------------------------------- panes

    def focus_pane(self, name: str) -> None:
        """Give a pane the focus, showing it where there is no room for all."""
        for pane in PANES:
            self.set_class(pane == name, f"-at-{pane}")
        self.pane = name
        self.set_focus(self.query_one(f"#{name}", Widget))
        if name == "thread":
            self.follow()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The classes and the footer go with the focus."""
        name = event.widget.id or ""
        if name in PANES:
            self.pane = name
            for pane in PANES:
                self.set_class(pane == name, f"-at-{pane}")
            self.remove_class("-macros")
        self.show_hints()

    def _seen(self) -> list[str]:
        if self.size.width >= 120:
            return [p for p in PANES if self.query_one(f"#{p}").display]
        return list(PANES)

    def cycle(self, way: int) -> None:
        """The next pane on the screen."""
        seen = self._seen()
        at = seen.index(self.pane) if self.pane in seen else 0
        self.focus_pane(seen[(at + way) % len(seen)])

    def go_in(self) -> None:
        """Views, queue, thread, ticket."""
        if self.pane == "views":
            self.views.choose()
            return
        self.focus_pane(PANES[min(PANES.index(self.pane) + 1, len(PANES) - 1)])

    def go_out(self) -> None:
        """Ticket, thread, queue, views."""
        self.focus_pane(PANES[max(PANES.index(self.pane) - 1, 0)])

    def back(self) -> None:
        """Out of a range, a selection, a pane, a filter, in this order."""
        if self.drop_selection():
            return
        if self.pane != "queue":
            self.focus_pane("queue")
        else:
            self.drop_filter()

    # ----------------------------------------------------------------------------------------------------------- keys

    def take_key(self, event: events.Key) -> bool:
        """Do what a key asks for in the pane with the focus; False when it means nothing here."""
        if self.app.screen is not self:  # Typed ahead: it belongs to the screen that has opened meanwhile.
            self.app.post_message(events.Key(event.key, event.character))
            return True
        if self._held is not None:
            self._held.append(event)
            return True
        if not isinstance(self.focused, Pane):
            return self._hold(event.key)
        keys = self.desk_app.keys
        typed = token(event)
        if self.pending:
            sequence, self.pending = f"{self.pending} {typed}", ""
            self.show_hints()
            if (action := keys.find(self.pane, sequence)) is not None:
                self.desk_app.act(action.id)
            return True
        if (action := keys.find(self.pane, typed)) is not None:
            self.desk_app.act(action.id)
            return True
        if keys.following(self.pane, typed):
            self.pending = typed
            self.show_hints()
            return True
        return False

    def show_hints(self) -> None:
        """The keys of the moment in the footer."""
        keys, hints = self.desk_app.keys, self.query_one(KeyHints)
        if self.pending:
            hints.show([(key, _(action.label)) for key, action in keys.following(self.pane, self.pending)], f"{self.pending} …")
            return
        count = len(self.queue.picked)
        lead = ngettext("%(n)s selected", "%(n)s selected", count) % {"n": count} if count > 1 else ""
        hints.show([(keys.shown(a.id), _(a.label)) for a in actions.footer(self.pane) if keys.keys_of(a.id)], lead)

    # --------------------------------------------------------------------------------------------- what others tell us

    def tickets_moved(self, ids: tuple[int, ...]) -> None:
        """Tickets changed: read again, the cursor stays on its ticket."""
        row = self.queue.current
        self.reload(keep=row.id if row else None, changed=ids)
        self.reload_views()
        if row is not None and (not ids or row.id in ids):
            self.forget_followed()

    def mailbox_moved(self, state: MailboxState) -> None:
        """The status line says so."""
        self.query_one(StatusLine).draw()
        if not self.queue.ids:
            self.queue.refresh()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Back from another screen."""
        self.show_hints()

    def on_resize(self, event: events.Resize) -> None:
        """Focus stays on a pane that is seen."""
        self.call_after_refresh(self._settle_focus)

    def _settle_focus(self) -> None:
        focused: Any = self.focused
        if focused is None or not focused.is_on_screen:
            self.focus_pane(self.pane)


def _plain(words: str) -> Any:
    """A border title that is text, not markup."""
    from textual.content import Content

    from tui_desk.text import one_line

    words = one_line(words)
    return Content(words) if words else ""
