"""The lists of wording.py as sets and prefixes, made when they are first asked for; and what stands around a line."""

from __future__ import annotations

import re
from functools import cache

_UNSEEN = (
    "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
INVISIBLE = re.compile(f"[{_UNSEEN}]+")
"""What nobody sees, direction marks among it: programs put it around their lines and into them."""
EDGE = " \t\r\f\v\u00a0" + _UNSEEN
"""Spaces and what nobody sees."""
DECORATION = EDGE + "*_>|•#"
"""These, and the marks of quotes, of bold words and of lists."""


@cache
def words(text: str) -> frozenset[str]:
    """The words of a list, case-folded."""
    return frozenset(text.casefold().split())


@cache
def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a list, case-folded, in their order."""
    return tuple(word for line in text.casefold().split("\n") for word in line.strip().split("|") if word)


@cache
def phrase_set(text: str) -> frozenset[str]:
    """The phrases of a list."""
    return frozenset(phrases(text))


@cache
def any_of(expressions: tuple[str, ...]) -> re.Pattern[str]:
    """An expression that matches any of the expressions of a list."""
    return re.compile("(?:" + "|".join(expressions) + ")", re.IGNORECASE)
