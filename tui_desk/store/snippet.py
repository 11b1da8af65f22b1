"""The words around a hit."""

from __future__ import annotations

import re

from tui_desk.text import fold, one_line

BEFORE, LENGTH = 40, 160
"""Characters before the hit, and in all."""


def pattern(words: str) -> re.Pattern[str] | None:
    """What to look for in folded text; None where there is nothing."""
    wanted = sorted({w for w in re.findall(r"\w+", fold(words)) if len(w) > 1}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in wanted)) if wanted else None


def around(text: str, wanted: re.Pattern[str]) -> str:
    """One line of `text` around the first place where `wanted` stands; "" where it does not."""
    for line in text.split("\n"):
        hit = wanted.search(fold(line))
        if hit is not None:
            # Folding may change lengths ("œ"), so the place is near enough, not exact.
            begin = max(0, min(hit.start(), len(line)) - BEFORE)
            cut = line[begin : begin + LENGTH]
            return one_line(("…" if begin else "") + cut + ("…" if begin + LENGTH < len(line) else ""))
    return ""
