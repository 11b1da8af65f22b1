"""A transfer encoding undone (RFC 2045 6), with the damage that it usually arrives with."""

from __future__ import annotations

import binascii
import re
from itertools import islice

from tui_desk.mail import enclosed

_PLAIN = frozenset({"7bit", "8bit"})
_ENCODING = re.compile(r"[\w-]+")
_BASE64 = frozenset({"base64", "base-64", "b"})
_QUOTED = frozenset({"quoted-printable", "quoted_printable", "quotedprintable", "q"})
_FIELD = re.compile(rb"[!-9;-~]+:[ \t]")
_FOREIGN = re.compile(rb"\n(?=[^\n]*[_ ][^\n]*\n)(?![A-Za-z0-9+/= \t\r]*\n)")
_SOFT = re.compile(rb"=[ \t]+\r?\n")


def undone(data: bytes, name: str, content_type: str) -> bytes:
    """The bytes of a part of `content_type` whose transfer encoding is called `name`; what is no encoding stays."""
    encoding = name if name in _PLAIN else (_ENCODING.findall(name.lower()) or [""])[0]
    if encoding in _BASE64:
        return _from_base64(data, content_type)
    if encoding == "binary":
        return data
    quoted = encoding in _QUOTED
    if b"\r\n" in data and not (quoted and not content_type.startswith("text/")):
        # The line ends of the way the mail came by, not of the file: in a mailbox file it has others.
        data = data.replace(b"\r\n", b"\n")
    if quoted:
        return binascii.a2b_qp(_SOFT.sub(b"=\n", data) if b"= " in data or b"=\t" in data else data)
    return enclosed.decoded(data, encoding) if encoding in enclosed.ENCODINGS else data


def _from_base64(data: bytes, content_type: str) -> bytes:
    if content_type.startswith("message/") and _FIELD.match(data.lstrip()):
        return data  # not encoded at all, as the standard wants it
    if not content_type.startswith("text/"):
        return _base64(data)
    if data.count(b" ") * 20 > len(data):
        return data  # words: the header is wrong
    # A footer in plain text that a list set behind the encoded text.
    foreign = _FOREIGN.search(data) if b" " in data or b"_" in data else None
    return _base64(data[: foreign.start()]) + b"\n" + data[foreign.start() + 1 :] if foreign else _base64(data)


def _base64(data: bytes) -> bytes:
    """Base64 with its usual damage: missing padding, foreign letters, several pieces with padding one after the other."""
    pad = data.find(b"=")
    if pad >= 0 and data[pad:].strip(b"= \t\r\n"):
        return b"".join(_base64(piece[0]) for piece in islice(re.finditer(rb"[^=]+=*", data), 10_000))
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + _last(letters))


def _last(letters: bytes) -> bytes:
    rest = letters[len(letters) // 4 * 4 :]
    return rest + b"=" * (-len(rest) % 4) if len(rest) > 1 else b""
