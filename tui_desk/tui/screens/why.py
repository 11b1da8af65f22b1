"""Why a ticket is as it is: which header threaded it, which rule routed it, who changed what."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_desk.i18n import _
from tui_desk.text import clean
from tui_desk.tui.screens.told import Told


class Why(Told):
    """The lines of `desk why`, as they are."""

    def __init__(self, number: str, lines: Sequence[str]) -> None:
        super().__init__(_("Why #%(number)s is as it is") % {"number": number}, [_line(clean(line)) for line in lines])


def _line(text: str) -> Content:
    """A line; what is indented is second-rank."""
    return Content.styled(text, "$muted") if text.startswith((" ", "\t")) else Content(text)
