"""How long to wait before the next try: twice as long each time, with jitter, so that many desks do not come back at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

FIRST_SECONDS = 1.0
MOST_SECONDS = 300.0


def delays(first: float = FIRST_SECONDS, most: float = MOST_SECONDS, rng: random.Random | None = None) -> Iterator[float]:
    """Seconds to wait, for ever: between half of and all of first, 2 first, 4 first ... most."""
    if rng is None:
        from random import Random

        rng = Random()  # noqa: S311  (nothing secret about a pause)
    ceiling = first
    while True:
        yield ceiling * (0.5 + rng.random() / 2)
        ceiling = min(ceiling * 2, most)
