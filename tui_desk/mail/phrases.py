"""How mail programs introduce what they quote and forward, in many languages (the words are in wording.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice

from tui_desk.mail import lotus, wording
from tui_desk.mail.lexicon import DECORATION, EDGE, INVISIBLE, any_of, phrase_set, phrases, words

_DASHED = re.compile(r"[-_*=─—]{2,}\s*\[?(?P<words>[^-_*=─—\n].{2,70}?)\]?\s*(?:[-_*=─—]{2,}|:|\Z)")
_LONGEST, _LONGEST_VERB, _LONGEST_NAME = 450, 40, 60
_MAX_LINES = 10_000
"""Lines of a body that are looked at one by one; no mail that people write has more."""
_MAX_ATTRIBUTION = 5
_MAX_BLOCK = 24
_TIMED = re.compile(r"(?<![\d.])\d{1,2}(?:\s?[:h時点]\s?\d{2}|\.\d{2}(?![.\d]))")
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
        if ("@" in text and _ends_bare(text)) or lotus.teaser(text):
            found.append(at)
    return found


def _ends_bare(text: str) -> bool:
    """It may be an attribution that has lost its colon: it ends with a time or with the word of writing."""
    return text[-1].isdigit() or text.rsplit(" ", 1)[-1].casefold() in _last_words()


@cache
def _last_words() -> frozenset[str]:
    return frozenset(phrase.rsplit(" ", 1)[-1] for phrase in phrases(wording.WROTE)) | {"am", "pm", "uhr"}


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
    sure = sure or ("subject" in found and _TIMED.search(found.get("date", "")) is not None)
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
    return len(kinds) == 2 and "date" in kinds and addressed and _TIMED.search(found["date"]) is not None


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
    ends = text[-1] == ")" or lines[at].rstrip(EDGE)[-1:] == ">" or _ends_bare(text)
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
    if ended and not quoted and mailed and _FROM_ADDRESS.match(text) and _TIMED.search(text) and _begins(text):
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
    if _BRACKETED.search(text) is None or _TIMED.search(text) is None or _of_a_person(text) or _OURS.search(text):
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
