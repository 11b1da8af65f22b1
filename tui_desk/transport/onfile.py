"""A message over the size cap that lies in a file: its skeleton (ADR 8), and its large parts when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tui_desk.mail import mime, skeleton
from tui_desk.mail.structure import Node
from tui_desk.transport.letters import PIECE
from tui_desk.transport.message import KEPT_OF_LARGE


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a part's header begins, its body begins, and it ends."""

    start: int
    body: int
    end: int


def skeleton_of(file: BinaryIO, size: int) -> bytes:
    """The message without its large parts; the beginning of it where its structure makes no sense."""
    try:
        walk = _Walk(file, size)
        asked = skeleton.plan(walk.root)
        heads = {name: walk.bytes_of(span.start, span.body) for name, span in walk.spans.items()}
        bodies = {w.section: walk.bytes_of(s.body, min(s.end, s.body + w.most)) for w in asked for s in [walk.spans[w.section]]}
        if walk.root.section:  # no multipart: its header is that of the message
            heads[""] = heads[walk.root.section]
        raw = skeleton.assemble(walk.root, heads, bodies, asked)
    except ValueError:
        raw = None
    if raw is None:
        file.seek(0)
        raw = skeleton.beginning(file.read(KEPT_OF_LARGE), size)
    return raw


def part(file: BinaryIO, size: int, section: str) -> Iterator[bytes]:
    """The bytes of part `section` ("": the whole message), encoded as they lie there. Nothing where there is no such part."""
    span = _Span(0, 0, size) if not section else _span(file, size, section)
    if span is not None:
        file.seek(span.body)
        left = span.end - span.body
        while left and (data := file.read(min(PIECE, left))):
            left -= len(data)
            yield data


def part_head(file: BinaryIO, size: int, section: str) -> bytes:
    """The header of part `section`; b"" where there is no such part."""
    span = _span(file, size, section)
    if span is None:
        return b""
    file.seek(span.start)
    return file.read(min(span.body - span.start, skeleton.HEAD))


def _span(file: BinaryIO, size: int, section: str) -> _Span | None:
    try:
        return _Walk(file, size).spans.get(section)
    except ValueError:
        return None


class _Walk:
    """The structure of a message, found by reading its file once; bounded in parts and levels."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._parts = 0
        self.spans: dict[str, _Span] = {}
        self.root = self._node(0, size, "", 1, "text/plain")

    def bytes_of(self, start: int, end: int) -> bytes:
        """The bytes between two places."""
        self._file.seek(start)
        return self._file.read(max(end - start, 0))

    def _node(self, start: int, end: int, section: str, depth: int, default: str) -> Node:
        self._parts += 1
        if depth > mime.MAX_DEPTH or self._parts > mime.MAX_PARTS:
            raise ValueError(section)
        head = self.bytes_of(start, min(end, start + skeleton.HEAD))
        found = mime.Part(head, 0, len(head), default)
        body = start + found.start
        children: list[Node] = []
        boundary = found.parameters.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
        if found.content_type.startswith("multipart/") and boundary:
            below = "message/rfc822" if found.content_type == "multipart/digest" else "text/plain"
            for n, (first, last) in enumerate(self._slices(body, end, boundary), 1):
                children.append(self._node(first, last, f"{section}.{n}" if section else str(n), depth + 1, below))
        if children:
            self.spans[section] = _Span(start, body, end)
            return Node(section, found.content_type, 0, tuple(children))
        section = section or "1"
        self.spans[section] = _Span(start, body, end)
        return Node(section, found.content_type, end - body)

    def _slices(self, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """(start, end) of each part of a multipart (RFC 2046 5.1.1)."""
        mark, begun = b"--" + boundary, -1
        for at in list(self._found(b"\n" + mark, start - 1, end)):
            line = self.bytes_of(at + 1, min(at + 1 + len(mark) + 256, end)).partition(b"\n")[0]
            last = line[len(mark) : len(mark) + 2] == b"--"
            if line[len(mark) + 2 * last :].strip():
                continue
            if begun >= 0:
                yield begun, max(begun, at - (self.bytes_of(at - 1, at) == b"\r"))
            begun = at + 1 + len(line) + 1
            if last:
                return
        if begun >= 0:
            yield min(begun, end), end

    def _found(self, what: bytes, start: int, end: int) -> Iterator[int]:
        """Every place of `what`; a few hundred thousand are too many."""
        at, data, count = start, b"", 0
        while at < end:
            data = self.bytes_of(at, min(at + PIECE + len(what), end))
            found = data.find(what)
            while 0 <= found < PIECE:
                count += 1
                if count > 2 * mime.MAX_PARTS:
                    raise ValueError(what)
                yield at + found
                found = data.find(what, found + 1)
            at += PIECE
