"""The views with their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_desk import text
from tui_desk.store.rows import ViewCount
from tui_desk.tui.widgets.columns import fit
from tui_desk.tui.widgets.panes import Pane

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

LOUD = frozenset({"breaching"})
"""Views whose tickets want attention at once."""


class ViewsPane(ScrollView, Pane, can_focus=True):
    """One line a view; the one shown has a sign."""

    class Chosen(Message):
        """A view is to be shown."""

        def __init__(self, view: ViewCount) -> None:
            super().__init__()
            self.view = view

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.views: list[ViewCount] = []
        self.cursor = 0
        self.shown = ""
        """The id of the view in the queue."""

    def show(self, views: list[ViewCount], shown: str) -> None:
        """Draw these views; `shown` is in the queue."""
        if (views, shown) == (self.views, self.shown):
            return
        if shown != self.shown:
            self.cursor = next((n for n, view in enumerate(views) if view.id == shown), min(self.cursor, max(len(views) - 1, 0)))
        self.views, self.shown = views, shown
        self.virtual_size = Size(self.size.width, len(views))
        self.refresh()

    def move(self, lines: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(self.cursor + lines, len(self.views) - 1))
        self.scroll_to(y=max(0, self.cursor - self.size.height + 1), animate=False)
        self.refresh()

    def choose(self) -> None:
        """Show the view under the cursor."""
        if self.cursor < len(self.views):
            self.post_message(self.Chosen(self.views[self.cursor]))

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        index = event.y + round(self.scroll_y)
        if index < len(self.views):
            self.cursor = index
            self.choose()

    def render_line(self, y: int) -> Strip:
        """One view."""
        inks = cast("DeskApp", self.app).inks
        width, index = self.size.width - self.scrollbar_size_vertical, y + round(self.scroll_y)
        if index >= len(self.views):
            return Strip([Segment(" " * width, inks.ink("muted"))], width)
        view = self.views[index]
        here, shown = index == self.cursor and self.has_focus, view.id == self.shown
        ground = "cursor" if here else "cursor-blurred" if shown else ""
        count = "" if not view.count else f"{view.count}+" if view.capped else str(view.count)
        room = width - len(count) - 4
        name = fit(text.one_line(view.title), room)
        loud = view.id in LOUD and view.count > 0
        color = "foreground" if shown or here else "muted"
        return Strip(
            [
                Segment("▌" if here else "▸" if shown else " ", inks.ink("primary", ground, bold=True)),
                Segment("!" if loud else " ", inks.ink("sla-late", ground, bold=True)),
                Segment(name, inks.ink(color, ground, bold=shown)),
                Segment(
                    " " + count + " ", inks.ink("sla-late" if loud else "secondary" if shown else "faint", ground, bold=loud)
                ),
            ],
            width,
        )
