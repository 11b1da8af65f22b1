"""Which charset bytes of unknown origin are in: the one whose letters follow each other as in some language.

A model of letters, not of bytes: each candidate decodes the bytes, and what comes out is weighed by how rare its pairs of
letters are (alphabets) or its signs (Chinese, Japanese, Korean). So one table (rarity.py) serves all charsets, short texts
are told as well as long ones, and what the mail says elsewhere counts as so much evidence.
"""

from __future__ import annotations

import codecs
import re
from functools import cache, lru_cache

from tui_desk.mail import rarity

_WITHIN = frozenset("’‘–—\u00a0\u00ad")
"""Signs that stand between letters."""
_SPLIT = 7.0
"""Another sign inside a word of Latin letters."""
_MIXED = 5.0
"""Another script inside a word."""
_FOREIGN, _FEW = 3.0, 6
"""Few words of another script in a text of plain letters."""
_LONE = 8.0
"""Letters of another script that stand alone, one by one."""
_STUCK = 4.0
"""A Chinese, Japanese or Korean sign right behind a Latin letter."""
_CAPITAL = 4.0
"""A capital after a small letter of the same word."""
_ENOUGH = 400
"""Letters beyond ASCII that are weighed: more change no answer."""

_PLAIN, _MOST_PLAIN = 0.12, 8.0
"""What the plain letters of a text count beside the others, and at most."""
_SAMPLE, _LINE = 1000, 4000
"""Bytes that tell the language; bytes of lines that are looked at."""

