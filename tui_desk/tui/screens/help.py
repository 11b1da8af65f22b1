"""Every key on one page, made from the registry; letters find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from tui_desk.i18n import _
from tui_desk.text import cut, fold, width
from tui_desk.tui.screens.once import LeftOnce

Line = tuple[str, str, str]
"""Keys, what they do, and the word for it."""
Group = tuple[str, list[Line]]
_COLUMN = 45
"""Cells that one column of keys wants."""


class Help(LeftOnce, Screen[None]):
    """The groups (heading, [(keys, sentence, label)]) in as many columns as fit."""

    DEFAULT_CSS = """
    Help { background: $background; }
    Help > #help-title { height: 1; padding: 0 1; background: $panel; }
    Help > #help-words { border: none; height: 1; padding: 0 1; background: $boost; }
    Help > VerticalScroll { height: 1fr; padding: 1 1 0 2; scrollbar-size-vertical: 1; }
    Help #help-columns { height: auto; }
    Help .column { width: 1fr; height: auto; padding-right: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "leave", show=False),
        Binding("down,ctrl+n", "scroll(1)", show=False, priority=True),
        Binding("up,ctrl+p", "scroll(-1)", show=False, priority=True),
        Binding("pagedown", "scroll(4)", show=False, priority=True),
        Binding("pageup", "scroll(-4)", show=False, priority=True),
    ]

    def __init__(self, groups: Iterable[Group]) -> None:
        super().__init__()
        self._groups = [(heading, list(lines)) for heading, lines in groups]

    def compose(self) -> ComposeResult:
        """Title, search, columns."""
        title = Content.assemble((_("Keys"), "bold"), "   ", (_("type to find · esc closes"), "$text-muted"))
        yield Static(title, id="help-title")
        yield Input(placeholder=_("Find a key or what it does"), id="help-words", compact=True)
        with VerticalScroll(can_focus=False):
            yield Horizontal(id="help-columns")

    def on_mount(self) -> None:
        """Letters go to the search."""
        self.query_one(Input).focus()

    def on_resize(self, event: events.Resize) -> None:
        """More room, more columns."""
        self.call_after_refresh(self._fill)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value == "?":
            self.action_leave()
            return
        self.call_after_refresh(self._fill)

    async def _fill(self) -> None:
        if not self.is_attached:
            return
        words = fold(self.query_one(Input).value).split()
        groups = [(heading, [line for line in lines if _fits(words, heading, line)]) for heading, lines in self._groups]
        count = max(1, (self.size.width - 3) // _COLUMN)
        cells = (self.size.width - 4) // count - 2
        columns = balanced([g for g in groups if g[1]], count)
        box = self.query_one("#help-columns")
        await box.remove_children()
        empty = Content.styled(_("No key does that."), "$text-muted")
        texts = [_column(column, cells) for column in columns if column] or [empty]
        await box.mount_all(Static(text, classes="column") for text in texts)

    def action_scroll(self, by: int) -> None:
        """A few lines up or down."""
        self.query_one(VerticalScroll).scroll_relative(y=by * 5, animate=False)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


def balanced(groups: list[Group], count: int) -> list[list[Group]]:
    """The groups in `count` columns of about the same height, in their order."""
    height = sum(len(lines) + 2 for _heading, lines in groups)
    columns: list[list[Group]] = [[]]
    filled = 0
    for group in groups:
        need = len(group[1]) + 2
        if columns[-1] and filled + need / 2 > height / count and len(columns) < count:
            columns.append([])
            filled = 0
        columns[-1].append(group)
        filled += need
    return columns


def _fits(words: list[str], heading: str, line: Line) -> bool:
    keys, sentence, label = line
    text = fold(f"{heading} {sentence} {label}")
    return all(word in text or word in keys.lower().split() for word in words)


def _column(groups: list[Group], cells: int) -> Content:
    lines = []
    wide = min(max((width(k) for _h, ls in groups for k, _s, _l in ls), default=4), 18)
    for heading, entries in groups:
        lines.append(Content.styled(heading, "$primary bold"))
        for keys, sentence, _label in entries:
            shown = cut(keys, wide)
            gap = " " * (wide - width(shown) + 2)
            lines.append(Content.assemble((shown, "$accent"), gap, cut(sentence, max(cells - wide - 2, 8))))
        lines.append(Content(""))
    return Content("\n").join(lines)
