"""How mail programs introduce the mail that they quote: "On … wrote:", with or without its colon, on one line or on five."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from tui_desk.mail import wording
from tui_desk.mail.lexicon import DECORATION, EDGE, INVISIBLE, phrase_set, phrases, words

_LONGEST, _LONGEST_VERB = 450, 40
_MAX_ATTRIBUTION = 5
TIMED = re.compile(r"(?<![\d.])\d{1,2}(?:\s?[:h時点]\s?\d{2}|\.\d{2}(?![.\d]))")
"""A time of day."""
_DATED = re.compile(
    r"\d{1,2}\s?[:h]\s?\d{2}|(?<![\d.,])[012]?\d\.[0-5]\d(?![\d%]|\s?[%€$£])|(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
)
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,4}([./-])\d{1,2}\1\d{1,4}")
_BEGINS = re.compile(r"(?:-{2,}\s?)?(?:[^\s\d<@][^\s<@]{0,24}\s+|[(\"]\s*){0,4}?\(?\d")
_MIDWAY = re.compile(
    r"(?:-{2,}\s?)?\b(?:On|At|Le|Am|El|Il|Em|Op|Den|Dnia)\s+(?:[^\W\d_][\w.]*,?\s+){0,2}\d[^\n]{8,200}\Z"
    r"|-{2,}\s?On\s[^\n]{8,200}\Z"
)
_SELF = re.compile(r"\b(?:I|ich|je|j['’]ai|yo|io|ik|jeg|jag|eu)\b")
_TO_US = re.compile(
    r"\b(?:us|me|uns|mir|nous|moi|m['’]avez|nos|nosotros|ci|noi|mi|ons|mij|oss|meg|mig|nam|mnie)\b", re.IGNORECASE
)
_OURS = re.compile(
    r"\b(?:to you|my|our|mein(?:e|er)?|unser(?:e|er)?|Ihnen|notre|à vous|mijn|onze|meu|minha|nosso|nuestr[oa]|nostr[oa])\b"
)
_ON = re.compile(
    r"\s*(?:(?:on|am|le|sur|el|il|em|op|den|på|w dniu|at|um|à|um|o)\s)?(?:[^\W\d_]{2,12}\.?,?\s)?[\d.,:/\- ]{1,12}"
    r"(?:[^\W\d_]{3,10}\.?,?\s)?[\d.,:/\- ]*(?:(?:at|um|à|a las|alle|om|o|kl\.?)\s)?[\d:. ]*(?:[AP]M|Uhr)?\s*[:：]?\Z",
    re.IGNORECASE,
)
_FROM_ADDRESS = re.compile(r"[^@]{8,50}\s[^\W\d_]{1,4}\s[^\s<>@]+@[^\s<>@]+[^\s<>@:]\s?[:：]\Z")
_BRACKETED = re.compile(r"[<(][^<>()\s]+@[^<>()\s]+[>)]")
_ENDS_ADDRESS = re.compile(r"@[^\s<>@]+[>)\]]+[,.]?\s*[:：-]*\Z")
_MOMENT = re.compile(r"(?:19|20)\d\d([-/.])\d\d?\1\d\d?[ T,]+\d{1,2}:\d\d\b[^.!?]{0,80}\Z")
_WEAK = frozenset({"sent", "said", "says", "nous a dit"})
_ADDRESS_END = re.compile(r">[^>]{0,40}[:：]\Z")
_BEHIND = DECORATION + "-."


def ends_bare(text: str) -> bool:
    """It may be an attribution that has lost its colon: it ends with a time or with the word of writing."""
    return text[-1].isdigit() or text.rsplit(" ", 1)[-1].casefold() in _last_words()


@cache
def _last_words() -> frozenset[str]:
    return frozenset(phrase.rsplit(" ", 1)[-1] for phrase in phrases(wording.WROTE)) | {"am", "pm", "uhr"}


def attribution(lines: Sequence[str], end: int, *, quoted: bool) -> int | None:
    """Where the attribution that ends with line `end` begins ("On ... wrote:"), None for none; five lines at most.

    `quoted`: lines that are marked as quoted follow; then less is asked of it.
    """
    if not quoted and not _may_end(lines, end):
        return None
    text = ""
    best: int | None = None
    for start in range(end, max(end - _MAX_ATTRIBUTION, -1), -1):
        line = lines[start].lstrip(DECORATION).rstrip(EDGE + "*_")
        if not line.isascii():
            line = INVISIBLE.sub("", line)
        if not line:
            if start == end or text[:1] != "<" or not lines[start - 1].strip():
                break
            continue
        if len(line) > 300 or (start != end and line.endswith((":", "："))):
            break
        text = f"{line} {text}" if text else line
        strength = _strength(text, quoted)
        if strength == 2:
            return start
        if strength and (best is None or (best == end and _paragraph_begins(lines, start))):
            best = start
            if start and not _wrapped(lines[start - 1], text):
                break
    return best


def _may_end(lines: Sequence[str], at: int) -> bool:
    """An attribution may end with line `at`, below which no quote mark stands: with its colon, or with what stands before it."""
    text = lines[at].rstrip(_BEHIND)
    if not text or text[-1] in ":：" or lines[at].rstrip(EDGE + "*_").endswith("---"):
        return True
    if at + 1 < len(lines) and lines[at + 1][:1].islower():
        return False  # a sentence that goes on
    ends = text[-1] == ")" or lines[at].rstrip(EDGE)[-1:] == ">" or ends_bare(text)
    return ends and any("@" in line for line in lines[max(at - _MAX_ATTRIBUTION + 1, 0) : at + 1])


def _paragraph_begins(lines: Sequence[str], at: int) -> bool:
    return (at == 0 or not lines[at - 1].strip()) and not lines[at].rstrip().endswith((".", "!", "?"))


def _wrapped(above: str, text: str) -> bool:
    above = above.rstrip()
    return text[0] in '<("«„' or text[0].islower() or above.endswith((",", "<")) or len(above) > 55


def _strength(text: str, quoted: bool) -> int:
    """2: an attribution from its first word; 1: one whose first words may stand on the line above; 0: none."""
    ended = text.rstrip(DECORATION + "-.").endswith((":", "：")) or text.endswith("---")
    mailed = "@" in text
    dated = _DATED.search(text) is not None
    if not (mailed or dated or quoted) or len(text) > _LONGEST:
        return 0
    if not (ended or quoted):
        return _bare_strength(text) if mailed and dated else 0
    if mailed and dated and ((ended and (quoted or _ENDS_ADDRESS.search(text))) or (quoted and text.endswith(">"))):
        return 2 if _begins(text) else 1
    if quoted and _MOMENT.match(text):
        return 2
    if ended and not quoted and mailed and _FROM_ADDRESS.match(text) and TIMED.search(text) and _begins(text):
        return 2
    said = _said(text if ended else text[-_LONGEST_VERB:], mailed or (dated and quoted))
    if said is None:
        return int(ended and quoted and (mailed or (_DAY.search(text) is not None and _begins(text))))
    if not ended and (rest := said.string[said.end() :].strip()) and not _on(rest):
        return 0
    if not quoted and _OURS.search(text):
        return 0
    if quoted or mailed:
        return 2 if dated and _begins(text) else 1
    if _of_a_person(text):
        return 0
    return 2 if _begins(text) or (said.start() and _on(text[said.end() :])) else 0


def _bare_strength(text: str) -> int:
    """The same of a text without a colon and no quote mark below: an address, a day, a time, the word of writing, no more."""
    if _BRACKETED.search(text) is None or TIMED.search(text) is None or _of_a_person(text) or _OURS.search(text):
        return 0
    said = _said(text, False)
    if said is None:
        return 0
    rest = text[said.end() :].strip()
    if not rest or _ENDS_ADDRESS.search(rest):
        return 2 if _begins(text) else 0
    return 1 if _on(rest) and ">" in text[: said.start()] else 0


def _on(text: str) -> bool:
    """A day and a time, and nothing else, behind the word of writing."""
    return len(text) < 60 and _ON.match(text) is not None


def _of_a_person(text: str) -> bool:
    """ "On 3 May I wrote this:", "Am 3. Mai schrieben Sie uns:": no program speaks so."""
    return _SELF.search(text) is not None or _TO_US.search(text) is not None


@cache
def _wrote() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, phrases(wording.WROTE)), key=len, reverse=True))
    return re.compile(rf"(?:(?<![^\W\d_])|(?<=[\u3000-\u9fff가-힣]))(?:{words})(?![^\W\d_])", re.IGNORECASE)


def _said(text: str, surely: bool) -> re.Match[str] | None:
    """The word of writing; words that people use for much else ("sent") only where the rest is sure."""
    folded = text.casefold()
    starts = [at for phrase in phrases(wording.WROTE) if (at := folded.find(phrase)) >= 0]
    if not starts:
        return None  # most lines, and ten times faster than the pattern
    found = _wrote().search(text, min(starts) if len(folded) == len(text) else 0)
    while found is not None and not surely and found[0].casefold() in _WEAK:
        found = _wrote().search(text, found.end())
    return found


def _begins(text: str) -> bool:
    first = text.lstrip("-– ").split(" ", 1)[0].strip(".,(").casefold()
    return _BEGINS.match(text) is not None or first in words(wording.WHEN)


def ends_address(above: str, line: str) -> bool:
    """`line` begins with the ">" of an address that was opened above, and ends an attribution: that is no quote mark."""
    text = line.strip(EDGE)
    if _ADDRESS_END.match(text) is None:
        return False
    opened = above.rpartition("<")[2]
    alone = text.strip("> \u00a0:：").casefold() in phrase_set(wording.WROTE)
    return alone or (len(opened) < 100 and "@" in opened and ">" not in opened)


def midway(line: str) -> int:
    """Where in `line` an attribution begins that a program put right behind the words of a person, 0 for nowhere."""
    text = line.rstrip(EDGE)
    if not text.endswith((":", "：")) or text.split(" ", 1)[0].casefold() in words(wording.WHEN):
        return 0
    if not _DATED.search(text) or not _wrote().search(text):
        return 0
    return max((found.start() for found in _MIDWAY.finditer(text)), default=0)
