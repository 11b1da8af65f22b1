"""Business time against a slow walk through the minutes, across both changes of the clock and in odd zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_desk.desk.hours import BusinessCalendar
from tui_desk.desk.ticket import FAR_FUTURE
from tui_desk.errors import ConfigError

PARIS = ZoneInfo("Europe/Paris")


def at(*parts: int, zone: ZoneInfo = PARIS) -> int:
    return int(datetime(*parts, tzinfo=zone).timestamp())  # type: ignore[misc,arg-type]


OFFICE = BusinessCalendar("Europe/Paris", ("mon-fri 09:00-17:00",))
CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Europe/Paris", ("mon-fri 09:00-12:30", "mon-fri 13:30-17:00", "sat 10:00-12:00")),
    ("Europe/Paris", ("mon-sun 00:00-24:00",)),
    ("Europe/Paris", ("sat-mon 01:00-04:00",)),
    ("America/New_York", ("mon-sun 00:30-02:45", "sun 03:00-06:00")),
    ("Australia/Lord_Howe", ("mon-sun 00:00-09:15",)),
    ("Pacific/Kiritimati", ("mon-fri 08:00-16:00",)),
    ("Asia/Kathmandu", ("fri,sat,sun 09:10-17:50",)),
)
CALENDARS = tuple(BusinessCalendar(zone, hours, closed=("2025-05-01",)) for zone, hours in CASES)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(case: tuple[str, tuple[str, ...]], moment: int) -> bool:
    """The slow truth: is the wall clock within a window?"""
    local = datetime.fromtimestamp(moment, ZoneInfo(case[0]))
    if local.date() == date(2025, 5, 1):
        return False
    for text in case[1]:
        days, clock = text.split()
        names = days.split(",")
        if "-" in days:
            first, last = (DAYS.index(name) for name in days.split("-"))
            names = [DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)]
        begin, end = (int(part[:2]) * 60 + int(part[3:]) for part in clock.split("-"))
        if DAYS[local.weekday()] in names and begin <= local.hour * 60 + local.minute < end:
            return True
    return False


# Moments near the changes of the clock of 2025 in Europe, America and Lord Howe, New Year, and a holiday.
_near = st.sampled_from(
    [datetime(2025, *md, tzinfo=UTC) for md in ((1, 1), (3, 9), (3, 30), (4, 5), (5, 1), (10, 4), (10, 26), (11, 2), (12, 31))]
)


@given(st.integers(0, len(CASES) - 1), _near, st.integers(-2000, 2000), st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_between_is_the_sum_of_open_minutes(case: int, near: datetime, offset: int, length: int) -> None:
    begin = int(near.timestamp()) + offset * 60
    slow = sum(60 for minute in range(length) if is_open(CASES[case], begin + minute * 60))
    assert CALENDARS[case].between(begin, begin + length * 60) == slow


@settings(deadline=None)
@given(st.integers(0, len(CASES) - 1), st.integers(at(2001, 1, 1), at(2040, 1, 1)), st.integers(0, 400_000))
def test_add_is_the_first_moment_with_so_much_business_time(case: int, start: int, seconds: int) -> None:
    calendar = CALENDARS[case]
    end = calendar.add(start, seconds)
    assert calendar.between(start, end) == seconds
    if seconds:
        assert calendar.between(start, end - 1) == seconds - 1


@given(st.lists(st.integers(-(10**12), 10**12), min_size=3, max_size=3))
@settings(deadline=None)
def test_any_times_are_additive_and_none_raises(times: list[int]) -> None:
    a, b, c = sorted(times)
    calendar = CALENDARS[0]
    assert calendar.between(a, c) == calendar.between(a, b) + calendar.between(b, c)
    assert calendar.between(c, a) == 0 or a == c


def test_a_weekend_with_a_change_of_the_clock() -> None:
    friday, monday = at(2025, 3, 28, 16), at(2025, 3, 31, 10)
    assert monday - friday == 65 * 3600
    assert OFFICE.between(friday, monday) == 2 * 3600


def test_the_repeated_hour_of_autumn_counts_twice_for_a_night_desk() -> None:
    night = BusinessCalendar("Europe/Paris", ("sun 02:00-03:00",))
    assert night.between(at(2025, 10, 25), at(2025, 10, 27)) == 2 * 3600
    assert night.between(at(2025, 3, 29), at(2025, 3, 31)) == 0
    # A window that ends within the repeated hour lasts to the second time the clock shows its end.
    assert BusinessCalendar("Europe/Paris", ("sun 01:00-02:30",)).between(at(2025, 10, 25), at(2025, 10, 27)) == 2.5 * 3600


def test_the_order_in_which_years_are_asked_for_changes_nothing() -> None:
    forward, backward = BusinessCalendar(), BusinessCalendar()
    spans = [(at(year, 3, 1, 10), at(year, 11, 1, 10)) for year in (2019, 2025, 2031)]
    assert [forward.between(*span) for span in spans] == [backward.between(*span) for span in reversed(spans)][::-1]


def test_holidays_of_a_country_and_of_a_region() -> None:
    whole = at(2025, 12, 25), at(2025, 12, 27)
    assert BusinessCalendar().between(*whole) == 16 * 3600
    assert BusinessCalendar(holidays="FR").between(*whole) == 8 * 3600
    assert BusinessCalendar(holidays="FR-57").between(*whole) == 0  # Moselle keeps the 26th
    assert BusinessCalendar(closed=("2025-12-26",)).between(*whole) == 8 * 3600


def test_day_is_the_local_day() -> None:
    assert OFFICE.day(at(2025, 5, 1, 0, 0)) == OFFICE.day(at(2025, 5, 1, 23, 59)) == (date(2025, 5, 1) - date(1970, 1, 1)).days
    assert OFFICE.midnight(OFFICE.day(at(2025, 5, 1, 15))) == at(2025, 5, 1)


def test_beyond_what_is_known() -> None:
    assert OFFICE.add(at(2199, 1, 1), 10**9) == FAR_FUTURE
    assert OFFICE.add(at(2025, 5, 3, 12), 0) == at(2025, 5, 3, 12)


@pytest.mark.parametrize(
    ("settings_", "says"),
    [
        ({"timezone": "Europe/Pariss"}, "'Europe/Pariss' is not a time zone"),
        ({"timezone": "../etc"}, "is not a time zone"),
        ({"timezone": ""}, "is not a time zone"),
        ({"hours": ()}, "no business hours"),
        ({"hours": ("9 to 5",)}, "'9 to 5' is not a window"),
        ({"hours": ("lun-ven 09:00-17:00",)}, "'lun' is not a day"),
        ({"hours": ("mon 17:00-09:00",)}, "must end after it begins"),
        ({"hours": ("mon 09:00-24:01",)}, "24:00 at the latest"),
        ({"hours": ("mon 09:75-10:00",)}, "must end after it begins"),
        ({"closed": ("24 December",)}, "'24 December' is not a date"),
    ],
)
def test_bad_settings_are_told_in_a_sentence(settings_: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        BusinessCalendar(**settings_)  # type: ignore[arg-type]


@pytest.mark.parametrize("country", ["XX", "FR-nowhere", "F R"])
def test_an_unknown_country_is_found_by_check(country: str) -> None:
    with pytest.raises(ConfigError, match="No public holidays are known"):
        BusinessCalendar(holidays=country).check()


def test_all_days_of_a_year_are_local_days() -> None:
    calendar = BusinessCalendar("Pacific/Kiritimati", ("mon-sun 00:00-24:00",))
    begin = at(2024, 12, 31, 9, zone=ZoneInfo("UTC"))
    assert calendar.between(begin, begin + 4 * 3600) == 4 * 3600
    assert timedelta(seconds=calendar.between(begin, begin + 400 * 86_400)).days == 400
