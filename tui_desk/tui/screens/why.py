"""Why a ticket is as it is: which header threaded it, which rule routed it, who changed what."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_desk.i18n import _
from tui_desk.text import clean
from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.widgets.hints import Hints


class Why(PlaceScreen[None]):
    """The lines of `desk why`, as they are."""

    PLACE = "why"
    DEFAULT_CSS = """
    Why { background: $background; }
    Why > .title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    Why > VerticalScroll { height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    Why #why-lines { max-width: 110; height: auto; }
    """

    def __init__(self, number: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._number = number
        self._told = [clean(line) for line in lines]

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield Static(Content(_("Why #%(number)s is as it is") % {"number": self._number}), classes="title")
        with VerticalScroll():
            yield Static(Content("\n").join(map(_line, self._told)), id="why-lines")
        yield Hints("why")

    def on_mount(self) -> None:
        """The lines scroll."""
        self.query_one(VerticalScroll).focus()


def _line(text: str) -> Content:
    """A line; what is indented is second-rank."""
    return Content.styled(text, "$muted") if text.startswith((" ", "\t")) else Content(text)
