"""Folder names on the wire: modified UTF-7 (RFC 3501 5.1.3)."""

from __future__ import annotations

import re

_APART = re.compile(r"&|[^ -~]+")
_SHIFTED = re.compile(r"&([^-]*)-?")


def encode(name: str) -> str:
    """`name` in ASCII. Raises ValueError for half of a surrogate pair."""
    return _APART.sub(lambda found: f"&{_base64(found[0])}-", name)


def decode(raw: bytes) -> str:
    """The name that a server sent. Raises ValueError where it makes no sense."""
    return _SHIFTED.sub(lambda found: _text(found[1]), raw.decode("latin-1"))


def _base64(text: str) -> str:
    if text == "&":
        return ""
    import binascii

    return binascii.b2a_base64(text.encode("utf-16-be"), newline=False).rstrip(b"=").replace(b"/", b",").decode("ascii")


def _text(shifted: str) -> str:
    if not shifted:
        return "&"
    return f"+{shifted.replace(',', '/')}-".encode("latin-1").decode("utf-7")
