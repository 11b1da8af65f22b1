"""Commands of clients: their words, sets of numbers, and what a SEARCH asks for."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Callable

from tests.support.scripted.mailstore import Message

Word = bytes | list["Word"]
Matches = Callable[[int, int, Message], bool]
"""Of sequence number, UID and message."""

_FLAGS = {b"SEEN": "\\Seen", b"ANSWERED": "\\Answered", b"FLAGGED": "\\Flagged", b"DELETED": "\\Deleted", b"DRAFT": "\\Draft"}
_ATOM = re.compile(rb'[^ ()"\[]*(?:\[[^\]]*\])?[^ ()"]*')


class BadCommand(Exception):
    """It makes no sense."""


def words(pieces: list[bytes]) -> list[Word]:
    """The words of a command: text at the even places of `pieces`, literals at the odd ones."""
    top: list[Word] = []
    stack = [top]
    for place, piece in enumerate(pieces):
        if place % 2:
            stack[-1].append(piece)
        else:
            _scan(piece, stack)
    if len(stack) != 1:
        raise BadCommand("parentheses")
    return top


def _scan(text: bytes, stack: list[list[Word]]) -> None:
    at = 0
    while at < len(text):
        match text[at : at + 1]:
            case b" ":
                at += 1
            case b"(":
                inner: list[Word] = []
                stack[-1].append(inner)
                stack.append(inner)
                at += 1
            case b")":
                stack.pop()
                if not stack:
                    raise BadCommand("parentheses")
                at += 1
            case b'"':
                quoted = re.compile(rb'"((?:[^"\\]|\\.)*)"').match(text, at)
                if quoted is None:
                    raise BadCommand("quotes")
                stack[-1].append(re.sub(rb"\\(.)", rb"\1", quoted[1]))
                at = quoted.end()
            case _:
                atom = _ATOM.match(text, at)
                if atom is None or atom.end() == at:
                    raise BadCommand("an atom")
                stack[-1].append(atom[0])
                at = atom.end()


def numbers(text: bytes, largest: int) -> Callable[[int], bool]:
    """Whether a number is in the set; "*" is `largest`."""
    pairs: list[tuple[int, int]] = []
    for part in text.split(b","):
        ends = [largest if end == b"*" else int(end) if end.isdigit() else 0 for end in part.split(b":")]
        if not 1 <= len(ends) <= 2 or (0 in ends and largest):
            raise BadCommand("a set")
        pairs.append((min(ends), max(ends)))
    return lambda n: any(low <= n <= high for low, high in pairs)


def search(keys: list[Word], largest_number: int, largest_uid: int) -> Matches:
    """All of `keys`."""
    todo = list(keys)
    wanted: list[Matches] = []
    while todo:
        wanted.append(_key(todo, largest_number, largest_uid))
    return lambda number, uid, message: all(fits(number, uid, message) for fits in wanted)


def _key(todo: list[Word], most: int, uidmost: int) -> Matches:
    word = todo.pop(0)
    if isinstance(word, list):
        return search(word, most, uidmost)
    match word.upper():
        case b"ALL":
            return lambda *_: True
        case b"UID":
            inside = numbers(_bytes(todo.pop(0)), uidmost)
            return lambda _number, uid, _message: inside(uid)
        case b"NOT":
            inner = _key(todo, most, uidmost)
            return lambda number, uid, message: not inner(number, uid, message)
        case b"OR":
            one, other = _key(todo, most, uidmost), _key(todo, most, uidmost)
            return lambda number, uid, message: one(number, uid, message) or other(number, uid, message)
        case b"HEADER":
            name, value = _bytes(todo.pop(0)).lower(), _bytes(todo.pop(0)).lower()
            return lambda _number, _uid, message: any(
                line.startswith(name + b":") and value in line
                for line in header(message.raw).replace(b"\r\n ", b" ").lower().split(b"\r\n")
            )
        case b"LARGER" | b"SMALLER" as how:
            size = int(_bytes(todo.pop(0)))
            return lambda _number, _uid, message: len(message.raw) > size if how == b"LARGER" else len(message.raw) < size
        case b"SINCE" | b"BEFORE" as how:
            day = calendar.timegm(time.strptime(_bytes(todo.pop(0)).decode(), "%d-%b-%Y"))
            return lambda _number, _uid, message: (message.at >= day) == (how == b"SINCE")
        case b"MODSEQ":
            since = int(_bytes(todo.pop(0)))
            return lambda _number, _uid, message: message.modseq >= since
        case b"KEYWORD" | b"UNKEYWORD" as how:
            keyword = _bytes(todo.pop(0)).decode()
            return lambda _number, _uid, message: (keyword in message.flags) == (how == b"KEYWORD")
        case name if name.removeprefix(b"UN") in _FLAGS:
            flag = _FLAGS[name.removeprefix(b"UN")]
            return lambda _number, _uid, message: (flag in message.flags) != name.startswith(b"UN")
        case text if text[:1].isdigit() or text[:1] == b"*":
            counted = numbers(text, most)
            return lambda number, _uid, _message: counted(number)
        case other_word:
            raise BadCommand(f"SEARCH {other_word!r}")


def header(raw: bytes) -> bytes:
    """All before the first empty line, and that line."""
    if raw.startswith(b"\r\n"):
        return b"\r\n"
    end = raw.find(b"\r\n\r\n")
    return raw if end < 0 else raw[: end + 4]


def _bytes(word: Word) -> bytes:
    if not isinstance(word, bytes):
        raise BadCommand("a list")
    return word
