"""The messages of an mbox file, streamed: mboxrd, mboxo, mboxcl and mboxcl2 (RFC 4155 and its relatives).

A message begins with a line "From sender date". Such a line inside a message is quoted with ">", or not at all where
Content-Length tells how long the message is. Neither is trusted blindly: a separator has a date (where the file's first
has one) and is followed by a header; a Content-Length counts where a separator or the end of the file stands behind it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tui_desk.errors import ProtocolError
from tui_desk.i18n import _
from tui_desk.transport.letters import PIECE, Letter, Sink

AHEAD = 32 << 20
"""Bytes that are read ahead to verify a Content-Length."""
_LOOK = 4096
"""Bytes looked at of a line that may be a separator, and of what follows it."""
_HEAD = 256 << 10
_MARK = b"\nFrom "
HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_END_OF_HEADER = re.compile(rb"\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MONTHS = {m: n for n, m in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_WHEN = re.compile(
    rb"\s(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+(?:(?P<day>\d{1,2})[ -])?\s*(?P<month>" + b"|".join(_MONTHS) + rb")[a-z]*"
    rb"(?:\s+(?P<day2>\d{1,2}))?(?:[ ,-]\s*(?P<year>\d{4}))?\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    rb"(?:\s+(?P<zone>[+-]\d{4}|[a-z]{1,5}))?(?:\s+(?P<year2>\d{4}))?(?:\s+(?P<zone2>[+-]\d{4}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of an mbox: where its separator stands, the separator's date (epoch seconds; None: it has none)."""

    offset: int
    at: int | None
    letter: Letter


def is_mbox(beginning: bytes) -> bool:
    """Whether a file that begins so is an mbox."""
    return beginning.lstrip(b"\r\n").startswith(b"From ")


def split(stream: BinaryIO, cap: int) -> Iterator[Entry]:
    """The messages of an mbox, in order; those over `cap` bytes in temporary files. Raises ProtocolError where it is none."""
    window = _Window(stream)
    at = window.first()
    if at is None:
        return
    if not window.starts(at, b"From "):
        raise ProtocolError(_("This is no mailbox file: it does not begin with a line “From …”."))
    dated = date_of(window.line(at)) is not None
    while not window.over(at):
        line = window.line(at)
        begin = at + len(line)
        sink = Sink(cap)
        told = _by_length(window, begin, dated=dated)
        if told is None:
            end = _scan(window, begin, sink, dated=dated)
            letter = sink.close(unquote=True, separated=True)
        else:
            data, end = window.slice(begin, told[0]), told[1]
            sink.add(data)
            letter = sink.close(unquote=_MARK not in data, separated=False)  # mboxcl2 quotes nothing
        yield Entry(at, date_of(line), letter)
        window.drop(end)
        at = end


def date_of(line: bytes) -> int | None:
    """The date of a separator in epoch seconds (UTC where no offset is told); None where it has none."""
    found = _WHEN.search(line)
    if found is None:
        return None
    year, day = found["year"] or found["year2"], found["day"] or found["day2"]
    if not year or not day or not 0 < int(day) < 32 or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        return None
    month = _MONTHS[found["month"].lower()]
    clock = int(found["hour"]), int(found["minute"]), min(int(found["second"] or 0), 59)
    zone = found["zone"] or found["zone2"] or b""
    away = int(zone[1:3]) * 3600 + int(zone[3:]) * 60 if zone[:1] in (b"+", b"-") and zone else 0
    return calendar.timegm((int(year), month, int(day), *clock)) - (-away if zone[:1] == b"-" else away)


def _scan(window: _Window, begin: int, sink: Sink, *, dated: bool) -> int:
    """Feed `sink` up to the next separator; returns where that stands, or the end of the file."""
    done, search = begin, begin - 1
    while True:
        found = window.find(_MARK, search)
        if found is None:
            kept = window.end_known if window.ended else max(done, window.end_known - len(_MARK) + 1)
            sink.add(window.slice(done, kept))
            if window.ended:
                return kept
            done, search = kept, max(begin - 1, window.end_known - len(_MARK) + 1)
            window.drop(kept - 4)
            window.fill()
            continue
        at = found + 1
        if _separates(window, at, dated=dated):
            sink.add(window.slice(done, at))
            return at
        search = at


