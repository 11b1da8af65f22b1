"""Terminal-safe text and cell widths. Whatever came from outside passes `clean` before it reaches a screen.

Terminals obey control characters wherever they stand (ECMA-48; OSC 52 writes the clipboard), and bidi overrides
(Unicode UAX 9) show a text in another order than it is written. Both are made harmless and visible here.
"""

from __future__ import annotations

import unicodedata

# C0 and C1 controls, DEL, line and paragraph separators, bidi embeddings, overrides and isolates, zero-width
# no-break space and the tag block. Newline and tab survive in `clean`; U+200D stays (emoji, Indic scripts need it).
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
_INVISIBLE: dict[int, str | None] = dict.fromkeys(
    (
        0x061C,
        0x200B,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        0x2060,
        *range(0x2066, 0x206A),
        0xFEFF,
        0xFFF9,
        0xFFFA,
        0xFFFB,
    )
)
_INVISIBLE.update(dict.fromkeys(range(0xE0000, 0xE0080)))
_SURROGATES: dict[int, str | None] = dict.fromkeys(range(0xD800, 0xE000), "�")
_MANY_LINES: dict[int, str | None] = {**_SURROGATES, **_CONTROLS, **_INVISIBLE, 0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
_MANY_LINES.update({0x0A: "\n", 0x09: "\t", 0x0D: None})
_ONE_LINE: dict[int, str | None] = {**_MANY_LINES, 0x0A: " ", 0x09: " ", 0x0D: " ", 0x2028: " ", 0x2029: " ", 0x85: " "}

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


def clean(text: str) -> str:
    """`text` with nothing in it that a terminal would obey; newlines and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_MANY_LINES)


def one_line(text: str) -> str:
    """`clean` on one line, runs of white space made one space."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.translate(_ONE_LINE).split())


def fold(text: str) -> str:
    """The form that search compares: lower case, no diacritics, ligatures as letters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def width(text: str) -> int:
    """Terminal cells that `text` takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, cells: int, mark: str = "…") -> str:
    """`text` in at most `cells` terminal cells, with `mark` where something was cut."""
    if cells <= 0:
        return ""
    if width(text) <= cells:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(text, max(cells - width(mark), 0)).rstrip() + mark
