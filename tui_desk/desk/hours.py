"""Business time: the sum over local days of window and interval, edges converted to UTC, so right across DST.

All windows of some years lie in three sorted lists (begin, end, seconds open before it); `between` and `add` are
two bisections in them. The lists grow by years as they are asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tui_desk.desk.ticket import FAR_FUTURE

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?((?:,[a-z]{3})*)\s+(\d\d?):(\d\d)-(\d\d?):(\d\d)")
_FIRST_YEAR, _LAST_YEAR = 1970, 2200

Window = tuple[int, int]
"""Minutes since local midnight: begin, end."""


class BusinessCalendar:
    """When the desk is open. ValueError, with a sentence, for a zone, window, country or date that cannot be read."""

    def __init__(
        self,
        timezone: str = "Europe/Paris",
        hours: Iterable[str] = ("mon-fri 09:00-17:00",),
        holidays: str = "",
        closed: Iterable[str] = (),
    ) -> None:
        self.timezone = timezone
        self.zone = _zone(timezone)
        self._week = week(hours)
        self._country = holidays.strip()
        self._closed = frozenset(_date(text) for text in closed)
        self._years = (0, -1)
        self._begin: list[int] = []
        self._end: list[int] = []
        self._before: list[int] = []
        self._low = self._high = 0

    def check(self) -> None:
        """Read a year of it, holidays and all: ValueError for a country that is not known."""
        self._holidays(2024)

    def between(self, a: int, b: int) -> int:
        """Seconds of business time from `a` to `b` (epoch seconds); 0 when `b` is not after `a`."""
        return self._elapsed(b) - self._elapsed(a) if b > a else 0

    def add(self, start: int, seconds: int) -> int:
        """The moment when `seconds` of business time have passed since `start`; FAR_FUTURE beyond the year 2200."""
        if seconds <= 0:
            return start
        wanted = self._elapsed(start) + seconds
        while not self._before or wanted > self._before[-1]:
            if self._years[1] >= _LAST_YEAR:
                return FAR_FUTURE
            self._cover_years(self._years[0], self._years[1] + 1)
        index = bisect_left(self._before, wanted) - 1
        return self._begin[index] + wanted - self._before[index]

    def day(self, at: int) -> int:
        """Days since 1970-01-01 in the calendar's zone."""
        local = datetime.fromtimestamp(at, self.zone)
        return local.toordinal() - _EPOCH

    def midnight(self, day: int) -> int:
        """When local day `day` (days since 1970-01-01) begins, epoch seconds."""
        return self._instant(date.fromordinal(day + _EPOCH), 0, last=False)

    def _elapsed(self, at: int) -> int:
        """Open seconds from the beginning of the lists to `at`."""
        if not self._low <= at < self._high:
            at = self._cover(at)
        index = bisect_right(self._begin, at) - 1
        if index < 0:
            return 0
        begin, end = self._begin[index], self._end[index]
        return self._before[index] + (at if at < end else end) - begin

    def _cover(self, at: int) -> int:
        """Make the lists reach over `at`; returns it, held within the years that are known."""
        at = min(max(at, _FLOOR), _CEILING)
        low, high = (datetime.fromtimestamp(at + step, UTC).year for step in (-86_400, 86_400))
        first, last = self._years
        if last >= first:
            low, high = min(first, low), max(last, high)
        if (low, high) != (first, last):
            self._cover_years(low, high)
        return at

    def _cover_years(self, first: int, last: int) -> None:
        """Fill the lists with all local days of these years."""
        first, last = max(first, _FIRST_YEAR), min(last, _LAST_YEAR)
        spans = [span for year in range(first, last + 1) for span in self._year(year)]
        self._begin, self._end, self._before, total = [], [], [], 0
        for begin, end in _merged(spans):
            self._begin.append(begin)
            self._end.append(end)
            self._before.append(total)
            total += end - begin
        self._years = (first, last)
        # A day less on either side: local years begin and end up to 14 hours off UTC's.
        self._low = int(datetime(first, 1, 2, tzinfo=UTC).timestamp())
        self._high = int(datetime(last, 12, 31, tzinfo=UTC).timestamp())

    def _year(self, year: int) -> Iterator[Window]:
        """The open spans of a local year, in UTC."""
        off = self._holidays(year) | self._closed
        day = date(year, 1, 1)
        while day.year == year:
            if day not in off:
                for begin, end in self._week[day.weekday()]:
                    yield self._instant(day, begin, last=False), self._instant(day, end, last=True)
            day += timedelta(days=1)

    def _instant(self, day: date, minutes: int, *, last: bool) -> int:
        """A wall time as epoch seconds: of two (autumn) the first or the last, of none (spring) the change itself."""
        day += timedelta(days=minutes // 1440)
        hour, minute = divmod(minutes % 1440, 60)
        wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone, fold=int(last))
        other = wall.replace(fold=1 - wall.fold)
        at = int(wall.timestamp())
        if wall.utcoffset() == other.utcoffset() or _exists(wall, at):
            return at
        early, late = sorted((at, int(other.timestamp())))
        return _change(self.zone, early, late)

    def _holidays(self, year: int) -> frozenset[date]:
        """A country's public holidays in a year."""
        if not self._country:
            return frozenset()
        import holidays

        country, _, region = self._country.partition("-")
        try:
            return frozenset(holidays.country_holidays(country.upper(), subdiv=region or None, years=year))
        except (NotImplementedError, AttributeError, KeyError, ValueError) as error:
            raise ValueError(f"no public holidays are known for {self._country!r}") from error


