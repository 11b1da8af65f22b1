"""Signs, short times and colours that every pane shares. No colour stands alone: each has a sign beside it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style

from tui_desk.desk.ticket import FAR_FUTURE
from tui_desk.i18n import N_, _
from tui_desk.service.words import brief, size
from tui_desk.store.rows import AttachmentView

# status: sign, theme colour, word
STATUS: dict[str, tuple[str, str, str]] = {
    "new": ("●", "primary", N_("new")),
    "open": ("○", "success", N_("open")),
    "in_progress": ("▸", "accent", N_("working")),
    "pending": ("…", "muted", N_("pending")),
    "on_hold": ("‖", "muted", N_("on hold")),
    "solved": ("✓", "faint", N_("solved")),
    "closed": ("■", "faint", N_("closed")),
    "spam": ("✗", "faint", N_("spam")),
    "merged": ("»", "faint", N_("merged")),
    "deleted": ("×", "faint", N_("deleted")),
}
PRIORITY: dict[str, tuple[str, str, str]] = {
    "urgent": ("‼", "error", N_("urgent")),
    "high": ("↑", "warning", N_("high")),
    "normal": (" ", "foreground", N_("normal")),
    "low": ("↓", "faint", N_("low")),
}
# kind of card: sign, theme colour, word
CARD: dict[str, tuple[str, str, str]] = {
    "inbound": ("←", "inbound", N_("customer")),
    "outbound": ("→", "outbound", N_("reply")),
    "note": ("✎", "note", N_("note")),
    "call": ("☏", "note", N_("call")),
    "system": ("·", "automatic", N_("system")),
    "automatic": ("∗", "automatic", N_("automatic")),
}
SNOOZED = "☾"
DOUBT = "▲"
LEFT_OUT = "◌"
ATTACHED = "⊕"


def sign_of_status(status: str) -> tuple[str, str]:
    """The sign of a status and the name of its colour."""
    sign, color, _word = STATUS.get(status, ("?", "muted", status))
    return sign, color


def sign_of_priority(priority: str) -> tuple[str, str]:
    """The sign of a priority and the name of its colour."""
    sign, color, _word = PRIORITY.get(priority, ("?", "muted", priority))
    return sign, color


def word_of_status(status: str) -> str:
    """The status in the language of the reader."""
    return _(STATUS[status][2]) if status in STATUS else status


def word_of_priority(priority: str) -> str:
    """The priority in the language of the reader."""
    return _(PRIORITY[priority][2]) if priority in PRIORITY else priority


def clock_of(due_at: int, now: int) -> tuple[str, str]:
    """The SLA clock ("!12m" late, "~40m" soon, "3h05" in time, "" nothing owed) and the name of its colour."""
    if due_at >= FAR_FUTURE:
        return "", "faint"
    left = due_at - now
    if left < 0:
        return "!" + brief(-left), "sla-late"
    return ("~" + brief(left), "sla-soon") if left < 3600 else (brief(left), "sla-ok")


def attached(file: AttachmentView) -> str:
    """An attachment's size, and that it is on the server still where that is so."""
    return _("%(size)s, on the server") % {"size": size(file.size)} if file.on_server else size(file.size)


@dataclass(frozen=True, slots=True)
class Inks:
    """Rich styles by the theme's colour names; without colour, weight and reverse say the same."""

    colors: dict[str, str]
    plain: bool = False
    """NO_COLOR: no colour at all."""

    def ink(self, name: str, ground: str = "", *, bold: bool = False, dim: bool = False, reverse: bool = False) -> Style:
        """Text in colour `name` on the colour `ground`."""
        if self.plain:
            return Style(bold=bold or name in _LOUD, dim=name == "faint" or dim, reverse=reverse or ground == "cursor")
        return Style(
            color=self.colors.get(name), bgcolor=self.colors.get(ground or "background"), bold=bold or None, dim=dim or None
        )


_LOUD = frozenset({"error", "sla-late", "warning"})
