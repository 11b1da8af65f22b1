"""Moments as people type them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.desk import when

ZONE = "Europe/Paris"
NOW = int(datetime(2026, 11, 18, 10, 20, tzinfo=ZoneInfo(ZONE)).timestamp())  # a Wednesday


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=ZoneInfo(ZONE)).timestamp())  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2h", NOW + 7200),
        ("in 2 hours", NOW + 7200),
        ("1h30", NOW + 5400),
        ("dans 45 min", NOW + 2700),
        ("3d", NOW + 3 * 86400),
        ("3 jours", NOW + 3 * 86400),
        ("1w", NOW + 7 * 86400),
        ("tomorrow", at(2026, 11, 19, 9)),
        ("demain 14h30", at(2026, 11, 19, 14, 30)),
        ("tomorrow morning", at(2026, 11, 19, 9)),
        ("cet après-midi", at(2026, 11, 18, 14)),
        ("this afternoon", at(2026, 11, 18, 14)),
        ("tonight", at(2026, 11, 18, 18)),
        ("tonight 20:00", at(2026, 11, 18, 20)),
        ("monday", at(2026, 11, 23, 9)),
        ("Lundi prochain", at(2026, 11, 23, 9)),
        ("wednesday", at(2026, 11, 25, 9)),
        ("next week", at(2026, 11, 23, 9)),
        ("la semaine prochaine", at(2026, 11, 23, 9)),
        ("fri 16:00", at(2026, 11, 20, 16)),
        ("2026-12-01", at(2026, 12, 1, 9)),
        ("2026-12-01 14:30", at(2026, 12, 1, 14, 30)),
        ("01/12", at(2026, 12, 1, 9)),
        ("3/2", at(2027, 2, 3, 9)),
        ("1er décembre", at(2026, 12, 1, 9)),
        ("december 3", at(2026, 12, 3, 9)),
        ("mar 3", at(2027, 3, 3, 9)),
        ("16:00", at(2026, 11, 18, 16)),
        ("9am", at(2026, 11, 19, 9)),
        ("aujourd’hui 18h", at(2026, 11, 18, 18)),
    ],
)
def test_a_moment_is_understood(words: str, moment: int) -> None:
    assert when.parse(words, NOW, ZONE) == moment


@pytest.mark.parametrize(
    "words", ["", "soon", "31/02", "25:00", "2x", "2026-13-01", "today 9:00", "2020-01-01", "monday blah", "3 4 5"]
)
def test_what_means_no_moment_ahead_is_refused(words: str) -> None:
    assert when.parse(words, NOW, ZONE) is None


@given(st.text(max_size=30))
def test_no_words_break_it(words: str) -> None:
    found = when.parse(words, NOW, ZONE)
    assert found is None or found >= NOW


def test_the_usual_choices_lie_ahead_in_order() -> None:
    found = when.choices(NOW, ZONE)
    assert [name for name, _words, _at in found] == ["hour", "hours", "afternoon", "tomorrow", "monday", "week"]
    assert all(moment > NOW for _name, _words, moment in found)
    evening = [name for name, _words, _at in when.choices(at(2026, 11, 18, 19, 0), ZONE)]
    assert "afternoon" not in evening
