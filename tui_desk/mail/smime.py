"""The mail inside a signed S/MIME envelope (RFC 8551 3.5.2: `smime.p7m`, signed-data): what Outlook sends with a signature.

Only the content is taken out of the ASN.1 (BER, X.690); the signature is not verified here.
"""

from __future__ import annotations

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_SEQUENCE, _EXPLICIT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0xA0, 0x04, 0x24
_MOST = 100_000
"""Pieces of one content."""


def content(data: bytes) -> bytes | None:
    """The bytes that were signed; None where `data` is no signed-data, holds none (a detached signature), or is broken."""
    try:
        at = _opened(data, 0, _SEQUENCE)
        if not data.startswith(_SIGNED_DATA, at):
            return None
        at = _opened(data, _opened(data, at + len(_SIGNED_DATA), _EXPLICIT), _SEQUENCE)
        at = _after(data, _after(data, at))  # the version, the digests
        at = _opened(data, at, _SEQUENCE)
        if not data.startswith(_DATA, at):
            return None
        at = _opened(data, at + len(_DATA), _EXPLICIT)
        return b"".join(_octets(data, at))
    except (ValueError, IndexError):
        return None


def _opened(data: bytes, at: int, tag: int) -> int:
    """Where the content of the element at `at` begins. Raises ValueError for another one."""
    if data[at] != tag:
        raise ValueError(tag)
    return _length(data, at)[0]


def _length(data: bytes, at: int) -> tuple[int, int]:
    """(where the content begins, its length; -1 for one that an end mark ends)."""
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    if first == 0x80:
        return at + 2, -1
    size = first & 0x7F
    if size > 4:
        raise ValueError(size)
    return at + 2 + size, int.from_bytes(data[at + 2 : at + 2 + size])


def _after(data: bytes, at: int) -> int:
    """Past an element of known length, or the end marks of one without. Raises ValueError for what nests without lengths."""
    begin, length = _length(data, at)
    if length >= 0:
        return begin + length
    while data[begin : begin + 2] != b"\0\0":
        inner, size = _length(data, begin)
        if size < 0:
            raise ValueError(size)
        begin = inner + size
    return begin + 2


def _octets(data: bytes, at: int) -> list[bytes]:
    """The pieces of an octet string, which may be one of several."""
    begin, length = _length(data, at)
    if data[at] == _OCTETS and length >= 0:
        return [data[begin : begin + length]]
    if data[at] != _OCTETS_IN_PIECES:
        raise ValueError(data[at])
    pieces: list[bytes] = []
    end = begin + length if length >= 0 else len(data)
    while begin < end and data[begin : begin + 2] != b"\0\0" and len(pieces) < _MOST:
        inner, size = _length(data, begin)
        if data[begin] != _OCTETS or size < 0:
            raise ValueError(data[begin])
        pieces.append(data[inner : inner + size])
        begin = inner + size
    return pieces
