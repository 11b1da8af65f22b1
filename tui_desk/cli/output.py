"""stdout: data. On a terminal aligned, coloured and cut to the width; piped, tabs and nothing cut; JSON with stable names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TextIO

from tui_desk.text import clean, cut, one_line, width

Format = Literal["table", "json", "jsonl", "ids"]
JSON_VERSION = 1

_ROOMY, _NARROW = 16, 8
"""Cells that a column which gives way would like to keep, and those it keeps."""

_SGR = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}


class Column(NamedTuple):
    """One column: title, the record's field, how a terminal shows and styles it, whether it gives way when space is short."""

    title: str
    field: str
    show: Callable[[Any], str] = str
    style: Callable[[Any], str] | None = None
    grows: bool = False
    right: bool = False
    fit: Callable[[str, int], str] = cut
    """How a cell that is too wide is cut."""
    rank: int = 0
    """On a narrow terminal the columns of the highest rank are left out first; those of rank 0 stay."""
    keeps: int = _NARROW
    """Cells that it keeps while another can still give way."""


def colored(stream: TextIO | None = None) -> bool:
    """Colours are wanted on `stream` (default: stdout): --color, NO_COLOR, CLICOLOR_FORCE, TERM=dumb."""
    wanted = os.environ.get("TUI_DESK_COLOR", "auto")
    if wanted != "auto":
        return wanted == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, style: str) -> str:
    """`text` in `style` (words of _SGR), where colours are wanted."""
    if not style or not text or not colored():
        return text
    return f"\x1b[{';'.join(_SGR[word] for word in style.split())}m{text}\x1b[0m"


def records(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], form: Format, noun: str, key: str = "number") -> int:
    """Print `rows` as asked; returns how many there were. `noun` names the list in JSON, `key` is what --ids prints."""
    match form:
        case "jsonl":
            return _each(rows, _json)
        case "ids":
            return _each(rows, lambda row: str(row[key]))
        case "json":
            listed = list(rows)
            one({noun: listed})
            return len(listed)
        case _ if sys.stdout.isatty():
            return _aligned(list(rows), columns)
        case _:
            return _each(rows, lambda row: "\t".join(_tabbed(row[c.field], c) for c in columns))


def one(record: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    print(_json({"version": JSON_VERSION, **record}, indent=2))


def raw(data: bytes) -> None:
    """Print the bytes of a mail: as they are where they are piped; to a terminal what is safe of them (no escape sequence)."""
    sys.stdout.flush()
    if sys.stdout.isatty():
        page(clean(data.decode("utf-8", "replace")))
    else:
        sys.stdout.buffer.write(data)


def page(text: str) -> None:
    """Print `text`, through the pager where it is longer than the terminal."""
    if not sys.stdout.isatty():
        print(text)
        return
    import shutil

    lines = text.count("\n") + 1
    pager = os.environ.get("PAGER", "less")
    if lines < shutil.get_terminal_size().lines or not pager or not shutil.which(pager.split()[0]):
        print(text)
        return
    import subprocess

    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ}
    with subprocess.Popen(pager.split(), stdin=subprocess.PIPE, env=environment) as process:
        try:
            process.communicate(text.encode())
        except (BrokenPipeError, KeyboardInterrupt):
            process.wait()


def _json(row: Mapping[str, Any], indent: int | None = None) -> str:
    import json

    return json.dumps(row, ensure_ascii=False, indent=indent)


def _each(rows: Iterable[Mapping[str, Any]], line: Callable[[Mapping[str, Any]], str]) -> int:
    count = 0
    for row in rows:
        print(line(row))
        count += 1
    return count


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return " ".join(str(v) for v in value)
        case _:
            return one_line(str(value))


def _tabbed(value: Any, column: Column) -> str:
    """A cell that is piped: whole; coloured only where --color always says so."""
    text = _plain(value)
    return paint(text, column.style(value)) if column.style and colored() else text


