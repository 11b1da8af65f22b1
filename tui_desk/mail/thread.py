"""What ties a mail to a ticket: subjects without their prefixes, numbers in subjects, and signed Message-IDs (behaviour 3)."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32decode, b32encode
from typing import Literal

from tui_desk.mail.prefixes import patterns
from tui_desk.values import dataclass

_CROCKFORD = "0-9A-HJKMNP-TV-Z"
_NUMBER = re.compile(rf"\[#([{_CROCKFORD}]{{4,13}})\]|(?<![\w#&/])#([{_CROCKFORD}]{{4,13}})(?![\w-])", re.IGNORECASE)
_SUBJECT = 1000
"""Characters of a subject that numbers are looked for in."""
_SIGNED = re.compile(r"desk\.([A-Za-z0-9_-]{1,80})\.([a-z2-7]{8,40})\.([a-z2-7]{26})$", re.IGNORECASE)
_TAG = re.compile(r"desk([a-z2-7]{26})([a-z2-7]{16})$", re.IGNORECASE)
_KEY = re.compile(r"[0-9a-f]{32}")
_MOST_LOCAL = 64
"""Octets before the sign of an address (RFC 5321 4.5.3.1.1)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What `verify` found: `valid` (ours), `wrong` (looks like ours, another secret or altered), `none` (not ours)."""

    state: Literal["valid", "wrong", "none"]
    ticket_key: str = ""


_NOT_OURS = Signature("none")


def normal_subject(subject: str) -> str:
    """`subject` without reply and forward prefixes of any language and number, white space made one."""
    text = " ".join(subject.split())
    prefix, brackets = patterns()
    at = 0
    while match := prefix.match(text, at):
        at = match.end()
    rest = text[at:] or text
    enclosed = brackets.fullmatch(rest)
    return normal_subject(enclosed[1]) if enclosed else rest


def numbers_in(subject: str) -> tuple[str, ...]:
    """The ticket numbers in `subject` (`[#4F2K]` before `#4F2K`), upper case, without their sign, each once."""
    if "#" not in subject:
        return ()
    found = [(match[1], match[2]) for match in _NUMBER.finditer(subject[:_SUBJECT])]
    ordered = [bracketed for bracketed, _ in found if bracketed] + [plain for _, plain in found if plain]
    return tuple(dict.fromkeys(number.upper() for number in ordered))


def sign(secret: bytes, ticket_key: str, domain: str, *, nonce: str = "") -> str:
    """A new Message-ID (no brackets) that names `ticket_key` under an HMAC. `nonce`: base 32, random if empty."""
    from secrets import token_bytes

    nonce = nonce or b32encode(token_bytes(10)).decode().lower()
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", ticket_key):
        raise ValueError(f"a ticket key of letters, digits, - and _ is needed, not {ticket_key!r}")
    return f"desk.{ticket_key}.{nonce}.{_mac(secret, ticket_key, nonce)}@{domain}"


def verify(secret: bytes, message_id: str) -> Signature:
    """Whether an id (with or without brackets), or the tag of an address, was made with `secret` (by `sign`, `plus_address`)."""
    if "desk" not in message_id.lower():
        return _NOT_OURS
    local = message_id.strip().strip("<>").rpartition("@")[0] or message_id
    before, _, tag = local.rpartition("+")
    if before and (short := _TAG.fullmatch(tag)):
        return _tagged(secret, short[1], short[2])
    found = _SIGNED.match(tag)
    if not found:
        return _NOT_OURS
    right = hmac.compare_digest(_mac(secret, found[1], found[2].lower()), found[3].lower())
    return Signature("valid", found[1]) if right else Signature("wrong")


def plus_address(secret: bytes, ticket_key: str, address: str) -> str:
    """`address` with a signed tag: answers to it find their ticket when every header is lost.

    "" where that cannot be: the local part grew too long, or the ticket's key is none that a mail gave it. An address has one
    form whatever the case it comes back in, so the key (128 bits) and the HMAC (80 bits) are base 32 in lower case.
    """
    local, _, domain = address.rpartition("@")
    if not _KEY.fullmatch(ticket_key):
        return ""
    key = b32encode(bytes.fromhex(ticket_key)).decode().rstrip("=").lower()
    tagged = f"{local}+desk{key}{_tag_mac(secret, ticket_key)}"
    return f"{tagged}@{domain}" if local and len(tagged.encode()) <= _MOST_LOCAL else ""


def _tagged(secret: bytes, written: str, mac: str) -> Signature:
    """What the tag of an address says: a key as it is `written` there, and its HMAC."""
    key = b32decode(written.upper() + "======").hex()
    right = hmac.compare_digest(_tag_mac(secret, key), mac.lower())
    return Signature("valid", key) if right else Signature("wrong")


def _tag_mac(secret: bytes, ticket_key: str) -> str:
    digest = hmac.new(secret, f"+{ticket_key}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:10]).decode().lower()


def _mac(secret: bytes, ticket_key: str, nonce: str) -> str:
    digest = hmac.new(secret, f"{ticket_key}.{nonce}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:16]).decode().rstrip("=").lower()
