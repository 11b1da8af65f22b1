"""Recognises the lines by which mail programs introduce what they quote, forward and sign, in many languages (wording.py).

What is looked up line by line is a set or a prefix; expressions are compiled when a line first needs them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice

from tui_desk.mail import wording

_BIDI = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_EDGE = " \t\r\f\v\u00a0" + _BIDI
_DECORATION = _EDGE + "*_>|•#"
_RULE_EDGE = _EDGE + ">"
_RULES = frozenset("-_*=─—–~")
_RULE = re.compile(r"[-_*=─—–~]{5,}\Z")
_SHORT_RULE = re.compile(r"[-_*=─—–~+#]{2,4}\Z")
_DASHED = re.compile(r"[-_*=─—]{2,}\s*\[?(?P<words>[^-_*=─—\n].{2,70}?)\]?\s*(?:[-_*=─—]{2,}|:|\Z)")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*|&)){0,3},?\Z")
_SIGNED = re.compile(r"(?:[-–—/~]{1,2}|//) ?(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2})\Z")
_CONTACT = re.compile(
    r"@\w|https?://|www\.|\+?\d[\d ().\-/]{6,}\d"
    r"|\b(?:tel|phone|mob|mobile|fax|cell|gsm|tlf|tfn|téléphone|telefon|handy|siret|siren|rcs|ust-?id|hrb|amtsgericht|kvk|btw|vat|tva"
    r"|geschäftsführer(?:in)?|registergericht|handelsregister|capital|p\.?\s?iva|registered|org\.?\s?nr|cvr|nip)\b[.: ]",
    re.IGNORECASE,
)
_MAX_LINES = 20_000
"""Lines of a body that are looked at one by one; no mail that people write has more."""
_MAX_ATTRIBUTION = 5
_MAX_BLOCK = 24


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


@cache
def _phrases(text: str) -> tuple[str, ...]:
    return tuple(word for line in text.casefold().split("\n") for word in line.strip().split("|") if word)


@cache
def _phrase_set(text: str) -> frozenset[str]:
    return frozenset(_phrases(text))


@cache
def _fields() -> dict[str, str]:
    return {name: kind for kind, names in wording.FIELDS.items() for name in _phrases(names)}


@cache
def _any(phrases: tuple[str, ...], flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(phrases) + ")", flags)


def bare(line: str) -> str:
    """`line` without the spaces and direction marks around it."""
    return line.strip(_EDGE)


def candidates(lines: Sequence[str]) -> list[int]:
    """The lines that are worth a closer look, by how they begin and end, in order."""
    starts, ends = _words(wording.SENT_FROM_STARTS), wording.SENT_FROM_ENDS
    phone = _any(wording.SENT_FROM_CHARACTERS).match
    found: list[int] = []
    for at, line in enumerate(islice(lines, _MAX_LINES)):
        text = line.strip(_EDGE)
        if not text:
            continue
        if text[0] in ">|»-_*=─—–~#<(+[" or text[-1] in ":：>-" or ":" in text[:28] or "：" in text[:16] or ">" in text[:4]:
            found.append(at)
            continue
        if len(text) < 110 and (text.split(" ", 1)[0].casefold() in starts or text.endswith(ends) or phone(text)):
            found.append(at)
    return found


def field(line: str) -> str:
    """The kind of header field that `line` begins with (from, date, to, cc, subject, other), "" for none."""
    name, mark, _value = line.lstrip(_DECORATION)[:40].replace("：", ":", 1).partition(":")
    return _fields().get(name.rstrip(_DECORATION).casefold(), "") if mark else ""


def header_block(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` are a block of header fields (Outlook's From, Sent, To, Subject, in any order), 0 for none."""
    if at >= len(lines) or not field(lines[at]):
        return 0
    found: dict[str, str] = {}
    end, last = at, at
    while end < min(at + _MAX_BLOCK, len(lines)):
        kind = field(lines[end])
        if kind:
            found.setdefault(kind, lines[end].replace("：", ":", 1).partition(":")[2])
            last = end + 1
        elif not _field_follows(lines, end):
            break
        end += 1
    return last - at if _is_block(found) else 0


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
_MOMENT = re.compile(r"(?:19|20)\d\d([-/.])\d\d?\1\d\d?[ T,]+\d{1,2}:\d\d\b[^.!?]{0,80}\Z")
_WEAK = frozenset({"sent", "said", "says", "nous a dit"})


@cache
def _wrote() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _phrases(wording.WROTE)), key=len, reverse=True))
    return re.compile(rf"(?:(?<![^\W\d_])|(?<=[\u3000-\u9fff가-힣]))(?:{words})(?![^\W\d_])", re.IGNORECASE)


def attribution(lines: Sequence[str], end: int, *, quoted: bool) -> int | None:
    """Where the attribution that ends with line `end` begins ("On ... wrote:"), None for none; five lines at most.

    `quoted`: lines that are marked as quoted follow; then less is asked of it.
    """
    text = ""
    best: int | None = None
    for start in range(end, max(end - _MAX_ATTRIBUTION, -1), -1):
        line = lines[start].lstrip(_DECORATION).rstrip(_EDGE + "*_")
        if not line:
            if start == end or text[:1] != "<" or not lines[start - 1].strip():
                break
            continue
        if len(line) > 300:
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


