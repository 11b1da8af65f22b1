"""The words around a hit."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from tui_desk.store.search import PREFIX
from tui_desk.text import cut, fold, one_line, width

BEFORE, LENGTH = 40, 160
"""Characters before the hit, and in all."""
LOOKED_AT = 50
"""Places of a text that are compared."""

_TYPED = re.compile(r'"([^"]*)"|(\S+)')
_TERM = re.compile(r"[^\W_]+")


class Around(NamedTuple):
    """One line of a text, and what was found in it, as it stands there."""

    line: str = ""
    found: str = ""


def pattern(words: str) -> re.Pattern[str] | None:
    """What to look for in folded text, a pair of groups a word: the word, and what else it begins. None for nothing."""
    wanted = {_wanted(_TERM.findall(fold(phrase or word)), open_end=not phrase) for phrase, word in _TYPED.findall(words)} - {""}
    return re.compile("|".join(sorted(wanted, key=len, reverse=True))) if wanted else None


def around(text: str, wanted: re.Pattern[str]) -> Around:
    """The words of `text` where most of `wanted` stands together, whole words before beginnings; empty where none does."""
    folded = fold(text)
    places = [found for found, _n in zip(wanted.finditer(folded), range(LOOKED_AT), strict=False)]
    if not places:
        return Around()
    begin, end = _unfolded(text, folded, *_best(places, wanted.groups // 2).span())
    first = max(begin - BEFORE, 0)
    first += _to_a_word(text[first:begin]) if first else 0
    last = first + LENGTH
    line = ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")
    return Around(one_line(line), one_line(text[begin:end]))


def window(line: str, found: str, cells: int) -> str:
    """`line` cut to `cells` so that `found` is seen in it."""
    at = line.find(found)
    if width(line) <= cells or at < 0 or width(line[: at + len(found)]) < cells:
        return cut(line, cells)
    room, begin = max(cells - width(found) - 2, 0) // 2, at
    while begin and width(line[begin - 1 : at]) <= room:
        begin -= 1
    return cut("…" + line[begin + _to_a_word(line[begin:at]) :].lstrip(), cells)


def _wanted(term: list[str], *, open_end: bool) -> str:
    if not term:
        return ""
    more = r"[^\W_]+" if open_end and len(term[-1]) >= PREFIX else "(?!)"
    words = r"[\W_]+".join(term)
    return rf"(?<![^\W_])({words})(?:(?![^\W_])|({more}))"


def _best(places: list[re.Match[str]], words: int) -> re.Match[str]:
    """Where most of `words` begin to be seen together; of two such places the one that is a whole word."""
    best, most = places[0], 0
    for n, place in enumerate(places):
        worth = 2 * _worth(places, n) + _whole(place)
        if worth > most:
            best, most = place, worth
        if worth == 4 * words + 2:
            break
    return best


def _worth(places: list[re.Match[str]], n: int) -> int:
    """Of the words that are seen together from this place on: two for a whole one, one for a beginning."""
    seen: dict[int, int] = {}
    for place in places[n:]:
        if place.end() > places[n].start() + LENGTH - BEFORE:
            break
        word = ((place.lastindex or 1) - 1) // 2
        seen[word] = max(seen.get(word, 0), _whole(place))
    return sum(seen.values())


def _whole(place: re.Match[str]) -> int:
    return 1 + (place.lastindex or 1) % 2


def _unfolded(text: str, folded: str, begin: int, end: int) -> tuple[int, int]:
    """Where in `text` stands what is at these places of its folded form: folding may change lengths ("œ")."""
    if len(folded) == len(text):
        return begin, end
    lengths = list(accumulate(len(fold(letter)) for letter in text[: end + 1]))
    return sum(length <= begin for length in lengths), sum(length < end for length in lengths) + 1


def _to_a_word(text: str) -> int:
    """How far it is to the first word that begins in `text`; 0 where none does."""
    space = re.search(r"\s+", text)
    return space.end() if space and space.end() < len(text) else 0
