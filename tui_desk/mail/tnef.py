"""winmail.dat unpacked ([MS-OXTNEF]): the attachments' names and bytes, and the body where it is plain or HTML."""

from __future__ import annotations

import struct

from tui_desk.mail.types import Attachment

_SIGNATURE = 0x223E9F78
_ATTACH_RENDERING, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_PROPERTIES, _BODY = 0x9002, 0x800F, 0x8010, 0x9005, 0x800C
_LONG_NAME, _NAME, _MIME_TAG, _CONTENT_ID = 0x3707, 0x3704, 0x370E, 0x3712
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MOST = 1000


def unpack(data: bytes) -> list[Attachment]:
    """The files inside `data`; empty where it is no TNEF or holds none. Never raises: a cut file gives what was whole."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return []
    files: list[dict[str, bytes | str]] = []
    at = 6
    while at + 9 <= len(data) and len(files) < _MOST:
        attribute, length = struct.unpack_from("<HxxI", data, at + 1)
        value = data[at + 9 : at + 9 + length]
        if len(value) < length:
            break
        _take(attribute, value, files)
        at += 9 + length + 2
    return [_attachment(file, number) for number, file in enumerate(files, 1) if file.get("data")]


def _take(attribute: int, value: bytes, files: list[dict[str, bytes | str]]) -> None:
    match attribute:
        case 0x9002:
            files.append({})
        case 0x800F if files:
            files[-1]["data"] = value
        case 0x8010 if files:
            files[-1]["name"] = value.rstrip(b"\0").decode("cp1252", "replace")
        case 0x9005 if files:
            files[-1].update(_properties(value))
        case 0x800C if value.strip(b"\0 \r\n"):
            files.insert(0, {"name": "message.txt", "type": "text/plain", "data": value.rstrip(b"\0")})
        case _:
            pass


def _properties(value: bytes) -> dict[str, bytes | str]:
    """The MAPI properties that name an attachment; stops at the first that it cannot step over."""
    wanted = {0x3707: "name", 0x370E: "type", 0x3712: "id"}
    found: dict[str, bytes | str] = {}
    try:
        (count,) = struct.unpack_from("<I", value)
        at = 4
        for _ in range(min(count, 500)):
            kind, tag = struct.unpack_from("<HH", value, at)
            at += 4
            if tag >= 0x8000:
                at = _after_name(value, at)
            at, data = _value(value, at, kind)
            if tag in wanted and data:
                found[wanted[tag]] = _text(data, kind)
    except (struct.error, ValueError):
        pass
    return found


def _after_name(value: bytes, at: int) -> int:
    """Past the name of a named property."""
    (kind,) = struct.unpack_from("<I", value, at + 16)
    (size,) = struct.unpack_from("<I", value, at + 20)
    return at + 24 if kind == 0 else at + 24 + (size + 3) // 4 * 4


def _value(value: bytes, at: int, kind: int) -> tuple[int, bytes]:
    if kind & 0xFFF in _SIZES and not kind & 0x1000:
        return at + _SIZES[kind & 0xFFF], b""
    if kind & 0xFFF not in (0x0D, 0x1E, 0x1F, 0x102):
        raise ValueError(kind)
    (several,) = struct.unpack_from("<I", value, at)
    at, data = at + 4, b""
    for _ in range(min(several, 500)):
        (size,) = struct.unpack_from("<I", value, at)
        data = value[at + 4 : at + 4 + size]
        at += 4 + (size + 3) // 4 * 4
    return at, data


def _text(data: bytes, kind: int) -> str:
    text = data.decode("utf-16-le", "replace") if kind & 0xFFF == 0x1F else data.decode("cp1252", "replace")
    return text.partition("\0")[0]


def _attachment(file: dict[str, bytes | str], number: int) -> Attachment:
    data = file.get("data", b"")
    name = str(file.get("name") or f"attachment-{number}.bin")
    kind = str(file.get("type") or "application/octet-stream")
    return Attachment(name, kind.lower(), data if isinstance(data, bytes) else b"", str(file.get("id", "")))
