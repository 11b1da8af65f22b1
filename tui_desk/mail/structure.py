"""BODYSTRUCTURE (RFC 9051 7.5.2): how a server says a message is built. A hint: `mail.skeleton` verifies what is made of it."""

from __future__ import annotations

from collections.abc import Iterator

from tui_desk.mail.mime import MAX_DEPTH, MAX_PARTS
from tui_desk.values import dataclass

Word = bytes | list["Word"]
"""A word of an IMAP answer, or words in parentheses."""
_MOST = 1 << 40
"""Octets that no part has."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part: IMAP's number for it ("" is the message itself), type/subtype in lower case, encoded bytes, its parts."""

    section: str
    kind: str
    octets: int = 0
    children: tuple[Node, ...] = ()

    def leaves(self) -> Iterator[Node]:
        """The parts that hold no parts, in order. A message in a message is one of them."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def inner(self) -> Iterator[Node]:
        """Every part below the message itself, in order."""
        for child in self.children:
            yield child
            yield from child.inner()


def read(words: Word) -> Node | None:
    """What `words` say; None where they make no sense, or speak of more than a mail may hold."""
    try:
        return _Reader().node(words, "", 1)
    except (ValueError, TypeError, IndexError):
        return None


class _Reader:
    """One reading, bounded in parts and depth."""

    def __init__(self) -> None:
        self._parts = 0

    def node(self, words: Word, section: str, depth: int) -> Node:
        self._parts += 1
        if isinstance(words, bytes) or depth > MAX_DEPTH or self._parts > MAX_PARTS:
            raise ValueError(section)
        if isinstance(words[0], list):
            return self._multipart(words, section, depth)
        main, sub = _text(words[0]), _text(words[1])
        octets = int(_text(words[6]))
        if main == "multipart" or not 0 <= octets < _MOST:
            raise ValueError(section)
        return Node(section or "1", f"{main}/{sub}", octets)

    def _multipart(self, words: list[Word], section: str, depth: int) -> Node:
        parts: list[Node] = []
        for word in words:
            if isinstance(word, bytes):
                break
            parts.append(self.node(word, f"{section}.{len(parts) + 1}" if section else str(len(parts) + 1), depth + 1))
        return Node(section, "multipart/" + _text(words[len(parts)]), 0, tuple(parts))


def _text(word: Word) -> str:
    if isinstance(word, list):
        raise TypeError(word)
    return word.decode("ascii").strip().lower()