def _paragraph_begins(lines: Sequence[str], at: int) -> bool:
    return (at == 0 or not lines[at - 1].strip()) and not lines[at].rstrip().endswith((".", "!", "?"))


_ADDRESS_END = re.compile(r">[^>]{0,40}[:：]\Z")


def ends_address(above: str, line: str) -> bool:
    """`line` begins with the ">" of an address that was opened above, and ends an attribution: that is no quote mark."""
    text = line.strip(_EDGE)
    if _ADDRESS_END.match(text) is None:
        return False
    opened = above.rpartition("<")[2]
    alone = text.strip("> \u00a0:：").casefold() in _phrase_set(wording.WROTE)
    return alone or (len(opened) < 100 and "@" in opened and ">" not in opened)


def _wrapped(above: str, text: str) -> bool:
    above = above.rstrip()
    return text[0] in '<("«„' or text[0].islower() or above.endswith((",", "<")) or len(above) > 55


def _strength(text: str, quoted: bool) -> int:
    """2: an attribution from its first word; 1: one whose first words may stand on the line above; 0: none."""
    ended = text.rstrip(_DECORATION + "-.").endswith((":", "：")) or text.endswith("---")
    mailed = "@" in text
    dated = _DATED.search(text) is not None
    if not (mailed or dated or quoted) or len(text) > 700:
        return 0
    if mailed and dated and (ended or (quoted and text.endswith(">"))):
        return 2 if _begins(text) else 1
    if quoted and _MOMENT.match(text):
        return 2
    said = _said(text, mailed or (dated and quoted))
    if said is None:
        return int(ended and quoted and (mailed or (_DAY.search(text) is not None and _begins(text))))
    if not ended and not (quoted and said.end() >= len(text.rstrip())):
        return 0
    if mailed or quoted:
        return 2 if dated and _begins(text) else 1
    return 2 if _begins(text) and not _of_a_person(text) else 0


def _of_a_person(text: str) -> bool:
    """ "On 3 May I wrote this:", "Am 3. Mai schrieben Sie uns:": no program speaks so."""
    return _SELF.search(text) is not None or _TO_US.search(text) is not None


def _said(text: str, surely: bool) -> re.Match[str] | None:
    """The word of writing; words that people use for much else ("sent") only where the rest is sure."""
    found = _wrote().search(text)
    while found is not None and not surely and found[0].casefold() in _WEAK:
        found = _wrote().search(text, found.end())
    return found


def _begins(text: str) -> bool:
    first = text.lstrip("-– ").split(" ", 1)[0].strip(".,(").casefold()
    return _BEGINS.match(text) is not None or first in _words(wording.WHEN)


def midway(line: str) -> int:
    """Where in `line` an attribution begins that a program put right behind the words of a person, 0 for nowhere."""
    text = line.rstrip(_EDGE)
    if not text.endswith((":", "：")) or not _DATED.search(text) or not _wrote().search(text):
        return 0
    return max((found.start() for found in _MIDWAY.finditer(text)), default=0)


def original(line: str) -> bool:
    """ "-----Original Message-----"."""
    return _dashed(line, wording.ORIGINAL)


def forward(line: str) -> bool:
    """ "---------- Forwarded message ---------", "Begin forwarded message:"."""
    if _dashed(line, wording.FORWARD):
        return True
    text = line.strip(_DECORATION).casefold()
    return text.endswith((":", "：")) and text.rstrip(":： \u00a0") in _phrase_set(wording.BEGIN_FORWARD)


def reply_above(line: str) -> bool:
    """ "##- Please type your reply above this line -##": what stands below is a helpdesk's own mail."""
    text = line.strip(_EDGE + ">")
    if len(text) > 120 or text[:1] not in _RULES | _HASHES:
        return False
    words = text.strip("#-_*=─—–~ <>[]|.").casefold().removeprefix("please ")
    return words in _phrase_set(wording.REPLY_ABOVE)


_HASHES = frozenset("#[<")


def _dashed(line: str, words: str) -> bool:
    text = line.lstrip(" \t>")
    found = _DASHED.match(text) if len(text) < 160 else None
    return found is not None and found["words"].casefold().startswith(_phrases(words))


def rule(line: str) -> bool:
    """A line of dashes or underscores."""
    text = line.strip(_RULE_EDGE)
    return text[-1:] in _RULES and _RULE.match(text) is not None


def short_rule(line: str) -> bool:
    """A line of two to four dashes or the like."""
    text = line.strip(_EDGE)
    return 1 < len(text) < 5 and _SHORT_RULE.match(text) is not None


def signature_mark(line: str) -> bool:
    """ "-- " and what people write for it."""
    return line.strip(_EDGE) in ("--", "__", "—", "–-", "–")


