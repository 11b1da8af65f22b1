"""A moment as a person types it, in English and in French: "2h", "tomorrow 9:30", "lundi", "2026-12-01".

Pure: the present moment and the IANA time zone are arguments; moments are epoch seconds, UTC.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tui_desk.i18n import _
from tui_desk.text import fold

MORNING = time(9)
_PARTS = {
    "morning": time(9), "matin": time(9), "noon": time(12), "midi": time(12), "afternoon": time(14), "apres-midi": time(14),
    "evening": time(18), "soir": time(18),
}  # fmt: skip
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNITS = {
    "m": "m", "mn": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "h": "h", "hr": "h", "hour": "h", "hours": "h", "heure": "h", "heures": "h",
    "d": "d", "day": "d", "days": "d", "j": "d", "jour": "d", "jours": "d",
    "w": "w", "week": "w", "weeks": "w", "s": "w", "sem": "w", "semaine": "w", "semaines": "w",
}  # fmt: skip
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        ("monday mon lundi lun", "tuesday tue mardi mar", "wednesday wed mercredi mer", "thursday thu jeudi jeu",
         "friday fri vendredi ven", "saturday sat samedi sam", "sunday sun dimanche dim")
    )
    for name in names.split()
}  # fmt: skip
_MONTHS = {
    name: month + 1
    for month, names in enumerate(
        ("january jan janvier janv", "february feb fevrier fevr fev", "march mar mars", "april apr avril avr", "may mai",
         "june jun juin", "july jul juillet juil", "august aug aout", "september sep septembre sept", "october oct octobre",
         "november nov novembre", "december dec decembre")
    )
    for name in names.split()
}  # fmt: skip

_DURATION = re.compile(r"(\d{1,4})\s*([a-z]+)\s*")
_CLOCK = re.compile(r"^(\d{1,2})(?:[:h](\d{2})?)?\s*(am|pm)?$")
_NOISE = {
    "in",
    "dans",
    "at",
    "a",
    "on",
    "le",
    "next",
    "prochain",
    "prochaine",
    "this",
    "ce",
    "cet",
    "cette",
    "until",
    "of",
    "the",
    "la",
}


def parse(words: str, now: int, timezone: str) -> int | None:
    """The moment that `words` mean, or None where they mean none. A day without an hour is its morning; never before `now`."""
    text = fold(words).replace("’", "'").replace("apres midi", "apres-midi").replace("aujourd'hui", "today").strip()
    if not text:
        return None
    seconds = _duration(text)
    if seconds is not None:
        return now + seconds
    zone = ZoneInfo(timezone)
    at = _moment(text.replace(",", " ").split(), datetime.fromtimestamp(now, zone))
    if at is None:
        return None
    stamp = int(at.timestamp())
    return stamp if stamp > now else None


def choices(now: int, timezone: str) -> list[tuple[str, str, int]]:
    """The usual moments to put something off to: (id, words, moment), earliest first."""
    zone = ZoneInfo(timezone)
    here = datetime.fromtimestamp(now, zone)
    today = here.date()
    monday = today + timedelta(days=(7 - today.weekday()) % 7 or 7)
    found = [("hour", _("In one hour"), now + 3600), ("hours", _("In three hours"), now + 3 * 3600)]
    if here.time() < time(13):
        found.append(("afternoon", _("This afternoon"), _stamp(today, time(14), zone)))
    found.append(("tomorrow", _("Tomorrow morning"), _stamp(today + timedelta(days=1), MORNING, zone)))
    found.append(("monday", _("Next Monday"), _stamp(monday, MORNING, zone)))
    found.append(("week", _("In one week"), _stamp(today + timedelta(days=7), MORNING, zone)))
    return found


def _stamp(day: date, at: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, at, zone).timestamp())


def _duration(text: str) -> int | None:
    """Seconds of "2h", "1h30", "1 day 4 hours", "in 2 weeks"; None where it is no duration."""
    text = re.sub(r"^(in|dans)\s+", "", text)
    total, at, last = 0, 0, ""
    while found := _DURATION.match(text, at):
        unit = _UNITS.get(found[2])
        if unit is None:
            return None
        total, at, last = total + int(found[1]) * _SECONDS[unit], found.end(), unit
    rest = text[at:]
    if last == "h" and rest.isdigit() and len(rest) <= 2:
        return total + 60 * int(rest)
    return total if at and not rest else None


def _moment(tokens: list[str], here: datetime) -> datetime | None:
    """Day and hour out of the words that are left; every word must be understood."""
    day: date | None = None
    clock: time | None = None
    if tokens == ["tonight"]:
        tokens = ["today", "evening"]
    next_week = "week" in tokens or "semaine" in tokens
    rest = [t for t in tokens if t not in _NOISE and t not in ("week", "semaine")]
    if next_week:
        day = here.date() + timedelta(days=7 - here.weekday())
    while rest:
        found, used = _day(rest, here.date())
        if found is not None:
            day, rest = found, rest[used:]
            continue
        found_clock = _PARTS.get(rest[0]) or _clock(rest[0])
        if found_clock is None or clock is not None:
            return None
        clock, rest = found_clock, rest[1:]
    return _combine(day, clock, here)


def _combine(day: date | None, clock: time | None, here: datetime) -> datetime | None:
    if day is None and clock is None:
        return None
    if day is None:
        day = here.date() if (clock or MORNING) > here.time() else here.date() + timedelta(days=1)
    return datetime.combine(day, clock or MORNING, here.tzinfo)


def _day(tokens: list[str], today: date) -> tuple[date | None, int]:
    """The day that the first words name, and how many words that took."""
    first = tokens[0]
    if first in ("today", "tonight"):
        return today, 1
    if first in ("tomorrow", "demain"):
        return today + timedelta(days=1), 1
    if first in _WEEKDAYS and not (first == "mar" and len(tokens) > 1 and tokens[1].isdigit()):
        return today + timedelta(days=(_WEEKDAYS[first] - today.weekday() - 1) % 7 + 1), 1
    if found := re.match(r"^(\d{4})-(\d{1,2})-(\d{1,2})$", first):
        return _date(int(found[1]), int(found[2]), int(found[3])), 1
    if found := re.match(r"^(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?$", first):
        return _coming(int(found[1]), int(found[2]), int(found[3]) if found[3] else None, today), 1
    return _named(tokens, today)


def _named(tokens: list[str], today: date) -> tuple[date | None, int]:
    """ "3 december 2026" and "december 3"."""
    if len(tokens) < 2:
        return None, 0
    number, name = (tokens[0], tokens[1]) if tokens[0][:1].isdigit() else (tokens[1], tokens[0])
    month = _MONTHS.get(name.rstrip("."))
    digits = re.match(r"^(\d{1,2})(st|nd|rd|th|er)?$", number)
    if month is None or digits is None:
        return None, 0
    year = int(tokens[2]) if len(tokens) > 2 and re.match(r"^\d{4}$", tokens[2]) else None
    return _coming(int(digits[1]), month, year, today), 3 if year else 2


def _coming(day: int, month: int, year: int | None, today: date) -> date | None:
    """That day in `year`, or the next time it comes."""
    found = _date(year or today.year, month, day)
    if found is not None and year is None and found < today:
        return _date(today.year + 1, month, day)
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(word: str) -> time | None:
    """ "9h", "9:30", "14h30", "9am"."""
    found = _CLOCK.match(word)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
