"""The lines that mail programs put above what they quote and forward, in many languages (the words are in wording.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice

from tui_desk.mail import introduction, lotus, wording
from tui_desk.mail.lexicon import DECORATION, EDGE, any_of, phrase_set, phrases, words

_DASHED = re.compile(r"[-_*=─—]{2,}\s*\[?(?P<words>[^-_*=─—\n].{2,70}?)\]?\s*(?:[-_*=─—]{2,}|:|\Z)")
_MAX_LINES = 10_000
"""Lines of a body that are looked at one by one; no mail that people write has more."""
_MAX_BLOCK = 24
_LONGEST_NAME = 60
_MARKERS = frozenset("-_*=─—–~#[<")


def candidates(lines: Sequence[str]) -> list[int]:
    """The lines that are worth a closer look, by how they begin and end, in order."""
    starts, ends, columns = words(wording.SENT_FROM_STARTS), wording.SENT_FROM_ENDS, lotus.columns()
    phone = any_of(wording.SENT_FROM_CHARACTERS).match
    found: list[int] = []
    for at, line in enumerate(islice(lines, _MAX_LINES)):
        text = line.strip(EDGE)
        if not text:
            continue
        if text[0] in ">|»-_*=─—–~#<(+[" or text[-1] in ":：>-" or ":" in text[:28] or "：" in text[:16] or ">" in text[:4]:
            found.append(at)
            continue
        if len(text) < 110:
            first = text.split(" ", 1)[0].casefold()
            if first in starts or text.endswith(ends) or phone(text) or (first in columns and lotus.addressed(text)):
                found.append(at)
                continue
        if ("@" in text and introduction.ends_bare(text)) or lotus.teaser(text):
            found.append(at)
    return found


@cache
def _fields() -> dict[str, str]:
    return {name: kind for kind, names in wording.FIELDS.items() for name in phrases(names)}


def field(line: str) -> str:
    """The kind of header field that `line` begins with (from, date, sent, to, cc, subject, other), "" for none."""
    return _field(line[:_LONGEST_NAME])


@lru_cache(maxsize=512)
def _field(line: str) -> str:
    name, mark, _value = line.lstrip(DECORATION)[:40].replace("：", ":", 1).partition(":")
    return _fields().get(name.rstrip(DECORATION).casefold(), "") if mark else ""


def header_block(lines: Sequence[str], at: int, *, ruled: bool = False) -> int:
    """How many lines from `at` are a block of header fields (Outlook's From, Sent, To, Subject, in any order), 0 for none.

    `ruled`: a rule stands above it; then no address and no time of day is asked for.
    """
    if at >= len(lines) or not field(lines[at]):
        return 0
    found: dict[str, str] = {}
    end, last, most = at, at, min(at + _MAX_BLOCK, len(lines))
    while end < most:
        kind = field(lines[end])
        if kind:
            ruled = ruled or kind == "sent"
            kind = "date" if kind == "sent" else kind
            if kind not in found:
                found[kind] = lines[end].replace("：", ":", 1).partition(":")[2]
            last = end + 1
        elif not _field_follows(lines, end):
            break
        end += 1
    if not _is_block(found):
        return 0
    sure = ruled or lines[at].lstrip().startswith("*") or any("@" in line for line in lines[at:last])
    sure = sure or ("subject" in found and introduction.TIMED.search(found.get("date", "")) is not None)
    return last - at if sure else 0


def _field_follows(lines: Sequence[str], at: int) -> bool:
    """A field stands right behind a blank line, or within three lines: a long list of recipients was wrapped."""
    if not lines[at].strip():
        return at + 1 < len(lines) and bool(field(lines[at + 1])) and bool(lines[at - 1].strip())
    for line in lines[at + 1 : at + 4]:
        if not line.strip():
            return False
        if field(line):
            return True
    return False


def _is_block(found: dict[str, str]) -> bool:
    kinds = found.keys() - {"other"}
    if len(kinds) >= 3:
        return "from" in kinds or {"date", "subject"} <= kinds
    addressed = any("@" in found.get(kind, "") for kind in ("from", "to"))
    return len(kinds) == 2 and "date" in kinds and addressed and introduction.TIMED.search(found["date"]) is not None


def original(line: str) -> bool:
    """ "-----Original Message-----"."""
    return _dashed(line, wording.ORIGINAL)


def forward(line: str) -> bool:
    """ "---------- Forwarded message ---------", "Begin forwarded message:"."""
    if _dashed(line, wording.FORWARD):
        return True
    text = line.strip(DECORATION).casefold()
    return text.endswith((":", "：")) and text.rstrip(":： \u00a0") in phrase_set(wording.BEGIN_FORWARD)


def reply_above(line: str) -> bool:
    """ "##- Please type your reply above this line -##": what stands below is a helpdesk's own mail."""
    text = line.strip(EDGE + ">")
    if len(text) > 120 or text[:1] not in _MARKERS:
        return False
    words = text.strip("#-_*=─—–~ <>[]|.").casefold().removeprefix("please ")
    return words in phrase_set(wording.REPLY_ABOVE)


def _dashed(line: str, words: str) -> bool:
    text = line.lstrip(" \t>")
    found = _DASHED.match(text) if len(text) < 160 else None
    return found is not None and found["words"].casefold().startswith(phrases(words))
