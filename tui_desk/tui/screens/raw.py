"""A message as it came: headers, parts, encodings; searchable, and harmless to the terminal."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from tui_desk.i18n import _
from tui_desk.store.rows import MessageView
from tui_desk.text import clean, fold, one_line, width
from tui_desk.tui.app import desk_app
from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.widgets.hints import Hints
from tui_desk.tui.widgets.lines import LineList


def source_lines(raw: bytes) -> list[str]:
    """The source in lines; bytes that are not UTF-8 are shown as latin-1, nothing the terminal would obey is left."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4).split("\n")


def headers_end(lines: list[str]) -> int:
    """The line that ends the headers."""
    return next((n for n, line in enumerate(lines) if not line), len(lines))


def pieces(line: str, cells: int) -> list[str]:
    """A line in parts of at most `cells` cells, those that go on marked."""
    if width(line) <= cells:
        return [line]
    parts, part, used = [], "", 0
    for letter in line:
        if used + width(letter) > cells:
            parts.append(part)
            part, used = "  ", 2
        part, used = part + letter, used + width(letter)
    return [*parts, part]


class Raw(PlaceScreen[None]):
    """The source of `message` of ticket `number`."""

    PLACE = "raw"
    DEFAULT_CSS = """
    Raw { background: $background; }
    Raw > .title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    Raw > #raw-words { border: none; height: 1; padding: 0 1; background: $boost; display: none; }
    Raw > #raw-words.-on { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("g", "top", show=False)]

    def __init__(self, number: str, message: MessageView) -> None:
        super().__init__()
        self._number = number
        self._message = message
        self._source: list[str] = []
        self._text: list[str] = []
        """The source as it is shown, long lines in pieces."""
        self._head = 0
        self._words = ""

    def compose(self) -> ComposeResult:
        """Title, source, search."""
        who = one_line(self._message.author_name or self._message.author)
        yield Static(Content(_("Source of #%(number)s · %(who)s") % {"number": self._number, "who": who}), classes="title")
        yield LineList(self._draw, empty=_("Reading…"), id="raw-lines")
        yield Input(placeholder=_("Find"), id="raw-words", compact=True)
        yield Hints("raw")

    def on_mount(self) -> None:
        """The source comes from the store."""
        app = desk_app(self)
        self._lines.focus()
        app.ask(lambda: source_lines(app.desk.tickets.raw(self._message.id)), self._show, lambda _e: self.dismiss(None))

    @property
    def _lines(self) -> LineList[tuple[int, str]]:
        return self.query_one("#raw-lines", LineList)

    def _show(self, lines: list[str]) -> None:
        self._source, self._head = lines, headers_end(lines)
        self._wrap()

    def _wrap(self) -> None:
        """Long lines go on in the next one, marked."""
        cells = max(self.size.width - 5, 20)
        rows = [(number, part) for number, line in enumerate(self._source) for part in pieces(line, cells)]
        self._text = [text for _number, text in rows]
        self._lines.show(rows, self._lines.cursor)

    def on_resize(self) -> None:
        """Another width, other pieces."""
        if self._source:
            self.call_after_refresh(self._wrap)

    def _draw(self, numbered: tuple[int, str], cells: int, here: bool) -> Content:
        number, text = numbered
        content = Content(text)
        if number < self._head and ":" in text and not text.startswith(" "):
            content = content.stylize("$primary", 0, text.index(":") + 1)
        elif text.startswith("--"):
            content = content.stylize("$muted")
        if self._words:
            at = fold(text).find(self._words)
            if at >= 0:
                content = content.stylize("$warning reverse", at, at + len(self._words))
        return content

    def action_find(self) -> None:
        """Words to look for."""
        box = self.query_one("#raw-words", Input)
        box.add_class("-on")
        self.use_keys(False)
        box.focus()

    @on(Input.Submitted)
    def _find(self, event: Input.Submitted) -> None:
        self._words = fold(event.value.strip())
        self._done_typing()
        self.action_next()

    def _done_typing(self) -> None:
        self.query_one("#raw-words").remove_class("-on")
        self.use_keys(True)
        self._lines.focus()

    def key_escape(self) -> None:
        """Out of the search."""
        if self.query_one("#raw-words").has_class("-on"):
            self._done_typing()

    def action_next(self) -> None:
        """The next line with the words, around the end."""
        at, count = self._lines.cursor, len(self._text)
        for step in range(1, count + 1):
            if self._words and self._words in fold(self._text[(at + step) % count]):
                self._lines.go((at + step) % count)
                self._lines.redraw()
                return
        self.app.bell()

    def action_copy(self) -> None:
        """The whole source to the clipboard."""
        self.app.copy_to_clipboard("\n".join(self._source))
        desk_app(self).say(_("The source is copied."))

    def action_top(self) -> None:
        """The first line."""
        self._lines.go(0)
