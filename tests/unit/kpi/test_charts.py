"""Charts of block characters never lie about what is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_desk.kpi.charts import bar, sparkline
from tui_desk.kpi.measures import Spread


def test_sparkline() -> None:
    assert sparkline([0, 1, 2, 4, 7, None, 7]) == "▁▂▃▅█ █"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""


def test_bar() -> None:
    assert bar(1, 2, 4) == "██"
    assert bar(3, 8, 4) == "█▌"
    assert bar(1, 10_000, 4) == "▏"
    assert bar(0, 5, 4) == ""
    assert bar(9, 3, 4) == "████"
    assert bar(1, 2, 4, ascii_only=True) == "##"


@given(st.lists(st.integers(0, 10**7), min_size=1))
def test_nine_in_ten_do_not_pass_p90(values: list[int]) -> None:
    spread = Spread.of(values)
    assert spread.p90 is not None
    assert sum(value <= spread.p90 for value in values) * 10 >= 9 * len(values)
    assert sum(value < spread.p90 for value in values) * 10 < 9 * len(values)