def mobile_signature(line: str) -> bool:
    """ "Sent from my iPhone"."""
    text = line.strip(_DECORATION + "-—<([").rstrip(")].>— -")
    text = re.sub(r"<[^<>]*\Z|\]?\(https?:[^()]*\Z", "", text).strip()
    return 3 < len(text) < 120 and _any(wording.SENT_FROM).fullmatch(text.rstrip(".!")) is not None


def greeting(line: str) -> bool:
    """ "Bonjour Inès,"."""
    text = line.strip(_EDGE)
    return len(text) < 60 and _opens(text.casefold(), _phrases(wording.GREETINGS))


def closing(line: str) -> bool:
    """ "Cordialement,", "Kind regards from Paris": words that stand above a name and mean nothing else."""
    return ending(line)[0] == "closing"


def ending(line: str) -> tuple[str, str]:
    """("closing", what follows on the line), ("thanks", ...) where it may as well be all that is said, or ("", "")."""
    text = line.strip(_ENDING_EDGE)
    if not text or _first(text).casefold() not in _first_words():
        return "", ""
    folded = text.casefold().rstrip(" .,;:!…)")
    if folded in _phrase_set(wording.CLOSINGS) or folded.startswith(_phrases(wording.FORMULAS)):
        return "closing", ""
    if folded in _phrase_set(wording.THANKS):
        return "thanks", ""
    if len(text) > 90 or "?" in text:
        return "", ""
    return _joined_ending(folded) or _ending_and_more(text)


def _joined_ending(folded: str) -> tuple[str, str] | None:
    """ "Merci d'avance et bonne journée", "Mit freundlichen Grüßen / Best regards"."""
    parts = [part.strip(" .,!") for part in _AND.split(folded)]
    closings = _phrase_set(wording.CLOSINGS)
    if len(parts) < 2 or not all(part in closings or part in _phrase_set(wording.THANKS) for part in parts):
        return None
    return ("closing" if any(part in closings for part in parts) else "thanks"), ""


def _ending_and_more(text: str) -> tuple[str, str]:
    """ "Kind regards from Paris", "Thanks for your help", "Thanks, Bob"."""
    folded = text.casefold()
    first = _first(folded)
    for kind, words in (("closing", wording.CLOSINGS), ("thanks", wording.THANKS)):
        found = max((word for word in _by_first_word(words).get(first, ()) if folded.startswith(word)), key=len, default="")
        rest = folded[len(found) :]
        if not found or rest[:1].isalnum() or len(rest) > 34 or len(rest.split()) > 5:
            continue
        more = text[-len(rest.lstrip(" ,.!-")) :] if rest.strip(" ,.!-") else ""
        return kind, more if kind == "closing" or (rest[:1] == "," and name(more)) else ""
    return "", ""


_ENDING_EDGE = _DECORATION + "-—~"
_AND = re.compile(r"\s*[,/&+|]\s*|\s(?:and|et|und|y|e|i|en|och|og|ja|a|и|та|ve|és|și)\s")


def _first(text: str) -> str:
    return text.split(" ", 1)[0].rstrip(",.!:")


@cache
def _first_words() -> frozenset[str]:
    lists = (wording.CLOSINGS, wording.THANKS, wording.FORMULAS)
    return frozenset(_first(phrase) for words in lists for phrase in _phrases(words))


@cache
def _by_first_word(words: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for phrase in _phrases(words):
        found.setdefault(_first(phrase), []).append(phrase)
    return found


def _opens(text: str, phrases: tuple[str, ...]) -> bool:
    return text.startswith(phrases) and any(
        text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum() for phrase in phrases
    )


def name(line: str) -> bool:
    """One to four words that may be a person's or a company's name."""
    text = line.strip(_DECORATION)
    if not 0 < len(text) <= 40 or _NAME.match(text) is None:
        return False
    words = text.split()
    if len(words[-1]) > 4 and text[-1] == ".":
        return False
    return len(words) == 1 or sum(not word[0].islower() for word in words) * 2 >= len(words)


def signed(line: str) -> bool:
    """ "-Inès", "/Johan", "— The team"."""
    found = _SIGNED.match(line.strip(_EDGE))
    return found is not None and found["name"][0].isupper() and len(found["name"]) <= 30


def signature_like(line: str) -> bool:
    """A line as there are in signatures: a name, a function, a number, an address; no sentence."""
    text = line.strip(_EDGE)
    if not text or contact(text) or name(text) or rule(text) or short_rule(text):
        return len(text) <= 160
    return (
        len(text) <= 70 and len(text.split()) <= 8 and text[-1] not in "?!:;" and not (text[-1] == "." and len(text.split()) > 4)
    )


def contact(line: str) -> bool:
    """A phone number, a mail address, a link."""
    return _CONTACT.search(line) is not None


def notice(paragraph: Sequence[str]) -> bool:
    """A notice of confidentiality, of a virus scan, of the environment: how the lines of `paragraph` begin."""
    text = " ".join(" ".join(paragraph[:12])[:900].strip(_DECORATION + "-=[").split())[:600]
    folded = text.casefold()
    for word in _phrases(wording.NOTICE_WORDS):
        if word in folded:
            return _any(wording.NOTICES).match(text) is not None
    return False  # most paragraphs
