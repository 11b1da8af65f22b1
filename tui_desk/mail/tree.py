"""Which mail of many answers which: the reply tree of their References and In-Reply-To (RFC 5322 3.6.4).

The desk places one mail after the other (`desk/intake.py`); this is the same rule for a heap of them at once, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from tui_desk.mail.parse import parse
from tui_desk.mail.types import Mail


class Place(TypedDict):
    """`parent_message_id`: None for the first of a thread. `thread`: the same for all mails of one."""

    parent_message_id: str | None
    thread: str


def of_files(files: Iterable[tuple[str, bytes]]) -> dict[str, Place]:
    """The place of each (name, raw bytes), by name."""
    named = [(name, parse(raw)) for name, raw in files]
    placed = places([mail for _, mail in named])
    return {name: place for (name, _), place in zip(named, placed, strict=True)}


def places(mails: Sequence[Mail]) -> list[Place]:
    """The place of each mail. Threads are joined by any id that two mails share, whatever order they are given in."""
    parents = _parents(mails)
    roots: dict[str, str] = {}
    for mail in mails:
        for other in (*mail.references, *mail.in_reply_to):
            _join(roots, mail.message_id, other)
    return [{"parent_message_id": parents.get(mail.message_id), "thread": _root(roots, mail.message_id)} for mail in mails]


def _parents(mails: Sequence[Mail]) -> dict[str, str]:
    """The mail that each answers: the one In-Reply-To names, else the last of References that is here.

    Where In-Reply-To names a mail that neither is here nor stands in References, a gateway has rewritten ids and the order of
    References says nothing: then it is the deepest that they name, of equals the oldest.
    """
    here = {mail.message_id: mail for mail in sorted(mails, key=lambda mail: mail.date or 0, reverse=True)}
    answered: dict[str, str] = {}
    for name, mail in here.items():
        _adopt(answered, name, [other for other in mail.in_reply_to if other in here][:1])
    parents = dict(answered)
    for name, mail in reversed(here.items()):
        if name not in parents:
            known = [other for other in reversed(mail.references) if other in here and other != name]
            if mail.in_reply_to and not set(mail.in_reply_to) & set(mail.references):
                known.sort(key=lambda other: (-_depth(answered, other), here[other].date or 0))
            _adopt(parents, name, known)
    return parents


def _adopt(parents: dict[str, str], name: str, candidates: Sequence[str]) -> None:
    """The first candidate that is not below `name` becomes its parent."""
    parent = next((other for other in candidates if name not in _line(parents, other)), None)
    if parent is not None:
        parents[name] = parent


def _line(parents: dict[str, str], name: str) -> list[str]:
    """`name` and all above it."""
    line = [name]
    while name in parents:
        name = parents[name]
        line.append(name)
    return line


def _depth(parents: dict[str, str], name: str) -> int:
    return len(_line(parents, name))


def _root(roots: dict[str, str], name: str) -> str:
    while (above := roots.get(name, name)) != name:
        roots[name] = roots.get(above, above)
        name = above
    return name


def _join(roots: dict[str, str], one: str, other: str) -> None:
    roots[_root(roots, one)] = _root(roots, other)
