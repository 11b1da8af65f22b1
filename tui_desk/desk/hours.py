"""Business time: the sum over local days of window and interval, edges converted to UTC, so right across DST.

All windows of some years lie in a table (begin, end, seconds open before it); `between` and `add` are bisections in it.
The table grows by years as they are asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from tui_desk.desk.ticket import FAR_FUTURE
from tui_desk.errors import ConfigError
from tui_desk.i18n import _
from tui_desk.values import dataclass

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?((?:,[a-z]{3})*)\s+(\d\d?):(\d\d)-(\d\d?):(\d\d)")
_FIRST_YEAR, _LAST_YEAR = 1970, 2200

Window = tuple[int, int]
"""Minutes since local midnight: begin, end."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The windows of the years `first` to `last`, for moments in [low, high): begin, end, and the open seconds before each."""

    first: int
    last: int
    low: int
    high: int
    begin: tuple[int, ...]
    end: tuple[int, ...]
    before: tuple[int, ...]

    @property
    def total(self) -> int:
        """All open seconds of the table."""
        return self.before[-1] + self.end[-1] - self.begin[-1] if self.before else 0

    def elapsed(self, at: int) -> int:
        """Open seconds from the beginning of the table to `at`."""
        index = bisect_right(self.begin, at) - 1
        if index < 0:
            return 0
        end = self.end[index]
        return self.before[index] + (at if at < end else end) - self.begin[index]


class BusinessCalendar:
    """When the desk is open. ValueError, with a sentence, for a zone, window or date that cannot be read.

    A country without known holidays is a ConfigError at the first use: only then is the large table of holidays loaded.
    """

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
        self._years: dict[int, tuple[Window, ...]] = {}
        self._table = _Table(0, -1, 0, 0, (), (), ())

    def check(self) -> None:
        """Load the holidays: ConfigError for a country or region that is not known."""
        self._holidays(2024)

    def between(self, a: int, b: int) -> int:
        """Seconds of business time from `a` to `b` (epoch seconds); 0 when `b` is not after `a`."""
        if b <= a:
            return 0
        table = self._table
        if a < table.low or b >= table.high:
            a, b = _held(a), _held(b)
            table = self._reaching(a, b)
        return table.elapsed(b) - table.elapsed(a)

    def add(self, start: int, seconds: int) -> int:
        """The moment when `seconds` of business time have passed since `start`; FAR_FUTURE beyond the year 2200."""
        if seconds <= 0:
            return start
        at = _held(start)
        table = self._reaching(at, at)
        while (wanted := table.elapsed(at) + seconds) > table.total:
            if table.last >= _LAST_YEAR:
                return FAR_FUTURE
            # Twice as many years each time: a promise that is never due must not cost a century of small steps.
            self._table = table = self._cover(table.first, min(2 * table.last - table.first + 1, _LAST_YEAR))
        index = bisect_left(table.before, wanted) - 1
        return table.begin[index] + wanted - table.before[index]

    def day(self, at: int) -> int:
        """Days since 1970-01-01 in the calendar's zone."""
        local = datetime.fromtimestamp(at, self.zone)
        return local.toordinal() - _EPOCH

    def midnight(self, day: int) -> int:
        """When local day `day` (days since 1970-01-01) begins, epoch seconds."""
        return self._instant(date.fromordinal(day + _EPOCH), 0, last=False)

    def _reaching(self, a: int, b: int) -> _Table:
        """A table in which `a` and `b` lie; it is replaced whole, never changed, so that threads may share a calendar."""
        table = self._table
        if a >= table.low and b < table.high:
            return table
        first, last = (datetime.fromtimestamp(at, UTC).year for at in (a - 86_400, b + 86_400))
        if table.last >= table.first:
            first, last = min(first, table.first), max(last, table.last)
        self._table = table = self._cover(first, last)
        return table

    def _cover(self, first: int, last: int) -> _Table:
        """The windows of all local days of these years."""
        for year in range(first, last + 1):
            if year not in self._years:
                self._years[year] = tuple(self._year(year))
        spans = tuple(_merged(span for year in range(first, last + 1) for span in self._years[year]))
        before = tuple(accumulate((end - begin for begin, end in spans), initial=0))[:-1]
        # A day less on either side: local years begin and end up to 14 hours off UTC's.
        low = int(datetime(first, 1, 2, tzinfo=UTC).timestamp())
        high = int(datetime(last, 12, 31, tzinfo=UTC).timestamp())
        return _Table(first, last, low, high, tuple(a for a, b in spans), tuple(b for a, b in spans), before)

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

        country, _dash, region = self._country.partition("-")
        try:
            return frozenset(holidays.country_holidays(country.upper(), subdiv=region or None, years=year))
        except (NotImplementedError, AttributeError, KeyError, ValueError) as error:
            # Known only now that the calendar is in use, so it goes to the person as it is.
            raise ConfigError(
                _("No public holidays are known for %(country)s.") % {"country": self._country},
                _("Set calendar.holidays to a country such as FR, a region such as CH-GE, or leave it empty."),
            ) from error


_EPOCH = date(1970, 1, 1).toordinal()
_FLOOR = int(datetime(_FIRST_YEAR, 1, 2, tzinfo=UTC).timestamp())
_CEILING = int(datetime(_LAST_YEAR, 12, 30, tzinfo=UTC).timestamp())


def _held(at: int) -> int:
    """`at` within the years that are known."""
    return min(max(at, _FLOOR), _CEILING)


def week(hours: Iterable[str]) -> tuple[tuple[Window, ...], ...]:
    """Seven days of windows, Monday first, out of texts such as "mon-fri 09:00-12:30". ValueError with a sentence."""
    days: list[list[Window]] = [[] for day in _DAYS]
    for text in hours:
        for day, window in _read(text):
            days[day].append(window)
    if not any(days):
        raise ValueError(_("the calendar has no business hours"))
    return tuple(tuple(_merged(windows)) for windows in days)


def _read(text: str) -> Iterator[tuple[int, Window]]:
    match = _WINDOW.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(_("'%(text)s' is not a window such as 'mon-fri 09:00-17:00'") % {"text": text})
    first, last, more, *clock = match.groups()
    names = [first, *([last] if last else []), *more.split(",")[1:]]
    unknown = next((name for name in names if name not in _DAYS), None)
    if unknown:
        raise ValueError(_("'%(day)s' is not a day (mon, tue, wed, thu, fri, sat, sun)") % {"day": unknown})
    begin, end = (int(clock[0]) * 60 + int(clock[1]), int(clock[2]) * 60 + int(clock[3]))
    if not begin < end <= 1440 or int(clock[1]) > 59 or int(clock[3]) > 59:
        raise ValueError(_("'%(text)s' must end after it begins, at 24:00 at the latest") % {"text": text})
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
        raise ValueError(_("'%(name)s' is not a time zone such as 'Europe/Paris'") % {"name": name}) from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("'%(text)s' is not a date such as '2026-12-24'") % {"text": text}) from error
