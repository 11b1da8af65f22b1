"""Ids of messages: their time and a hash, so that they sort by time and a rebuild gives each the id it had."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui_desk.store.inputs import IN

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection

BITS = 20
"""Of the hash. Ids stay below 2**53: JSON readers may hold them in a double."""


def wished(at: int, digest: str) -> int:
    """The id that a message of time `at` (epoch seconds) and hash `digest` (hex) would like to have."""
    return max(at, 1) << BITS | int(digest[:5], 16)


class MessageIds:
    """Gives ids inside one transaction; where two would meet, the later message takes the next free one."""

    def __init__(self, con: Connection) -> None:
        self._con = con
        self._given: set[int] = set()

    def prepare(self, wanted: Iterable[int]) -> None:
        """Look up at once which of these ids are taken."""
        sql = f"SELECT id FROM message WHERE id IN {IN}"
        self._given.update(row[0] for row in self._con.execute(sql, (json.dumps(list(wanted)),)))

    def give(self, wanted: int) -> int:
        """`wanted` (prepared before), or the next free id."""
        found = wanted
        while found in self._given or (found != wanted and self._taken(found)):
            found += 1
        self._given.add(found)
        return found

    def _taken(self, message_id: int) -> bool:
        return self._con.execute("SELECT 1 FROM message WHERE id = ?", (message_id,)).first() is not None
