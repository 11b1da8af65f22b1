"""Terminal-safe text and cell widths. Whatever came from outside passes `clean` before it reaches a screen.

Terminals obey control characters wherever they stand (ECMA-48; OSC 52 writes the clipboard), and bidi overrides
(Unicode UAX 9) show a text in another order than it is written. Both are made harmless and visible here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# C0 and C1 controls and DEL are shown as U+FFFD; bidi controls, fillers and what has no width are dropped. Newline and
# tab survive in `clean`. U+200C and U+200D stay where they join letters or emoji (Persian, Indic scripts, families).
_SHOWN = dict.fromkeys((*range(32), *range(127, 160), 0xFFFE, 0xFFFF), "\ufffd")
_DROPPED: dict[int, str | None] = dict.fromkeys(
    (
        *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200E, 0x200F, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFFF0, 0xFFFC),
        *range(0x1BCA0, 0x1BCA4),
        *range(0x1D173, 0x1D17B),
        *range(0xE0000, 0xE01F0),
    )
)
_SURROGATES: dict[int, str | None] = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_LINE_ENDS = dict.fromkeys((0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")
_MANY_LINES: dict[int, str | None] = {**_SURROGATES, **_SHOWN, **_DROPPED, **_LINE_ENDS, 0x09: "\t"}
_ONE_LINE: dict[int, str | None] = {**_MANY_LINES, **dict.fromkeys((*_LINE_ENDS, 0x09), " ")}

# What is surely harmless, as ranges of a character class: nearly all mail is made of it, and one search tells.
_NARROW = "\\x20-\\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u1fff\u2010-\u2027\u202f-\u205e\u20a0-\u20bf"
_WIDE = "\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua48c\uac00-\ud7a3\uff01-\uff60"
_HARMLESS = bytes((0x09, 0x0A, *range(0x20, 0x7F)))
_JOINERS = "\u200c\u200d"
_LOOSE_JOINERS = (
    f"(?<![^\0-\u02ff{_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]+(?![^\0-\u02ff{_JOINERS}])|(?<=[{_JOINERS}])[{_JOINERS}]+"
)
_MOST_MARKS = 4
"""Combining marks kept on one letter: no script needs more, and a flood of them draws over the lines above."""

_LIGATURES = str.maketrans(
    {
        "œ": "oe",
        "Œ": "oe",
        "æ": "ae",
        "Æ": "ae",
        "ß": "ss",
        "ẞ": "ss",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
    }
)
_MARKS = re.compile("[\u0300-\u036f]+")
_LONG = 100
"""Letters: below, making the table of cp1252 costs more than it saves."""


def clean(text: str) -> str:
    """`text` with nothing in it that a terminal would obey; newlines and tabs stay. Doing it twice changes nothing."""
    if _harmless(text):
        return text
    return _tamed(text.replace("\r\n", "\n").translate(_MANY_LINES))


def one_line(text: str) -> str:
    """`clean` on one line, runs of white space made one space."""
    if text.isascii() and text.isprintable():  # addresses, ids: most of what is asked
        return " ".join(text.split()) if " " in text else text
    if not _harmless(text):
        text = _tamed(text.replace("\r\n", " ").translate(_ONE_LINE))
    return " ".join(text.split())


def _harmless(text: str) -> bool:
    if text.isascii():
        return text.isprintable() or not text.encode().translate(None, _HARMLESS)
    return _suspect()(text) is None


@lru_cache(maxsize=1)
def _suspect() -> Callable[[str], re.Match[str] | None]:
    """The search for what is not surely harmless. Compiled when first needed: it takes longer than a short command."""
    return re.compile(f"[^\\n\\t{_NARROW}{_WIDE}]").search


@lru_cache(maxsize=1)
def _not_narrow() -> re.Pattern[str]:
    """What may take another number of cells than one."""
    return re.compile(f"[^{_NARROW}]")


@lru_cache(maxsize=1)
def _ligature() -> Callable[[str], re.Match[str] | None]:
    """The search for letters that `_LIGATURES` opens."""
    return re.compile("[œŒæÆßẞøØłŁđðþ]").search


def _tamed(text: str) -> str:
    """Joiners that join nothing dropped, floods of combining marks cut."""
    if _suspect()(text) is None:
        return text
    if "\u200c" in text or "\u200d" in text:
        text = re.sub(_LOOSE_JOINERS, "", text)
    if text.isascii():
        return text
    return _floods(max(text) > "\uffff").sub(lambda run: run[0][:_MOST_MARKS].rstrip(_JOINERS), text)


_WITH_MARKS = (range(0x300, 0x3100), range(0xA600, 0xAC00), range(0xFB00, 0xFF00))
"""Of the BMP, all but ideographs, Hangul and private use: they take most of the time, and none of them is a mark."""


@lru_cache(maxsize=2)
def _floods(astral: bool) -> re.Pattern[str]:
    """More combining marks and joiners in a row than any script needs. A class within the BMP is searched much faster."""
    planes = (*_WITH_MARKS, range(0x10000, 0x1F000)) if astral else _WITH_MARKS
    letters = [chr(code) for plane in planes for code in plane]
    marks = [letter for letter in letters if unicodedata.category(letter) in ("Mn", "Me")]
    return re.compile(f"[{''.join(marks)}{_JOINERS}]{{{_MOST_MARKS + 1},}}")


def fold(text: str) -> str:
    """The form that search compares: lower case, no diacritics, ligatures as letters. Doing it twice changes nothing."""
    if text.isascii():
        return text.lower()
    if len(text) > _LONG and (folded := _folded_western(text)) is not None:
        return folded
    text = _bare(text).casefold()
    return text if text.isascii() else _bare(text).casefold()


def _folded_western(text: str) -> str | None:
    """The same of a text in cp1252, as most bodies are, twenty times faster; None for any other."""
    letters, several, others = _western()
    try:
        data = text.encode("cp1252")
    except UnicodeEncodeError:
        return None
    if others.search(data):
        return None
    data = data.translate(letters)
    for letter, folded in several:
        if letter in data:
            data = data.replace(letter, folded)
    return data.decode("cp1252")


@lru_cache(maxsize=1)
def _western() -> tuple[bytes, list[tuple[bytes, bytes]], re.Pattern[bytes]]:
    """What `fold` makes of each letter of cp1252: one letter of it, several, or what is not in it."""
    letters, several, others = bytearray(range(256)), list[tuple[bytes, bytes]](), list[bytes]()
    for code in range(256):
        letter = bytes((code,))
        try:
            folded = fold(letter.decode("cp1252")).encode("cp1252")
        except UnicodeDecodeError:
            continue  # no text is encoded to it
        except UnicodeEncodeError:
            others.append(letter)
            continue
        if len(folded) == 1:
            letters[code] = folded[0]
        else:
            several.append((letter, folded))
    return bytes(letters), several, re.compile(b"[" + b"".join(map(re.escape, others)) + b"]")


def _bare(text: str) -> str:
    """Letters without their marks, compatibility forms and ligatures opened."""
    if _ligature()(text):
        text = text.translate(_LIGATURES)
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    if text.isascii() or _suspect()(text) is None:
        return text
    return "".join([c for c in text if not unicodedata.combining(c)])


def width(text: str) -> int:
    """Terminal cells that `text` takes."""
    if text.isascii() or _not_narrow().search(text) is None:
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, cells: int, mark: str = "…") -> str:
    """`text` in at most `cells` terminal cells, with `mark` where something was cut."""
    if cells <= 0:
        return ""
    if _not_narrow().search(text, 0, cells + 1) is None:  # as many letters as cells, as far as it matters
        return text if len(text) <= cells else text[: max(cells - width(mark), 0)].rstrip() + mark
    if width(text) <= cells:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(text[: cells * 8], max(cells - width(mark), 0)).rstrip() + mark
