"""Bytes to text: the charset chain (behaviour 2.1). What comes out never holds a surrogate.

Header charset if it decodes strictly; the charset an HTML body names; strict UTF-8; detection; Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_NOT_CHARSETS = frozenset({"unicode-escape", "raw-unicode-escape", "punycode", "idna", "undefined", "mbcs", "oem", "palmos"})
"""Codecs that Python calls text encodings and no mail means (an escape codec turns "C:\\new" into a line break)."""
_ALIASES = {
    "ansi-x3.4-1968": "ascii",
    "ansi-x3-4-1968": "ascii",
    "cp-850": "cp850",
    "gb2312": "gb18030",  # senders of GB 18030 and GBK name the subset
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks-c-5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022-jp-ext",
    "unicode-1-1-utf-7": "utf-7",
    "x-user-defined": "cp1252",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-windows-949": "cp949",
    "x-unknown": "",
    "unknown-8bit": "",
    "binary": "",
    "8bit": "",
    "7bit": "ascii",
    "default": "",
}
_C1 = bytes(range(0x80, 0xA0))
_HALVES = frozenset({"utf-7", "cp65001", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})
"""Codecs that may give half a surrogate pair (UTF-7 does)."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_META = re.compile(
    rb"""<(?:meta\b[^>]{0,256}?charset|\?xml\b[^>]{0,128}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_ASCII = bytes(range(128))
_WESTERN = "éèêëàâäáãåçîïíôöóõøùûüúñßæœÉÈÊÀÂÄÁÅÇÎÔÖÓØÙÛÜÑÆŒ«»‘’‚“”„–—…€£§°²³µ·¿¡®©™\u00a0".encode("cp1252")
_SAMPLE = 32 * 1024
"""Bytes shown to detection: more costs time and changes no answer."""


@lru_cache(maxsize=256)
def codec(charset: str) -> str | None:
    """Python's name of the charset `charset`; None where it is unknown or no charset."""
    name = charset.strip().strip("\"'<>").lower().replace("_", "-")
    name = _ALIASES.get(name, name)
    for candidate in (name, name.removeprefix("x-"), name.replace("windows", "cp").replace("-", "")):
        if not candidate or not candidate.isascii() or "\0" in candidate or len(candidate) > 40:
            continue
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        if getattr(found, "_is_text_encoding", True) and found.name.replace("_", "-") not in _NOT_CHARSETS:
            return found.name
    return None


def strictly(data: bytes, charset: str) -> str | None:
    """`data` as text of `charset`, None where it is not. C1 bytes called Latin-1 are not: no mail holds C1 controls."""
    name = codec(charset)
    if name is None or (name == "iso8859-1" and not data.isascii() and len(data.translate(None, _C1)) < len(data)):
        return None
    try:
        text = data.decode(name)
    except (UnicodeError, ValueError):
        return None
    if name in _HALVES and _SURROGATE.search(text):
        return None
    return text


def decode(data: bytes, charset: str = "", *, html: bool = False) -> tuple[str, str]:
    """(text, the charset it was read in): the chain of behaviour 2.1. A byte order mark is left out."""
    text = strictly(data, charset or "utf-8")
    if text is not None:
        return text.removeprefix("\ufeff"), charset or "utf-8"
    meta = _META.search(data, 0, 4096) if html else None
    named = (meta[1].decode("ascii"),) if meta else ()
    for candidate in (*named, "utf-8"):
        text = strictly(data, candidate)
        if text is not None:
            return text.removeprefix("\ufeff"), candidate
    return _guessed(data)


def _guessed(data: bytes) -> tuple[str, str]:
    """By byte order mark, by detection, and at last Windows-1252 with a sign for what it does not define."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = strictly(data[: len(data) & ~1], "utf-16")
        if text is not None:
            return text, "utf-16"
    text = strictly(data, "cp1252") if _western(data) else None
    if text is not None:
        return text, "cp1252"
    found = _detected(data[:_SAMPLE])
    text = strictly(data, found) if found else None
    return (text, found) if text is not None else (data.decode("cp1252", "replace"), "cp1252")


def _western(data: bytes) -> bool:
    """Only letters of Western Europe, scattered among ASCII: detection is poor at short texts of that kind, and slow."""
    high = data.translate(None, _ASCII)
    return len(high) * 3 <= len(data) and not high.translate(None, _WESTERN)


def _detected(sample: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample, steps=4, chunk_size=512).best()
    return best.encoding if best else ""
