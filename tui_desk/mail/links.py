"""Where the links of a mail lead, and whether their words say so (behaviour 2.2)."""

from __future__ import annotations

import re

_SCHEMES = ("http://", "https://", "mailto:", "tel:", "ftp://")
_SHOWN_HOST = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<host>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,5}[^\W\d_]{2,24})(?::\d+)?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:https?|ftp)://(?:[^/?#@\s]*@)?(?P<host>[^/?#:\s]+)", re.IGNORECASE)
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "gouv", "ac", "edu", "or", "ne", "gob", "asso"})
_TARGET = re.compile(r" ?<(?:⚠ )?(?:https?://|mailto:|tel:|ftp://)[^<>\s]*>", re.IGNORECASE)
WARNING = "⚠ "
"""Before a target that its words belie."""


def target(href: str | None) -> str:
    """Where a link leads, "" for one that leads nowhere outside (a script, an anchor)."""
    found = "".join((href or "").split())
    return found if found.lower().startswith(_SCHEMES) else ""


def says_so(shown: str, target: str) -> bool:
    """The words of a link are its target (scheme, "www." and last slash aside)."""
    bare, text = _bare(target), _bare(shown)
    return bare == text or (bare.partition("?")[0] == text and target.lower().startswith("mailto:"))


def _bare(text: str) -> str:
    return (
        re.sub(r"^(?:https?://|mailto:|tel:)?(?:www\.)?", "", text.strip(), flags=re.IGNORECASE)
        .rstrip("/")
        .lower()
        .replace(" ", "")
    )


def belied(shown: str, target: str) -> bool:
    """The words of a link are an address of one domain, and it leads to another."""
    words, real = _SHOWN_HOST.fullmatch(shown.strip()), _HOST.match(target)
    if words is None or real is None:
        return False
    return _domain(words["host"]) != _domain(real["host"])


def host(target: str) -> str:
    """The host that a link leads to."""
    found = _HOST.match(target)
    return found["host"].lower() if found else target[:60]


def _domain(host: str) -> str:
    """The part of a host name that somebody registered, nearly: its last two labels, three below co.uk and the like."""
    labels = host.lower().rstrip(".").split(".")
    return ".".join(labels[-3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else -2 :])


def without_targets(text: str) -> str:
    """The words of a text that was made of HTML, without the targets that stand behind its links."""
    return _TARGET.sub("", text)


def targets(text: str) -> list[str]:
    """The targets that `without_targets` takes away, in order."""
    return [found[0].strip(" <>") for found in _TARGET.finditer(text)]
