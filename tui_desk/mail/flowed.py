"""format=flowed (RFC 3676): paragraphs that were broken into lines on the way, put together again for reading.

A stored text keeps the lines as they were sent. One blank before a line end tells that the line goes on: `bodies` leaves it
there in flowed texts only.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r">*")


def as_sent(text: str, *, del_sp: bool) -> str:
    """A flowed text as it is stored: one blank where a line goes on; with DelSp, lines joined that were broken in a word."""
    lines = text.split("\n")
    if not del_sp:
        return "\n".join([line if line[-2:] != "  " else line.rstrip(" ") + " " for line in lines])
    out: list[str] = []
    pieces: list[str] = []
    for line in lines:
        if pieces:
            line = line[_depth(line) :].removeprefix(" ") if _depth(line) else line
        if line.endswith("-- ") or not line.endswith(" "):
            out.append("".join([*pieces, line]))
            pieces = []
        elif line.endswith("  "):  # DelSp takes one of them, the other is the blank between two words
            out.append("".join([*pieces, line.rstrip(" ") + " "]))
            pieces = []
        else:
            pieces.append(line[:-1])
    return "\n".join([*out, "".join(pieces)] if pieces else out)


def reflowed(text: str) -> str:
    """A stored text for reading: one line a paragraph, quotes in their depth, a signature's line left alone.

    In a text with lines that go on a blank at a line's beginning was put there against quotes and "From ": it goes.
    """
    if " \n" not in text:
        return text
    out: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        level = _depth(line)
        content = line[level:].removeprefix(" ")
        if pieces and (level != depth or content == "-- "):
            out.append(_line(depth, pieces))
            pieces = []
        depth = level
        pieces.append(content)
        if content == "-- " or content[-1:] != " " or content[-2:] == "  ":
            out.append(_line(depth, pieces))
            pieces = []
    if pieces:
        out.append(_line(depth, pieces))
    return "\n".join(out)


def _depth(line: str) -> int:
    found = _QUOTED.match(line)
    return found.end() if found else 0


def _line(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return ">" * depth + (" " + text if text else "") if depth else text
