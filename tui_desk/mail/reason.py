"""Why a mail came back: families of phrases, enhanced codes (RFC 3463, RFC 7372) and reply codes, in that order, to one word.

The words are the field's, listed in docs/automatic-mail.md; "undefined" where nothing is said.
"""

from __future__ import annotations

import re
from functools import cache

from tui_desk.mail import refusals

HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})
"""The address itself is no good: writing to it again is in vain."""

STATUS: dict[str, str] = {
    "1.0": "userunknown",
    "1.1": "userunknown",
    "1.2": "hostunknown",
    "1.3": "userunknown",
    "1.4": "userunknown",
    "1.6": "hasmoved",
    "1.7": "rejected",
    "1.8": "rejected",
    "1.9": "systemerror",
    "1.10": "notaccept",
    "2.0": "filtered",
    "2.1": "suspend",
    "2.2": "mailboxfull",
    "2.3": "exceedlimit",
    "2.4": "filtered",
    "3.0": "systemerror",
    "3.1": "systemfull",
    "3.2": "notaccept",
    "3.3": "systemerror",
    "3.4": "mesgtoobig",
    "3.5": "systemerror",
    "4.0": "networkerror",
    "4.1": "expired",
    "4.2": "networkerror",
    "4.3": "systemerror",
    "4.4": "hostunknown",
    "4.5": "systemfull",
    "4.6": "networkerror",
    "4.7": "expired",
    "5.0": "mailererror",
    "5.1": "syntaxerror",
    "5.2": "syntaxerror",
    "5.3": "toomanyconn",
    "5.4": "syntaxerror",
    "6.0": "policyviolation",
    "7.0": "securityerror",
    "7.1": "rejected",
    "7.2": "securityerror",
    "7.8": "securityerror",
    "7.9": "policyviolation",
    "7.13": "suspend",
    "7.17": "hasmoved",
    "7.20": "authfailure",
    "7.21": "authfailure",
    "7.22": "authfailure",
    "7.23": "authfailure",
    "7.24": "authfailure",
    "7.25": "requireptr",
    "7.26": "authfailure",
    "7.27": "notaccept",
    "7.28": "speeding",
    "7.29": "authfailure",
}
"""Subject and detail of an enhanced code (RFC 3463, 7372, 7505)."""
_AT_ONCE = frozenset({"1.6", "2.2", "2.3", "7.13", "7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27", "7.29"})
"""Codes that say one thing only: believed before any phrase."""
_REPLY = {
    "551": "hasmoved",
    "552": "mailboxfull",
    "500": "syntaxerror",
    "501": "syntaxerror",
    "502": "syntaxerror",
    "503": "syntaxerror",
}
_REPLY |= {"504": "syntaxerror", "521": "notaccept", "556": "notaccept", "535": "securityerror", "530": "securityerror"}
_BY_COMMAND = {"CONN": "blocked", "HELO": "blocked", "MAIL": "rejected", "RCPT": "userunknown"}
_EXPLICIT = re.compile(
    r"does(?: not|n.?t) (?:exist|have)|no longer|invalid recipient|invalide|inconnu|n'existe pas|nicht vorhanden", re.IGNORECASE
)
"""Nobody says so of an address that there is."""
_SQUASHED = re.compile(r"\s+")


def of(texts: list[str], *, status: str = "", reply: str = "", command: str = "") -> str:
    """The reason that `texts` tell, the most trusted first; else what `status`, the command refused and the reply code say.

    `status`: enhanced code; `reply`: three digits; `command`: CONN, HELO, MAIL, RCPT or DATA, whichever was answered so.
    """
    detail = status.partition(".")[2]
    if detail in _AT_ONCE:
        return STATUS[detail]
    for text in texts:
        found = _by_words(text)
        if found:
            return _seen_again(found, text, status, detail, command)
    if reply in _REPLY:
        return _REPLY[reply]
    if command in _BY_COMMAND and reply[:1] == "5" and detail in ("", "0.0", "7.1"):
        return _BY_COMMAND[command]
    return _seen_again(STATUS.get(detail, "undefined"), "", status, detail, "")


def _by_words(text: str) -> str:
    words = _SQUASHED.sub(" ", text[:6000].lower().replace("\u2019", "'"))
    return next((name for name, pattern in families() if pattern.search(words)), "")


@cache
def families() -> list[tuple[str, re.Pattern[str]]]:
    """The families of phrases in their order, compiled once a bounce is met."""
    found: list[tuple[str, list[str]]] = []
    for line in refusals.FAMILIES.strip().splitlines():
        if line.startswith(" "):
            found[-1][1].append(line.strip().replace("{who}", refusals.WHO))
        else:
            found.append((line, []))
    return [(name, re.compile("|".join(phrases))) for name, phrases in found]


def _seen_again(found: str, text: str, status: str, detail: str, command: str) -> str:
    """A reason in words, corrected by when it was said and with which code."""
    match found:
        case "userunknown" if detail != "1.1" and not _EXPLICIT.search(text) and _after_taken(command, detail):
            return "filtered"  # the address was taken, the mail was not
        case "unavailable":  # RFC 5321's own words for 550, which tell nothing
            return STATUS.get(detail, "userunknown" if command == "RCPT" else "filtered")
        case "systemerror" if command == "CONN":
            return "blocked"
        case "userunknown" | "hostunknown" if command == "MAIL":
            return "rejected"  # it is the sender that is unknown
        case "notaccept" if status == "4.3.2":
            return "systemerror"  # a server that takes none now
        case "hostunknown" if status.startswith("4"):
            return "networkerror"  # the server itself calls it temporary
        case _:
            return found


def _after_taken(command: str, detail: str) -> bool:
    return command == "DATA" or (command != "RCPT" and detail in ("2.0", "2.1", "7.1"))
