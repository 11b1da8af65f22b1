"""Small charts out of block characters (Unicode 1.1: in every terminal font). They carry no colour; the face adds it."""

from __future__ import annotations

from collections.abc import Sequence

_RISING = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def sparkline(values: Sequence[float | None]) -> str:
    """One character a value, from nothing to the largest; a gap where there is no value."""
    most = max((value for value in values if value is not None), default=0.0)
    return "".join(" " if value is None else _RISING[_step(value, most, len(_RISING) - 1)] for value in values)


def bar(value: float, most: float, cells: int, *, ascii_only: bool = False) -> str:
    """`value` of `most` as a bar of at most `cells` cells, to an eighth of one; never quite empty for what is not nothing."""
    if value <= 0 or most <= 0 or cells <= 0:
        return ""
    share = min(value / most, 1.0)
    if ascii_only:
        return "#" * max(round(share * cells), 1)
    whole, part = divmod(max(round(share * cells * 8), 1), 8)
    return _EIGHTHS[8] * whole + (_EIGHTHS[part] if part else "")


def _step(value: float, most: float, steps: int) -> int:
    return round(max(value, 0.0) / most * steps) if most > 0 else 0
