"""Dates that are none of RFC 5322: months in other languages, AM and PM, zones by name, ISO 8601, the year first.

Read only where the month is said by its name, or stands between year and day: 05/01/2026 is two days to two people.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tui_desk.text import fold

_LONGEST = 200
_NAMES = """
jan janv ene gen sty led tammi oca янв січ ιαν | feb fev lut uno helmi sub фев лют φεβ | mar mrt maart bre maalis мар бер
apr avr abr kwi dub huhti nis апр кві | may mai mag mei maj kve touko май мая тра μαι | jun juin giu cze haz kesa июн чер
jul juil lug lip heina tem июл лип | aug ago aou sie srp elo agu авг сер αυγ | sep set wrz zar syys eyl сен вер
oct okt ott out pazdz rij loka eki окт жов | nov lis marras kas ноя лис νοε | dec dez dic des gru pro joulu ara дек гру δεκ
"""
_MONTHS = {
    name: number
    for number, names in enumerate([part for line in _NAMES.strip().splitlines() for part in line.split("|")], 1)
    for name in names.split()
}
"""The beginnings of months in some fifteen languages, without accents."""
_ZONES = """
ut 0 utc 0 gmt 0 z 0 wet 0 west 60 bst 60 cet 60 mez 60 met 60 cest 120 mesz 120 eet 120 eest 180 msk 180 trt 180 pkt 300
hkt 480 sgt 480 jst 540 kst 540 aest 600 aedt 660 nzst 720 nzdt 780 brt -180 art -180 ast -240 edt -240 est -300 cdt -300
cst -360 mdt -360 mst -420 pdt -420 pst -480 akdt -480 akst -540 hst -600
"""
_MINUTES = dict(zip(_ZONES.split()[::2], map(int, _ZONES.split()[1::2]), strict=True))
_ISO = re.compile(r"\s*(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?=[t\s])")
_EAST = re.compile(r"\s*(\d{4})\s?[年년.]\s?(\d{1,2})\s?[月월.]\s?(\d{1,2})\s?[日일.]?")
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d{1,9})?(?![\d:])\s*([ap]\.?m\b)?")
_NUMBER = re.compile(r"(?<![\d:.+])(\d{1,4})(?![\d:])")
_FIGURES = re.compile(r"\d[./-]\d{1,2}[./-]\d")
_WORD = re.compile(r"[^\W\d_]{3,}")
_OFFSET = re.compile(r"(?:gmt|utc)?\s?([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_NAMED = re.compile(r"\b([a-z]{1,4})\b")


def read(value: str) -> int | None:
    """Epoch seconds, UTC, of a date as some program wrote it; None where it is none. A clock without a zone is UTC."""
    text = fold(value[:_LONGEST])
    clock = _CLOCK.search(text)
    if clock is None:
        return None
    rest, zone = f"{text[: clock.start()]} {text[clock.end() :]}", text[clock.end() :]
    day = _year_first(text) or _by_name(rest)
    if day is None:
        return None
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4] and hour <= 12:
        hour = hour % 12 + (12 if clock[4][0] == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        return None
    try:
        begun = datetime(*day, tzinfo=UTC)
        return int((begun + timedelta(hours=hour, minutes=minute - _offset(zone), seconds=second)).timestamp())
    except (ValueError, OverflowError):
        return None


def _year_first(text: str) -> tuple[int, int, int] | None:
    if found := _ISO.match(text):
        return int(found[1]), int(found[3]), int(found[4])
    found = _EAST.match(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _by_name(text: str) -> tuple[int, int, int] | None:
    """Day, month and year where the month has its name: the last word that may be one ("mar. 6 janv.")."""
    month = next((number for word in reversed(_WORD.findall(text)) if (number := _month(word))), 0)
    numbers = _NUMBER.findall(text)
    if not month or len(numbers) < 2 or _FIGURES.search(text):
        return None
    year = next((number for number in numbers if len(number) == 4), numbers[1])
    day = next((number for number in numbers if len(number) < 3), "0")
    century = 0 if len(year) == 4 else 2000 if int(year) < 50 else 1900
    return int(year) + century, month, int(day)


def _month(word: str) -> int:
    """The number of a month by its name; 0 for what is none."""
    return _MONTHS.get(max((name for name in _MONTHS if word.startswith(name)), key=len, default=""), 0)


def _offset(text: str) -> int:
    """The minutes that the zone behind a clock is ahead of UTC; 0 where it is unknown (RFC 5322 4.3)."""
    if found := _OFFSET.search(text):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return -minutes if found[1] == "-" else minutes
    return next((_MINUTES[name] for name in _NAMED.findall(text) if name in _MINUTES), 0)
