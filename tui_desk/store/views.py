"""The built-in views: saved queries that ship. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping

from tui_desk.errors import NotFoundError
from tui_desk.i18n import N_, _

BUILT_IN: dict[str, tuple[str, str]] = {
    "mine": (N_("Mine"), "is:open assignee:me -is:snoozed"),
    "unassigned": (N_("Unassigned"), "is:open is:unassigned -is:snoozed"),
    "breaching": (N_("Breaching soon"), "is:open sla:<1h -is:snoozed"),
    "open": (N_("All open"), "is:open -is:snoozed"),
    "pending": (N_("Pending"), "is:waiting -is:snoozed"),
    "snoozed": (N_("Snoozed"), "is:active is:snoozed"),
    "solved": (N_("Solved"), "is:done"),
    "all": (N_("All"), "-status:spam,merged,deleted"),
}
"""Id to (title, query), in the order they are shown."""


def title(view: str) -> str:
    """What a view is called: a built-in one in the active language, a saved one by its name."""
    return _(BUILT_IN[view][0]) if view in BUILT_IN else view


def query_of(view: str, saved: Mapping[str, str]) -> str:
    """The query that a view stands for; a saved view may replace a built-in one. Raises NotFoundError."""
    if view in saved:
        return saved[view]
    if view in BUILT_IN:
        return BUILT_IN[view][1]
    names = ", ".join(dict.fromkeys((*BUILT_IN, *saved)))
    raise NotFoundError(_("There is no view “%(view)s”.") % {"view": view}, _("The views are: %(names)s.") % {"names": names})
