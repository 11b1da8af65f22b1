"""The full-text index: what goes in, and how a person's words become an FTS5 query. Standard library only.

Both sides are folded by `text.fold`. Every word of a person is quoted: raw FTS5 queries raise, or mean something else.
"""

from __future__ import annotations

import re

from tui_desk.text import fold

RANKED = 5_000
"""bm25 costs 1.5 microseconds a match: only so many of the newest are ranked."""
LONGEST = 200_000
"""Characters of a body that are indexed."""
PREFIX = 3
"""A word of at least so many letters also finds the words it begins."""

INSERT = "INSERT INTO search (rowid, subject, people, body) VALUES (?, ?, ?, ?)"
DELETE = "INSERT INTO search (search, rowid, subject, people, body) VALUES ('delete', ?, ?, ?, ?)"

_WORD = re.compile(r'"([^"]*)"|(\S+)')
_TERM = re.compile(r"\w+")


def indexed(message_id: int, subject: str, people: str, body: str) -> tuple[int, str, str, str]:
    """The row of a message: the same texts always give the same row, so that it can be taken out again."""
    return message_id, *texts(subject, people, body)


def texts(subject: str, people: str, body: str) -> tuple[str, str, str]:
    """What is indexed of a message."""
    return fold(subject), fold(people), fold(body[:LONGEST])


def match(words: str, *, whole: bool = False) -> str:
    """The FTS5 query for what a person typed: all words, "exact words" as a phrase, the ends of words left open.

    `whole`: no end is left open (any word of any store in no time; an open end costs with what it finds).
    Empty where nothing can be searched for.
    """
    terms = [term(phrase or word, phrase=whole or bool(phrase)) for phrase, word in _WORD.findall(words)]
    return " AND ".join(each for each in terms if each)


def term(text: str, *, phrase: bool = False, prefix: bool = False) -> str:
    """One word (or words in this order) as FTS5 wants it. Open at its end where `prefix` asks, or the word is long enough."""
    inside = _TERM.findall(fold(text))
    if not inside:
        return ""
    open_end = prefix or (not phrase and len(inside[-1]) >= PREFIX)
    return f'"{" ".join(inside)}"' + ("*" if open_end else "")
