"""What a mail holds and nobody is shown: tracking pixels and hidden text, counted when the mail was read (behaviour 2.3)."""

from __future__ import annotations

from collections.abc import Sequence

from tui_desk.i18n import _, ngettext

PIXELS, HIDDEN = "pixels", "hidden"


def counts(flags: Sequence[str]) -> dict[str, int]:
    """How many pixels and hidden letters a message's flags tell of; none that is 0."""
    found = (flag.partition(":") for flag in flags)
    return {kind: int(number) for kind, _colon, number in found if kind in (PIXELS, HIDDEN) and number.isdecimal()}


def left_out(flags: Sequence[str]) -> str:
    """One sentence for the card, "" where nothing is left out."""
    found = counts(flags)
    pixels, hidden = found.get(PIXELS, 0), found.get(HIDDEN, 0)
    said = []
    if pixels:
        said.append(ngettext("%(n)s tracking pixel", "%(n)s tracking pixels", pixels) % {"n": pixels})
    if hidden:
        said.append(ngettext("hidden text of %(n)s letter", "hidden text of %(n)s letters", hidden) % {"n": hidden})
    return _("Left out: %(what)s.") % {"what": ", ".join(said)} if said else ""
