"""The commands that change a mailbox: STORE, COPY, MOVE, UID EXPUNGE, CREATE (RFC 9051, 4315, 6851, 7162)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable

from tui_desk.transport import answers
from tui_desk.transport.base import Copied, Marked, Refused
from tui_desk.transport.framing import Response
from tui_desk.transport.sets import batches

Run = Callable[[bytes], list[Response]]


def store(run: Run, uids: Iterable[int], add: Iterable[str], remove: Iterable[str], unchanged_since: int, most: int) -> Marked:
    """First what is added, then what is taken off; what was changed meanwhile is not touched at all. `most` UIDs a command."""
    flags: dict[int, tuple[str, ...]] = {}
    modified: set[int] = set()
    for members in [members for _words, members in batches(uids, most)]:
        for sign, names in ((b"+", tuple(add)), (b"-", tuple(remove))):
            # Our own addition moves the mod-sequence on: only the first of the two can ask for it.
            since = unchanged_since if sign == b"+" or not add else 0
            for words, _members in batches(members - modified) if names else ():
                told, left = _store(run, words, sign, names, since)
                flags |= told
                modified |= left
    return Marked(flags, frozenset(modified))


def _store(
    run: Run, words: bytes, sign: bytes, names: tuple[str, ...], since: int
) -> tuple[dict[int, tuple[str, ...]], set[int]]:
    condition = b" (UNCHANGEDSINCE %d)" % since if since else b""
    command = b"UID STORE " + words + condition + b" " + sign + b"FLAGS (" + " ".join(names).encode("ascii") + b")"
    try:
        responses = run(command)
    except Refused as error:
        left = answers.modified(error.answer.encode("utf-8", "replace"))
        if not left:
            raise
        return {}, set(left)
    told = {item.uid: item.flags for r in responses if (item := answers.fetch_data(r)) and item.uid and item.flags is not None}
    return told, set(answers.modified(responses[-1].line))


def transfer(run: Run, verb: bytes, uids: Iterable[int], folder: bytes, most: int) -> Copied:
    """UID COPY or UID MOVE, `most` UIDs a command; `folder` as it goes on the wire."""
    uidvalidity, found = 0, dict[int, int]()
    for words, _members in batches(uids, most):
        part = answers.copied(run(b"UID " + verb + b" " + words + b" " + folder))
        uidvalidity = part.uidvalidity or uidvalidity
        found |= part.uids
    return Copied(uidvalidity, found)


def expunge(run: Run, uids: Iterable[int], most: int) -> None:
    """UID EXPUNGE, `most` UIDs a command."""
    for words, _members in batches(uids, most):
        run(b"UID EXPUNGE " + words)


def create(run: Run, folder: bytes) -> None:
    """CREATE; that it cannot be subscribed to is no harm."""
    run(b"CREATE " + folder)
    with contextlib.suppress(Refused):
        run(b"SUBSCRIBE " + folder)
