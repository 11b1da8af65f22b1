"""A ticket's messages, oldest first; the newest are mounted, older ones come when asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_desk import clock
from tui_desk.i18n import _
from tui_desk.store.rows import MessageView
from tui_desk.tui.widgets.card import MessageCard, Sheet, sheet
from tui_desk.tui.widgets.panes import Pane

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

STEP = 20
"""Cards mounted at first, and added at a time."""


class Thread(VerticalScroll, Pane, can_focus=True):
    """The cards of one ticket."""

    class Read(Message):
        """A ticket's messages were read."""

        def __init__(self, ticket: int, doubts: tuple[str, ...]) -> None:
            super().__init__()
            self.ticket = ticket
            self.doubts = doubts
            """What makes the sender of the customer's last message doubtful, in sentences."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ticket: int | None = None
        self.sheets: list[Sheet] = []
        self.index = -1
        """The card under the cursor."""
        self._newest = STEP
        self._more = False
        self._shown: int | None = None
        """The ticket whose cards are mounted."""
        self._drawn_for = 0
        self._walked = False
        """The cursor was moved by hand: it stays on its card when others come."""
        self._hits: re.Pattern[str] | None = None

    # ------------------------------------------------------------------------------------------------------- contents

    def show(self, ticket_id: int | None) -> None:
        """Show a ticket's messages, read in a worker; None for nothing."""
        if ticket_id != self.ticket:
            self._newest, self._walked = STEP, False
        self.ticket = ticket_id
        if ticket_id is None:
            self._arrive(None, [])
            return
        app, newest = cast("DeskApp", self.app), self._newest
        zone = app.desk.settings.calendar.timezone

        def read() -> list[Sheet]:
            thread = app.desk.tickets.thread(ticket_id, newest=newest + 1)
            doubts = app.desk.tickets.doubts(thread)
            return [sheet(m, zone, doubts.get(m.id, ())) for m in thread]

        app.ask(
            read,
            lambda sheets: self._arrive(ticket_id, sheets),
            group=f"thread {id(self)}",
        )

    def _arrive(self, ticket_id: int | None, sheets: list[Sheet]) -> None:
        if ticket_id != self.ticket or not self.is_mounted:
            return
        if ticket_id is not None:
            last_said = next((s.doubts for s in reversed(sheets) if s.message.kind == "inbound"), ())
            self.post_message(self.Read(ticket_id, last_said))
        self._more = len(sheets) > self._newest
        sheets = sheets[-self._newest :]
        if self._shown == ticket_id and [s.message for s in sheets] == [s.message for s in self.sheets] and self.cards:
            return
        last = self.index == len(self.sheets) - 1
        reading = self.cursor_message if self._shown == ticket_id and self._walked and not last else None
        self._shown, self.sheets = ticket_id, sheets
        self.index = next((n for n, s in enumerate(sheets) if reading and s.message.id == reading.id), self._where_to_begin())
        self.call_later(self._mount_cards, reading is None)

    def _where_to_begin(self) -> int:
        """The newest message with a hit; else what the customer said last; without it, the newest message."""
        found = [n for n, s in enumerate(self.sheets) if self._hits is not None and self._hits.search(s.message.text)]
        if found:
            return found[-1]
        inbound = [n for n, s in enumerate(self.sheets) if s.kind == "inbound"]
        return inbound[-1] if inbound else len(self.sheets) - 1

    def mark(self, hits: re.Pattern[str] | None) -> None:
        """Mark what `hits` finds in the messages, those to come too; None for nothing."""
        if hits != self._hits:
            self._hits = hits
            for card in self.cards:
                card.hits = hits
            self.age()
            if hits is not None and not self._walked and self.cards:
                self.index = self._where_to_begin()
                self._mark()
                self.call_after_refresh(self._begin)

    async def _mount_cards(self, at_end: bool) -> None:
        now = clock.now()
        with self.app.batch_update():
            await self.remove_children()
            cards: list[Static] = [MessageCard(sheet, now, self._room, self._hits) for sheet in self.sheets]
            if self._more:
                cards.insert(0, Static(Content.styled(_("↑ older messages"), "$faint"), id="older", markup=False))
            await self.mount_all(cards)
        self._mark()
        if at_end:
            self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Begin reading at the top of the card under the cursor, or at its first hit where that is further down than one sees."""
        if (card := self.card) is not None:
            down = card.line_of_hit()
            height = self.scrollable_content_region.height
            below = down - height // 2 if down >= height else 0
            self.scroll_to(y=card.virtual_region.y + below, animate=False, immediate=True)

    # ------------------------------------------------------------------------------------------------------ the cursor

    @property
    def cards(self) -> list[MessageCard]:
        """The mounted cards, oldest first."""
        return list(self.query_children(MessageCard))

    @property
    def card(self) -> MessageCard | None:
        """The card under the cursor."""
        cards = self.cards
        return cards[self.index] if 0 <= self.index < len(cards) else None

    @property
    def cursor_message(self) -> MessageView | None:
        """The message under the cursor."""
        return self.sheets[self.index].message if 0 <= self.index < len(self.sheets) else None

    def _mark(self) -> None:
        for n, card in enumerate(self.cards):
            card.set_class(n == self.index, "-cursor")

    def move(self, lines: int) -> None:
        """Read on: scroll inside a long card, else go to the next one."""
        card = self.card
        if card is None:
            return
        region, view = card.virtual_region, self.scrollable_content_region.height
        top = round(self.scroll_y)
        if lines > 0 and region.bottom > top + view:
            self.scroll_relative(y=min(3, region.bottom - top - view), animate=False)
        elif lines < 0 and region.y < top:
            self.scroll_relative(y=-min(3, top - region.y), animate=False)
        else:
            self.go(self.index + (1 if lines > 0 else -1))

    def go(self, index: int) -> None:
        """Put the cursor on a card; beyond the first, older messages come."""
        if index < 0 and self._more:
            self._newest += STEP
            self.show(self.ticket)
            return
        index = max(0, min(index, len(self.sheets) - 1))
        self.index, self._walked = index, True
        self._mark()
        if (card := self.card) is not None:
            self.scroll_to_widget(card, animate=False, top=card.virtual_region.height > self.size.height)

    def page(self, pages: float) -> None:
        """Scroll by parts of a page."""
        self.scroll_relative(y=round(pages * self.size.height), animate=False)

    def fold(self) -> None:
        """Open or fold quotes and signature of the card under the cursor."""
        if (card := self.card) is not None:
            card.fold(clock.now(), self._room)

    @property
    def _room(self) -> int:
        """Cells of a card's lines: less its border, padding and margin, and the scroll bar it may get."""
        return max(self.size.width - 5 - self.scrollbar_size_vertical, 20)

    def on_resize(self) -> None:
        """The heads are made for the width."""
        if self._room != self._drawn_for:
            self._drawn_for = self._room
            self.age()

    def age(self) -> None:
        """Let the times in the cards go on."""
        for card in self.cards:
            card.redraw(clock.now(), self._room)

    def on_message_card_picked(self, event: MessageCard.Picked) -> None:
        """A click puts the cursor there."""
        event.stop()
        self.index, self._walked = self.cards.index(event.card), True
        self._mark()
