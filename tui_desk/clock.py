"""The only wall clock: epoch seconds, UTC."""

from __future__ import annotations

import time
from collections.abc import Callable

_source: Callable[[], float] = time.time


def now() -> int:
    """The present moment in whole epoch seconds, UTC."""
    return int(_source())


def use(source: Callable[[], float]) -> Callable[[], float]:
    """Take the time from `source` (tests, the demo's moving picture); returns the source before."""
    global _source
    before, _source = _source, source
    return before
