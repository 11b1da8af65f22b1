"""The lines of an HTML page: white space as a browser leaves it, quote marks, list marks, tables as rows."""

from __future__ import annotations

import re

from tui_desk.text import width

_SPACES = re.compile(r"[ \t\n\r\f]+")
_FILLERS = re.compile(
    r"[\u200b\u034f\u00ad\ufeff\u2060][\u200b\u200c\u034f\u00ad\ufeff\u2060\u00a0\u2007 ]*|\u200c[\u200c\u034f\u00a0\u2007 ]+"
)
"""What is put into mails to fill a preview, and hyphens that are not shown."""
_MAX_QUOTES = 20
_MAX_INDENT = 8
_MAX_BLANKS = 2
_WIDEST_CELL = 40
_WIDEST_ROW = 120


class Table:
    """A table that is being written: for each row that has them, where in the lines its cells begin."""

    __slots__ = ("layout", "rows", "start")

    def __init__(self, start: int, layout: bool) -> None:
        self.start = start
        self.layout = layout
        self.rows: list[list[int]] = []


class _Row:
    """The lines of a row, and its cells where none has more than one line (None: they have, or it has but one cell)."""

    __slots__ = ("body", "cells", "inline", "lead", "lines")

    def __init__(self, lines: list[str], starts: list[int]) -> None:
        self.lines = lines
        self.lead = lines[:1] if lines and not lines[0].strip("> ") else []
        self.body = lines[len(self.lead) :]
        self.inline = all(line.strip("> ") for line in self.body)
        cells: list[str] = []
        for begun, until in zip(starts, [*starts[1:], len(lines)], strict=True):
            filled = [line for line in lines[begun : min(until, begun + 4)] if line.strip("> ")]
            if len(filled) > 1 or until - begun > 3:
                break
            cells.append(filled[0] if filled else "")
        whole = len(cells) == len(starts) and sum(map(bool, cells)) > 1
        self.cells = cells if whole else None


