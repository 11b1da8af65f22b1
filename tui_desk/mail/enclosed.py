"""Files that stand inside a text: uuencode (POSIX) and yEnc (yenc.org), as transfer encoding or in the middle of a body."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

ENCODINGS = frozenset({"x-uuencode", "uuencode", "x-uue", "uue", "x-uu", "uu", "x-yenc", "yenc"})

_LINE = re.compile(rb"[^\n]+")
_BEGIN = re.compile(rb"^begin(-base64)? [0-7]{3,4} ([^\r\n]{1,250})\r?\n", re.MULTILINE)
_END = re.compile(rb"^(?:end|====)[ \t\r]*$\n?", re.MULTILINE)
_Y_BEGIN = re.compile(rb"^=ybegin (?=[^\r\n]*\bsize=\d)[^\r\n]{0,200}?\bname=([^\r\n]{1,250})\r?\n", re.MULTILINE)
_Y_PART = re.compile(rb"=ypart [^\r\n]*\r?\n")
_Y_END = re.compile(rb"^=yend[^\r\n]*\r?\n?", re.MULTILINE)
_Y_SHIFT = bytes((byte - 42) & 0xFF for byte in range(256))
_Y_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_MOST = 200
"""Beginnings of files that are looked into in one text."""


class File(NamedTuple):
    """A file that stood in a text: its name as bytes of the text's charset."""

    name: bytes
    data: bytes


def holds(data: bytes) -> bool:
    """Whether a text may hold a file: a quick look."""
    return b"begin" in data and (_BEGIN.search(data) is not None or _Y_BEGIN.search(data) is not None)


def taken_out(data: bytes) -> tuple[bytes, list[File]]:
    """(the text without the files in it, the files). What has no end, or no sense, stays in the text."""
    out: list[bytes] = []
    files: list[File] = []
    at = 0
    for _ in range(_MOST):
        found = _next(data, at)
        if found is None:
            break
        begin, end, file = found
        if file is None:  # no file after all: the line is text
            out.append(data[at:end])
        else:
            out.append(data[at:begin])
            files.append(file)
        at = end
    out.append(data[at:])
    return b"".join(out), files


def _next(data: bytes, at: int) -> tuple[int, int, File | None] | None:
    """(where the next file begins, where it ends, the file or None for what only looks like one)."""
    uu, yenc = _BEGIN.search(data, at), _Y_BEGIN.search(data, at)
    if uu is not None and (yenc is None or uu.start() < yenc.start()):
        end = _END.search(data, uu.end())
        lines = data[uu.end() : end.start() if end else uu.end()]
        content = (_base64 if uu[1] else _uu)(lines) if end else None
        if content is None:
            return uu.start(), uu.end(), None
        return uu.start(), end.end() if end else uu.end(), File(uu[2].strip(), content)
    if yenc is None:
        return None
    end = _Y_END.search(data, yenc.end())
    if end is None:
        return yenc.start(), yenc.end(), None
    return yenc.start(), end.end(), File(yenc[1].strip(b' \t"'), _yenc(data[yenc.end() : end.start()]))


def decoded(data: bytes, encoding: str) -> bytes:
    """The bytes of a part in a transfer encoding of `ENCODINGS`; the part itself where it is not in it."""
    if encoding.endswith("yenc"):
        begin = _Y_BEGIN.search(data)
        end = _Y_END.search(data, begin.end()) if begin else None
        return _yenc(data[begin.end() : end.start() if end else len(data)]) if begin else data
    begin = _BEGIN.search(data)
    start = begin.end() if begin else 0
    end = _END.search(data, start)
    content = _uu(data[start : end.start() if end else len(data)])
    return data if content is None else content


def _uu(data: bytes) -> bytes | None:
    out: list[bytes] = []
    for found in _LINE.finditer(data):
        line = found[0].rstrip(b"\r")
        if not line.strip():
            continue
        if not 32 <= line[0] <= 96:
            return None
        length = (line[0] - 32) & 63
        # Blanks at the end of a line were lost, or something stands after it: the first letter says how long it is.
        letters = line[1 : 1 + (length + 2) // 3 * 4].ljust((length + 2) // 3 * 4)
        try:
            out.append(binascii.a2b_uu(line[:1] + letters))
        except binascii.Error:
            return None
    return b"".join(out)


def _base64(data: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        return None


def _yenc(data: bytes) -> bytes:
    part = _Y_PART.match(data)
    data = data[part.end() if part else 0 :].replace(b"\r", b"").replace(b"\n", b"")
    if data.startswith(b".."):  # a news server's dot
        data = data[1:]
    plain = _Y_ESCAPED.sub(lambda found: bytes(((found[1][0] - 64) & 0xFF,)), data)
    return plain.translate(_Y_SHIFT)
