"""The words a filter looks for, as a pattern that finds them in a message whatever their case and accents."""

from __future__ import annotations

import re

from tui_desk.desk.query import And, Node, Or, parse
from tui_desk.desk.terms import Words
from tui_desk.errors import DeskError

_ALIKE = {
    "a": "aàáâãäå",
    "c": "cç",
    "e": "eèéêë",
    "i": "iìíîï",
    "n": "nñ",
    "o": "oòóôõöø",
    "u": "uùúûü",
    "y": "yýÿ",
}


def pattern(words: str) -> re.Pattern[str] | None:
    """What marks the hits of the filter `words`; None where it looks for no words (or cannot be read yet)."""
    try:
        root = parse(words).root
    except DeskError:
        return None
    found = sorted({_one(term) for term in _wanted(root) if term.text.strip()}, key=len, reverse=True)
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _wanted(node: Node | None) -> list[Words]:
    """The terms that a hit holds: not those under a minus."""
    match node:
        case Words():
            return [node]
        case And() | Or():
            return [term for part in node.nodes for term in _wanted(part)]
        case _:
            return []


def _one(term: Words) -> str:
    """A whole word or phrase; of `word*` the beginning."""
    body = r"[\W_]+".join("".join(map(_letter, word)) for word in re.findall(r"\w+", term.text)) or re.escape(term.text)
    return rf"(?<!\w){body}" + ("" if term.prefix else r"(?!\w)")


def _letter(letter: str) -> str:
    return f"[{_ALIKE[letter]}]" if letter in _ALIKE else re.escape(letter)
