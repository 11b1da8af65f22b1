"""Addresses of RFC 5322 3.4 as they are really sent: `parse` splits first and decodes encoded words after."""

from __future__ import annotations

import re

from tui_desk.mail import headers, twice
from tui_desk.mail.types import Address

_SPEC = r"[^\s<>\"(),:;@\\]+@[^\s<>\"(),:;@\\]+"
_SIMPLE = re.compile(rf'\s*(?:"([^"\\<>@]*)"|([^"<>,;:()@\\]*?))\s*<({_SPEC})>\s*$|\s*({_SPEC})\s*$')
_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<text>=\?[^?\s]{1,60}\?[bBqQ]\?.*?\?=)|<(?P<angle>[^<>]*)>?'
    r"|\((?P<comment>(?:[^()\\]|\\.|\([^()]*\))*)\)|(?P<stop>[,;:])|(?P<other>[^\",;:<>()=]+|.)",
    re.DOTALL,
)
_BARE = re.compile(rf'"[^"<>@]{{1,64}}"@[^\s<>"(),:;@\\]+|{_SPEC}')
_OBSOLETE = re.compile(r"\s*([.@])\s*")
_LOOSE = re.compile(r"[^\s<>\"(),:;@\\]+\s*@\s*[\w-]+(?:\s*\.\s*[\w-]+)*")
_LOOSE_END = re.compile(r"\s+\.\s*\w|\.\s+\w")
"""White space around the dots of a domain (RFC 5322 4.4)."""
_NESTED = 5
"""Comments in comments."""
_COMMENT = re.compile(r"\([^()]*\)")
_LONG = 500
"""Characters of one mailbox that are looked at: nothing here is quadratic in more than that."""
_MOST = 2000
"""Recipients read of one header; more is no mail that a person wrote."""


def parse(value: str) -> tuple[Address, ...]:
    """The mailboxes of an address header, groups opened, what holds no address left out (as "undisclosed-recipients:;")."""
    if not value:
        return ()
    one = _SIMPLE.match(value) if len(value) < _LONG else None
    if one:
        return (_simple(one),)
    found = tuple(address for address in _split(value) if "@" in address.email)
    if found or "=?" not in value:
        return found
    plain = headers.words(value)  # the whole mailbox in an encoded word, against RFC 2047 5
    return tuple(address for address in _split(plain) if "@" in address.email) if "@" in plain else ()


def first(value: str) -> Address:
    """The first mailbox; where there is none, an Address without email, named as the header says."""
    one = _SIMPLE.match(value) if len(value) < _LONG else None
    if one:
        return _simple(one)
    found = _split(value)
    if "=?" in value and not any("@" in address.email for address in found):
        encoded = parse(value)
        if encoded:
            return encoded[0]
    return next((address for address in found if address.email), found[0] if found else Address(""))


def _simple(match: re.Match[str]) -> Address:
    if match[4]:
        return Address(_email(match[4]) if "=?" in match[4] else match[4].lower())
    return Address(match[3].lower(), _name(match[1] or match[2] or ""))


def _name(text: str) -> str:
    name = twice.line(headers.words(text).strip())
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name if name.isprintable() and "  " not in name else " ".join(name.split())


class _Mailbox:
    """What was read of one mailbox so far."""

    __slots__ = ("angle", "bracketed", "comment", "text")

    def __init__(self) -> None:
        self.text, self.comment, self.angle = "", "", ""
        self.bracketed = False

    def addresses(self) -> list[Address]:
        """The one that was read; where nothing but blanks parts bare addresses, each of them."""
        if not self.angle and self.text.count("@") > 1:
            words = self.text[:_LONG].split()
            if all(_BARE.fullmatch(word) for word in words):
                return [Address(_email(word)) for word in words]
        one = self.address()
        return [one] if one else []

    def address(self) -> Address | None:
        if self.angle:
            return Address(_email(self.angle), _name(self.text or self.comment))
        self.text = self.text[:_LONG]
        found = _BARE.search(self.text) or (_LOOSE.search(self.text) if "@" in self.text else None)
        if found and _LOOSE_END.match(self.text, found.end()):
            found = _LOOSE.search(self.text) or found
        if found:
            rest = (self.text[: found.start()] + self.text[found.end() :]).strip("<> ")
            return Address(_email(found[0]), _name(rest) or _name(self.comment))
        found = _BARE.search(self.comment[:_LONG])
        name, comment = _name(self.text), _name(self.comment)
        if found or not name:
            return Address(_email(found[0]), name) if found else None
        return Address("", name) if self.bracketed or " " in name or not name.isascii() else Address(name.lower(), comment)


def _email(text: str) -> str:
    """`a@b` out of what stands between brackets: a route is dropped, as are white space and stray quotes."""
    if not text.startswith('"'):
        for _ in range(_NESTED if "(" in text else 0):
            text = _COMMENT.sub("", text)
        # RFC 5322 4.4 lets white space stand around dots and the sign; elsewhere it is no address, and joined another one.
        text = " ".join(_OBSOLETE.sub(r"\1", headers.words(text)).split())
    text = text.rpartition(":")[2] if text.startswith("@") else text.removeprefix("mailto:")
    text = text.removeprefix("[") if text.endswith("]") and "@[" not in text else text
    text = text[1:-1] if len(text) > 2 and text[0] == text[-1] == "'" else text
    return text.removesuffix("]" if "@[" not in text else "").lower()


def _split(value: str) -> list[Address]:
    found: list[Address] = []
    box = _Mailbox()
    for token in _TOKEN.finditer(value[:131072]):
        match token.lastgroup:
            case "stop":
                found += [] if token["stop"] == ":" and "@" not in box.text else box.addresses()
                box = _Mailbox()
                if len(found) >= _MOST:
                    return found
            case "angle":
                box.angle, box.bracketed = box.angle or token["angle"], True
            case "comment":
                box.comment = token["comment"]
            case "quoted":
                local = value[token.end() : token.end() + 1] == "@"
                box.text += token[0] if local else re.sub(r"\\(.)", r"\1", token["quoted"][1:-1])
            case _ if token[0] == ">" and box.bracketed:
                pass
            case _ if len(box.text) < _LONG:
                box.text += token[0]
            case _:
                pass
    return found + box.addresses()
