"""The main screen: views, queue, thread and side bar; which of them are seen depends on the room there is."""

from __future__ import annotations

from array import array

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui_desk.errors import DeskError
from tui_desk.i18n import _, ngettext
from tui_desk.service.types import MailboxState
from tui_desk.store.rows import QueueRow, ViewCount
from tui_desk.tui.screens.trailing import TrailingScreen, plain
from tui_desk.tui.widgets.filter import FilterBar
from tui_desk.tui.widgets.macros import MacroPane
from tui_desk.tui.widgets.panes import Framed
from tui_desk.tui.widgets.queue import PAGE, QueueList
from tui_desk.tui.widgets.sent import SentNotice
from tui_desk.tui.widgets.status import KeyHints, StatusLine
from tui_desk.tui.widgets.thread import Thread
from tui_desk.tui.widgets.ticket import TicketPane
from tui_desk.tui.widgets.views import ViewsPane


class MainScreen(TrailingScreen):
    """Where a person lives."""

    AUTO_FOCUS = "#queue"

    def __init__(self) -> None:
        super().__init__()
        self.title_text = ""
        self._shown_words = ""
        """The filter of the tickets in the queue."""

    def compose(self) -> ComposeResult:
        """The panes."""
        app = self.desk_app
        with Horizontal(id="body"):
            yield ViewsPane(id="views")
            with Vertical(id="centre"):
                with Framed(id="queue-box"):
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
        self.queue.show_ids(array("q", [row.id for row in rows]), rows=rows)
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

        words = self.filter_words.strip()

        def read() -> tuple[array[int], list[QueueRow]]:
            ids = app.desk.queue.ids(query)
            return ids, app.desk.queue.rows(self.queue.wanted(ids, keep))

        def show(found: tuple[array[int], list[QueueRow]]) -> None:
            ids, rows = found
            self.queue.narrowed = bool(words)
            if ids == self.queue.ids and keep is not None and not self.queue.waiting:
                if not changed or self.queue.holds(changed):
                    self.queue.reread(rows)
                row = self.queue.current
                if row is None or row.id != keep:
                    self.queue.show_ids(ids, keep=keep, rows=rows)
            else:
                elsewhere = words != self._shown_words and keep not in ids
                self.queue.show_ids(ids, keep=None if elsewhere else keep, rows=rows)
            self._shown_words = words
            self.title_queue()
            if self.filter.display:
                self.filter.tell_count(len(ids), False)
            self._let_go()

        app.ask(read, show, self._filter_failed, group="ids", quiet=self.filter.display)

    def reload_views(self) -> None:
        """Count the views again."""
        app = self.desk_app

        def show(views: list[ViewCount]) -> None:
            self.views.show(views, self.views.shown)
            self.title_queue()

        app.ask(app.desk.queue.views, show, group="views")

    def title_queue(self) -> None:
        """Say what the queue shows."""
        box, queue = self.query_one("#queue-box", Framed), self.queue
        view = next((v.title for v in self.views.views if v.id == self.views.shown), "")
        name = self.title_text or view or _("Queue")
        words = f"{name} · {len(queue.ids)}"
        if self.filter_words:
            words += f" · /{self.filter_words}"
        picked = len(queue.picked)
        below = ngettext("%(n)s selected", "%(n)s selected", picked) % {"n": picked} if picked else ""
        box.entitle(plain(words), plain((_("range · ") if queue.began is not None else "") + below))

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

    def on_queue_list_opened(self, event: QueueList.Opened) -> None:
        """A double click."""
        event.stop()
        self.focus_pane("thread")

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
