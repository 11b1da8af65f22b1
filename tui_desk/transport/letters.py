"""The bytes of one message on their way out of a file: quoting of "From " lines undone, line ends as IMAP has them.

A message over the cap is never in memory: it lies in a temporary file, which goes with the object.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

PIECE = 1 << 20
"""Bytes read and written at once."""
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


class Sink:
    """Takes a message in as the file has it, in memory up to `cap` bytes, and gives it back as a mailbox would show it."""

    def __init__(self, cap: int) -> None:
        self.size = 0
        self._cap = cap
        self._pieces: list[bytes] = []
        self._file: BinaryIO | None = None

    def add(self, data: bytes) -> None:
        """The next bytes."""
        self.size += len(data)
        if self._file is not None:
            self._file.write(data)
            return
        self._pieces.append(data)
        if self.size > self._cap:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the message
            self._file.writelines(self._pieces)
            self._pieces = []

    def close(self, *, unquote: bool, separated: bool) -> Letter:
        """All of it. `unquote`: undo mboxrd's quoting; `separated`: an empty line behind it belongs to the file."""
        if self._file is None:
            raw = b"".join(self._pieces)
            raw = raw[: len(raw) - _blank(raw[-4:])] if separated else raw
            raw = b"".join(converted([raw], unquote=unquote))
            return Letter(raw, None, len(raw))
        self._file.seek(-4, 2)
        end = self.size - (_blank(self._file.read(4)) if separated else 0)
        made = tempfile.TemporaryFile()  # noqa: SIM115
        with self._file as file:
            made.writelines(converted(_pieces(file, end), unquote=unquote))
        return Letter(b"", made, made.tell())


class Letter:
    """One message: its bytes, or the open file that holds them where they are over the cap."""

    __slots__ = ("file", "raw", "size")

    def __init__(self, raw: bytes, file: BinaryIO | None, size: int) -> None:
        self.raw, self.file, self.size = raw, file, size


def _blank(tail: bytes) -> int:
    """Bytes of the empty line at the end."""
    return 2 if tail == b"\r\n\r\n" else 1 if tail.endswith(b"\n\n") else 0


def _pieces(file: BinaryIO, end: int) -> Iterator[bytes]:
    file.seek(0)
    left = end
    while left and (data := file.read(min(PIECE, left))):
        left -= len(data)
        yield data


def converted(pieces: Iterable[bytes], *, unquote: bool) -> Iterator[bytes]:
    """Line ends become CRLF, and one ">" goes from each line of ">From " or ">>From " where `unquote` says so."""
    rest, begins = b"", True
    for piece in pieces:
        data = rest + piece
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > PIECE:  # a line without end
            cut = len(data) - data.endswith(b"\r")
        rest = data[cut:]
        if cut:
            yield _converted(data[:cut], unquote=unquote, begins=begins)
            begins = data[cut - 1 : cut] == b"\n"
    if rest:
        yield _converted(rest, unquote=unquote, begins=begins)


def _converted(data: bytes, *, unquote: bool, begins: bool) -> bytes:
    if unquote and b">From " in data:
        head, line, tail = (b"", b"", data) if begins else data.partition(b"\n")
        data = head + line + _QUOTED.sub(rb"\1", tail)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    return data.replace(b"\n", b"\r\n")