def _aligned(rows: list[Mapping[str, Any]], columns: Sequence[Column]) -> int:
    if not rows:
        return 0
    import shutil

    cells = [[one_line(c.show(row[c.field])) for c in columns] for row in rows]
    natural = [max(map(width, (line[n] for line in cells)), default=0) for n in range(len(columns))]
    widths = _widths(columns, natural, shutil.get_terminal_size().columns)
    columns = [column for column, cells_wide in zip(columns, widths, strict=True) if cells_wide]
    cells = [[cell for cell, cells_wide in zip(line, widths, strict=True) if cells_wide] for line in cells]
    widths = [cells_wide for cells_wide in widths if cells_wide]
    lines = ["  ".join(_fit(c.title, widths[n], right=c.right) for n, c in enumerate(columns)).rstrip()]
    lines[0] = paint(lines[0], "dim")
    for row, line in zip(rows, cells, strict=True):
        shown = []
        for n, column in enumerate(columns):
            style = column.style(row[column.field]) if column.style else ""
            shown.append(paint(_fit(column.fit(line[n], widths[n]), widths[n], right=column.right), style))
        lines.append("  ".join(shown).rstrip())
    page("\n".join(lines))
    return len(rows)


def _widths(columns: Sequence[Column], natural: Sequence[int], room: int) -> list[int]:
    """How wide each column is drawn, 0 for one left out: nothing stands in it, or the terminal is too narrow for its rank."""
    widths = [max(width(c.title), wide) if wide else 0 for c, wide in zip(columns, natural, strict=True)]
    for rank in sorted({column.rank for column in columns if column.rank}, reverse=True):
        if _over([_roomy(c, wide) for c, wide in zip(columns, widths, strict=True)], room) <= 0:
            break
        widths = [0 if column.rank == rank else wide for column, wide in zip(columns, widths, strict=True)]
    for kept in ([c.keeps if c.grows else room for c in columns], [_NARROW if c.grows else room for c in columns]):
        widths = _shrunk(widths, kept, room)
    return widths


def _roomy(column: Column, wide: int) -> int:
    return min(wide, max(_ROOMY, column.keeps)) if column.grows else wide


def _shrunk(widths: list[int], kept: Sequence[int], room: int) -> list[int]:
    """The widest give way, each down to what is `kept` of it, until all fit or none can."""
    widths = list(widths)
    while (over := _over(widths, room)) > 0:
        giving = {n: wide for n, wide in enumerate(widths) if wide > kept[n]}
        if not giving:
            break
        widest = max(giving, key=giving.__getitem__)
        next_ = max((wide for wide in giving.values() if wide < widths[widest]), default=0)
        peers = list(giving.values()).count(widths[widest])
        widths[widest] -= max(1, min(over // peers, widths[widest] - max(next_, kept[widest])))
    return widths


def _over(widths: Sequence[int], room: int) -> int:
    drawn = [wide for wide in widths if wide]
    return sum(drawn) + 2 * (len(drawn) - 1) - room


def _fit(text: str, cells: int, *, right: bool = False) -> str:
    text = cut(text, cells)
    space = " " * (cells - width(text))
    return space + text if right else text + space


def wrapped(text: str, indent: int) -> list[str]:
    """The lines of `text`; on a terminal those that are too long for it are broken at spaces, `indent` cells being taken."""
    if not sys.stdout.isatty():
        return text.splitlines()
    import shutil

    room = max(shutil.get_terminal_size().columns - indent, 20)
    return [part for line in text.splitlines() for part in broken(line, room)]


def broken(line: str, room: int, indent: str = "") -> list[str]:
    """`line` in parts of at most `room` cells, the later ones indented; a word that is longer (a link) is left whole."""
    if width(line) <= room:
        return [line]
    quoted = line[: len(line) - len(line.lstrip("> "))]
    parts, current = [], quoted
    for word in line[len(quoted) :].split(" "):
        if current != quoted and width(current) + width(word) > room:
            parts.append(current.rstrip())
            quoted = indent or quoted
            current = quoted
        current += word + " "
    return [*parts, current.rstrip()]


def block(text: str) -> str:
    """Many lines from outside, safe to print."""
    return clean(text)
