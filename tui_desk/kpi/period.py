"""Periods: half-open, in whole days of the reporting time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tui_desk.desk.hours import BusinessCalendar
from tui_desk.errors import UsageError
from tui_desk.i18n import _

_DAY_ONE = date(1970, 1, 1)
_DAYS = re.compile(r"([0-9]{1,4})(d|w)")
_DATE = re.compile(r"([0-9]{4})(?:-(?:q([1-4])|([0-9]{1,2})(?:-([0-9]{1,2}))?))?")
NAMES = ("today", "yesterday", "week", "last-week", "month", "last-month", "quarter", "last-quarter", "year", "last-year", "all")


@dataclass(frozen=True, slots=True)
class Period:
    """[begin, end) in epoch seconds, and its local days from `first` to `last`, both included."""

    name: str
    begin: int
    end: int
    first: date
    last: date
    months: int = 0
    """How many whole months it is; 0 when it is counted in days."""

    @property
    def days(self) -> int:
        """How many local days."""
        return (self.last - self.first).days + 1

    @property
    def dates(self) -> str:
        """As the query language writes it: "2025-05-01..2025-05-31"."""
        return f"{self.first}..{self.last}"


def read(text: str, now: int, calendar: BusinessCalendar) -> Period:
    """ "month", "2025-05", "2025-04..2025-06", "7d", "quarter", "year", "all" ...; UsageError for what is none."""
    name = text.strip().lower()
    today = _DAY_ONE + timedelta(days=calendar.day(now))
    if name == "all":
        return _period(name, _DAY_ONE, today, 0, calendar)
    days = _DAYS.fullmatch(name)
    if days:
        count = max(int(days[1]) * (7 if days[2] == "w" else 1), 1)
        return _period(name, today - timedelta(days=count - 1), today, 0, calendar)
    if name in NAMES:
        return _period(name, *_named(name, today), calendar)
    first, dots, last = name.partition("..")
    begin, begin_last, months = _date(first, text)
    if not dots:
        return _period(name, begin, begin_last, months, calendar)
    end_first, end, end_months = _date(last, text)
    if end < begin:
        raise UsageError(_("The period %(period)s ends before it begins.") % {"period": text})
    span = (end_first.year - begin.year) * 12 + end_first.month - begin.month + end_months if months and end_months else 0
    return _period(name, begin, end, span, calendar)


def previous(period: Period, now: int, calendar: BusinessCalendar, *, months: int = 0) -> Period | None:
    """The equal period just before, or `months` earlier; one that still runs is compared with as much of the other."""
    if period.first <= _DAY_ONE:
        return None
    if months or period.months:
        first, last = _back(period.first, months or period.months), _back(period.last, months or period.months)
        if (period.last + timedelta(days=1)).day == 1:
            last = _back(period.last.replace(day=1), (months or period.months) - 1) - timedelta(days=1)
    else:
        first, last = (day - timedelta(days=period.days) for day in (period.first, period.last))
    whole = _period("", first, last, period.months, calendar)
    if not period.begin <= now < period.end:
        return whole
    end = min(whole.begin + now + 1 - period.begin, whole.end)
    return Period("", whole.begin, end, first, _DAY_ONE + timedelta(days=calendar.day(end - 1)), period.months)


def months(period: Period, count: int, calendar: BusinessCalendar) -> list[Period]:
    """`count` months up to the one the period ends in, or all of the period's where they are more (at most 60)."""
    last = period.last.replace(day=1)
    inside = (last.year - period.first.year) * 12 + last.month - period.first.month + 1
    starts = [_back(last, step) for step in range(min(max(count, inside), 60) - 1, -1, -1)]
    return [_period(f"{start:%Y-%m}", start, _back(start, -1) - timedelta(days=1), 1, calendar) for start in starts]


def _named(name: str, today: date) -> tuple[date, date, int]:
    """First day, last day and whole months of a named period."""
    step = 1 if name.startswith("last-") else 0
    match name.removeprefix("last-"):
        case "today":
            return today, today, 0
        case "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1), 0
        case "week":
            monday = today - timedelta(days=today.weekday() + 7 * step)
            return monday, monday + timedelta(days=6), 0
        case "month":
            first, count = today.replace(day=1), 1
        case "quarter":
            first, count = date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3
        case _:
            first, count = date(today.year, 1, 1), 12
    first = _back(first, step * count)
    return first, _back(first, -count) - timedelta(days=1), count


def _date(text: str, whole: str) -> tuple[date, date, int]:
    """First day, last day and whole months of "2025", "2025-q2", "2025-05" or "2025-05-31"."""
    match = _DATE.fullmatch(text)
    try:
        if match is None or not 1970 <= int(match[1]) <= 2199:
            raise ValueError(text)
        year, quarter, month, day = (int(group or 0) for group in match.groups())
        if day:
            return date(year, month, day), date(year, month, day), 0
        first = date(year, quarter * 3 - 2 if quarter else month if match[3] else 1, 1)
    except ValueError as error:
        message = _("%(period)s is not a period.") % {"period": whole}
        raise UsageError(message, _("Write month, 2025-05, 2025-04..2025-06, 7d, quarter, year or all.")) from error
    count = 3 if quarter else 1 if month else 12
    return first, _back(first, -count) - timedelta(days=1), count


def _back(day: date, months: int) -> date:
    """The same day `months` earlier, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)


def _period(name: str, first: date, last: date, months: int, calendar: BusinessCalendar) -> Period:
    begin, end = ((day - _DAY_ONE).days for day in (first, last + timedelta(days=1)))
    return Period(name, calendar.midnight(begin), calendar.midnight(end), first, last, months)
