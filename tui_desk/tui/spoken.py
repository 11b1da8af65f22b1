"""Moments and sizes as a person says them, in the active language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tui_desk.i18n import _, language


def moment(at: int, timezone: str) -> str:
    """ "Mon 23 Nov, 09:00" for epoch seconds; the year only where it is not this one's."""
    from babel.dates import format_datetime

    from tui_desk import clock

    zone = ZoneInfo(timezone)
    here, now = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(clock.now(), zone)
    pattern = "EEE d MMM, HH:mm" if here.year == now.year else "EEE d MMM y, HH:mm"
    return str(format_datetime(here, pattern, locale=language()))


def size(count: int) -> str:
    """A number of bytes in the unit that fits."""
    if count < 1000:
        return _("%(n)s B") % {"n": count}
    for unit in (_("kB"), _("MB"), _("GB")):
        count_in = count / 1000
        if count_in < 1000 or unit == _("GB"):
            shown = f"{count_in:.1f}" if count_in < 10 else f"{count_in:.0f}"
            return f"{shown.replace('.', ',') if language() == 'fr' else shown} {unit}"
        count = int(count_in)
    return ""
