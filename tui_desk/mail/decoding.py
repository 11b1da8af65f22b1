"""Transfer encodings undone piece by piece (RFC 2045 6), for parts that are too large to be held: memory stays that of a piece.

What it gives is what `mime.Part.body` gives of the whole, but for damage that only the whole shows.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN = bytes(set(range(256)) - set(_LETTERS))
_PADDING = re.compile(rb"=+")
_LONGEST = 1 << 20
"""Bytes of a line that is waited for: quoted-printable has 76 of them."""


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """`pieces` with their transfer encoding undone; as they are where it is none that we know."""
    match encoding:
        case "base64" | "base-64" | "b":
            return _base64(pieces)
        case "quoted-printable" | "quoted_printable" | "quotedprintable" | "q":
            return (binascii.a2b_qp(lines) for lines in _lines(pieces))
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uudecoded(_lines(pieces))
        case _:
            return iter(pieces)


def _base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        rest += piece.translate(None, _FOREIGN)
        at = 0
        for pad in _PADDING.finditer(rest) if b"=" in rest else ():  # it ends one run of base64; another may follow
            yield _run(rest[at : pad.start()])
            at = pad.end()
        whole = at + (len(rest) - at) // 4 * 4
        yield binascii.a2b_base64(rest[at:whole])
        rest = rest[whole:]
    yield _run(rest)


def _run(letters: bytes) -> bytes:
    odd = len(letters) % 4
    return binascii.a2b_base64(letters + b"=" * (4 - odd) if odd > 1 else letters[: len(letters) - odd])


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, each piece ending where a line ends."""
    rest = b""
    for piece in pieces:
        rest += piece
        end = rest.rfind(b"\n") + 1
        if not end and len(rest) > _LONGEST:
            end = len(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _uudecoded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        out = bytearray()
        for line in piece.splitlines():
            if line.startswith(b"begin ") or not line.strip() or line.strip() == b"end":
                continue
            try:
                out += binascii.a2b_uu(line)
            except binascii.Error:  # trailing blanks lost or garbage after the line: its first letter says how long it is
                out += _shortened(line)
        yield bytes(out)


def _shortened(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
    except binascii.Error:
        return b""
