"""Charts of block characters never lie about what is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_desk.kpi.charts import bar, sparkline, stacked
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


@given(st.lists(st.integers(0, 10**6), max_size=8), st.integers(0, 100))
def test_a_stacked_bar_fills_its_cells_and_hides_nothing(values: list[int], cells: int) -> None:
    taken = stacked(values, cells)
    assert sum(taken) == (cells if sum(values) else 0)
    assert all(n >= 0 for n in taken)
    if cells >= len(values):
        assert all(n for n, value in zip(taken, values, strict=True) if value)


@given(st.lists(st.integers(0, 10**7), min_size=1))
def test_nine_in_ten_do_not_pass_p90(values: list[int]) -> None:
    spread = Spread.of(values)
    assert spread.p90 is not None
    assert sum(value <= spread.p90 for value in values) * 10 >= 9 * len(values)
    assert sum(value < spread.p90 for value in values) * 10 < 9 * len(values)
