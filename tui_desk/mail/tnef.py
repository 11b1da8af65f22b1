"""winmail.dat unpacked ([MS-OXTNEF], [MS-OXCMSG]): the files in it with their names, messages in messages, and the text."""

from __future__ import annotations

import struct
from typing import NamedTuple

from tui_desk.mail import charset
from tui_desk.mail.types import Attachment

_SIGNATURE = 0x223E9F78
_CODE_PAGE, _BODY, _MESSAGE_PROPERTIES = 0x9007, 0x800C, 0x9003
_FILE, _FILE_DATA, _FILE_TITLE, _FILE_PROPERTIES = 0x9002, 0x800F, 0x8010, 0x9005
_SUBJECT, _PLAIN, _RTF, _HTML = 0x37, 0x1000, 0x1009, 0x1013
_DATA, _SHORT_NAME, _LONG_NAME, _TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_OBJECT, _TEXT, _UNICODE, _BINARY = 0x0D, 0x1E, 0x1F, 0x102
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MOST = 1000
"""Files of one winmail.dat, and properties of one of them."""
_DEEPEST = 5
"""Messages in messages."""


class Unpacked(NamedTuple):
    """What was in a winmail.dat."""

    files: list[Attachment]
    plain: str = ""
    html: str = ""


def unpack(data: bytes, *, depth: int = 0) -> Unpacked:
    """The files and the text inside `data`; nothing where it is no TNEF. Never raises: a cut file gives what was whole."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return Unpacked([])
    return _Message(data, depth).unpacked()


class _Message:
    """The attributes of one message, read in their order."""

    def __init__(self, data: bytes, depth: int) -> None:
        self.depth = depth
        self.code_page = "cp1252"
        self.plain = b""
        self.properties: dict[int, str | bytes] = {}
        self.files: list[dict[int, str | bytes]] = []
        at = 6
        while at + 9 <= len(data):
            attribute, length = struct.unpack_from("<HxxI", data, at + 1)
            value = data[at + 9 : at + 9 + length]
            if len(value) < length:
                break
            self._take(attribute, value)
            at += 9 + length + 2

    def _take(self, attribute: int, value: bytes) -> None:
        if attribute == _CODE_PAGE and len(value) >= 4:
            self.code_page = charset.codec(f"cp{struct.unpack_from('<I', value)[0]}") or "cp1252"
        elif attribute == _BODY:
            self.plain = value.rstrip(b"\0")
        elif attribute == _MESSAGE_PROPERTIES:
            self.properties = self._properties(value)
        elif attribute == _FILE and len(self.files) < _MOST:
            self.files.append({})
        elif attribute == _FILE_DATA and self.files:
            self.files[-1][_DATA] = value
        elif attribute == _FILE_TITLE and self.files:
            self.files[-1].setdefault(_SHORT_NAME, self._text(value))
        elif attribute == _FILE_PROPERTIES and self.files:
            # The data may stand in the properties too; the plain attribute before them is the better of both.
            self.files[-1] = self._properties(value) | self.files[-1]

    def unpacked(self) -> Unpacked:
        files: list[Attachment] = []
        for number, file in enumerate(self.files, 1):
            files += self._file(file, number)
        html = self.properties.get(_HTML, "")
        html = self._text(html, html=True) if isinstance(html, bytes) else html
        plain = self.properties.get(_PLAIN, "") or self._text(self.plain)
        plain = self._text(plain) if isinstance(plain, bytes) else plain
        rtf = self.properties.get(_RTF, b"")
        if isinstance(rtf, bytes) and rtf and not html and not plain.strip():
            from tui_desk.mail.rtf import uncompressed

            files.append(Attachment("message.rtf", "application/rtf", uncompressed(rtf)))
        return Unpacked(files, plain.replace("\r\n", "\n"), html.replace("\r\n", "\n"))

    def _file(self, file: dict[int, str | bytes], number: int) -> list[Attachment]:
        data = file.get(_DATA, b"")
        if not isinstance(data, bytes) or not data:
            return []
        name = str(file.get(_LONG_NAME) or file.get(_SHORT_NAME) or "")
        enclosed = data[16:] if struct.pack("<I", _SIGNATURE) == data[16:20] else b""  # an object: its class, then a TNEF
        if enclosed and self.depth < _DEEPEST:
            inner = unpack(enclosed, depth=self.depth + 1)
            text = inner.html or inner.plain
            kind, ending = ("text/html", ".html") if inner.html else ("text/plain", ".txt")
            letter = [Attachment((name or f"message-{number}") + ending, kind, text.encode("utf-8", "replace"))] if text else []
            return [*letter, *inner.files]
        kind = str(file.get(_TYPE) or "application/octet-stream").lower()
        return [Attachment(name or f"attachment-{number}.bin", kind, data, str(file.get(_CONTENT_ID, "")))]

    def _properties(self, value: bytes) -> dict[int, str | bytes]:
        """The MAPI properties that are of use; stops at the first that it cannot step over."""
        wanted = (_SUBJECT, _PLAIN, _RTF, _HTML, _DATA, _LONG_NAME, _SHORT_NAME, _TYPE, _CONTENT_ID)
        found: dict[int, str | bytes] = {}
        try:
            (count,) = struct.unpack_from("<I", value)
            at = 4
            for _ in range(min(count, _MOST)):
                kind, tag = struct.unpack_from("<HH", value, at)
                at += 4
                if tag >= 0x8000:
                    at = _after_name(value, at)
                at, data = _value(value, at, kind)
                if tag in wanted and data:
                    found[tag] = self._read(data, kind)
        except (struct.error, ValueError):
            pass
        return found

    def _read(self, data: bytes, kind: int) -> str | bytes:
        match kind & 0xFFF:
            case 0x1F:
                return data.decode("utf-16-le", "replace").partition("\0")[0]
            case 0x1E:
                return self._text(data.partition(b"\0")[0])
            case _:
                return data

    def _text(self, data: bytes, *, html: bool = False) -> str:
        return charset.decode(data.rstrip(b"\0"), self.code_page, html=html)[0]


def _after_name(value: bytes, at: int) -> int:
    """Past the name of a named property."""
    (kind,) = struct.unpack_from("<I", value, at + 16)
    (size,) = struct.unpack_from("<I", value, at + 20)
    return at + 24 if kind == 0 else at + 24 + (size + 3) // 4 * 4


def _value(value: bytes, at: int, kind: int) -> tuple[int, bytes]:
    """(where the next property begins, the last of its values; empty for numbers)."""
    several = bool(kind & 0x1000)
    kind &= 0xFFF
    count = 1
    if several or kind in (_OBJECT, _TEXT, _UNICODE, _BINARY):
        (count,) = struct.unpack_from("<I", value, at)
        at += 4
    if kind in _FIXED:
        return at + _FIXED[kind] * min(count, _MOST), b""
    if kind not in (_OBJECT, _TEXT, _UNICODE, _BINARY):
        raise ValueError(kind)
    data = b""
    for _ in range(min(count, _MOST)):
        (size,) = struct.unpack_from("<I", value, at)
        data = value[at + 4 : at + 4 + size]
        at += 4 + (size + 3) // 4 * 4
    return at, data
