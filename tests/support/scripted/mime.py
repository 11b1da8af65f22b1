"""The parts of a message by their numbers, and its BODYSTRUCTURE (RFC 9051 7.5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.support.scripted.grammar import header

_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)", re.MULTILINE)
_PARAMETER = re.compile(rb';\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')


@dataclass(slots=True)
class Part:
    """A part: its header, its body, and what is in it."""

    head: bytes
    body: bytes
    type: bytes = b"text/plain"
    parameters: dict[bytes, bytes] = field(default_factory=dict)
    inner: list[Part] = field(default_factory=list)

    def value(self, name: bytes) -> bytes:
        """A header field's, on one line."""
        for found, value in _FIELD.findall(self.head):
            if found.lower() == name:
                return bytes(re.sub(rb"\r\n[ \t]+", b" ", value)).strip()
        return b""


def read(raw: bytes) -> Part:
    """A message's (or a part's) tree."""
    head = header(raw)
    part = Part(head, raw[len(head) :])
    told = part.value(b"content-type")
    if b"/" in told:
        part.type = told.split(b";")[0].strip().lower()
        part.parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(told)}
    boundary = part.parameters.get(b"boundary", b"")
    if part.type.startswith(b"multipart/") and boundary:
        part.inner = [read(piece) for piece in _between(b"\r\n" + part.body, b"\r\n--" + boundary)]
    return part


def _between(body: bytes, mark: bytes) -> Iterator[bytes]:
    """What lies between the lines that begin with `mark`, which may have two dashes and blanks behind them."""
    begun, at = -1, body.find(mark)
    while at >= 0:
        end = body.find(b"\r\n", at + 2)
        line = body[at + len(mark) : end if end >= 0 else len(body)]
        if not line.removeprefix(b"--").strip():
            if begun >= 0:
                yield body[begun:at] if begun <= at else b""
            begun = end + 2 if end >= 0 else len(body)
            if line.startswith(b"--"):
                return
        at = body.find(mark, end if end >= 0 else len(body))


def section(root: Part, path: str) -> bytes | None:
    """BODY[path]; None where there is none."""
    numbers, _, rest = re.match(r"([\d.]*?)(\.?)([A-Z.]*)\Z", path).groups()  # type: ignore[union-attr]
    part: Part | None = root
    for number in [int(n) for n in numbers.split(".") if n]:
        if part is not None and part.type == b"message/rfc822" and part is not root:
            part = read(part.body)
        if part is None or (not part.inner and number != 1) or number > max(1, len(part.inner)):
            return None
        part = part.inner[number - 1] if part.inner else part
    if part is None:
        return None
    match rest:
        case "MIME":
            return part.head
        case "HEADER":
            return part.head if not numbers else header(part.body)
        case "TEXT":
            return part.body if not numbers else part.body[len(header(part.body)) :]
        case _:
            return part.body if numbers else part.head + part.body


def structure(part: Part) -> bytes:
    """BODYSTRUCTURE, with the extension data that names files."""
    if part.inner:
        kind = part.type.partition(b"/")[2].upper()
        return (
            b"(" + b"".join(map(structure, part.inner)) + b" " + quoted(kind) + b" " + _list(part.parameters) + b" NIL NIL NIL)"
        )
    main, _, sub = part.type.partition(b"/")
    basic = [quoted(main.upper()), quoted(sub.upper()), _list(part.parameters), quoted(part.value(b"content-id")), b"NIL"]
    basic += [quoted(part.value(b"content-transfer-encoding").upper() or b"7BIT"), b"%d" % len(part.body)]
    lines = b"%d" % part.body.count(b"\n")
    if part.type == b"message/rfc822":
        inner = read(part.body)
        basic += [b"(NIL " + quoted(inner.value(b"subject")) + b" NIL NIL NIL NIL NIL NIL NIL NIL)", structure(inner), lines]
    elif main == b"text":
        basic.append(lines)
    return b"(" + b" ".join([*basic, b"NIL", _disposition(part), b"NIL", b"NIL"]) + b")"


def _disposition(part: Part) -> bytes:
    told = part.value(b"content-disposition")
    if not told:
        return b"NIL"
    named = {name.lower(): inner or plain for name, inner, plain in _PARAMETER.findall(told)}
    return b"(" + quoted(told.split(b";")[0].strip().upper()) + b" " + _list(named) + b")"


def _list(parameters: dict[bytes, bytes]) -> bytes:
    if not parameters:
        return b"NIL"
    return b"(" + b" ".join(quoted(name.upper()) + b" " + quoted(value) for name, value in parameters.items()) + b")"


def quoted(text: bytes) -> bytes:
    """A quoted string, or a literal where none can hold it; NIL for none."""
    if not text:
        return b"NIL"
    if re.search(rb"[\r\n\0\x80-\xff]", text):
        return b"{%d}\r\n" % len(text) + text
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
