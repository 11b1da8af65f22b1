"""A line of recipients that completes people the desk knows: right arrow or tab takes what is offered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from email.utils import parseaddr
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from tui_desk.text import fold
from tui_desk.tui.app import DeskApp, desk_app

_LAST = re.compile(r"(?P<before>(?:.*[,;])?\s*)(?P<word>[^,;\s][^,;]*)\Z", re.DOTALL)
_QUOTED = re.compile(r'[",;:<>@()\[\]\\]')
"""A name with one of these would have to be quoted: its address alone is offered."""


def completed(line: str, people: list[tuple[str, str]]) -> str | None:
    """The line with its last word completed to the first of `people` (name, address) that begins so; None for nobody."""
    found = _LAST.match(line)
    if found is None:
        return None
    word = fold(found["word"])
    for name, email in people:
        plain = not name or _QUOTED.search(name)
        for whole in (email if plain else f"{name} <{email}>", email):
            if fold(whole).startswith(word) and fold(whole) != word:
                return found["before"] + whole
    return None


class Known(Suggester):
    """Offers from the store's contacts, read in a worker."""

    def __init__(self, app: DeskApp) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._app = app

    async def get_suggestion(self, value: str) -> str | None:
        """The line completed."""
        found = _LAST.match(value)
        if found is None or len(found["word"]) < 2:
            return None
        answer: asyncio.Future[list[tuple[str, str]]] = asyncio.get_running_loop().create_future()
        self._app.ask(
            lambda: self._app.desk.tickets.contacts(found["word"]),
            lambda people: None if answer.done() else answer.set_result(people),
            lambda _error: None if answer.done() else answer.set_result([]),
        )
        return completed(value, await answer)


class PeopleInput(Input):
    """To, or Cc."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False)]

    def on_mount(self) -> None:
        """Offer whom the desk knows."""
        self.suggester = Known(desk_app(self))

    def action_complete(self) -> None:
        """Take what is offered, else go to the next field."""
        if self.cursor_at_end and self._suggestion:
            self.action_cursor_right()
        else:
            self.screen.focus_next()


class SenderInput(Input):
    """From: an address of ours. Up and down go through them, right arrow or tab takes the one that is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("tab", "complete", show=False),
    ]

    def __init__(self, value: str, senders: Sequence[str]) -> None:
        from textual.suggester import SuggestFromList

        self._senders = [parseaddr(sender)[1] for sender in senders]
        super().__init__(value, id="from", compact=True, suggester=SuggestFromList(self._senders, case_sensitive=False))

    def action_step(self, by: int) -> None:
        """The next of our addresses, or the one before."""
        at = self._senders.index(self.value) if self.value in self._senders else -min(by, 0)
        self.value = self._senders[(at + by) % len(self._senders)]
        self.cursor_position = len(self.value)

    def action_complete(self) -> None:
        """What is offered, else on to the next field."""
        if self._suggestion and self._suggestion != self.value:
            self.action_cursor_right()
        else:
            self.screen.focus_next()
