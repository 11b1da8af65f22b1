"""Compressed RTF as Outlook packs a text ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

_KNOWN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What every text begins with, so that it need not be sent."""
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_MOST = 16 << 20
"""Bytes of a text; a run never makes more than nine of one."""


def uncompressed(data: bytes) -> bytes:
    """The RTF; what was there of it where it is cut, and the bytes themselves where they are none."""
    if len(data) < 16 or data[8:12] not in (_COMPRESSED, _PLAIN):
        return data
    (size,) = struct.unpack_from("<I", data, 4)
    if data[8:12] == _PLAIN:
        return data[16 : 16 + size]
    text = bytearray(_KNOWN)
    at, most = 16, min(size, _MOST) + len(_KNOWN)
    while at < len(data) and len(text) < most:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                text += data[at : at + 1]
                at += 1
                continue
            if at + 2 > len(data):
                return bytes(text[len(_KNOWN) : most])
            offset, length = data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 15) + 2
            at += 2
            if offset == len(text) % 4096:  # the end mark: a run that begins where it is written
                return bytes(text[len(_KNOWN) : most])
            _run(text, offset, length)
    return bytes(text[len(_KNOWN) : most])


def _run(text: bytearray, offset: int, length: int) -> None:
    """Say again what stands at `offset` of the last 4096 bytes; it may go on into what it writes."""
    start = len(text) - (len(text) - offset) % 4096
    for at in range(start, start + length):
        text.append(text[at] if 0 <= at < len(text) else 32)
