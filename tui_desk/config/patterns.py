"""Regular expressions that a person writes into the settings: compiled, and refused where a mail could make them slow.

Python's `re` goes back and tries again. One repeat costs at most the square of a subject's length; two that can share its
letters cost the cube, one inside another has no bound at all. Those are refused, so that no subject (cut at LONGEST) takes
more than some milliseconds. The tree that is looked at is `re`'s own.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tui_desk.i18n import _

LONGEST = 500
"""Characters of a subject that a pattern is run on."""
_NARROW = 8
"""A repeat with so few lengths to choose from is counted, not refused."""
_CHOICES = 25_000
"""Ways of all of it together from where a match begins; a repeat without a bound counts as LONGEST."""
_SAMPLE = frozenset([*map(chr, range(128)), "é", "ß", "中", "٣", "\xa0"])
"""The letters that repeats are compared by."""

Node = tuple[Any, Any]


class PatternError(ValueError):
    """A pattern that is not taken; the sentence says why."""


def compiled(text: str) -> re.Pattern[str]:
    """`text`, ready to search. Raises PatternError."""
    words = {"pattern": text}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            pattern, tree = re.compile(text), _parser().parse(text)
    except (re.error, RecursionError, OverflowError, FutureWarning) as error:
        raise PatternError(_("“%(pattern)s” is no regular expression: %(why)s.") % {**words, "why": error}) from None
    if len(text) > LONGEST:
        raise PatternError(_("A pattern of %(n)s characters is too long.") % {"n": len(text)})
    if pattern.search("") is not None:
        raise PatternError(_("“%(pattern)s” matches an empty subject.") % words)
    items = list(_items(tree, bool(pattern.flags & re.IGNORECASE), words))
    _apart(items, words)
    if _ways(items) > _CHOICES:
        raise PatternError(_("“%(pattern)s” has too many optional parts: a long subject would take too long.") % words)
    return pattern


def found(pattern: re.Pattern[str], subject: str) -> str:
    """What the first match in `subject` names: its group "ref", else its first group, else all of it; "" for none."""
    match = pattern.search(" ".join(subject.split())[:LONGEST])
    if match is None:
        return ""
    group = "ref" if "ref" in pattern.groupindex else 1 if pattern.groups else 0
    return " ".join((match[group] or "").split()).casefold()[:200]


class _Item:
    """One place of a pattern in a row: the letters it can match, how often, and among how many branches it chooses."""

    __slots__ = ("branches", "least", "letters", "most")

    def __init__(self, letters: frozenset[str], least: int = 1, most: int = 1, branches: int = 1) -> None:
        self.letters, self.least, self.most, self.branches = letters, least, most, branches

    @property
    def wide(self) -> bool:
        return self.most - self.least > _NARROW


def _items(nodes: Iterable[Node], fold: bool, words: dict[str, str]) -> Iterator[_Item]:
    """The places of a pattern, groups opened, branches laid upon each other."""
    for operation, value in nodes:
        match str(operation):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield from _repeat(value, fold, words)
            case "SUBPATTERN":
                yield from _items(value[3], fold or bool(value[1] & re.IGNORECASE), words)
            case "ATOMIC_GROUP":
                yield from _items(value, fold, words)
            case "BRANCH":
                yield from _branch([list(_items(each, fold, words)) for each in value[1]])
            case "ASSERT" | "ASSERT_NOT":
                if any(item.wide for item in _items(value[1], fold, words)):
                    raise PatternError(_("“%(pattern)s” repeats inside a look-around: that is not taken.") % words)
            case "AT":
                continue
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                yield _Item(_letters((operation, value), fold))
            case _:
                raise PatternError(_("“%(pattern)s” refers back to what it matched: that is not taken.") % words)


def _repeat(value: tuple[int, Any, Any], fold: bool, words: dict[str, str]) -> Iterator[_Item]:
    least, most, body = value[0], min(int(value[1]), LONGEST), list(_items(value[2], fold, words))
    if len(body) == 1 and body[0].least == body[0].most == 1:
        if not {letter for letter in body[0].letters if not letter.isspace()}:
            most = max(least, 1)  # a subject's spaces were made one
        yield _Item(body[0].letters, min(least, most), most)
        return
    if most - least > _NARROW or most > 4 * _NARROW:
        if any(item.least != item.most for item in body) or _has_branch(value[2]):
            raise PatternError(
                _("“%(pattern)s” has a repeat inside a repeat: a long subject would take too long. Write a set such as [A-Z-]+.")
                % words
            )
        yield _Item(frozenset().union(*(item.letters for item in body)), min(least, most), most)
        return
    for n in range(most):
        yield from (item if n < least else _Item(item.letters, 0, item.most, item.branches) for item in body)


def _has_branch(nodes: Iterable[Node]) -> bool:
    for operation, value in nodes:
        match str(operation):
            case "BRANCH":
                return True
            case "SUBPATTERN" if _has_branch(value[3]):
                return True
            case "ATOMIC_GROUP" if _has_branch(value):
                return True
    return False


def _branch(branches: list[list[_Item]]) -> Iterator[_Item]:
    """Branches laid upon each other: place by place their letters together, and the wider of their counts."""
    for n in range(max(map(len, branches), default=0)):
        there = [branch[n] for branch in branches if n < len(branch)]
        least = min(item.least for item in there) if len(there) == len(branches) else 0
        letters = frozenset().union(*(item.letters for item in there))
        yield _Item(letters, least, max(item.most for item in there), len(branches) if n == 0 else 1)


def _apart(items: Sequence[_Item], words: dict[str, str]) -> None:
    """Two wide repeats must not share letters, unless what stands between them is foreign to one of them."""
    for at, one in enumerate(items):
        for further in range(at + 1, len(items)) if one.wide else ():
            other = items[further]
            between = [item for item in items[at + 1 : further] if item.least]
            shared = one.letters & other.letters
            if other.wide and shared and all(i.letters & one.letters and i.letters & other.letters for i in between):
                raise PatternError(
                    _("“%(pattern)s” has two repeats that can match the same letters: a long subject would take too long.")
                    % words
                )


def _ways(items: Sequence[_Item]) -> int:
    """Wide repeats count once, whatever their number: those that are taken cannot share letters."""
    ways = LONGEST if any(item.wide for item in items) else 1
    for item in items:
        ways *= item.branches * (1 if item.wide else item.most - item.least + 1)
    return ways


def _letters(node: Node, fold: bool) -> frozenset[str]:
    """Those of the sample, and those the pattern names, that one place matches."""
    there = frozenset(c for c in _SAMPLE | _named(node) if any(_is(node, each) for each in ({c, c.swapcase()} if fold else {c})))
    return there or frozenset("\0")


def _named(node: Node) -> frozenset[str]:
    operation, value = node
    match str(operation):
        case "LITERAL" | "NOT_LITERAL":
            return frozenset(chr(value))
        case "RANGE":
            return frozenset(map(chr, value))
        case "IN":
            return frozenset().union(*(_named(each) for each in value))
    return frozenset()


def _is(node: Node, letter: str) -> bool:
    """Whether one place of a pattern matches a letter."""
    operation, value = node
    match str(operation):
        case "LITERAL":
            return letter == chr(value)
        case "NOT_LITERAL":
            return letter != chr(value)
        case "RANGE":
            return bool(value[0] <= ord(letter[0]) <= value[1])
        case "CATEGORY":
            return _category(str(value), letter)
        case "IN":
            negated = bool(value) and str(value[0][0]) == "NEGATE"
            return any(_is(each, letter) for each in value[negated:]) is not negated
    return letter != "\n"


def _category(name: str, letter: str) -> bool:
    kind = name.removeprefix("CATEGORY_").removeprefix("UNI_").removeprefix("LOC_")
    there = {
        "DIGIT": letter.isdecimal(),
        "SPACE": letter.isspace(),
        "WORD": letter.isalnum() or letter == "_",
        "LINEBREAK": letter == "\n",
    }[kind.removeprefix("NOT_")]
    return there is not kind.startswith("NOT_")


def _parser() -> Any:
    from re import _parser  # type: ignore[attr-defined]

    return _parser
