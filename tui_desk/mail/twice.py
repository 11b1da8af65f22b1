"""Letters that went through a wrong charset twice: UTF-8 that a program read as Windows-1252 and sent as UTF-8 ("RÃ©servÃ©").

They are mended only where that is certain: where every letter beyond ASCII is part of what UTF-8 looks like in the wrong
charset. A person who shows such letters and writes others right ("é arrive comme Ã©") is left alone.
"""

from __future__ import annotations

import re
from functools import cache

_CODECS = ("cp1252", "cp1251", "cp1250", "cp1254")
_LOST_BLANK = re.compile(rb"\xc3 {1,2}")
""" "à", whose second byte became a blank."""
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ONE = re.compile(r"(?:[A-Za-z]Ã[\xa0-\xbf]|Ã[\xa1-\xbf][A-Za-z]|â€[\x80-\x9f\u2018-\u201d\u2122\u0153\u0161\u00a6])")
"""One sequence that is sure by itself: a small letter with an accent in a word, or a quotation mark."""
_FEWEST = 2
_MIXED = re.compile("[A-Za-z][\u0370-\u1dff]|[\u0370-\u1dff][A-Za-z]")
_QUOTE = re.compile(r"[ \t]*[>|»]")


@cache
def _hint() -> re.Pattern[str]:
    """A letter and what may follow it in such a text: most texts have no such pair."""
    return re.compile(f"[{_letters(0xC2, 0xF4)}][{_letters(0x80, 0xBF)}]")


def line(text: str) -> str:
    """A header's text mended; one sequence is enough where it can be nothing else."""
    return _mended(text, _ONE.search(text) is not None) if _suspect(text) else text


def body(text: str) -> str:
    """A body mended: the own lines where all of them tell it, and the quoted lines where all of those do."""
    if not _suspect(text):
        return text
    lines = text.split("\n")
    for wanted in (True, False):
        group = [n for n, words in enumerate(lines) if not words.isascii() and (_QUOTE.match(words) is None) is wanted]
        old = "\n".join([lines[n] for n in group])
        if group and (new := _mended(old, enough=False)) != old:
            for n, words in zip(group, new.split("\n"), strict=True):
                lines[n] = words
    return "\n".join(lines)


def _suspect(text: str) -> bool:
    return not text.isascii() and _hint().search(text) is not None


def _mended(text: str, enough: bool) -> str:
    """`text` read again, once or twice; itself where that gives nothing that people write."""
    for codec in _CODECS:
        once = _read_again(text, codec, enough)
        again = _read_again(once, codec, enough) if once is not None and not once.isascii() else None
        for read in (again, once):
            if read is not None and _sense(read):
                return read
    return text


def _read_again(text: str, codec: str, enough: bool) -> str | None:
    """`text` as UTF-8 that was read in `codec`; None where it is not all so."""
    try:
        data = text.translate(_bytes_of(codec)).encode("latin-1")
        if codec == "cp1252" and b"\xc3 " in data:
            data = _LOST_BLANK.sub(b"\xc3\xa0 ", data)
        read = data.decode("utf-8")
    except UnicodeError:
        return None
    return read if enough or sum(1 for _ in _SEQUENCE.finditer(data)) >= _FEWEST else None


def _sense(text: str) -> bool:
    """Letters that are seen, and none of another alphabet in the middle of a Latin word."""
    return _MIXED.search(text) is None and all(map(_readable, set(text)))


def _readable(letter: str) -> bool:
    return letter.isprintable() or letter in "\n\t\r\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u202f\u3000\ufeff\u2028\u2009"


@cache
def _bytes_of(codec: str) -> dict[int, int]:
    """Letters to the bytes that they stand for; those that the charset does not have to one that no byte stands for."""
    table = dict.fromkeys(range(0xA0, 0x100), 0xFFFF)
    table.update({ord(letter): byte for byte, letter in _table(codec).items()})
    return table


@cache
def _table(codec: str) -> dict[int, str]:
    return {byte: bytes([byte]).decode(codec, "replace").replace("\ufffd", chr(byte)) for byte in range(0x80, 0x100)}


def _letters(first: int, last: int) -> str:
    """What the bytes from `first` to `last` are in any of the charsets, as a class of a pattern."""
    found = {_table(codec)[byte] for codec in _CODECS for byte in range(first, last + 1)}
    return re.escape("".join(sorted(found.union(map(chr, range(0x80, 0xA0)) if first == 0x80 else ()))))