class Page:
    """Builds lines: collapses white space, keeps blank lines to two, sets quote marks and list marks."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.space = self.gap = False
        self.preformatted = 0
        self.quotes = self.quoted = 0
        self.lists: list[int] = []
        self.tables: list[Table] = []
        self.mark = ""

    def words(self, text: str) -> None:
        """A run of text inside a line."""
        if not text.isascii() and _FILLERS.search(text):
            text = _FILLERS.sub(lambda found: "" if len(found[0]) == 1 else " ", text)
        if self.preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.put(first)
            for line in rest:
                self.end_line(keep=True)
                self.put(line)
            return
        words = _SPACES.sub(" ", text)
        if words[:1] == " ":
            self.space = True
            words = words[1:]
        if not words:
            return
        if words[-1] == " ":
            self.put(words[:-1])
            self.space = True
        else:
            self.put(words)

    def put(self, words: str) -> None:
        """`words` as they are, behind what stands on the line."""
        if not words:
            return
        if self.space and self.line:
            self.line.append(" ")
        self.space = False
        self.line.append(words)

    def end_line(self, *, keep: bool = False, blank: bool = True) -> None:
        """Close the line; an empty one is kept only where it was asked for (<br>, <pre>), or (`blank`) as a gap."""
        self.space = False
        if not self.line and not keep:
            return
        text = "".join(self.line)
        self.line.clear()
        if not text.strip():
            if not keep:
                self.gap = self.gap or blank  # a paragraph of a no-break space: how editors write an empty line
                return
            if not self.lines or not any(line.strip("> ") for line in self.lines[-_MAX_BLANKS:]):
                return
        if self.gap:
            self.gap = False
            if self.lines and self.lines[-1].strip("> "):
                self.lines.append(("> " * min(self.quotes, self.quoted, _MAX_QUOTES)).rstrip())
        self.quoted = self.quotes
        if self.lists:
            text = "  " * min(len(self.lists) - 1, _MAX_INDENT) + (self.mark or ("  " if text.strip() else "")) + text
        elif self.mark:
            text = self.mark + text
        self.mark = ""
        if self.quotes:
            text = "> " * min(self.quotes, _MAX_QUOTES) + text
        self.lines.append(text.rstrip())

    def open_list(self, first: int) -> None:
        """A list begins; `first` is its first number, 0 for a list without numbers."""
        self.lists.append(first)

    def close_list(self) -> None:
        """The list ends."""
        if self.lists:
            self.lists.pop()

    def item(self, number: str | None) -> None:
        """An item of a list begins."""
        self.end_line()
        if not self.lists or not self.lists[-1]:
            self.mark = "- "
            return
        if number and number.isdecimal() and len(number) < 6:
            self.lists[-1] = int(number) or 1
        self.mark = f"{self.lists[-1]}. "
        self.lists[-1] += 1

    def open_table(self, *, layout: bool) -> None:
        """A table begins; `layout`: it says itself that it is none."""
        self.tables.append(Table(len(self.lines), layout))

    def open_row(self) -> None:
        """A row begins."""
        self.end_line(blank=False)
        if self.tables:
            self.tables[-1].rows.append([])

    def cell(self) -> None:
        """A cell begins: on a line of its own, for now."""
        self.end_line(blank=False)
        if self.tables and self.tables[-1].rows:
            self.tables[-1].rows[-1].append(len(self.lines))

    def close_table(self) -> None:
        """The table ends: its rows become lines, where each cell is one line."""
        self.end_line(blank=False)
        if not self.tables:
            return
        table = self.tables.pop()
        if all(len(row) < 2 for row in table.rows):  # nothing to set side by side
            return
        rows = self._rows(table)
        if any(row.cells is not None for row in rows):
            self._rewrite(table, rows, next(row[0] for row in table.rows if row))

    def _rows(self, table: Table) -> list[_Row]:
        starts = [row for row in table.rows if row]
        ends = [*(row[0] for row in starts[1:]), len(self.lines)]
        return [_Row(self.lines[row[0] : end], [at - row[0] for at in row]) for row, end in zip(starts, ends, strict=True)]

    def _rewrite(self, table: Table, rows: list[_Row], begun: int) -> None:
        """The lines of a table anew. What has blocks in its cells is a table only where all its rows are alike."""
        joined = [row.cells for row in rows if row.cells is not None]
        alike = len(joined) > 1 and not table.layout and len({len(cells) for cells in joined}) == 1
        alike = alike and all(row.cells is not None or len(row.body) <= 1 for row in rows)
        widths = _widths(joined) if alike else []
        out = self.lines[table.start : begun]
        for at, row in enumerate(rows):
            if row.cells is None or not (alike or row.inline):
                out += row.lines
            else:
                out += row.lead if at == 0 or not alike else []
                out.append(_set(row.cells, widths))
        self.lines[table.start :] = out

    def finish(self) -> str:
        """The text, with one line end at its end."""
        self.end_line()
        while self.tables:
            self.close_table()
        text = "\n".join(self.lines).strip("\n")
        return text + "\n" if text else ""


def _quote_mark(line: str) -> tuple[str, str]:
    mark = line[: len(line) - len(line.lstrip("> "))] if line.startswith(">") else ""
    return mark, line[len(mark) :]


def _set(cells: list[str], widths: list[int]) -> str:
    """The cells of a row on one line, in columns of `widths` where there are any."""
    mark = next((found for found, _words in map(_quote_mark, cells) if found), "")
    words = [_quote_mark(cell)[1].strip() for cell in cells]
    if len(widths) == len(words):
        words = [word + " " * (room - width(word)) for word, room in zip(words, widths, strict=True)]
        while len(words) > 1 and not words[-1].strip():
            words.pop()
    else:
        words = [word for word in words if word]
    return (mark + " | ".join(words)).rstrip()


def _widths(rows: list[list[str]]) -> list[int]:
    """How wide each column is; none where a table is too wide to be set in columns."""
    widths = [max(width(_quote_mark(cell)[1].strip()) for cell in column) for column in zip(*rows, strict=True)]
    return widths if max(widths) <= _WIDEST_CELL and sum(widths) + 3 * len(widths) <= _WIDEST_ROW else []
