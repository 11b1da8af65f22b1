"""A title and text to be read, as long as it may be: what screens that only tell something are made of."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.widgets.hints import Hints


class Told(PlaceScreen[None]):
    """Lines that scroll."""

    PLACE = "why"
    DEFAULT_CSS = """
    Told { background: $background; }
    Told > .title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    Told > VerticalScroll { height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    Told .lines { max-width: 110; height: auto; }
    """

    def __init__(self, title: str, lines: Iterable[Content]) -> None:
        super().__init__()
        self._heading = title
        self._lines = list(lines)

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield Static(Content(self._heading), classes="title")
        with VerticalScroll():
            yield Static(Content("\n").join(self._lines), classes="lines")
        yield Hints(self.PLACE)

    def on_mount(self) -> None:
        """The lines scroll."""
        self.query_one(VerticalScroll).focus()
