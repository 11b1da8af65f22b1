"""Macros for the ticket in hand: the best on top, a search, and a preview with this ticket's values filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui_desk.i18n import _
from tui_desk.service.types import MacroView, Rendered
from tui_desk.text import clean, cut, one_line, width
from tui_desk.tui.app import desk_app
from tui_desk.tui.widgets.editor import HOLE
from tui_desk.tui.widgets.lines import LineList


class MacroPane(Vertical, can_focus=False):
    """Shows what it is given (`show`) and asks for more by `Searched`; enter or a click is `Chosen`."""

    DEFAULT_CSS = """
    MacroPane { width: 1fr; height: 1fr; }
    MacroPane > #macro-words { border: none; height: 1; padding: 0 1; background: $boost; }
    MacroPane > #macro-lines { height: 1fr; min-height: 3; }
    MacroPane > #macro-about { height: auto; max-height: 50%; padding: 0 1; border-top: solid $rule; display: none; }
    MacroPane > #macro-about { scrollbar-size-vertical: 1; }
    MacroPane:focus-within > #macro-about, MacroPane.-preview > #macro-about { display: block; }
    MacroPane #macro-preview { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", show=False),
        Binding("up,ctrl+p", "move(-1)", show=False),
        Binding("down,ctrl+n", "move(1)", show=False),
    ]

    class Chosen(Message):
        """A macro to insert."""

        def __init__(self, macro: MacroView) -> None:
            super().__init__()
            self.macro = macro

    class Searched(Message):
        """Words were typed: the owner ranks again and calls `show`."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Left(Message):
        """Escape in the pane: the keys belong elsewhere again."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._number = ""
        self._asked = self._wanted = False
        """A search has no answer yet; enter was pressed meanwhile."""

    def compose(self) -> ComposeResult:
        """Search, list, preview."""
        yield Input(placeholder=_("/ finds a macro"), id="macro-words", compact=True)
        yield LineList(self._draw, empty=_("No macro says that."), id="macro-lines")
        with VerticalScroll(id="macro-about", can_focus=False):
            yield Static(id="macro-preview")

    @property
    def _lines(self) -> LineList[MacroView]:
        return self.query_one("#macro-lines", LineList)

    @property
    def words(self) -> str:
        """What is typed in the search."""
        return self.query_one("#macro-words", Input).value.strip()

    @property
    def current(self) -> MacroView | None:
        """The macro under the cursor."""
        return self._lines.current

    def show(self, number: str, macros: Sequence[MacroView]) -> None:
        """These macros, for ticket `number` ("" for none)."""
        self._number = number
        self._lines.show(list(macros))
        wanted, self._asked, self._wanted = self._wanted, False, False
        if wanted:
            self._lines.action_choose()
        if not macros:
            self.query_one("#macro-preview", Static).update(Content(""))

    def forget_words(self) -> None:
        """The search was for another ticket."""
        if not self.has_focus_within:
            with self.prevent(Input.Changed):
                self.query_one("#macro-words", Input).value = ""

    def find(self) -> None:
        """The keys go to the search."""
        self.query_one("#macro-words", Input).focus()

    action_find = find

    def focus_list(self) -> None:
        """The keys go to the list."""
        self._lines.focus()

    def action_move(self, by: int) -> None:
        """The cursor, from the search too."""
        self._lines.action_move(by)

    def on_key(self, event: events.Key) -> None:
        """Escape empties the search, then gives the keys back."""
        if event.key != "escape":
            return
        event.stop()
        event.prevent_default()
        self.leave()

    def leave(self) -> None:
        """Empty the search, or give the keys back where it is empty."""
        box = self.query_one("#macro-words", Input)
        if box.value:
            box.value = ""
        else:
            self.post_message(self.Left())

    @on(Input.Changed, "#macro-words")
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        self._asked, self._wanted = True, False
        self.post_message(self.Searched(event.value.strip()))

    @on(Input.Submitted, "#macro-words")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._asked:
            self._wanted = True
        else:
            self._lines.action_choose()

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        self.post_message(self.Chosen(event.thing))

    @on(LineList.Highlighted)
    def _about(self, event: LineList.Highlighted) -> None:
        """The preview follows the cursor; rendering is not the keys' to wait for."""
        event.stop()
        macro, number = event.thing, self._number
        if not number:
            self._preview(macro, None)
            return
        app = desk_app(self)
        app.ask(
            lambda: app.desk.macros.render(macro.id, number),
            lambda filled: self._preview(macro, filled),
            lambda _error: self._preview(macro, None),
            group=f"macro preview {id(self)}",
        )

    def _preview(self, macro: MacroView, filled: Rendered | None) -> None:
        if not self.is_attached:
            return
        text = clean(filled.text if filled is not None else macro.body)
        body = Content(text)
        for hole in HOLE.finditer(text):
            body = body.stylize("$warning reverse", hole.start(), hole.end())
        parts = [body]
        if macro.actions:
            parts.append(Content.styled(actions_in_words(macro.actions), "$accent"))
        if filled is not None and filled.missing:
            missing = _("to fill in: %(names)s") % {"names": ", ".join(map(one_line, filled.missing))}
            parts.append(Content.styled(f"! {missing}", "$warning"))
        self.query_one("#macro-preview", Static).update(Content("\n\n").join(parts))

    def _draw(self, macro: MacroView, cells: int, here: bool) -> Content:
        badge = (macro.language or "··")[:2].upper()
        extra = " →" if macro.actions else ""
        state = "" if macro.state == "approved" else f" ({macro.state})"
        title = cut(one_line(macro.title) + state, max(cells - 3 - width(extra), 4))
        return Content.assemble((badge, "$muted"), " ", title, (extra, "$accent"))


def actions_in_words(actions: dict[str, str]) -> str:
    """What a macro does to the ticket when it is sent: "status pending · #refund"."""
    from tui_desk.service.words import priority_name, status_name

    words = []
    for kind, value in actions.items():
        value = one_line(value)
        match kind:
            case "status":
                words.append(f"→ {status_name(value)}")
            case "tag":
                words.append(" ".join(f"#{tag}" for tag in value.split()))
            case "assign":
                words.append(f"@{value}")
            case "priority":
                words.append(priority_name(value))
            case _:
                words.append(f"{kind} {value}")
    return " · ".join(words)
