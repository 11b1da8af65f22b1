"""Bytes to text: the charset chain (behaviour 2.1). What comes out never holds a surrogate nor a NUL.

Header charset if it decodes strictly (and the bytes are not plainly something else); the charset an HTML body names;
strict UTF-8; the likeliest reading (letters.py), with what the mail names elsewhere as evidence; Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from contextvars import ContextVar
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
    "unicode-1-1-utf-7": "utf-7",
    "x-user-defined": "cp1252",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-windows-949": "cp949",
    "ansi": "cp1252",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "utf-8n": "utf-8",
    "x-unknown": "",
    "unknown-8bit": "",
    "binary": "",
    "8bit": "",
    "7bit": "ascii",
    "default": "",
}
_C1 = bytes(range(0x80, 0xA0))
_WINDOWS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-2": "cp1250",
    "iso8859-5": "cp1251",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "iso8859-13": "cp1257",
    "iso8859-15": "cp1252",
}
_GAPS = frozenset({"cp1250", "cp1252", "cp1253", "cp1254", "cp1255", "cp1257", "cp874"})
_HALVES = frozenset({"utf-7", "cp65001", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})
"""Codecs that may give half a surrogate pair (UTF-7 does)."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_META = re.compile(
    rb"""<(?:meta\b[^>]{0,256}?charset|\?xml\b[^>]{0,128}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_ASCII = bytes(range(128))
_SPACES = b" \t\r\n"
_WORD = 12
"""Foreign letters in a row of words that are too many for a Western text."""
_ESCAPE = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-DO-Q]|\([IJ]|\$\)[ACG])")
_END = re.compile(r"[\s;,(\0]")
_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-8"})
_MANY = 3
"""UTF-8 sequences that no other charset has by chance (one is enough against a Western one)."""
_MOST_GUESSES = 300
"""Texts of one mail that are guessed at: 1 to 2 ms each."""
_guesses: ContextVar[list[int] | None] = ContextVar("_guesses", default=None)
_SAMPLE = 32 * 1024
"""Bytes shown to detection: more costs time and changes no answer."""


@lru_cache(maxsize=256)
def codec(charset: str) -> str | None:
    """Python's name of the charset `charset`; None where it is unknown or no charset."""
    name = charset.strip().strip("\"'<>").lower().replace("_", "-")
    name = _END.split(name, maxsplit=1)[0]  # "utf-8 format=flowed", "utf-8 (comment)": a sign between them was lost
    name = _ALIASES.get(name, name)
    bare = name.removeprefix("x-").removeprefix("iso-").removeprefix("cs")
    for candidate in (name, _ALIASES.get(bare, bare), name.replace("windows", "cp").replace("dos", "cp").replace("-", "")):
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
    """`data` as text of `charset`, None where it is not. C1 bytes called ISO 8859 are of Windows: no mail holds C1 controls."""
    name = codec(charset)
    if name is None:
        return None
    if name in _WINDOWS and not data.isascii() and len(data.translate(None, _C1)) < len(data):
        name = _WINDOWS[name]
    if name.startswith("iso2022") and data.isascii() and (b"\x1b" in data or b"\x0e" in data):
        return _shifting(data)
    try:
        text = data.decode(name)
    except (UnicodeError, ValueError):
        return _with_gaps(data, name)
    if name in _HALVES and _SURROGATE.search(text):
        return None
    return text


def _with_gaps(data: bytes, name: str) -> str | None:
    """Text of a Windows code page, which leaves some bytes undefined, with a sign for the few of those that are in it."""
    if name not in _GAPS:
        return None
    text = data.decode(name, "replace")
    return text if text.count("\ufffd") <= 1 + len(text) // 100 else None


def decode(
    data: bytes, charset: str = "", *, html: bool = False, named: Callable[[], tuple[str, ...]] = tuple, sure: bool = False
) -> tuple[str, str]:
    """(text, the charset it was read in): the chain of behaviour 2.1. A byte order mark is left out.

    `named` gives the codecs that the mail names elsewhere, and its sender's country (".pl"). `sure`: `charset` is a
    person's word, not the sender's.
    """
    if data.isascii() and not (b"\x1b" in data or b"\0" in data or charset):
        return data.decode("ascii"), "utf-8"
    text, used = _chain(data, charset, html, named, sure)
    text = text.removeprefix("\ufeff")
    return text.replace("\0", "") if "\0" in text else text, used


