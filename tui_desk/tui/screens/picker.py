"""Choosing from a few things with the keyboard: one key where a choice has one, else a few letters and enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui_desk.i18n import _
from tui_desk.text import cut, one_line, width
from tui_desk.tui.match import Spans, ranked
from tui_desk.tui.screens.once import LeftOnce
from tui_desk.tui.widgets.lines import LineList

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. `key`: the letter that picks it at once; `sign`: a mark before its label."""

    value: str
    label: str
    sign: str = ""
    hint: str = ""
    key: str = ""
    style: str = ""
    """The sign's colour, a theme variable with its dollar."""


@dataclass(frozen=True, slots=True)
class _Line:
    choice: Choice
    spans: Spans = ()
    fresh: bool = False
    """Typed, not among the choices."""


class PickScreen(LeftOnce, ModalScreen[R | None], Generic[R]):
    """Pick one (or with `many`, several) of `choices`; the result is `answer` of their values, None when it was left.

    `free`: what is typed may be a value of its own. `check` tells what the typed words mean ("Mon 23 Nov 09:00"),
    "" where they mean nothing; `preview` is called with the value under the cursor, and with "" when it was left.
    """

    DEFAULT_CSS = """
    PickScreen { align: center middle; }
    PickScreen > #pick {
        width: 56; max-width: 100%; height: auto; max-height: 90%; min-height: 5;
        background: $surface; padding: 1 2; border: round $rule;
    }
    PickScreen.-wide > #pick { width: 84; }
    PickScreen #pick-title { height: auto; max-height: 2; text-style: bold; margin-bottom: 1; }
    PickScreen #pick-words { height: 1; border: none; padding: 0; background: $boost; margin-bottom: 1; }
    PickScreen #pick-words.-off { display: none; }
    PickScreen #pick-lines { height: auto; max-height: 20; min-height: 1; }
    PickScreen #pick-help { height: 1; color: $text-muted; margin-top: 1; }
    PickScreen.-short > #pick { padding: 0 1; border: none; }
    PickScreen.-short #pick-title, PickScreen.-short #pick-words { margin-bottom: 0; }
    PickScreen.-short #pick-help { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up,ctrl+p", "move(-1)", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("enter", "accept", show=False, priority=True),
        Binding("tab", "mark", show=False, priority=True),
    ]
    AUTO_FOCUS = ""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        answer: Callable[[list[str]], R],
        *,
        many: bool = False,
        free: bool = False,
        chosen: Sequence[str] = (),
        check: Callable[[str], str] | None = None,
        preview: Callable[[str], object] | None = None,
        placeholder: str = "",
        wide: bool = False,
    ) -> None:
        super().__init__()
        self._title = one_line(title)
        self._choices = list(choices)
        self._answer = answer
        self._many = many
        self._free = free
        self._chosen = list(chosen)
        self._check = check
        self._preview = preview
        self._placeholder = placeholder
        self._keys = {c.key: c for c in choices if c.key}
        self._typing = not self._keys
        self._filled = ""
        self.set_class(wide, "-wide")

    def compose(self) -> ComposeResult:
        """Title, filter, lines, and what the keys do."""
        with Vertical(id="pick"):
            if self._title:
                yield Static(Content(self._title), id="pick-title")
            yield Input(id="pick-words", placeholder=self._placeholder or _("Type to find"), compact=True)
            yield LineList(self._draw, empty=_("Nothing like that."), id="pick-lines")
            yield Static(Content(self._help()), id="pick-help")

    def on_mount(self) -> None:
        """The filter has the keys, or waits for `/` where letters choose."""
        self._lines.can_focus = False
        self._words.set_class(not self._typing, "-off")
        if self._typing:
            self._words.focus()
        self._refill()
        start = next((i for i, c in enumerate(self._choices) if c.value in self._chosen), 0)
        if not self._many:
            self._lines.go(start)

    def on_resize(self, event: events.Resize) -> None:
        """Little height: no padding and no help line."""
        self.set_class(event.size.height < 20, "-short")
        self._fit()

    @property
    def _words(self) -> Input:
        return self.query_one("#pick-words", Input)

    @property
    def _lines(self) -> LineList[_Line]:
        return self.query_one("#pick-lines", LineList)

    def _help(self) -> str:
        if self._many:
            return _("tab marks · enter takes · esc leaves")
        if self._keys:
            return _("a letter picks · / finds · esc leaves")
        return _("enter takes · esc leaves")

    def _refill(self) -> None:
        words = self._filled = self._words.value.strip()
        lines = [_Line(c, spans) for c, spans in ranked(words, self._choices, lambda c: c.label)]
        if self._free and words and not any(line.choice.label == words for line in lines):
            fresh = _Line(self._fresh(words), fresh=True)
            lines = [fresh, *lines] if self._check and fresh.choice.hint else [*lines, fresh]
        self._lines.show(lines)
        self._fit()

    def _fresh(self, words: str) -> Choice:
        if self._check is None:
            return Choice(words, words, sign="+", hint=_("new"))
        meaning = self._check(words)
        return Choice(words, words, sign="→", hint=meaning)

    def _fit(self) -> None:
        """The list is as high as its lines, as far as there is room."""
        room = max(self.size.height - (4 if self.has_class("-short") else 11), 1)
        self._lines.styles.height = max(1, min(len(self._lines.things), room, 20))

    def _draw(self, line: _Line, cells: int, here: bool) -> Content:
        choice = line.choice
        parts: list[Content | str | tuple[str, str]] = []
        if self._many:
            parts.append(("✓ ", "$success") if choice.value in self._chosen else "  ")
        if self._keys:
            parts.append((f"{choice.key or ' '}  ", "$accent"))
        if choice.sign:
            parts.append((f"{choice.sign} ", choice.style or "$text-muted"))
        used = sum(width(p if isinstance(p, str) else p[0]) for p in parts if not isinstance(p, Content))
        hint = cut(one_line(choice.hint), max(cells // 2, 8))
        room = max(cells - used - (width(hint) + 2 if hint else 0), 4)
        label = Content(cut(one_line(choice.label), room))
        for start, end in line.spans:
            label = label.stylize("underline", start, end)
        if not self._many and choice.value in self._chosen:
            label = label + Content.styled(" ✓", "$success")
        parts.append(label)
        if hint:
            gap = max(cells - used - label.cell_length - width(hint), 2)
            parts.append((" " * gap + hint, "$text-muted"))
        return Content.assemble(*parts)

    def on_key(self, event: events.Key) -> None:
        """Letters that choose, where choices have them."""
        if self._typing:
            return
        if event.character == "/":
            event.stop()
            event.prevent_default()
            self._find()
        elif event.character in self._keys:
            event.stop()
            self._take(self._keys[event.character].value)
        elif event.key in ("j", "k"):
            self.action_move(1 if event.key == "j" else -1)

    def _find(self) -> None:
        """Letters filter from here on."""
        self._typing = True
        self._words.remove_class("-off")
        self._words.focus()

    @on(Input.Changed, "#pick-words")
    def _filter(self) -> None:
        if self._many and self._words.value.endswith(" "):
            with self.prevent(Input.Changed):
                self._words.value = self._words.value.rstrip()
            self.action_mark()
            return
        self._refill()

    @on(LineList.Highlighted)
    def _show_preview(self, event: LineList.Highlighted) -> None:
        if self._preview is not None:
            self._preview(event.thing.choice.value)

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        if self._many:
            self.action_mark()
        else:
            self._take(event.thing.choice.value)

    def _take(self, value: str) -> None:
        if not self._many:
            self.dismiss(self._answer([value]))
            return
        if value not in self._chosen:
            self._chosen.append(value)
        self.dismiss(self._answer(self._chosen))

    def action_move(self, by: int) -> None:
        """The cursor."""
        self._lines.action_move(by)

    def action_page(self, by: int) -> None:
        """The cursor, by a page."""
        self._lines.action_page(by)

    def action_mark(self) -> None:
        """Take the line in, or out of, what is chosen (many)."""
        line = self._lines.current
        if not self._many or line is None:
            return
        value = line.choice.value
        if value in self._chosen:
            self._chosen.remove(value)
        else:
            self._chosen.append(value)
        if line.fresh:
            self._choices.insert(0, Choice(value, value))
        if self._words.value:
            self._words.value = ""
        else:
            self._lines.redraw()

    def action_accept(self) -> None:
        """Enter: the line under the cursor; with `many` and nothing typed, what is marked."""
        self._words.call_later(self._accept)  # After the letters typed before it.

    def _accept(self) -> None:
        if self._words.value.strip() != self._filled:
            self._refill()
        line = self._lines.current
        if self._many and not self._words.value.strip():
            self.dismiss(self._answer(self._chosen))
        elif line is None or (line.fresh and self._check is not None and not line.choice.hint):
            self.app.bell()
        else:
            self._take(line.choice.value)

    def action_leave(self) -> None:
        """Nothing chosen."""
        if self._preview is not None:
            self._preview("")
        self.dismiss(None)
