"""Where an agent writes: a text area with readline's keys, in which what is still to be filled in stands out.

Keys beside the arrows: alt+b alt+f words, ctrl+a alt+e (and home, end) the line's ends, ctrl+b ctrl+f letters,
ctrl+k ctrl+u cut to the line's ends, ctrl+w alt+d cut a word, ctrl+y puts back what was cut, ctrl+z undoes.
ctrl+e, a line's end in readline, belongs to $EDITOR here.
"""

from __future__ import annotations

import re
from inspect import isawaitable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.document._document import Document
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tui_desk.text import clean

HOLE = re.compile(r"\{\{.*?\}\}")
"""A placeholder that could not be filled."""


class Editor(TextArea):
    """The text of a reply or note."""

    DEFAULT_CSS = """
    Editor {
        border: none; padding: 0 1; background: transparent; scrollbar-size-vertical: 1;
        & .text-area--cursor-line { background: transparent; }
        & .text-area--selection { background: $selection; }
    }
    Editor:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+b", "cursor_left", show=False),
        Binding("ctrl+f", "cursor_right", show=False),
        Binding("alt+b,alt+left", "cursor_word_left", show=False),
        Binding("alt+f,alt+right", "cursor_word_right", show=False),
        Binding("home,ctrl+a", "cursor_line_start", show=False),
        Binding("end,alt+e", "cursor_line_end", show=False),
        Binding("ctrl+home,alt+less_than_sign", "cursor_text(0)", show=False),
        Binding("ctrl+end,alt+greater_than_sign", "cursor_text(1)", show=False),
        Binding("ctrl+k", "kill('delete_to_end_of_line_or_delete_line')", show=False),
        Binding("ctrl+u", "kill('delete_to_start_of_line')", show=False),
        Binding("ctrl+w,ctrl+backspace,alt+backspace", "kill('delete_word_left')", show=False),
        Binding("alt+d,alt+delete", "kill('delete_word_right')", show=False),
        Binding("ctrl+y", "yank", show=False),
        Binding("ctrl+z,ctrl+underscore", "undo", show=False),
        Binding("ctrl+shift+z", "redo", show=False),
    ]

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(clean(text), soft_wrap=True, show_line_numbers=False, tab_behavior="focus", id=id, compact=True)
        self._cut = ""

    @property
    def _plain(self) -> Document:
        assert isinstance(self.document, Document)
        return self.document

    def get_line(self, line_index: int) -> Text:
        """A line, its placeholders marked."""
        line = super().get_line(line_index)
        if "{{" in line.plain:
            ink = Style(color=self._ink("background"), bgcolor=self._ink("warning"), bold=True)
            for found in HOLE.finditer(line.plain):
                line.stylize(ink, found.start(), found.end())
        return line

    def _ink(self, name: str) -> str | None:
        return self.app.theme_variables.get(name)

    def insert_text(self, text: str) -> None:
        """Put `text` where the cursor is; the cursor goes to its first placeholder, else behind it."""
        start = self.selection.start
        before = self._plain.get_index_from_location(min(start, self.selection.end))
        result = self.replace(clean(text), *self.selection, maintain_selection_offset=False)
        hole = HOLE.search(clean(text))
        if hole is None:
            self.move_cursor(result.end_location)
        else:
            self._select(before + hole.start(), before + hole.end())

    def next_hole(self) -> bool:
        """Select the next placeholder, around the end; False where none is left."""
        at = self._plain.get_index_from_location(self.selection.end)
        found = HOLE.search(self.text, at) or HOLE.search(self.text)
        if found is not None:
            self._select(found.start(), found.end())
        return found is not None

    def _select(self, start: int, end: int) -> None:
        locate = self._plain.get_location_from_index
        self.selection = Selection(locate(start), locate(end))
        self.scroll_cursor_visible()

    async def action_kill(self, how: str) -> None:
        """Cut, and remember what was cut."""
        before = self.text
        at = self._plain.get_index_from_location(self.cursor_location)
        done = getattr(self, f"action_{how}")()
        if isawaitable(done):
            await done
        gone = len(before) - len(self.text)
        now = self._plain.get_index_from_location(self.cursor_location)
        if gone > 0:
            start = now if now < at else at
            self._cut = before[start : start + gone]

    def action_yank(self) -> None:
        """Put back what was cut."""
        if self._cut:
            self.insert_text(self._cut)

    def action_cursor_text(self, end: int) -> None:
        """The first or the last letter of the text."""
        self.move_cursor(self.document.end if end else (0, 0))

    async def _on_paste(self, event: events.Paste) -> None:
        """What is pasted is cleaned like anything from outside."""
        event.text = clean(event.text)
        await super()._on_paste(event)
