"""The queue: views with counts, ids and rows in order, search."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.i18n import _
from tui_desk.store.rows import QueueRow, SearchHit, ViewCount

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk

QUEUE = "queue-"
"""What the id of a queue's own view begins with."""


class Queue:
    """Reading many tickets."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def views(self, cap: int = 1000) -> list[ViewCount]:
        """The built-in views, those of the queues where there are several, then the settings' saved ones, counted up to `cap`."""
        desk = self._desk
        found = desk.reader.views(desk.agent, self._saved(), clock.now(), cap=cap)
        if not self.several:
            return found
        titles = {
            f"{QUEUE}{name}": _("Queue: %(name)s") % {"name": name}
            for name in self.names
            if f"{QUEUE}{name}" not in desk.settings.views
        }
        return [ViewCount(v.id, titles.get(v.id, v.title), v.query, v.count, v.capped) for v in found]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The queues, as tickets are sorted by the address that was written to."""
        from tui_desk.config.own import Queues

        return Queues.of(self._desk.settings).names

    @property
    def several(self) -> bool:
        """Whether there is more than one queue: then they are shown."""
        return len(self.names) > 1

    def _saved(self) -> dict[str, str]:
        if not self.several:
            return self._desk.settings.views
        return {f"{QUEUE}{name}": f'queue:"{name}" is:open -is:snoozed' for name in self.names} | self._desk.settings.views

    def query(self, text: str) -> str:
        """`text` with `view:NAME` put in place: the query a view stands for."""
        if text.startswith("view:"):
            from tui_desk.store.views import query_of

            return query_of(text.removeprefix("view:"), self._saved())
        return text

    def count(self, query: str, cap: int = 1000) -> tuple[int, bool]:
        """How many tickets `query` finds, and whether there are more than were counted."""
        return self._desk.reader.count(self.query(query), self._desk.agent, clock.now(), cap=cap)

    def ids(self, query: str) -> array[int]:
        """Every ticket id that `query` finds, in queue order."""
        return self._desk.reader.ids(self.query(query), self._desk.agent, clock.now())

    def rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """The rows of `ids`, in that order; a ticket that is gone is left out."""
        return self._desk.reader.rows(ids)

    def page(self, query: str, after: tuple[int, int] | None = None, limit: int = 50) -> list[QueueRow]:
        """`limit` rows of `query` that come after the row with (due_at, id) `after`."""
        return self._desk.reader.page(self.query(query), self._desk.agent, clock.now(), after=after, limit=limit)

    def numbers(self, query: str) -> list[str]:
        """The numbers of all tickets that `query` finds."""
        return self._desk.reader.numbers(self.ids(query))

    def search(self, words: str, limit: int = 50) -> list[SearchHit]:
        """Messages with these words, newest first."""
        return self._desk.reader.search(words, limit=limit)

    def changed(self, since: int) -> tuple[int, list[int]]:
        """(new mark, ids of tickets that changed after the mark `since`)."""
        return self._desk.reader.changed(since)