_PRIOR = {
    "cp1252": 3.0,
    "gb18030": 1.5,
    "cp932": 1.5,
    "cp949": 1.0,
    "big5hkscs": 1.0,
    "cp1251": 2.0,
    "koi8-r": 1.0,
    "koi8-u": 0.0,
    "euc_jp": 0.5,
    "cp1250": 1.0,
    "iso8859-2": 0.5,
    "cp1253": 0.5,
    "iso8859-7": 0.0,
    "cp1254": 1.0,
    "cp1255": 0.5,
    "iso8859-8": 0.0,
    "cp1256": 0.5,
    "cp874": 0.0,
    "cp1257": -0.5,
    "iso8859-13": -1.0,
    "iso8859-5": -1.5,
    "iso8859-6": -1.0,
    "cp866": -2.0,
    "mac-roman": -1.5,
    "cp850": -2.5,
}
_FAMILIES = (
    frozenset({"cp932", "euc_jp", "iso2022_jp", "iso2022_jp_ext", "shift_jis", "iso2022_jp_2"}),
    frozenset({"gb18030", "gbk", "gb2312", "hz"}),
    frozenset({"big5hkscs", "big5", "cp950"}),
    frozenset({"cp949", "euc_kr", "iso2022_kr", "johab"}),
    frozenset({"cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"}),
    frozenset({"cp1250", "iso8859-2", "mac-latin2", "cp852"}),
    frozenset({"cp1253", "iso8859-7"}),
    frozenset({"cp1254", "iso8859-9"}),
    frozenset({"cp1255", "iso8859-8"}),
    frozenset({"cp1256", "iso8859-6"}),
    frozenset({"cp1257", "iso8859-13", "iso8859-4"}),
)
_SEVERAL = frozenset({"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "shift_jis", "big5", "gbk", "euc_kr"})
_TAIL = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
"""The beginning of a letter at the end of a text that was cut."""
_ASIAN = re.compile("[\u3000-\u9fff\uac00-\ud7a3]+")
_WHOLE, _CUT = 3, 10.0
"""Whole signs there must be for one that is cut, and what it costs."""
_NAMED, _KIN, _HOME = 14.0, 8.0, 5.0
"""What it counts that the mail names a charset elsewhere, or one of the same letters; that its sender's country writes so."""
_COUNTRIES: dict[str, str] = {
    "cp1251 koi8-r": "ru by kz kg tj su",
    "cp1251 koi8-u koi8-r": "ua",
    "cp1251": "bg rs mk",
    "cp1250 iso8859-2": "pl cz sk hu si hr ro ba rs",
    "cp1253 iso8859-7": "gr cy",
    "cp1254": "tr",
    "cp1255 iso8859-8": "il",
    "cp1256 iso8859-6": "sa ae eg ma dz tn jo lb iq kw qa om ye ly sy ir pk",
    "cp1257 iso8859-13": "lt lv ee",
    "cp874": "th",
    "cp932 euc_jp": "jp",
    "gb18030": "cn sg",
    "big5hkscs": "tw hk mo",
    "cp949": "kr",
}
"""What is written where an address ends so."""


@lru_cache(maxsize=64)
def detect(data: bytes, named: tuple[str, ...] = ()) -> tuple[str, str]:
    """(text, codec) of bytes that are not UTF-8: the likeliest reading; `named` are codecs that the mail names elsewhere.

    A name that begins with a dot is the sender's country (".pl").
    ("", "") where no candidate can read them.
    """
    cut = _TAIL.sub(b"", data)
    whole = None if cut.isascii() else _strictly_utf_8(cut)
    if whole is not None:
        return whole, "utf-8"
    sample = _telling(data)
    around = _around(sample)
    best, text, found = float("inf"), "", ""
    for candidate in dict.fromkeys((*_PRIOR, *[name for name in named if name[0] != "."])):
        whole = _read(data, candidate)
        if whole is None:
            continue
        bonus = _bonus(candidate, named) - _CUT * whole.count("\ufffd")
        cost = _cost(whole if sample is data else sample.decode(candidate, "replace"), around, best + bonus) - bonus
        if cost < best:
            best, text, found = cost, whole, candidate
    if _cost(sample.decode("utf-8", REPAIR), around, best) < best:
        text, found = data.decode("utf-8", REPAIR), "utf-8"
    return text, found


def _strictly_utf_8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _telling(data: bytes) -> bytes:
    """The lines that are not plain ASCII, as many as are looked at."""
    if len(data) <= _SAMPLE:
        return data
    lines, size = list[bytes](), 0
    for line in data.split(b"\n"):
        if not line.isascii():
            lines.append(line[:_LINE])
            size += len(lines[-1])
            if size > _LINE:
                break
    return b"\n".join(lines)


def _read(data: bytes, candidate: str) -> str | None:
    try:
        return data.decode(candidate)
    except (UnicodeError, ValueError, LookupError):
        return damaged(data, candidate)


def damaged(data: bytes, codec: str) -> str | None:
    """Bytes in a charset of several bytes a sign, a sign or two of which were cut in the middle; None for anything else."""
    if codec not in _SEVERAL and codec != "cp1252":
        return None
    text = data.decode(codec, "replace")
    lost = text.count("\ufffd")
    if codec == "cp1252":  # a byte that it does not define
        return text if lost <= 1 + len(text) // 100 else None
    return text if lost <= 1 + len(text) // 100 and sum(map(len, _ASIAN.findall(text))) > _WHOLE * lost else None


@lru_cache(maxsize=64)
def _bonus(candidate: str, named: tuple[str, ...]) -> float:
    bonus = _PRIOR.get(candidate, 0.0)
    if any(name[0] == "." and candidate in _written(name[1:]) for name in named):
        bonus += _HOME
    if candidate in named:
        return bonus + _NAMED
    kin = any(candidate in family and not family.isdisjoint(named) for family in _FAMILIES)
    return bonus + (_KIN if kin else 0.0)


@cache
def _written(country: str) -> frozenset[str]:
    return frozenset(name for names, countries in _COUNTRIES.items() if country in countries.split() for name in names.split())


def _cost(text: str, around: tuple[float, ...], most: float) -> float:
    """How unlikely the text is in the language that fits it best; above `most` only that it is more."""
    alphabets, signs = rarity.table()
    cost, pairs = 0.0, dict[str, int]()
    seen, runs, last, upper, was_ascii = 0, 0, " ", False, True
    for at, letter in enumerate(text):
        if letter < "\x80":
            now = letter.lower() if letter.isalpha() else " "
            if not was_ascii:
                pairs[last + now] = pairs.get(last + now, 0) + 1
            was_ascii = True
        else:
            seen += 1
            now = letter.lower()[0]
            known = signs.get(letter)
            if known is None and rarity.script(now):
                runs += was_ascii
                pairs[last + now] = pairs.get(last + now, 0) + 1
                was_ascii = False
            else:
                if not was_ascii:
                    pairs[last + " "] = pairs.get(last + " ", 0) + 1
                cost += known if known is not None else rarity.rare(letter)
                if was_ascii and last != " " and letter >= "\u2e80":
                    cost += _STUCK
                if last != " " and letter not in _WITHIN and _latin(text[at + 1 : at + 2]):
                    cost += _SPLIT
                last, upper, was_ascii = " ", False, True
                if cost > most or seen > _ENOUGH:
                    break
                continue
        if letter != now and letter.isalpha():
            if last != " " and not upper:
                cost += _CAPITAL
            upper = True
        else:
            upper = False
        last = now
        if seen > _ENOUGH:
            break
    by_script: dict[str, list[tuple[str, int]]] = {}
    for pair, count in pairs.items():
        name = rarity.script(pair[1]) or rarity.script(pair[0])
        if name != "latin" and pair[0].isalpha() and rarity.script(pair[0]) != name:
            cost += _MIXED * count
        by_script.setdefault(name, []).append((pair, count))
    for name, found in by_script.items():
        costs = [sum([costs.get(pair, rarity.UNSEEN) * count for pair, count in found]) for costs in alphabets[name]]
        cost += min(map(sum, zip(costs, around, strict=True))) if name == "latin" else min(costs)
        if name != "latin":
            cost += (_FOREIGN if len(text) > _FEW * seen else 0.0) + (_LONE if runs > 2 and seen < 2 * runs else 0.0)
        if cost > most:
            break
    return cost


def _latin(letter: str) -> bool:
    return letter.isalpha() and letter < "\u0250"


def _around(data: bytes) -> tuple[float, ...]:
    """How badly the plain letters fit each language of the Latin script, from 0 for the best."""
    counts: dict[str, int] = {}
    last = " "
    for letter in data[:_SAMPLE].decode("ascii", "replace").lower():
        now = letter if "a" <= letter <= "z" else "" if letter == "\ufffd" else " "
        if last and now and (last != " " or now != " "):
            counts[last + now] = counts.get(last + now, 0) + 1
        last = now
    costs = [sum([costs.get(pair, rarity.UNSEEN) * n for pair, n in counts.items()]) for costs in rarity.table()[0]["latin"]]
    return tuple([min(_PLAIN * (cost - min(costs)), _MOST_PLAIN) for cost in costs])


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """What is not UTF-8 in a text that otherwise is (a footer that a list added, two texts joined): Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


REPAIR = "tui-desk-western"
codecs.register_error(REPAIR, _as_western)
