"""Which line of a TOML text a key stands on: looked for only once something is wrong."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[^\]]+?)\s*\]")
_KEY = re.compile(r"\s*(?P<key>[\w\"'.\- ]+?)\s*=")


def line_of(text: str, key: str) -> int:
    """The line (from 1) where the dotted `key` is set, else where its section begins, else 0."""
    section, fallback, fence = "", 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        header = _HEADER.match(line)
        found = None if header else _KEY.match(line)
        if header:
            section = _bare(header["name"])
        elif found:
            name = _bare(found["key"])
            section_and_name = f"{section}.{name}" if section else name
            if section_and_name == key:
                return number
            # An inline table (`account = { ... }`), or a key of a key.
            if key.startswith(section_and_name + "."):
                fallback = fallback or number
        if header and (section == key or key.startswith(section + ".")):
            fallback = fallback or number
        fence = next((q for q in ('"""', "'''") if line.count(q) % 2), "")
    return fallback


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