def _chain(data: bytes, charset: str, html: bool, named: Callable[[], tuple[str, ...]], sure: bool) -> tuple[str, str]:
    name = codec(charset) if charset else None
    if not sure and (b"\x1b" in data or b"\0" in data) and not (name and (name in _HALVES or name.startswith("iso2022"))):
        plain = _plainly(data)
        if plain is not None:
            return plain
    claimed = charset or "utf-8"
    text = strictly(data, claimed)
    if text is not None and (sure or data.isascii() or not _doubtful(data, claimed)):
        return text, claimed
    meta = _META.search(data, 0, 4096) if html else None
    for candidate in (meta[1].decode("ascii"), "utf-8") if meta else ("utf-8",):
        read = strictly(data, candidate)
        if read is not None:
            return read, candidate
    claims = (name,) if text is not None and name else _codecs(charset)  # what reads all bytes is evidence too
    return _likeliest(data, (*claims, *named()), charset if text is not None else "")


def _codecs(charset: str) -> tuple[str, ...]:
    name = codec(charset) if charset else None
    return (name,) if name and name not in _WESTERN else ()


def _plainly(data: bytes) -> tuple[str, str] | None:
    """Bytes whose very shape tells the charset, whatever is claimed: ISO-2022 by its escapes, UTF-16 by its NULs or mark."""
    if _ESCAPE.search(data):
        text = _shifting(data) if data.isascii() else None
        if text is not None:
            return text, "iso-2022"
    if b"\0" not in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return None
    sample = data[:_SAMPLE]
    for name, mark, zeros in (("utf-16-le", b"\xff\xfe", sample[1::2]), ("utf-16-be", b"\xfe\xff", sample[::2])):
        if data.startswith(mark) or (zeros.count(0) * 5 > len(zeros) * 2 and len(zeros) > 1):
            text = strictly(data[: len(data) & ~1], name)
            if text is not None:
                return text, name
    return None


def _shifting(data: bytes) -> str | None:
    from tui_desk.mail import iso2022

    return iso2022.decode(data)


def _doubtful(data: bytes, charset: str) -> bool:
    """Bytes that read as `charset`, as any bytes do, and look like something else: UTF-8, or words of foreign letters."""
    name = codec(charset)
    if name == "utf-8" or name is None:
        return False
    sequences = len(_SEQUENCE.findall(data, 0, _SAMPLE))
    if sequences >= (1 if name in _WESTERN else _MANY) and strictly(data, "utf-8") is not None:
        return name not in _HALVES
    if name not in _WESTERN:
        return False
    sample = data[:_SAMPLE]
    high = len(sample.translate(None, _ASCII))
    return high >= _WORD and high * 3 > len(sample.translate(None, _SPACES))


def begin() -> None:
    """A mail begins: it may be guessed at so often, and then Windows-1252 is taken. No mail costs seconds."""
    _guesses.set([_MOST_GUESSES])


def _likeliest(data: bytes, named: tuple[str, ...], claimed: str) -> tuple[str, str]:
    """The reading whose letters follow each other best; `claimed` if that is it, or if nothing reads the bytes."""
    from tui_desk.mail import letters

    left = _guesses.get()
    if left is not None:
        if not left[0]:
            return data.decode("cp1252", "replace"), "cp1252"
        left[0] -= 1
    for name in named[:1] if named and named[0][0] != "." and not claimed else ():
        text = letters.damaged(data, name)
        if text is not None:
            return text, name
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    text, found = letters.detect(sample, tuple(dict.fromkeys(named)))
    if claimed and codec(found) in (codec(claimed), "cp1252"):
        return strictly(data, claimed) or "", claimed
    if len(sample) < len(data) and found:
        read = strictly(data, found)
        text = read if read is not None else data.decode(found, letters.REPAIR if found == "utf-8" else "replace")
    return (text, found) if found else (data.decode("cp1252", "replace"), "cp1252")


def header(values: list[bytes], named: tuple[str, ...] = ()) -> list[str]:
    """Raw header values that are not UTF-8, decoded: one reading for all of them where one fits, for each is short."""
    whole, used = decode(b"\n".join(values), named=lambda: named)
    if whole.count("\n") == len(values) - 1 and used not in ("iso-2022", "utf-16-le", "utf-16-be"):
        return whole.split("\n")
    return [decode(value, named=lambda: named)[0] for value in values]
