"""The header that Lotus (HCL) Notes puts above the mail it answers: the sender and the moment on lines of their own, and
below them a table of To, cc and Subject, often without colons and in a frame of dashes and bars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from tui_desk.mail import endings, wording
from tui_desk.mail.lexicon import DECORATION, INVISIBLE, phrases

REACH = 12
"""Lines between the sender's name and "To", and between "To" and the subject."""
_MOST_FILLED, _LONGEST, _REST = 6, 120, 12
_LABEL = re.compile(r"(?P<name>[^\s|:：][^|:：\t]{0,20}?)(?:\s*[|:：]\s*|\t\s*|\s{2,}|\Z)(?P<value>.*)")
_FRAME = re.compile(r"[-+=_|>─]*\Z")
_NUMBERS = (
    r"(?<!\d)(?:\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,2}(?:\.|th|st|nd|rd)?\s[^\W\d_]{3,10}\.?,?\s(?:19|20)\d\d"
    r"|[^\W\d_]{3,10}\.?\s\d{1,2},\s(?:19|20)\d\d)"
)
# As text: compiled (and kept by re) when the first mail asks for them.
_MOMENT = _NUMBERS + r"[\s,]+(?:[^\W\d_]{1,4}\s)?\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\s?[AP]\.?M\.?)?(?:\s[A-Z]{2,5})?"
_TEASER = r".{2,90}---\s?" + _NUMBERS + r"[\s,]+\d{1,2}[:.]\d\d(?:[:.]\d\d)?[^-]{0,12}---"


def header(lines: Sequence[str], at: int) -> tuple[int, int] | None:
    """(first line, line behind the last) of such a header whose "To" stands on line `at`; None for none."""
    if _label(lines[at])[0] != "to":
        return None
    begun = _sender(lines, at)
    end = _subject(lines, at) if begun is not None else 0
    return (begun, end) if begun is not None and end else None


def addressed(text: str) -> bool:
    """The line `text` says "To", alone or in a table."""
    first = text.split(" ", 1)[0]
    return first.casefold() in columns() and text[len(first) : len(first) + 2] in ("", "  ", " |")


def teaser(line: str) -> bool:
    """ "Inès Durand ---05/01/2026 10:11:12 AM---Hello, could you …": the line that newer versions put above From and To."""
    return "---" in line and re.match(_TEASER, line) is not None


def frame(line: str) -> bool:
    """Nothing stands on the line, or a piece of the frame."""
    return not _cell(line)


def _subject(lines: Sequence[str], at: int) -> int:
    """The line behind the subject, below the "To" of line `at`; 0 where there is none."""
    filled = 0
    for n in range(at + 1, min(at + REACH, len(lines))):
        kind, value = _label(lines[n])
        if kind == "subject":
            end = n + 1
            if not value and end < len(lines) and _cell(lines[end]):
                end += 1  # the subject itself
            while end < len(lines) and lines[end].strip() and not _cell(lines[end]):
                end += 1  # the frame
            return end
        filled += bool(_cell(lines[n]))
        if filled > _MOST_FILLED:
            break
    return 0


def _sender(lines: Sequence[str], at: int) -> int | None:
    """Where the header begins whose "To" stands on line `at`: the sender's name, above the moment or on its line."""
    moment, filled = -1, 0
    for n in range(at - 1, max(at - REACH, -1), -1):
        text = _cell(lines[n])
        if not text:
            continue
        found = re.search(_MOMENT, text) if len(text) < _LONGEST else None
        if moment < 0 and found and len(text) - found.end() < _REST:
            if endings.name(_of_whom(text[: found.start()])):
                return _with_frame(lines, n)
            if found.start() > _REST:
                return None
            moment = n
        elif moment >= 0 and (":" not in text or "@" in text):  # else "Sent by: …"
            return _with_frame(lines, _name_above(lines, n)) if endings.name(_of_whom(text)) or "@" in text else None
        filled += 1
        if filled > _MOST_FILLED:
            break
    return None


def _name_above(lines: Sequence[str], at: int) -> int:
    """The name may stand above an address and above "Sent by: …"."""
    while at and (above := _cell(lines[at - 1])) and ("@" in _cell(lines[at]) or ":" in lines[at]):
        if not (endings.name(_of_whom(above)) or "@" in above) or "." in above[-1:]:
            break
        at -= 1
    return at


def _with_frame(lines: Sequence[str], at: int) -> int:
    while at and lines[at - 1].strip() and not _cell(lines[at - 1]):
        at -= 1
    return at


def _of_whom(text: str) -> str:
    """ "Inès Durand/Sales/ACME", "Inès Durand" <ines@acme.test> on: the name alone."""
    name = re.sub(r"<[^<>]*>|/[^ ]*|@[^ ]*|\s(?:on|am|le|el|il|em|op)\s*\Z", "", text)
    return name.strip(" \t\"'|,")


def _cell(line: str) -> str:
    """What stands on the line without the frame around it."""
    return _bare(line[: _LONGEST * 2])


@lru_cache(maxsize=128)
def _bare(line: str) -> str:
    text = line.strip(DECORATION)
    if not line.isascii():
        text = INVISIBLE.sub("", text)
    return "" if _FRAME.match(text) else text


def _label(line: str) -> tuple[str, str]:
    """(the kind of field that the line begins with, what stands behind it), ("", "") for none."""
    return _read(_cell(line))


@lru_cache(maxsize=128)
def _read(text: str) -> tuple[str, str]:
    found = _LABEL.match(text) if text else None
    kind = _kinds().get(found["name"].casefold(), "") if found else ""
    return (kind, found["value"]) if found and kind else ("", "")


@cache
def _kinds() -> dict[str, str]:
    return {name: kind for kind in ("to", "cc", "subject") for name in phrases(wording.FIELDS[kind])}


@cache
def columns() -> frozenset[str]:
    """What "To" is in each language."""
    return frozenset(phrases(wording.FIELDS["to"]))