def _separates(window: _Window, at: int, *, dated: bool) -> bool:
    """Whether the line "From …" at `at` begins a message."""
    window.need(at + _LOOK)
    look = window.slice(at, at + _LOOK)
    line, newline, rest = look.partition(b"\n")
    if not newline and not window.over(at + len(look)):
        return False
    if not (HEADER_LINE.match(rest) or not rest):
        return False
    if dated:
        return date_of(line) is not None
    return window.slice(max(at - 3, 0), at).endswith((b"\n\n", b"\n\r\n"))


def _by_length(window: _Window, begin: int, *, dated: bool) -> tuple[int, int] | None:
    """Where the message ends by its Content-Length and where the next begins, if one does, or the file ends; else None."""
    head = window.head(begin)
    found = _LENGTH.search(head) if head else None
    if found is None or int(found[1]) > AHEAD:
        return None
    target = begin + len(head) + int(found[1])
    window.need(target + _LOOK)
    if target > window.end_known:
        return None
    behind = window.slice(target, target + 4)
    following = target + len(behind) - len(behind.lstrip(b"\r\n"))
    if window.over(following):
        return target, following
    if window.slice(following - 1, following) == b"\n" and window.starts(following, b"From "):
        return (target, following) if _separates(window, following, dated=dated) else None
    return None


class _Window:
    """A part of the file in memory. Positions are offsets in the file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._data = b""
        self._base = 0
        self.ended = False

    @property
    def end_known(self) -> int:
        """How far the file has been read."""
        return self._base + len(self._data)

    def fill(self) -> None:
        """Read on."""
        more = self._stream.read(PIECE)
        if more:
            self._data += more
        else:
            self.ended = True

    def need(self, upto: int) -> None:
        """Read until `upto` is in the window, or the file ends."""
        if self.end_known >= upto or self.ended:
            return
        pieces = [self._data]
        have = self.end_known
        while have < upto and not self.ended:
            more = self._stream.read(PIECE)
            self.ended = not more
            have += len(more)
            pieces.append(more)
        self._data = b"".join(pieces)

    def over(self, at: int) -> bool:
        """Whether the file ends at `at`."""
        self.need(at + 1)
        return at >= self.end_known

    def first(self) -> int | None:
        """Where the first line stands that is not empty; None in an empty file."""
        at = 0
        while not self.over(at):
            if self._data[at : at + 1] not in (b"\r", b"\n"):
                return at
            at += 1
        return None

    def starts(self, at: int, prefix: bytes) -> bool:
        """Whether `prefix` stands at `at`."""
        self.need(at + len(prefix))
        return self._data.startswith(prefix, at - self._base)

    def line(self, at: int) -> bytes:
        """The line at `at`, its end included."""
        size = _LOOK
        while True:
            self.need(at + size)
            end = self._data.find(b"\n", at - self._base)
            if end >= 0:
                return self._data[at - self._base : end + 1]
            if self.ended:
                return self._data[at - self._base :]
            size *= 2

    def head(self, at: int) -> bytes:
        """The header at `at` with the empty line that ends it; b"" where there is none within reason."""
        size = _LOOK
        while size <= _HEAD:
            self.need(at + size)
            found = _END_OF_HEADER.search(self._data, max(at - self._base - 1, 0), at - self._base + size)
            if found:
                return self._data[at - self._base : found.end()]
            if self.ended:
                break
            size *= 4
        return b""

    def find(self, what: bytes, start: int) -> int | None:
        """Where `what` stands in the window from `start` on."""
        found = self._data.find(what, max(start - self._base, 0))
        return None if found < 0 else self._base + found

    def slice(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`, as far as they are in the window."""
        return self._data[max(start - self._base, 0) : max(end - self._base, 0)]

    def drop(self, upto: int) -> None:
        """What stands before `upto` is not needed any more. Cheap: done when it is worth it."""
        if upto - self._base >= max(PIECE, len(self._data) // 2):
            self._data = self._data[upto - self._base :]
            self._base = upto
