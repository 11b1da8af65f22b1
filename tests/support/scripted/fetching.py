"""FETCH answers, as the behaviour wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from tests.support.scripted import mime
from tests.support.scripted.behaviour import Behaviour
from tests.support.scripted.grammar import header
from tests.support.scripted.mailstore import Message
from tests.support.scripted.mime import quoted

__all__ = ["answer", "epoch", "numbered", "quoted"]

_BODY = re.compile(rb"BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE)

_tree = lru_cache(maxsize=8)(mime.read)


def answer(does: Behaviour, number: int, uid: int, message: Message, items: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of FETCH for one message; in two pieces where the behaviour has it so."""
    told = {item.upper() if b"[" not in item else item: _item(does, uid, message, item) for item in items}
    bodies = [word for name, word in told.items() if b"[" in name]
    rest = [word for name, word in told.items() if b"[" not in name]
    if does.order == "pieces" and bodies and b"FLAGS" in told:
        yield b"* %d FETCH (%s)" % (number, b" ".join([told[b"FLAGS"], b"UID %d" % uid]))
        rest = [word for name, word in told.items() if b"[" not in name and name != b"FLAGS"]
        yield b"* %d FETCH (%s)" % (number, b" ".join([*bodies, *rest]))
    else:
        yield b"* %d FETCH (%s)" % (number, b" ".join([*rest, *bodies]))


def _item(does: Behaviour, uid: int, message: Message, item: bytes) -> bytes:
    match item.upper():
        case b"UID":
            return b"UID %d" % uid
        case b"FLAGS":
            return b"FLAGS (%s)" % " ".join(sorted(message.flags)).encode()
        case b"INTERNALDATE":
            return b'INTERNALDATE "%s"' % datetime.fromtimestamp(message.at, UTC).strftime("%d-%b-%Y %H:%M:%S +0000").encode()
        case b"RFC822.SIZE":
            return b"RFC822.SIZE %d" % (len(message.raw) + does.size_error)
        case b"MODSEQ":
            return b"MODSEQ (%d)" % message.modseq
        case b"BODYSTRUCTURE":
            return b"BODYSTRUCTURE " + mime.structure(_tree(message.raw))
        case b"ENVELOPE":
            return b"ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
        case b"RFC822":
            return b"RFC822 " + _literal(message.raw)
        case _:
            return _body(message, item)


def _body(message: Message, item: bytes) -> bytes:
    asked = _BODY.fullmatch(item)
    if asked is None:
        raise ValueError(item)
    section, start, count = asked.groups()
    data = _section(message.raw, section.decode())
    name = b"BODY[" + section + b"]"
    if start is not None:
        name += b"<" + start + b">"
        data = data if data is None else data[int(start) : int(start) + int(count)]
    return name + b" " + (b"NIL" if data is None else _literal(data))


def _section(raw: bytes, section: str) -> bytes | None:
    if not section:
        return raw
    fields = re.match(r"HEADER\.FIELDS \((.*)\)", section, re.IGNORECASE)
    if fields is None:
        return mime.section(_tree(raw), section.upper())
    names = {name.lower().encode() for name in fields[1].split()}
    lines = re.findall(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*\r\n", header(raw))
    return b"".join(line for line in lines if line.split(b":")[0].strip().lower() in names) + b"\r\n"


def numbered(found: Iterable[int]) -> bytes:
    """A set, with ranges."""
    runs: list[list[int]] = []
    for n in sorted(found):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in runs)


def epoch(text: str) -> int:
    """INTERNALDATE in epoch seconds."""
    return int(datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z").timestamp())


def _literal(data: bytes) -> bytes:
    return b"{%d}\r\n" % len(data) + data
