"""How a mail ends, in many languages: closings, names, cards, what a phone writes, notices (the words are in wording.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from tui_desk.mail import wording
from tui_desk.mail.lexicon import DECORATION, EDGE, any_of, phrase_set, phrases

_RULES = frozenset("-_*=─—–~")
_RULE = re.compile(r"[-_*=─—–~]{5,}\Z")
_SHORT_RULE = re.compile(r"[-_*=─—–~+#]{2,4}\Z")
_RULE_EDGE = EDGE + ">"
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*|&)){0,3},?\Z")
_SIGNED = re.compile(r"(?:[-–—/~]{1,2}|//) ?(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2})\Z")
_CONTACT = re.compile(
    r"@\w|https?://|www\.|\+?\d[\d ().\-/]{6,}\d"
    r"|\b(?:tel|phone|mob|mobile|fax|cell|gsm|tlf|tfn|téléphone|telefon|handy|siret|siren|rcs|ust-?id|hrb|amtsgericht|kvk|btw|vat|tva"
    r"|geschäftsführer(?:in)?|registergericht|handelsregister|capital|p\.?\s?iva|registered|org\.?\s?nr|cvr|nip)\b[.: ]",
    re.IGNORECASE,
)
_ENDING_EDGE = DECORATION + "-—~"
_LONGEST_ENDING = 75
_AND = re.compile(r"\s*[,/&+|]\s*|\s(?:and|et|und|y|e|i|en|och|og|ja|a|и|та|ve|és|și)\s")


def rule(line: str) -> bool:
    """A line of dashes or underscores."""
    text = line.strip(_RULE_EDGE)
    return text[-1:] in _RULES and _RULE.match(text) is not None


def short_rule(line: str) -> bool:
    """A line of two to four dashes or the like."""
    text = line.strip(EDGE)
    return 1 < len(text) < 5 and _SHORT_RULE.match(text) is not None


def signature_mark(line: str) -> bool:
    """ "-- " and what people write for it."""
    return line.strip(EDGE) in ("--", "__", "—", "–-", "–")


def mobile_signature(line: str) -> bool:
    """ "Sent from my iPhone"."""
    text = line.strip(DECORATION + "-—<([").rstrip(")].>— -")
    if "<" in text or "(" in text:
        text = re.sub(r"<[^<>]*\Z|\]?\(https?:[^()]*\Z", "", text).strip()
    return 3 < len(text) < 120 and any_of(wording.SENT_FROM).fullmatch(text.rstrip(".!")) is not None


def greeting(line: str) -> bool:
    """ "Bonjour Inès,"."""
    text = line.strip(EDGE)
    return len(text) < 60 and _opens(text.casefold(), phrases(wording.GREETINGS))


def _opens(text: str, openings: tuple[str, ...]) -> bool:
    return text.startswith(openings) and any(
        text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum() for phrase in openings
    )


def closing(line: str) -> bool:
    """ "Cordialement,", "Kind regards from Paris": words that stand above a name and mean nothing else."""
    return ending(line)[0] == "closing"


def ending(line: str) -> tuple[str, str]:
    """("closing", what follows on the line), ("thanks", ...) where it may as well be all that is said, or ("", "")."""
    text = line.strip(_ENDING_EDGE)
    if not text or _first(text).casefold() not in _first_words():
        return "", ""
    folded = text.casefold().rstrip(" .,;:!…)")
    if folded in phrase_set(wording.CLOSINGS) or folded.startswith(phrases(wording.FORMULAS)):
        return "closing", ""
    if folded in phrase_set(wording.THANKS):
        return "thanks", ""
    if len(text) > _LONGEST_ENDING or "?" in text:
        return "", ""
    return _joined_ending(folded) or _ending_and_more(text)


def _joined_ending(folded: str) -> tuple[str, str] | None:
    """ "Merci d'avance et bonne journée", "Mit freundlichen Grüßen / Best regards"."""
    parts = [part.strip(" .,!") for part in _AND.split(folded)]
    closings = phrase_set(wording.CLOSINGS)
    if len(parts) < 2 or not all(part in closings or part in phrase_set(wording.THANKS) for part in parts):
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


def _first(text: str) -> str:
    return text.split(" ", 1)[0].rstrip(",.!:")


@cache
def _first_words() -> frozenset[str]:
    lists = (wording.CLOSINGS, wording.THANKS, wording.FORMULAS)
    return frozenset(_first(phrase) for words in lists for phrase in phrases(words))


@cache
def _by_first_word(words: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for phrase in phrases(words):
        found.setdefault(_first(phrase), []).append(phrase)
    return found


def name(line: str) -> bool:
    """One to four words that may be a person's or a company's name."""
    text = line.strip(DECORATION)
    if not 0 < len(text) <= 40 or _NAME.match(text) is None:
        return False
    words = text.split()
    if len(words[-1]) > 4 and text[-1] == ".":
        return False
    return len(words) == 1 or sum(not word[0].islower() for word in words) * 2 >= len(words)


def signed(line: str) -> bool:
    """ "-Inès", "/Johan", "— The team"."""
    found = _SIGNED.match(line.strip(EDGE))
    return found is not None and found["name"][0].isupper() and len(found["name"]) <= 30


def signature_like(line: str) -> bool:
    """A line as there are in signatures: a name, a function, a number, an address; no sentence."""
    text = line.strip(EDGE)
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
    if not speaks_of_notices(paragraph[:12]):
        return False  # most paragraphs
    text = " ".join(" ".join(paragraph[:12])[:900].strip(DECORATION + "-=[").split())[:600]
    return any_of(wording.NOTICES).match(text) is not None


def speaks_of_notices(lines: Sequence[str]) -> bool:
    """A word stands in these lines without which no notice can."""
    folded = " ".join(" ".join(lines).split()).casefold()
    return any(map(folded.__contains__, phrases(wording.NOTICE_WORDS)))


def weak_notice(line: str) -> bool:
    """ "Hinweis: ...": a notice below a name, and a person's own word elsewhere."""
    words, colon, _rest = line.strip(DECORATION).replace("：", ":", 1).partition(":")
    return bool(colon) and any_of(wording.WEAK_NOTICES).fullmatch(words.strip()) is not None
