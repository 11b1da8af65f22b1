"""How rare letters are after each other, and signs by themselves: the table that letters.py weighs texts with.

`bench/letters.py` makes it; it holds counts of letters in 43 languages and no text.
"""

from __future__ import annotations

import unicodedata
import zlib
from functools import cache
from pkgutil import get_data

FILE = "letters.bin"
SCALE = 4
"""Steps of the table for one unit (the natural logarithm of how unlikely something is)."""
LEAST = 35
UNSEEN = 13.0
"""What a pair costs that was never seen."""

_ODD = 9.0
"""A sign that is no letter and no punctuation."""
_NEVER = 22.0
"""A control, a private or an unassigned code: no text holds them."""
_SIGNS = dict.fromkeys("«»“”„‘’–—…°€", 5.0) | dict.fromkeys("‚•·£§©®™¿¡ªº²³½¼±×\u00ad№", 7.0)
_SIGNS |= {"\u00a0": 2.5, "\ufffd": 8.0}
_SIGNS |= dict.fromkeys("、。「」『』（）：，！？【】《》〈〉・ー～\u3000；①②③④⑤", 4.5)
_HALF_WIDTH = 9.0


def script(letter: str) -> str:
    """The alphabet of a letter, "" where it is none of those in the table."""
    code = ord(letter)
    if not letter.isalpha() and not 0xE31 <= code <= 0xE4E:
        return ""
    if code < 0x250:
        return "latin"
    for name, first, last in (
        ("greek", 0x370, 0x3FF),
        ("cyrillic", 0x400, 0x52F),
        ("hebrew", 0x590, 0x5FF),
        ("arabic", 0x600, 0x6FF),
        ("thai", 0xE00, 0xE7F),
    ):
        if first <= code <= last:
            return name
    return ""


@cache
def rare(letter: str) -> float:
    """A sign that the table does not hold."""
    code = ord(letter)
    if 0x4E00 <= code <= 0x9FFF:
        return min(_level(letter, "gb2312", 0xD7), _level(letter, "big5", 0xC6), _level(letter, "shift_jis", 0x97))
    if 0xAC00 <= code <= 0xD7A3:
        return _level(letter, "euc_kr", 0xC8)
    if 0xFF61 <= code <= 0xFF9F:
        return _HALF_WIDTH
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Co", "Cn", "Cs"):
        return _NEVER
    return UNSEEN if kind[0] == "L" else _ODD if kind[0] in "PSZ" else UNSEEN


def _level(sign: str, charset: str, last: int) -> float:
    """National charsets have the common signs first: the first byte tells how common this one is."""
    try:
        data = sign.encode(charset)
    except UnicodeEncodeError:
        return 16.0
    return 10.5 if data[0] <= last else 13.0


@cache
def table() -> tuple[dict[str, list[dict[str, float]]], dict[str, float]]:
    """(what pairs of letters cost in each language of a script, what signs cost)."""
    alphabets: dict[str, list[dict[str, float]]] = {}
    signs = dict(_SIGNS)

    for line in zlib.decompress(get_data("tui_desk.mail", FILE) or b"").decode().split("\n"):
        head, _, body = line.partition("\t")
        if head.isdecimal():
            signs.update(dict.fromkeys(body, int(head) / SCALE))
            continue
        letters, _, steps = body.partition("\t")
        cells = zip((a + b for a in letters for b in letters), map(ord, steps), strict=True)
        costs = {pair: (step - LEAST) / SCALE for pair, step in cells if step - LEAST < UNSEEN * SCALE}
        alphabets.setdefault(head.partition(":")[0], []).append(costs)
    return alphabets, signs
