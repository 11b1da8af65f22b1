"""A list of one-line things drawn only where it is seen: choices, macros, mails on their way. 2,500 lines cost what 20 do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

T = TypeVar("T")
Draw = Callable[[T, int, bool], Content]
"""(thing, cells, whether the cursor is on it) -> its line."""


class LineList(ScrollView, Generic[T], can_focus=True):
    """Lines with a cursor. `draw` makes a line's content when it is seen."""

    DEFAULT_CSS = """
    LineList { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: auto; background: transparent; }
    LineList > .lines--cursor { background: $cursor; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor"}
    CURSOR_STAYS = True
    """The cursor is seen without the focus too."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,ctrl+p", "move(-1)", show=False),
        Binding("down,j,ctrl+n", "move(1)", show=False),
        Binding("pageup,ctrl+u", "page(-1)", show=False),
        Binding("pagedown,ctrl+d", "page(1)", show=False),
        Binding("home", "top", show=False),
        Binding("end,G", "end", show=False),
        Binding("enter", "choose", show=False),
    ]

    class OfALine(Message):
        """Something about the line of `thing`."""

        def __init__(self, lines: LineList[Any], thing: Any) -> None:
            super().__init__()
            self.lines = lines
            self.thing = thing

        @property
        def control(self) -> LineList[Any]:
            """The list."""
            return self.lines

    class Highlighted(OfALine):
        """The cursor went to another line."""

    class Chosen(OfALine):
        """Enter, or a click, on a line."""

    def __init__(self, draw: Draw[T], *, empty: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._draw = draw
        self._empty = empty
        self.things: Sequence[T] = ()
        self.cursor = 0

    @property
    def current(self) -> T | None:
        """The thing under the cursor."""
        return self.things[self.cursor] if 0 <= self.cursor < len(self.things) else None

    def show(self, things: Sequence[T], cursor: int = 0) -> None:
        """Show these, with the cursor on line `cursor`."""
        self.things = things
        self.cursor = max(0, min(cursor, len(things) - 1))
        self.virtual_size = Size(self.size.width, len(things))
        self.scroll_to(0, max(0, self.cursor - max(self.size.height - 1, 0)), animate=False)
        self.refresh()
        self._tell()

    def redraw(self) -> None:
        """The things' looks changed."""
        self.refresh()

    def go(self, line: int) -> None:
        """Put the cursor on `line`, as near as there is one."""
        line = max(0, min(line, len(self.things) - 1))
        if line == self.cursor or not self.things:
            return
        self.cursor = line
        self.scroll_to_region(Region(0, line, 1, 1), animate=False, x_axis=False)
        self.refresh()
        self._tell()

    def action_move(self, by: int) -> None:
        """Up or down; past an end it stays."""
        self.go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A page up or down."""
        self.go(self.cursor + by * max(self.size.height - 1, 1))

    def action_top(self) -> None:
        """The first line."""
        self.go(0)

    def action_end(self) -> None:
        """The last line."""
        self.go(len(self.things) - 1)

    def action_choose(self) -> None:
        """Enter."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def on_resize(self) -> None:
        """The list is as wide as its place."""
        self.virtual_size = Size(self.size.width, len(self.things))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; a second one chooses."""
        line = int(event.get_content_offset_capture(self).y + self.scroll_offset.y)
        if not 0 <= line < len(self.things):
            return
        again = line == self.cursor
        self.go(line)
        if again or event.chain > 1:
            self.action_choose()

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        line = int(y + self.scroll_offset.y)
        cells = self.scrollable_content_region.width
        style = self.visual_style
        if line >= len(self.things):
            text = self._empty if line == 0 and not self.things else ""
            content = Content.styled(f"  {text}", "$text-muted")
        else:
            here = line == self.cursor and (self.CURSOR_STAYS or self.has_focus)
            content = Content.styled("▌ " if here else "  ", "$primary") + self._draw(self.things[line], max(cells - 2, 1), here)
            if here:
                style = self.get_visual_style("lines--cursor")
        strips = Visual.to_strips(self, content, cells, 1, style, apply_selection=False, pad=True)
        strip = strips[0] if strips else Strip.blank(cells, style.rich_style)
        return strip.crop_extend(0, cells, style.rich_style)

    def _tell(self) -> None:
        if self.current is not None:
            self.post_message(self.Highlighted(self, self.current))
