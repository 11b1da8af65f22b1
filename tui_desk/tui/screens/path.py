"""A file or a folder by its path, completed with tab; folders are read off the key path."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui_desk.i18n import _
from tui_desk.service.words import size
from tui_desk.text import cut, one_line, width
from tui_desk.tui.app import desk_app
from tui_desk.tui.screens.once import LeftOnce
from tui_desk.tui.widgets.lines import LineList

_MOST = 500
"""Entries of a folder that are listed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder."""

    path: str
    folder: bool
    size: int = 0


def entries(typed: str, *, folders_only: bool = False) -> list[Entry]:
    """What the typed path may mean: folders first, hidden names only where a dot was typed."""
    head, tail = os.path.split(typed)
    found = []
    try:
        with os.scandir(Path(head or ".").expanduser()) as listing:
            for item in listing:
                hidden = item.name.startswith(".") and not tail.startswith(".")
                if hidden or not item.name.lower().startswith(tail.lower()):
                    continue
                folder = item.is_dir()
                if folder or not folders_only:
                    found.append(Entry(os.path.join(head, item.name), folder, 0 if folder else item.stat().st_size))
                if len(found) >= _MOST:
                    break
    except OSError:
        return []
    return sorted(found, key=lambda e: (not e.folder, e.path.lower()))


def meant(typed: str) -> str:
    """The path that was meant: what begins anew after `~/` stands for itself; quotes and file: of a file dropped here go."""
    words = typed.strip()
    if words.startswith("~/") and words[2:].startswith(("/", "~", "'", '"', "file://")):
        words = words[2:]
    if len(words) > 1 and words[0] == words[-1] and words[0] in "'\"":
        words = words[1:-1]
    return unquote(words.removeprefix("file://")) if words.startswith("file://") else words


def completed(typed: str, found: list[Entry]) -> str:
    """The typed path as far as it is certain."""
    if not found:
        return typed
    common = os.path.commonprefix([e.path for e in found])  # noqa: RUF071  (letters of a name are wanted)
    if len(found) == 1 and found[0].folder:
        common += os.sep
    return common if len(common) >= len(typed) else typed


class PathScreen(LeftOnce, ModalScreen[str | None]):
    """Asks for a file (or with `folders`, a folder); the result is an absolute path."""

    DEFAULT_CSS = """
    PathScreen { align: center bottom; }
    PathScreen > #path { width: 100%; max-width: 100; height: auto; background: $surface; padding: 1 2; }
    PathScreen #path-title { height: 1; text-style: bold; }
    PathScreen #path-words { height: 1; border: none; padding: 0; background: $boost; margin: 1 0; }
    PathScreen #path-lines { height: 8; max-height: 40vh; }
    PathScreen #path-help { height: 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab", "complete", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
    ]

    def __init__(self, title: str, start: str = "~/", *, folders: bool = False) -> None:
        super().__init__()
        self._title = title
        self._start = start
        self._folders = folders
        self._found: list[Entry] = []
        self._moved = False

    def compose(self) -> ComposeResult:
        """Title, path, what is there."""
        with Vertical(id="path"):
            yield Static(Content(self._title), id="path-title")
            yield Input(self._start, id="path-words", compact=True, select_on_focus=False)
            yield LineList(self._draw, empty=_("Nothing there."), id="path-lines")
            yield Static(Content(_("tab completes · ↑ ↓ choose · enter takes · esc leaves")), id="path-help")

    def on_mount(self) -> None:
        """The path is typed; the list only shows."""
        self._lines.can_focus = False
        self._look(self._start)

    @property
    def _lines(self) -> LineList[Entry]:
        return self.query_one("#path-lines", LineList)

    @property
    def _words(self) -> Input:
        return self.query_one("#path-words", Input)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._look(event.value)

    def _look(self, typed: str) -> None:
        def told(found: list[Entry]) -> None:
            if self.is_attached:
                self._found, self._moved = found, False
                self._lines.show(found)

        desk_app(self).ask(lambda: entries(meant(typed), folders_only=self._folders), told, group="path")

    def _draw(self, entry: Entry, cells: int, here: bool) -> Content:
        name = one_line(os.path.basename(entry.path)) + (os.sep if entry.folder else "")
        about = "" if entry.folder else size(entry.size)
        name = cut(name, max(cells - width(about) - 2, 4))
        gap = " " * max(cells - width(name) - width(about) - 1, 1)
        return Content.assemble((name, "$primary" if entry.folder else ""), gap, (about, "$text-muted"))

    def action_move(self, by: int) -> None:
        """The cursor; from then on enter takes its line."""
        if self._moved or by < 0:
            self._lines.action_move(by)
        self._moved = True

    def action_complete(self) -> None:
        """As far as it is certain, or the line under the cursor."""
        current = self._lines.current
        if self._moved and current is not None:
            self._take_over(current)
        else:
            self._words.value = completed(meant(self._words.value), self._found)
            self._words.cursor_position = len(self._words.value)

    def _take_over(self, entry: Entry) -> None:
        self._words.value = entry.path + (os.sep if entry.folder else "")
        self._words.cursor_position = len(self._words.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        """A folder is gone into; a file is taken."""
        current = self._lines.current
        if self._moved and current is not None and current.folder and not self._folders:
            self._take_over(current)
            return
        typed = current.path if self._moved and current is not None else meant(self._words.value)
        path = Path(typed).expanduser()
        good = path.is_dir() if self._folders else path.is_file()
        if good:
            self.dismiss(str(path.resolve()))
        elif not self._folders and len(self._found) == 1 and not self._found[0].folder:
            self.dismiss(str(Path(self._found[0].path).expanduser().resolve()))
        else:
            self.app.bell()
            self.query_one("#path-help", Static).update(Content(_("There is no such file.")))

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        self._moved = True
        self._take_over(event.thing)

    def action_leave(self) -> None:
        """Nothing."""
        self.dismiss(None)
