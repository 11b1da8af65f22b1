"""What `doctor` found: a sign, a sentence and the next step each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_desk.i18n import _
from tui_desk.service.types import Finding
from tui_desk.text import clean
from tui_desk.tui.screens.told import Told

_SIGNS = {"error": ("✗", "$error"), "warning": ("▲", "$warning"), "ok": ("✓", "$success")}
"""Worst first."""


class Findings(Told):
    """The findings, worst first, a line each with its hint under it."""

    def __init__(self, found: Sequence[Finding]) -> None:
        order = list(_SIGNS)
        super().__init__(_("Doctor"), map(_line, sorted(found, key=lambda finding: order.index(finding.level))))


def _line(finding: Finding) -> Content:
    sign, ink = _SIGNS[finding.level]
    hint = Content.styled(f"\n  {clean(finding.hint)}", "$muted") if finding.hint else Content("")
    return Content.assemble((f"{sign} ", ink), clean(finding.what)) + hint
