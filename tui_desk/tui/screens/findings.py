"""What `doctor` found: a sign, a sentence and the next step each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_desk.i18n import _
from tui_desk.service.types import Finding
from tui_desk.text import clean
from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.widgets.hints import Hints

_SIGNS = {"ok": ("✓", "$success"), "warning": ("▲", "$warning"), "error": ("✗", "$error")}


class Findings(PlaceScreen[None]):
    """The findings, worst first."""

    PLACE = "why"
    DEFAULT_CSS = """
    Findings { background: $background; }
    Findings > .title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    Findings > VerticalScroll { height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    Findings #findings { max-width: 110; height: auto; }
    """

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__()
        order = ("error", "warning", "ok")
        self._found = sorted(found, key=lambda finding: order.index(finding.level))

    def compose(self) -> ComposeResult:
        """A line each, its hint under it."""
        yield Static(Content(_("Doctor")), classes="title")
        with VerticalScroll():
            yield Static(Content("\n").join(map(_line, self._found)), id="findings")
        yield Hints("why")

    def on_mount(self) -> None:
        """The lines scroll."""
        self.query_one(VerticalScroll).focus()


def _line(finding: Finding) -> Content:
    sign, ink = _SIGNS[finding.level]
    hint = Content.styled(f"\n  {clean(finding.hint)}", "$muted") if finding.hint else Content("")
    return Content.assemble((f"{sign} ", ink), clean(finding.what)) + hint
