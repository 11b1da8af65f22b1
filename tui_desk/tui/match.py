"""Finding a line by a few letters: every word typed must be in it, as a word's start, inside a word, or letter by letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tui_desk.text import fold

T = TypeVar("T")
Spans = tuple[tuple[int, int], ...]
"""Stretches (start, end) of a line that matched."""


def score(query: str, line: str) -> tuple[float, Spans] | None:
    """How well `line` fits `query` (more is better) and where; None where a word of it is missing."""
    folded = fold(line)
    total, spans = 0.0, []
    for word in fold(query).split():
        found = _word(word, folded)
        if found is None:
            return None
        points, where = found
        total += points
        spans.extend(where)
    exact = tuple(sorted(spans)) if len(folded) == len(line) else ()
    return total - len(line) / 1000, exact


def ranked(query: str, things: Sequence[T], line: Callable[[T], str]) -> list[tuple[T, Spans]]:
    """The things whose `line` fits, best first; all of them, in their order, for an empty query."""
    if not query.strip():
        return [(thing, ()) for thing in things]
    found = [(hit, thing) for thing in things if (hit := score(query, line(thing))) is not None]
    found.sort(key=lambda pair: -pair[0][0])
    return [(thing, hit[1]) for hit, thing in found]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, None where none is near."""
    import difflib

    found = difflib.get_close_matches(fold(word), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _word(word: str, folded: str) -> tuple[float, list[tuple[int, int]]] | None:
    at = folded.find(word)
    if at < 0:
        return _letters(word, folded)
    start = at
    while start >= 0:
        if start == 0 or not folded[start - 1].isalnum():
            return 10.0 + len(word) + (2.0 if start == 0 else 0.0), [(start, start + len(word))]
        start = folded.find(word, start + 1)
    return 5.0 + len(word), [(at, at + len(word))]


def _letters(word: str, folded: str) -> tuple[float, list[tuple[int, int]]] | None:
    """The letters of `word` in order with gaps, preferring word starts; weak beside a real hit."""
    points, at, spans = 0.0, 0, []
    for letter in word:
        found = folded.find(letter, at)
        if found < 0:
            return None
        points += 1.0 if found == at or found == 0 or not folded[found - 1].isalnum() else 0.2
        spans.append((found, found + 1))
        at = found + 1
    return (points / 2, spans) if len(word) > 1 and points >= 0.6 * len(word) else None
