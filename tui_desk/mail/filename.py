"""File names for attachments that come from strangers (behaviour 2.4)."""

from __future__ import annotations

import re
import unicodedata

from tui_desk.text import one_line

_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)")
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u2044\u2215\u29f8\uff0f\uff3c\ufffd]+')
_MAX_BYTES = 180


def safe_filename(name: str) -> str:
    """`name` as one file name: no folder, no control or bidi character, no name that a system keeps, 180 bytes at most."""
    name = unicodedata.normalize("NFC", one_line(name))
    name = re.split(r"[\\/\u2044\u2215\u29f8\uff0f\uff3c]", name.rstrip("\\/"))[-1]
    name = " ".join(_UNSAFE.sub("_", name).split()).rstrip(". ").lstrip("-~. ")
    if _RESERVED.match(name):
        name = "_" + name
    name = _short(name).strip(". ")
    return name if name.strip("_") else "attachment"


def _short(name: str) -> str:
    """At most 180 bytes of UTF-8, the extension kept."""
    if len(name.encode()) <= _MAX_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 16:
        stem, extension = name, ""
    tail = ("." + extension) if extension else ""
    return stem.encode()[: _MAX_BYTES - len(tail.encode())].decode("utf-8", "ignore").rstrip() + tail
