"""Moments as a person says them, in the active language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tui_desk.i18n import language


def moment(at: int, timezone: str) -> str:
    """ "Mon 23 Nov, 09:00" for epoch seconds; the year only where it is not this one's."""
    from babel.dates import format_datetime

    from tui_desk import clock

    zone = ZoneInfo(timezone)
    here, now = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(clock.now(), zone)
    pattern = "EEE d MMM, HH:mm" if here.year == now.year else "EEE d MMM y, HH:mm"
    return str(format_datetime(here, pattern, locale=language()))
