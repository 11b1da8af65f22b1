"""The `:` line: the shell's verbs with completion and history, on the selection or on tickets named."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui_desk.errors import DeskError
from tui_desk.text import cut, one_line, width
from tui_desk.tui import commands
from tui_desk.tui.app import DeskApp, desk_app
from tui_desk.tui.commands import Offer
from tui_desk.tui.line_verbs import Words
from tui_desk.tui.screens.once import LeftOnce
from tui_desk.tui.widgets.lines import LineList

_KEPT = 200
"""Lines of history kept."""


def run(app: DeskApp, line: str) -> None:
    """Do what the line says; what cannot be done is said."""
    try:
        commands.run(app, line)
    except DeskError as error:
        app.tell_error(error)


class CommandLine(LeftOnce, ModalScreen[str | None]):
    """One line at the foot of the screen; above it what could come next."""

    DEFAULT_CSS = """
    CommandLine { align: left bottom; }
    CommandLine > Vertical { height: auto; width: 100%; background: $panel; }
    CommandLine #command-lines { height: auto; max-height: 10; background: $surface; display: none; }
    CommandLine #command-lines.-on { display: block; }
    CommandLine #command-row { height: 1; }
    CommandLine #command-sign { width: 2; color: $accent; text-style: bold; padding-left: 1; }
    CommandLine #command-words { border: none; height: 1; padding: 0; background: transparent; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab", "complete(1)", show=False, priority=True),
        Binding("shift+tab", "complete(-1)", show=False, priority=True),
        Binding("up,ctrl+p", "history(-1)", show=False, priority=True),
        Binding("down,ctrl+n", "history(1)", show=False, priority=True),
    ]

    def __init__(self, start: str = "") -> None:
        super().__init__()
        self._start = start
        self._words = Words()
        self._history: list[str] = []
        self._at = 0
        self._typed = start
        self._cycle: list[str] = []
        self._step = -1

    def compose(self) -> ComposeResult:
        """Completions over the line."""
        with Vertical():
            yield LineList(self._draw, id="command-lines")
            with Horizontal(id="command-row"):
                yield Static(Content(":"), id="command-sign")
                yield Input(self._start, id="command-words", compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Words and history are read beside the keys."""
        app = desk_app(self)
        self._lines.can_focus = False
        self._box.focus()
        self._offer()
        app.ask(lambda: (commands.words(app), history(app)), self._know, group="command", quiet=True)

    @property
    def _lines(self) -> LineList[Offer]:
        return self.query_one("#command-lines", LineList)

    @property
    def _box(self) -> Input:
        return self.query_one("#command-words", Input)

    def _know(self, read: tuple[Words, list[str]]) -> None:
        if self.is_attached:
            self._words, self._history = read
            self._at = len(self._history)
            self._offer()

    def _offer(self) -> None:
        offers = commands.offers(self._typed, self._words)
        self._cycle, self._step = [offer.line for offer in offers], -1
        self._lines.show(offers)
        self._lines.set_class(bool(offers), "-on")
        self._lines.styles.height = min(len(offers), 10, max(self.size.height - 3, 1))

    def _draw(self, offer: Offer, cells: int, here: bool) -> Content:
        word = cut(one_line(offer.word), max(cells // 2, 8))
        gap = " " * max(28 - width(word), 2)
        return Content.assemble((word, "bold" if here and self._step >= 0 else ""), gap, (cut(offer.help, cells), "$muted"))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        if event.value == self._shown():
            return
        self._typed = event.value
        self._offer()

    def _shown(self) -> str:
        return self._cycle[self._step] if 0 <= self._step < len(self._cycle) else self._typed

    def _put(self, line: str) -> None:
        self._box.value = line
        self._box.cursor_position = len(line)

    def action_complete(self, way: int) -> None:
        """The next completion, around the end; a lone one is taken and the next word offered."""
        if len(self._cycle) == 1:
            self._typed = self._cycle[0] + " "
            self._step = -1
            self._put(self._typed)
            self._offer()
        elif self._cycle:
            self._step = (self._step + way) % len(self._cycle)
            self._lines.go(self._step)
            self._lines.redraw()
            self._put(self._cycle[self._step])

    def action_history(self, way: int) -> None:
        """Lines of before."""
        if not self._history:
            return
        self._at = max(0, min(self._at + way, len(self._history)))
        line = self._history[self._at] if self._at < len(self._history) else ""
        self._typed = line
        self._put(line)
        self._offer()

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        self._typed = event.thing.line + " "
        self._put(self._typed)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        line = event.value.strip()
        app = desk_app(self)
        if line:
            kept = [*(old for old in self._history if old != line), line][-_KEPT:]
            app.ask(lambda: remember(app, kept), group="history", lane="write", quiet=True)
        self.dismiss(line or None)

    def action_leave(self) -> None:
        """Nothing is done."""
        self.dismiss(None)


def _file(app: DeskApp) -> Path | None:
    folder = getattr(app.desk.profile, "data_dir", None)
    return folder / "command-history" if isinstance(folder, Path) else None


def history(app: DeskApp) -> list[str]:
    """The lines of before, oldest first."""
    file = _file(app)
    try:
        return [one_line(line) for line in file.read_text(encoding="utf-8").splitlines()] if file else []
    except OSError:
        return []


def remember(app: DeskApp, lines: list[str]) -> None:
    """Keep these lines, for this person only (mode 0600)."""
    import os

    file = _file(app)
    if file is not None:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
