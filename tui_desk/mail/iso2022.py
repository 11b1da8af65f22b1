"""ISO-2022 texts as they are really sent: with the vendors' signs (circled numbers, Roman numerals), half-width kana, missing
or stray escapes. Python's own codecs refuse the whole text for one of them.
"""

from __future__ import annotations

import re

_SHIFT = re.compile(rb"\x1b(?:\$[@AB]|\$\([@A-DO-Q]|\([A-Z]|\$\)[ACG]|\*H|N|O)|[\x0e\x0f]")
_ASCII, _KANJI, _KANA, _MORE, _KOREAN, _CHINESE = range(6)
_SINGLE = {b"\x1b(B": _ASCII, b"\x1b(J": _ASCII, b"\x1b(I": _KANA, b"\x1b$(D": _MORE, b"\x1b$(C": _KOREAN, b"\x1b$(A": _CHINESE}
_DOUBLE = {b"\x1b$@": _KANJI, b"\x1b$B": _KANJI, b"\x1b$A": _CHINESE}
_SHIFTED = {b"\x1b$)C": _KOREAN, b"\x1b$)A": _CHINESE, b"\x1b$)G": _CHINESE}


def decode(data: bytes) -> str | None:
    """The text of 7-bit ISO-2022-JP, -KR or -CN bytes; None where nothing shifts, or what is shifted to makes no sense."""
    out: list[str] = []
    # A text cut out of its line (a header) lacks what designates Korean: then a bare shift is Korean.
    shifted = _KOREAN if b"\x1b$B" not in data and b"\x1b$@" not in data else _KANA
    mode, at, shifts = _ASCII, 0, 0
    for found in _SHIFT.finditer(data):
        out.append(_piece(data[at : found.start()], mode))
        at, sign = found.end(), found[0]
        shifts += 1
        if sign in _SHIFTED:
            shifted = _SHIFTED[sign]
        elif sign == b"\x0e":
            mode = shifted
        elif sign == b"\x0f":
            mode = _ASCII
        else:
            mode = _SINGLE.get(sign, _DOUBLE.get(sign, _ASCII))
    out.append(_piece(data[at:], mode))
    text = "".join(out)
    return text if shifts and text.count("\ufffd") * 10 <= len(text) else None


def _piece(data: bytes, mode: int) -> str:
    if mode == _ASCII or not data:
        return data.decode("ascii", "replace")
    # A line end ends the shift in the standard; where it does not, it is still a line end.
    return "".join([_letters(line, mode) if at % 2 == 0 else line.decode() for at, line in enumerate(_LINES.split(data))])


_LINES = re.compile(rb"([\r\n \t]+)")


def _letters(data: bytes, mode: int) -> str:
    high = bytes([byte | 0x80 for byte in data])
    match mode:
        case 1:
            return _shift_jis(data).decode("cp932", "replace")
        case 2:
            return high.decode("cp932", "replace")
        case 3:
            return b"".join(b"\x8f" + high[at : at + 2] for at in range(0, len(high), 2)).decode("euc_jp", "replace")
        case 4:
            return high.decode("cp949", "replace")
        case _:
            return high.decode("gb18030", "replace")


def _shift_jis(data: bytes) -> bytes:
    """Rows and cells of JIS X 0208 as Shift_JIS, which knows the vendors' rows too."""
    out = bytearray()
    for at in range(0, len(data) - 1, 2):
        row, cell = data[at] & 0x7F, data[at + 1] & 0x7F
        lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
        trail = cell + (0x7E if row % 2 == 0 else 0x1F if cell < 0x60 else 0x20)
        out += bytes((lead & 0xFF, trail & 0xFF))
    return bytes(out)
