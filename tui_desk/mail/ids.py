"""Message ids as they are really sent: several, in quotes, without brackets, broken by folding, in the middle of a sentence.

What stands in brackets is an id (RFC 5322 3.6.4). Programs of thirty years wrote sentences into In-Reply-To ("Message from Bob
<bob@x.example> of Monday <1234@x.example>"), so of a sentence's words only those count that look like an id and not like
somebody's address: two mails that quote one address are no thread.
"""

from __future__ import annotations

import re

_MOST = 64 << 10
"""Characters of a header that are looked at."""
_PLAIN = re.compile(r"\s*(?:<[^<>\s\"'&:]+>\s*)+")
_ID = re.compile(r"<([^<>]+)>")
_BRACKETS = re.compile(r"<([^<>]*)(>?)")
_COMMENT = re.compile(r"\([^()<>]{0,400}\)")
_BY = re.compile(r"\b(?:from|by|von|de|da|van|från|fra|od|от)\s+[^<>@]{0,60}$", re.IGNORECASE)
_EMPTY = re.compile(r"null|none|nil|undefined|n/?a|false|0+|unknown", re.IGNORECASE)
_EDGES = "\"'`,;:()[]{}<>"
_SCHEMES = ("mailto:", "mid:", "cid:", "urn:message-id:", "message-id:")


def read(value: str) -> tuple[str, ...]:
    """The ids of References or In-Reply-To, without brackets, in their order, each once."""
    if _PLAIN.fullmatch(value):
        return tuple(dict.fromkeys([one for one in _ID.findall(value) if _one_of_its_kind(one)]))
    value = value[:_MOST]
    if "&lt;" in value:
        value = value.replace("&lt;", "<").replace("&gt;", ">")
    ids = _in_brackets(value) if "<" in value else []
    return tuple(dict.fromkeys(ids or _bare(_COMMENT.sub(" ", _BRACKETS.sub(" ", value)))))


def _in_brackets(value: str) -> list[str]:
    """The ids between brackets; of a sentence, but what looks like somebody's address."""
    found: list[tuple[str, bool]] = []
    at, outside = 0, ""
    for match in _BRACKETS.finditer(value):
        before = value[at : match.start()]
        at, outside = match.end(), outside + before
        one = _bracketed(match[1], closed=bool(match[2]))
        if one:
            found.append((one, _BY.search(before[-80:]) is not None))
    ids = [one for one, named in found if not (named and _address(one))]
    if len(ids) > 1 and _sentence(outside + value[at:]):
        ids = [one for one in ids if not _address(one)] or ids[-1:]
    return ids


def _bracketed(inner: str, *, closed: bool) -> str:
    """What stands between brackets, put together where it was folded; where no bracket closes it, its first word."""
    words = inner.split()
    text = "".join(words) if closed else next((word for word in words if "@" in word[1:-1]), "")
    text = _clean(text)
    return text if _one_of_its_kind(text) else ""


def _clean(text: str) -> str:
    for scheme in _SCHEMES:
        if text[: len(scheme)].lower() == scheme:
            text = text[len(scheme) :]
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return text


def _one_of_its_kind(text: str) -> bool:
    """Not what a broken program writes into all its mails: <null>, <undefined>, <@>. They would all be one thread."""
    local, sign, domain = text.rpartition("@")
    if sign:
        return bool(local and domain) and not (_EMPTY.fullmatch(local) and (_EMPTY.fullmatch(domain) or domain == "localhost"))
    return bool(text) and _EMPTY.fullmatch(text) is None


def _bare(value: str) -> list[str]:
    """Ids without brackets: all the words, or of a sentence those that look like one."""
    words = [_clean(word.strip(_EDGES).rstrip(".")) for word in re.split(r"[\s,;<>]+", value)]
    words = [word for word in words if word]
    ids = [word for word in words if 0 < word.find("@") < len(word) - 1]
    ids = ids if len(ids) == len(words) else [word for word in ids if not _address(word)]
    return [one for one in ids if _one_of_its_kind(one)]


def _sentence(outside: str) -> bool:
    """Whether there are words beside the ids."""
    return any(len(word.strip(_EDGES)) > 1 and word.strip(_EDGES).isalpha() for word in outside.split())


def _address(one: str) -> bool:
    """Looks like a person's address: the part before the sign is short and has no row of digits."""
    local = one.rpartition("@")[0]
    return len(local) < 30 and re.search(r"\d{3}", local) is None
