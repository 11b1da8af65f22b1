"""IMAP on the wire (RFC 9051 section 9): bytes in, whole responses out. Pure and incremental, and strict.

Every response must begin with "* ", "+" or a tag that we gave out, and a literal must be followed by a space, a closing
parenthesis or the end of the line. Without that, bytes injected into a stream were stored as mail.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from tui_desk.errors import ProtocolError
from tui_desk.i18n import _
from tui_desk.values import dataclass

MAX_LINE = 64 * 1024 * 1024
"""Bytes of one line: a plain SEARCH of eight million UIDs still fits."""
MAX_LITERAL = 1024 * 1024 * 1024

_LITERAL = re.compile(rb"\{(\d{1,12})\}\Z")
_TAGGED = re.compile(rb"[0-9A-Za-z]+ (?:OK|NO|BAD)\b", re.IGNORECASE)
_TOKEN = re.compile(
    rb"""[ ]*(?:
        (?P<open>\()|(?P<close>\))
        |"(?P<quoted>(?:[^"\\]|\\.)*)"
        |(?P<atom>[^ ()"\[\]]*\[[^\]]*\][^ ()"]*|[^ ()"]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)

Token = bytes | list["Token"]


@dataclass(frozen=True, slots=True)
class Response:
    """One response: text pieces at the even places of `parts`, literals at the odd ones between them."""

    parts: tuple[bytes, ...]

    @property
    def line(self) -> bytes:
        """The text up to the first literal."""
        return self.parts[0]

    @property
    def tag(self) -> bytes:
        """ "*", "+" or the tag of the command that is answered."""
        return self.parts[0].partition(b" ")[0]


class Framer:
    """Feed it what the socket gives; take whole responses from `next`. `tags` are those of commands under way."""

    def __init__(self, tags: Collection[bytes]) -> None:
        self._tags = tags
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._literal = -1
        self._searched = 0

    @property
    def between(self) -> bool:
        """Nothing has begun: the line may be handed to somebody else."""
        return not self._buffer and not self._parts

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """More bytes from the server."""
        self._buffer += data

    def next(self) -> Response | None:
        """The next whole response; None when more bytes are needed. Raises ProtocolError."""
        while True:
            if self._literal >= 0:
                if not self._take_literal():
                    return None
                continue
            line = self._take_line()
            if line is None:
                return None
            self._check(line)
            self._parts.append(line)
            size = _LITERAL.search(line)
            if size is None:
                response = Response(tuple(self._parts))
                self._parts.clear()
                return response
            self._literal = int(size.group(1))
            if self._literal > MAX_LITERAL:
                raise _trouble(line)

    def _take_literal(self) -> bool:
        if len(self._buffer) < self._literal:
            return False
        with memoryview(self._buffer) as view:
            self._parts.append(bytes(view[: self._literal]))
        del self._buffer[: self._literal]
        self._literal = -1
        return True

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            self._check_begun()
            return None
        if end == 0 or self._buffer[end - 1] != 13:
            raise _trouble(bytes(self._buffer[:80]))
        line = bytes(self._buffer[: end - 1])
        del self._buffer[: end + 1]
        self._searched = 0
        return line

    def _check_begun(self) -> None:
        """A line that never ends, or that begins like no response, is found out before its end."""
        if len(self._buffer) > MAX_LINE or (
            not self._parts and self._buffer and self._buffer[0] not in b"*+" and not self._may_be_tag()
        ):
            raise _trouble(bytes(self._buffer[:80]))

    def _may_be_tag(self) -> bool:
        begun = bytes(self._buffer[:40])
        return any(begun.startswith(tag) or tag.startswith(begun) for tag in self._tags)

    def _check(self, line: bytes) -> None:
        if b"\r" in line or b"\0" in line:
            raise _trouble(line)
        if self._parts:
            if line[:1] not in (b" ", b")", b""):
                raise _trouble(line)
        elif not (line.startswith((b"* ", b"+ ")) or line == b"+"):
            tag = line.partition(b" ")[0]
            if tag not in self._tags or not _TAGGED.match(line):
                raise _trouble(line)


def tokens(parts: tuple[bytes, ...] | list[bytes], skip: int = 0) -> list[Token]:
    """A response's words as nested lists of bytes, from byte `skip` of its first piece. NIL stays b"NIL"."""
    top: list[Token] = []
    stack = [top]
    for place, part in enumerate(parts):
        if place % 2:
            stack[-1].append(part)
            continue
        text = part if place == len(parts) - 1 else part[: part.rindex(b"{")]
        _scan(text, skip if place == 0 else 0, stack)
    if len(stack) != 1:
        raise _trouble(parts[0])
    return top


def _scan(text: bytes, at: int, stack: list[list[Token]]) -> None:
    """Add the words of `text` to the innermost open list."""
    end = len(text.rstrip(b" "))
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise _trouble(text)
        at = found.end()
        match found.lastgroup:
            case "open":
                stack.append([])
                stack[-2].append(stack[-1])
            case "close":
                if len(stack) == 1:
                    raise _trouble(text)
                stack.pop()
            case "quoted":
                quoted = found.group("quoted")
                stack[-1].append(_ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted)
            case _:
                stack[-1].append(found.group("atom"))


def quote(text: str) -> bytes:
    """An IMAP quoted string. Raises ProtocolError where none can hold `text`."""
    raw = text.encode("utf-8")
    if b"\r" in raw or b"\n" in raw or b"\0" in raw:
        raise _trouble(raw)
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _trouble(line: bytes) -> ProtocolError:
    shown = ascii(line[:60].decode("latin-1"))
    return ProtocolError(
        _("The mail server sent something that is not IMAP: %(line)s") % {"line": shown},
        _("The connection was dropped, nothing of it is kept, and it is tried again. If it stays, ask who runs the server."),
    )
