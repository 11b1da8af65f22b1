"""Periods are whole local days, half-open, and know the equal one before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.desk.golden import CALENDAR, at
from tui_desk.errors import UsageError
from tui_desk.kpi.period import NAMES, Period, months, previous, read

NOW = at("14/05 11:00")  # a Wednesday


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("today", "2025-05-14..2025-05-14"),
        ("yesterday", "2025-05-13..2025-05-13"),
        ("7d", "2025-05-08..2025-05-14"),
        ("2w", "2025-05-01..2025-05-14"),
        ("week", "2025-05-12..2025-05-18"),
        ("last-week", "2025-05-05..2025-05-11"),
        ("month", "2025-05-01..2025-05-31"),
        ("last-month", "2025-04-01..2025-04-30"),
        ("quarter", "2025-04-01..2025-06-30"),
        ("last-quarter", "2025-01-01..2025-03-31"),
        ("year", "2025-01-01..2025-12-31"),
        ("last-year", "2024-01-01..2024-12-31"),
        ("2024", "2024-01-01..2024-12-31"),
        ("2025-Q1", "2025-01-01..2025-03-31"),
        ("2025-02", "2025-02-01..2025-02-28"),
        ("2025-05-03", "2025-05-03..2025-05-03"),
        ("2025-04..2025-06", "2025-04-01..2025-06-30"),
        ("2025-04-15..2025-05", "2025-04-15..2025-05-31"),
        (" Month ", "2025-05-01..2025-05-31"),
    ],
)
def test_read(text: str, dates: str) -> None:
    assert read(text, NOW, CALENDAR).dates == dates


@pytest.mark.parametrize(
    "text", ["", "soon", "2025-13", "2025-00", "2025-02-30", "..", "2025..", "2025-06..2025-04", "0000", "5", "q3"]
)
def test_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read(text, NOW, CALENDAR)


def test_bounds_are_local_midnights() -> None:
    march = read("2025-03", NOW, CALENDAR)
    assert (march.begin, march.end) == (at("01/03 00:00"), at("01/04 00:00"))
    assert march.end - march.begin == 31 * 86_400 - 3600  # the clock went forward


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2025-03", "2025-02-01..2025-02-28"),
        ("2025-01..2025-03", "2024-10-01..2024-12-31"),
        ("2024", "2023-01-01..2023-12-31"),
        ("2025-05-05..2025-05-11", "2025-04-28..2025-05-04"),
        ("yesterday", "2025-05-12..2025-05-12"),
    ],
)
def test_the_equal_period_before(text: str, dates: str) -> None:
    before = previous(read(text, NOW, CALENDAR), NOW, CALENDAR)
    assert before is not None
    assert before.dates == dates


def test_a_period_that_still_runs_is_compared_with_as_much_of_the_other() -> None:
    before = previous(read("month", NOW, CALENDAR), NOW, CALENDAR)
    assert before is not None
    assert (before.begin, before.end) == (at("01/04 00:00"), at("14/04 11:00") + 1)


def test_the_same_period_last_year_and_all_has_none_before() -> None:
    year = previous(read("2024-02", NOW, CALENDAR), NOW, CALENDAR, months=12)
    leap = previous(read("2025-02", NOW, CALENDAR), NOW, CALENDAR, months=12)
    assert year is not None
    assert leap is not None
    assert (year.dates, leap.dates) == ("2023-02-01..2023-02-28", "2024-02-01..2024-02-29")
    assert previous(read("all", NOW, CALENDAR), NOW, CALENDAR) is None


def test_months_up_to_the_last() -> None:
    assert [m.name for m in months(read("2025-02", NOW, CALENDAR), 4, CALENDAR)] == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert len(months(read("2024..2025", NOW, CALENDAR), 4, CALENDAR)) == 24


@given(
    st.one_of(
        st.text(max_size=12),
        st.from_regex(r"[0-9]{1,4}[dw]|[0-9]{4}(-[0-9]{2})?(\.\.[0-9]{4})?", fullmatch=True),
        st.sampled_from(NAMES),
    )
)
def test_any_text_is_a_period_or_a_usage_error(text: str) -> None:
    found: Period | UsageError
    try:
        found = read(text, NOW, CALENDAR)
    except UsageError as error:
        found = error
    assert isinstance(found, UsageError) or (found.begin < found.end and previous(found, NOW, CALENDAR) != found)
