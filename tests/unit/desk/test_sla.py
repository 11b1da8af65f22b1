"""Promises in business time."""

from __future__ import annotations

import pytest

from tui_desk.config.schema import Sla
from tui_desk.desk.sla import Targets, seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30m", 1800), ("4h", 14_400), ("2d", 57_600), ("1d 4h", 43_200), ("1.5h", 5400), ("", None), ("  ", None)],
)
def test_durations(text: str, expected: int | None) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["soon", "4", "-4h", "4h!", "2w"])
def test_bad_durations(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        seconds(text)


def test_targets_by_priority() -> None:
    targets = Targets.from_settings(Sla(next_reply="", first_reply_low=""))
    assert [targets.first_reply(p) for p in ("urgent", "high", "normal", "low", "?")] == [3600, 14_400, 28_800, None, 28_800]
    assert targets.next_reply("normal") is None
    strict = Targets.from_settings(Sla())
    assert [strict.next_reply(p) for p in ("urgent", "high", "normal", "low")] == [3600, 14_400, 28_800, 28_800]
