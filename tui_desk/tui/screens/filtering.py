"""Filtering the queue: the line is opened, read as it is typed, kept or dropped; its words stand out in the thread."""

from __future__ import annotations

from textual import events
from textual.screen import Screen

from tui_desk.tui import hits
from tui_desk.tui.widgets.filter import FilterBar
from tui_desk.tui.widgets.queue import QueueList
from tui_desk.tui.widgets.thread import Thread
from tui_desk.tui.widgets.views import ViewsPane


class FilteringScreen(Screen[None]):
    """A screen with a queue that a filter narrows."""

    query_text = ""
    """The query in the queue, without the filter."""
    filter_words = ""
    _held: list[events.Key] | None = None
    """Keys typed after the filter was left, until its tickets are in the queue."""

    @property
    def queue(self) -> QueueList:
        """The list of tickets."""
        return self.query_one("#queue", QueueList)

    @property
    def thread(self) -> Thread:
        """The messages."""
        return self.query_one("#thread", Thread)

    @property
    def views(self) -> ViewsPane:
        """The views."""
        return self.query_one("#views", ViewsPane)

    @property
    def filter(self) -> FilterBar:
        """The filter line."""
        return self.query_one("#filter", FilterBar)

    @property
    def full_query(self) -> str:
        """The query with the filter: inside the view, unless the filter asks for other states itself."""
        words = self.filter_words.strip()
        alone = any(part.split(":")[0].lstrip("-") in ("is", "status", "view") for part in words.split() if ":" in part)
        return words if words and alone else f"{self.query_text} {words}".strip()

    def reload(self, *, keep: int | None, changed: tuple[int, ...] = ()) -> None:
        """Read the ids again; the cursor stays on ticket `keep`. `changed`: no other ticket did (() for any)."""
        raise NotImplementedError

    def focus_pane(self, name: str) -> None:
        """Give a pane the focus."""
        raise NotImplementedError

    def _filter_failed(self, error: Exception) -> None:
        if self.filter.display:
            self.filter.tell_wrong(str(error))
        self._let_go()

    def open_filter(self) -> None:
        """The filter line gets the keys."""
        self.focus_pane("queue")
        self.filter.open()
        if self.filter_words:
            self.filter.input.value = self.filter_words

    def on_filter_bar_typed(self, event: FilterBar.Typed) -> None:
        """Look while it is typed."""
        event.stop()
        if event.words != self.filter_words or event.words == "":
            self.filter_words = event.words
            self._mark_hits()
            row = self.queue.current
            self.reload(keep=row.id if row else None)

    def _mark_hits(self) -> None:
        """The words of the filter (and of the query, where a person wrote it) stand out in the thread."""
        self.thread.mark(hits.pattern(f"{'' if self.views.shown else self.query_text} {self.filter_words}"))

    def on_filter_bar_kept(self, event: FilterBar.Kept) -> None:
        """Stay with what was found; what was typed since acts on it."""
        event.stop()
        if not self.filter_words:
            self.filter.close()
        self.set_focus(self.queue)
        row = self.queue.current
        self.reload(keep=row.id if row else None)

    def on_filter_bar_dropped(self, event: FilterBar.Dropped) -> None:
        """No filter."""
        event.stop()
        self.drop_filter()

    def drop_filter(self) -> bool:
        """Show the whole view again; False when there was no filter."""
        had = bool(self.filter_words) or self.filter.display
        self.filter.close()
        self.set_focus(self.queue)
        if had:
            self.filter_words = ""
            self._mark_hits()
            row = self.queue.current
            self.reload(keep=row.id if row else None)
        return had

    def _hold(self, typed: str) -> bool:
        """The filter line is left when its turn comes: keys after the one that leaves it are held, or they would be its text."""
        if self._held is None and self.focused is self.filter.input and typed in ("enter", "escape", "down"):
            self._held = []
        return False

    def _let_go(self) -> None:
        """The tickets of the filter are there: so are the keys that were meant for them."""
        if self._held is not None and self.focused is not self.filter.input:
            held, self._held = self._held, None
            for event in held:
                self.app.post_message(events.Key(event.key, event.character))