_EPOCH = date(1970, 1, 1).toordinal()
_FLOOR = int(datetime(_FIRST_YEAR, 1, 2, tzinfo=UTC).timestamp())
_CEILING = int(datetime(_LAST_YEAR, 12, 30, tzinfo=UTC).timestamp())


def week(hours: Iterable[str]) -> tuple[tuple[Window, ...], ...]:
    """Seven days of windows, Monday first, out of texts such as "mon-fri 09:00-12:30". ValueError with a sentence."""
    days: list[list[Window]] = [[] for _ in _DAYS]
    for text in hours:
        for day, window in _read(text):
            days[day].append(window)
    if not any(days):
        raise ValueError("the calendar has no business hours")
    return tuple(tuple(_merged(windows)) for windows in days)


def _read(text: str) -> Iterator[tuple[int, Window]]:
    match = _WINDOW.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not a window such as 'mon-fri 09:00-17:00'")
    first, last, more, *clock = match.groups()
    names = [first, *([last] if last else []), *more.split(",")[1:]]
    unknown = next((name for name in names if name not in _DAYS), None)
    if unknown:
        raise ValueError(f"{text!r}: {unknown!r} is not a day (mon, tue, wed, thu, fri, sat, sun)")
    begin, end = (int(clock[0]) * 60 + int(clock[1]), int(clock[2]) * 60 + int(clock[3]))
    if not begin < end <= 1440 or int(clock[1]) > 59 or int(clock[3]) > 59:
        raise ValueError(f"{text!r} must end after it begins, at 24:00 at the latest")
    start, stop = _DAYS.index(first), _DAYS.index(last or first)
    numbers = {(start + step) % 7 for step in range((stop - start) % 7 + 1)}
    for day in sorted(numbers | {_DAYS.index(name) for name in more.split(",")[1:]}):
        yield day, (begin, end)


def _merged(spans: Iterable[Window]) -> Iterator[Window]:
    """Sorted, overlapping and touching ones made one, empty ones left out."""
    current: Window | None = None
    for begin, end in sorted(spans):
        if end <= begin:
            continue
        if current is None or begin > current[1]:
            if current:
                yield current
            current = (begin, end)
        else:
            current = (current[0], max(current[1], end))
    if current:
        yield current


def _exists(wall: datetime, at: int) -> bool:
    return datetime.fromtimestamp(at, wall.tzinfo).replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0)


def _change(zone: ZoneInfo, early: int, late: int) -> int:
    """The second in (early, late] at which the zone's offset changes."""
    before = datetime.fromtimestamp(early, zone).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError(f"{name!r} is not a time zone such as 'Europe/Paris'") from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date such as '2026-12-24'") from error
