"""The little that a transport reads of a message's bytes: header fields by name, and the Message-ID."""

from __future__ import annotations

import re

KEPT_OF_LARGE = 256 * 1024
"""Bytes kept of a message over the size cap whose structure makes no sense."""

_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[^\n]*\n?(?:[ \t][^\n]*\n?)*")


def header_of(raw: bytes) -> bytes:
    """The header block, without the empty line that ends it."""
    end = _END_OF_HEADER.search(raw)
    return raw[: end.start()] + b"\r\n" if end else raw


def header_fields(raw: bytes, names: tuple[str, ...]) -> bytes:
    """The fields `names` as they stand, in order, with an empty line at the end (what BODY[HEADER.FIELDS] answers)."""
    wanted = {name.lower().encode() for name in names}
    found = (m.group() for m in _FIELD.finditer(header_of(raw)) if m.group(1).lower() in wanted)
    return b"".join(found) + b"\r\n"


def message_id_of(raw: bytes) -> str:
    """The Message-ID without angle brackets; "" where there is none."""
    field = header_fields(raw, ("Message-ID",)).partition(b":")[2]
    return b"".join(field.split()).decode("latin-1").strip("<>")
