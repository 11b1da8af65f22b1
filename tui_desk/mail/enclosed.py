"""Files that stand inside a text: uuencode (POSIX) and yEnc (yenc.org), as transfer encoding or in the middle of a body."""

from __future__ import annotations

import binascii
import re
from itertools import islice
from typing import NamedTuple

ENCODINGS = frozenset({"x-uuencode", "uuencode", "x-uue", "uue", "x-uu", "uu", "x-yenc", "yenc"})

_LINE = re.compile(rb"[^\n]+")
_BEGINS = re.compile(
    rb"^(?:begin(?P<base64>-base64)? [0-7]{3,4} (?P<uu>[^\r\n]{1,250})"
    rb"|=ybegin (?=[^\r\n]{0,200}\bsize=\d)[^\r\n]{0,200}?\bname=(?P<yenc>[^\r\n]{1,250}))\r?\n(?=.)",
    re.MULTILINE | re.DOTALL,
)
_Y_PART = re.compile(rb"=ypart [^\r\n]*\r?\n")
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
    return b"begin" in data and _BEGINS.search(data) is not None


def taken_out(data: bytes) -> tuple[bytes, list[File]]:
    """(the text without the files in it, the files). What has no end, or no sense, stays in the text."""
    out: list[bytes] = []
    files: list[File] = []
    at = 0
    for begin in islice(_BEGINS.finditer(data), _MOST):
        if begin.start() < at:
            continue
        file, end = _file(data, begin)
        if end < 0:  # nothing ends a file any more
            if begin["yenc"] is None:
                continue
            break
        if file is not None:
            out.append(data[at : begin.start()])
            files.append(file)
            at = end
    out.append(data[at:])
    return b"".join(out), files


def _file(data: bytes, begin: re.Match[bytes]) -> tuple[File | None, int]:
    """(the file that begins there, or None for what only looks like one; where it ends, -1 for nowhere)."""
    if begin["yenc"] is not None:
        start, end = _end(data, begin.end(), b"=yend")
        return (File(begin["yenc"].strip(b' \t"'), _yenc(data[begin.end() : start])), end) if end >= 0 else (None, -1)
    if begin["base64"] is None and not 32 < data[begin.end()] <= 96:
        return None, begin.end()
    start, end = _end(data, begin.end(), b"end" if begin["base64"] is None else b"====")
    if end < 0:
        return None, -1
    content = (_uu if begin["base64"] is None else _base64)(data[begin.end() : start])
    return (None if content is None else File(begin["uu"].strip(), content)), end


def _end(data: bytes, at: int, word: bytes) -> tuple[int, int]:
    """(start, end) of the first line from `at` that is `word`; (-1, -1) where there is none."""
    found = at - 1
    for _ in range(_MOST):
        found = data.find(b"\n" + word, found)
        if found < 0:
            break
        end = data.find(b"\n", found + 1)
        end = len(data) if end < 0 else end + 1
        if word == b"=yend" or not data[found + 1 + len(word) : end].strip():
            return found + 1, end
        found += 1
    return -1, -1


def decoded(data: bytes, encoding: str) -> bytes:
    """The bytes of a part in a transfer encoding of `ENCODINGS`; the part itself where it is not in it."""
    begin = next((found for found in _BEGINS.finditer(data) if (found["yenc"] is None) != encoding.endswith("yenc")), None)
    if begin is None and encoding.endswith("yenc"):
        return data
    at = begin.end() if begin else 0
    start, _end_of_file = _end(data, at, b"=yend" if encoding.endswith("yenc") else b"end")
    content = (_yenc if encoding.endswith("yenc") else _uu)(data[at : start if start >= 0 else len(data)])
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
