"""The verbs that must start at once: their plain forms are read here, without Typer. Whatever is unusual, Typer gets.

`desk list` runs from prompts, status bars and completions, `desk sync` from timers. Both ways end in the same functions of
`read` and `once`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tui_desk.cli.globals import Globals

_FORMATS = {"--json": "json", "--jsonl": "jsonl", "--ids": "ids", "--fail-empty": "fail_empty"}


class _Line(NamedTuple):
    """A command line of the plain kind."""

    words: list[str]
    switches: dict[str, bool]
    limit: int | None = None


def run(options: Globals, argv: Sequence[str]) -> int | None:
    """The exit code, or None where this line is not of the plain kind."""
    if not argv or (argv[0] not in ("_complete", "sync") and argv[0] not in _VERBS):
        return None
    # A command that reads and ends leaves no garbage worth looking for.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _run(argv[0], argv[1:])
    finally:
        if collects:
            gc.enable()


def _run(verb: str, words: Sequence[str]) -> int | None:
    if verb == "_complete":
        from tui_desk.cli.candidates import complete

        return complete(list(words))
    if verb == "sync":
        return _sync(words)
    line = _plain(words)
    return None if line is None else _VERBS[verb](line)


def _plain(argv: Sequence[str]) -> _Line | None:
    """The line's parts; None where it holds anything but words, the format switches and --limit."""
    words: list[str] = []
    switches: dict[str, bool] = {}
    limit: int | None = None
    position = 0
    while position < len(argv):
        word = argv[position]
        position += 1
        if word in _FORMATS:
            switches[_FORMATS[word]] = True
        elif word in ("--limit", "-n") and position < len(argv) and argv[position].isdigit():
            limit = int(argv[position])
            position += 1
        elif word == "--":
            words += argv[position:]
            break
        elif word.startswith("-") and not _negated(word):
            return None
        else:
            words.append(word)
    return _Line(words, switches, limit)


def _negated(word: str) -> bool:
    """A term of a query such as `-tag:vip`: a dash, then a key."""
    return word[1:2].isalpha() and ":" in word


def _asked(line: _Line) -> Any:
    from tui_desk.cli.read import Asked

    return Asked(**line.switches, limit=line.limit)


def _list(line: _Line) -> int | None:
    from tui_desk.cli.read import list_tickets

    return list_tickets(line.words, _asked(line))


def _count(line: _Line) -> int | None:
    from tui_desk.cli.read import count_tickets

    return count_tickets(line.words, _asked(line)) if line.limit is None else None


def _next(line: _Line) -> int | None:
    from tui_desk.cli.read import next_ticket

    return next_ticket(_asked(line)) if not line.words and line.limit is None else None


def _views(line: _Line) -> int | None:
    from tui_desk.cli.read import list_views

    return list_views(_asked(line)) if not line.words and line.limit is None else None


def _search(line: _Line) -> int | None:
    from tui_desk.cli.read import search

    return search(line.words, _asked(line))


def _show(line: _Line) -> int | None:
    from tui_desk.cli.read import show

    return show(line.words[0], _asked(line)) if len(line.words) == 1 and line.limit is None and line.words[0] != "-" else None


_SYNC = frozenset({"--json", "--quiet", "-q", "--recent"})


def _sync(words: Sequence[str]) -> int | None:
    """A pass from a timer."""
    if not _SYNC.issuperset(words):
        return None
    from tui_desk.cli import once

    # It may take long after all, so garbage is looked for; but not while the modules are loaded: hardly any of that is.
    thresholds = gc.get_threshold()
    gc.set_threshold(50_000, *thresholds[1:])
    gc.enable()
    try:
        return once.sync(recent="--recent" in words, json="--json" in words, quiet="--quiet" in words or "-q" in words)
    finally:
        gc.set_threshold(*thresholds)


_VERBS: dict[str, Callable[[_Line], int | None]] = {
    "list": _list,
    "count": _count,
    "next": _next,
    "views": _views,
    "search": _search,
    "show": _show,
}
