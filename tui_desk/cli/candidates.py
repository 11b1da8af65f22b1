"""What may come next on the line: verbs, options, tickets, macros, tags, agents. Reads with sqlite3; imports no Typer.

The options are a table, held equal to what Typer knows by a test: asking Typer would take longer than a person waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tui_desk import paths
from tui_desk.cli.options import OPTIONS, SUBVERBS
from tui_desk.cli.verbs import VERBS
from tui_desk.desk.states import PRIORITIES, STATUSES
from tui_desk.i18n import _

_MOST = 200
_TICKETS = frozenset(("show", "why", "reply", "note", "take", "solve", "close", "reopen", "tag", "spam", "undo"))
_VALUE_FIRST = {"assign": "agents", "status": "statuses", "priority": "priorities", "snooze": "moments", "type": "types"}
_QUERIES = frozenset(("list", "count"))

_CHOICES = {
    "--format": ("jsonl", "mbox", "csv"),
    "-f": ("jsonl", "mbox", "csv"),
    "--by": ("type", "channel", "agent", "tag"),
    "--compare": ("previous", "year", "none"),
    "--on": ("time", "reply", "both"),
    "--language": ("auto", "en", "fr"),
    "--charset": (
        *("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "iso-8859-2", "windows-1250", "windows-1251", "koi8-r", "koi8-u"),
        *("gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "windows-1253", "windows-1254", "windows-1255"),
        *("windows-1256", "windows-1257", "windows-874", "macintosh", "utf-7", "utf-16"),
    ),
}

Candidate = tuple[str, str]


def complete(words: list[str]) -> int:
    """Print the candidates for the last of `words`, one a line: word, tab, what it is.

    In quotes a whole query is one word: its last term is completed, and what stands before it is printed with it.
    """
    before, space, typed = (words[-1] if words else "").rpartition(" ")
    seen = 0
    for word, what in _candidates(words[:-1], typed):
        if word.startswith(typed):
            print(f"{before}{space}{word}\t{what}")
            seen += 1
            if seen == _MOST:
                break
    return 0


def _candidates(before: list[str], typed: str) -> Iterable[Candidate]:
    if not before:
        return [(verb.name, _(verb.help)) for verb in VERBS.values()]
    verb, path = before[0], before[0]
    if verb in SUBVERBS:
        if len(before) == 1 and not typed.startswith("-"):
            return [(name, "") for name in SUBVERBS[verb]]
        path = " ".join(before[:2])
    if typed.startswith("-") and not (verb in _QUERIES and ":" in typed):
        return [(option, "") for option in (*OPTIONS.get(path, ()), "--help", "--profile")]
    return _values(verb, before, path, typed)


def _values(verb: str, before: list[str], path: str, typed: str) -> Iterable[Candidate]:
    last = before[-1]
    if last in _CHOICES:
        return [(name, "") for name in _CHOICES[last]]
    if last in ("--query", "-q"):
        return _query(typed)
    if last in ("--macro", "-m") or path in ("macros show",):
        return _macros()
    if last in ("--add", "--remove", "-a", "-r") or path == "bulk tag":
        return _tags()
    if last == "--status" or path == "bulk status":
        return [(name, "") for name in STATUSES]
    if path == "bulk assign":
        return _agents()
    if verb in _VALUE_FIRST and len(before) == 1:
        return _first(_VALUE_FIRST[verb])
    if verb in _TICKETS or verb in _VALUE_FIRST or path in ("bulk reply", "macros rank"):
        return _tickets()
    if verb in _QUERIES:
        return _query(typed)
    if path in ("quarantine show", "quarantine retry"):
        return _kept()
    if verb == "kpi":
        return [(name, "") for name in ("month", "7d", "quarter", "year", "all")]
    return [("bash", ""), ("zsh", ""), ("fish", "")] if verb == "completion" else ()


def _first(kind: str) -> Iterable[Candidate]:
    match kind:
        case "agents":
            return _agents()
        case "statuses":
            return [(name, "") for name in STATUSES]
        case "priorities":
            return [(name, "") for name in PRIORITIES]
        case "types":
            from tui_desk.desk.states import TYPES

            return [(name, "") for name in TYPES]
        case _:
            return [(word, "") for word in ("2h", "1d", "3d", "1w", "tomorrow", "monday", "wake")]


def _tickets() -> Iterator[Candidate]:
    from tui_desk.service import Desk

    with Desk.open() as desk:
        for row in desk.queue.page("is:open", limit=_MOST):
            yield row.number, f"{row.requester_name or row.requester}: {row.subject}"


def _kept() -> Iterator[Candidate]:
    from tui_desk.service import Desk

    with Desk.open() as desk:
        for mail in desk.quarantine.list()[:_MOST]:
            yield mail.id, f"{mail.sender}: {mail.subject}"


def _tags() -> Iterator[Candidate]:
    from tui_desk.service import Desk

    with Desk.open() as desk:
        yield from ((tag, str(count)) for tag, count in desk.tickets.tags())


def _queues() -> Iterator[Candidate]:
    from tui_desk.service import Desk

    with Desk.open() as desk:
        yield from ((name, "") for name in desk.queue.names)


def _agents() -> Iterator[Candidate]:
    from tui_desk.service import Desk

    with Desk.open() as desk:
        yield from ((name, "") for name in (*desk.tickets.agents(), "me", "none"))


def _macros() -> Iterator[Candidate]:
    """Names and titles without reading the files as TOML: the title's line is enough here."""
    profile = paths.profile()
    for folder in (paths.shipped("macros"), paths.config_root() / "macros", profile.config_dir / "macros"):
        for file in sorted(folder.glob("*.md")):
            found = re.search(r'^title\s*=\s*"(.*)"', file.read_text(encoding="utf-8", errors="replace")[:2000], re.MULTILINE)
            yield file.stem, found[1] if found else ""


_KEYS = ("is:", "assignee:", "tag:", "queue:", "from:", "status:", "priority:", "older:", "newer:", "has:attachment", "sla:")


def _query(typed: str) -> Iterator[Candidate]:
    """Keys of the query language, or the values of the key that stands there already (`tag:`, `-tag:`, `assignee:`)."""
    dash = "-" if typed.startswith("-") else ""
    key, colon, _value = typed.removeprefix("-").partition(":")
    if not colon:
        for name in _KEYS:
            yield dash + name, ""
        key = "is"
    for name, what in _of_key(key):
        yield f"{dash}{key}:{name}", what


def _of_key(key: str) -> Iterable[Candidate]:
    match key:
        case "is":
            return [(name, "") for name in ("open", "new", "pending", "solved", "closed", "unassigned", "snoozed")]
        case "status":
            return [(name, "") for name in STATUSES]
        case "priority":
            return [(name, "") for name in PRIORITIES]
        case "tag":
            return _tags()
        case "assignee":
            return _agents()
        case "queue":
            return _queues()
    return ()
