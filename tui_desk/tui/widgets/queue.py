"""The queue: a window over an array of ticket ids. Only the rows on the screen are ever read or drawn."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_desk import clock
from tui_desk.i18n import _
from tui_desk.store.rows import QueueRow
from tui_desk.tui.widgets import columns
from tui_desk.tui.widgets.panes import Pane

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

PAGE = 128
KEPT_PAGES = 24
MARGIN = 2
"""Rows kept in sight above and below the cursor."""

Fetch = Callable[[Sequence[int]], list[QueueRow]]


class QueueList(ScrollView, Pane, can_focus=True):
    """The list of tickets. `fetch` reads rows by their ids."""

    class Moved(Message):
        """The cursor is on another ticket (or the ticket under it was read anew)."""

    class Opened(Message):
        """A ticket was asked for with the mouse."""

    def __init__(self, fetch: Fetch, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._fetch = fetch
        self.ids: array[int] = array("q")
        self.cursor = 0
        self.picked: dict[int, str] = {}
        """The selection: ticket id to number, in the order picked."""
        self.began: int | None = None
        """Where a range began."""
        self.waiting = True
        """Nothing was read yet."""
        self.narrowed = False
        """A filter leaves tickets out."""
        self._pages: OrderedDict[int, dict[int, QueueRow]] = OrderedDict()
        self._lines: dict[tuple[int, int, bool, bool, bool], tuple[QueueRow, Strip]] = {}
        self._now = clock.now()

    # ------------------------------------------------------------------------------------------------------- contents

    def show_ids(self, ids: array[int], *, keep: int | None = None, rows: Iterable[QueueRow] = ()) -> None:
        """Show these tickets; the cursor stays on ticket `keep` where it is among them, else on its row.

        `rows`: what was read of them already (see `wanted`), so that it is not read on the way to the screen.
        """
        self.ids, self.waiting, before = ids, False, self._in_sight()
        self.cursor = self._place_of(ids, keep)
        self._prime(rows)
        self._measure()
        if not self._keep_in_sight():
            self._redraw(before)
        self.post_message(self.Moved())

    def _place_of(self, ids: array[int], keep: int | None) -> int:
        if keep is None:
            return 0
        try:
            return ids.index(keep)
        except ValueError:
            return min(self.cursor, max(len(ids) - 1, 0))

    def wanted(self, ids: array[int], keep: int | None) -> array[int]:
        """Of `ids`, those whose rows `show_ids` would read: the pages around the cursor. May be asked from any thread."""
        place, lines = self._place_of(ids, keep), self.page_lines
        return ids[max(place - lines, 0) // PAGE * PAGE : ((place + lines) // PAGE + 1) * PAGE]

    def reread(self, rows: Iterable[QueueRow] = ()) -> None:
        """Forget the rows read (they changed), not the ids; `rows`: those that were read again."""
        before = self._in_sight()
        self._prime(rows)
        self._redraw(before)

    def _prime(self, rows: Iterable[QueueRow]) -> None:
        """Nothing but `rows` is read yet: whole pages of them."""
        self._pages.clear()
        known = {row.id: row for row in rows}
        if not known:
            return
        for number in range((len(self.ids) + PAGE - 1) // PAGE):
            page = self.ids[number * PAGE : (number + 1) * PAGE]
            if page[0] in known:
                self._pages[number] = {id: known[id] for id in page if id in known}

    def _in_sight(self) -> list[tuple[QueueRow | None, bool]]:
        """What the lines in sight show."""
        top = round(self.scroll_y)
        return [(self._known(index), index == self.cursor) for index in range(top, top + self.page_lines)]

    def _redraw(self, before: list[tuple[QueueRow | None, bool]]) -> None:
        """Draw the lines again that show something else than `before`."""
        top = round(self.scroll_y)
        for n, (row, cursor) in enumerate(before):
            if (row, cursor) != (self.row(top + n), top + n == self.cursor) or row is None:
                self.refresh_lines(top + n + 1)

    def _measure(self) -> None:
        """The list is as long as its ids. Where it has a scroll bar and keeps it, nothing else on the screen has to make room."""
        size = Size(self.size.width, len(self.ids) + 1)
        if self.show_vertical_scrollbar and size.height > self.size.height and size.width == self.virtual_size.width:
            self.set_reactive(QueueList.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size

    def holds(self, ids: Iterable[int]) -> bool:
        """One of these tickets has been read."""
        return any(id in page for id in ids for page in self._pages.values())

    def age(self) -> None:
        """Let the clocks in the rows go on."""
        self._now = clock.now()
        self._lines.clear()
        self.refresh()

    def row(self, index: int) -> QueueRow | None:
        """The ticket of a line, None past the end or when it is gone."""
        if not 0 <= index < len(self.ids):
            return None
        number = index // PAGE
        page = self._pages.get(number)
        if page is None:
            wanted = self.ids[number * PAGE : (number + 1) * PAGE]
            page = self._pages[number] = {row.id: row for row in self._fetch(wanted)}
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        return page.get(self.ids[index])

    def _known(self, index: int) -> QueueRow | None:
        """The ticket of a line, where it was read."""
        page = self._pages.get(index // PAGE) if 0 <= index < len(self.ids) else None
        return page.get(self.ids[index]) if page is not None else None

    @property
    def current(self) -> QueueRow | None:
        """The ticket under the cursor."""
        return self.row(self.cursor)

    # ----------------------------------------------------------------------------------------------------- the cursor

    def move_to(self, index: int) -> None:
        """Put the cursor on a line; only the lines that changed are drawn again."""
        index = max(0, min(index, len(self.ids) - 1))
        if index == self.cursor or not self.ids:
            return
        before, self.cursor = self.cursor, index
        if self.began is not None:
            self._pick_range(before)
        if not self._keep_in_sight():
            self.refresh_lines(before + 1)
            self.refresh_lines(index + 1)
        self.post_message(self.Moved())

    def move(self, lines: int) -> None:
        """Move the cursor down (or up, where negative)."""
        self.move_to(self.cursor + lines)

    @property
    def page_lines(self) -> int:
        """Rows in sight."""
        return max(self.size.height - 1, 1)

    def _keep_in_sight(self) -> bool:
        if self.size.height < 2:  # under another screen it may have no room for a moment: that is no reason to scroll
            return False
        top, lines = round(self.scroll_y), self.page_lines
        margin = min(MARGIN, (lines - 1) // 2)
        wanted = min(max(top, self.cursor + margin + 1 - lines), self.cursor - margin)
        wanted = max(0, min(wanted, len(self.ids) - lines))
        if wanted == top:
            return False
        self.scroll_to(y=wanted, animate=False, force=True)  # a list that was short a moment ago has no scroll bar yet
        self.refresh()
        return True

    # -------------------------------------------------------------------------------------------------- the selection

    def toggle(self) -> None:
        """Pick the ticket under the cursor, or let it go."""
        row = self.current
        if row is None:
            return
        if row.id in self.picked:
            del self.picked[row.id]
        else:
            self.picked[row.id] = row.number
        self.refresh_lines(self.cursor + 1)

    def toggle_range(self) -> None:
        """Begin a range at the cursor, or end it."""
        if self.began is not None:
            self.began = None
            return
        self.began = self.cursor
        self._pick_range(self.cursor)

    def _pick_range(self, before: int) -> None:
        assert self.began is not None
        for index in range(min(self.began, before), max(self.began, before) + 1):
            self.picked.pop(self.ids[index], None)
        for index in range(min(self.began, self.cursor), max(self.began, self.cursor) + 1):
            if row := self.row(index):
                self.picked[row.id] = row.number
        self.refresh()

    def pick_all(self, numbers: dict[int, str]) -> None:
        """Pick every ticket in view, or none when all are."""
        self.picked = {} if len(self.picked) == len(numbers) else numbers
        self.began = None
        self.refresh()

    def drop_selection(self) -> bool:
        """Let all picked tickets go; False when there were none."""
        had = bool(self.picked) or self.began is not None
        self.picked, self.began = {}, None
        if had:
            self.refresh()
        return had

    # -------------------------------------------------------------------------------------------------------- drawing

    def refresh_lines(self, y_start: int, line_count: int = 1) -> None:
        """Draw lines of the whole list again (line 0 is the heading)."""
        super().refresh_lines(y_start, line_count)

    def notify_style_update(self) -> None:
        """Another theme, or the focus went: the drawn lines are no longer right."""
        super().notify_style_update()
        self._lines.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Other columns may fit."""
        self._lines.clear()
        self.virtual_size = Size(event.size.width, len(self.ids) + 1)
        self._keep_in_sight()

    def render_line(self, y: int) -> Strip:
        """One line of the widget: the heading, a ticket, or nothing."""
        width = self.size.width - self.scrollbar_size_vertical
        app = cast("DeskApp", self.app)
        shape = columns.layout(width, queues=app.desk.queue.several)
        if y == 0:
            return Strip(columns.heading(shape, app.inks, width), width)
        index = y - 1 + round(self.scroll_y)
        row = self.row(index)
        if row is None:
            return self._blank(index, width)
        key = (row.id, width, index == self.cursor, row.id in self.picked, self.has_focus)
        drawn = self._lines.get(key)
        if drawn is not None and drawn[0] == row:
            return drawn[1]
        parts = columns.line(row, shape, app.inks, self._now, cursor=key[2], picked=key[3], focused=key[4])
        if len(self._lines) > 2000:
            self._lines.clear()
        strip = Strip(parts, width)
        self._lines[key] = row, strip
        return strip

    def _blank(self, index: int, width: int) -> Strip:
        app, words = cast("DeskApp", self.app), ""
        if index == 1 and not self.ids:
            words = self._why_nothing(app)
        inks = app.inks
        return Strip([Segment(columns.fit("    " + words, width), inks.ink("muted"))], width)

    def _why_nothing(self, app: DeskApp) -> str:
        if self.waiting:
            return _("Reading…")
        if app.mailbox_state.state == "syncing" and not app.mailbox_state.last_success:
            return _("Fetching mail…")
        if self.narrowed:
            return _("No ticket is found so; esc drops the filter.")
        return _("Nothing here. Well done!")

    # ---------------------------------------------------------------------------------------------------------- mouse

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens."""
        index = event.y - 1 + round(self.scroll_y)
        if event.y < 1 or not 0 <= index < len(self.ids):
            return
        self.move_to(index)
        if event.chain == 2:
            self.post_message(self.Opened())
