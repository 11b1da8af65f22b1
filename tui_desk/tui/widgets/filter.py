"""The filter line above the queue: the query language, with its count as it is typed."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from tui_desk.i18n import _, ngettext
from tui_desk.text import one_line

PAUSE = 0.12
"""Seconds without a key before the store is asked."""


class FilterBar(Horizontal):
    """An input, and what it finds (or what is wrong with it)."""

    class Typed(Message):
        """The words changed; `words` are to be counted and shown."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Kept(Message):
        """Enter: stay with what was found."""

    class Dropped(Message):
        """Escape: no filter."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The sign, the words, the count."""
        yield Static("/", id="filter-sign", markup=False)
        yield Input(id="filter-input", placeholder=_("is:open tag:refund from:@acme.com older:3d “exact words”"), compact=True)
        yield Static("", id="filter-count", markup=False)

    @property
    def input(self) -> Input:
        """The line itself."""
        return self.query_one("#filter-input", Input)

    def open(self) -> None:
        """Show the line and write in it."""
        self.display = True
        self.screen.set_focus(self.input)

    def close(self) -> None:
        """Hide it, empty."""
        self.display = False
        with self.input.prevent(Input.Changed):
            self.input.value = ""
        self._say(Content(""))

    def tell_count(self, count: int, capped: bool) -> None:
        """How many were found."""
        words = ngettext("%(n)s ticket", "%(n)s tickets", count) % {"n": f"{count}+" if capped else count}
        self._say(Content.styled(words, "$success" if count else "$warning"))

    def tell_wrong(self, words: str) -> None:
        """What is wrong with the query."""
        self._say(Content.styled("✗ " + one_line(words), "bold $error"))

    def _say(self, content: Content) -> None:
        self.query_one("#filter-count", Static).update(content)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask the store when the fingers rest."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, lambda: self.post_message(self.Typed(self.input.value)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep it."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self.post_message(self.Typed(self.input.value))
        self.post_message(self.Kept())

    def on_key(self, event: events.Key) -> None:
        """Escape drops the filter; down goes to the list."""
        if event.key == "escape":
            event.stop()
            self.post_message(self.Dropped())
        elif event.key == "down":
            event.stop()
            self.post_message(self.Kept())
