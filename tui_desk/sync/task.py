"""A mail under one UID, and what write-back is to do to it."""

from __future__ import annotations

from tui_desk.desk.marks import Change
from tui_desk.store.kept import NAMELESS
from tui_desk.store.marks import Place, Waiting
from tui_desk.sync import kept
from tui_desk.transport.base import Fetched
from tui_desk.values import dataclass


@dataclass(slots=True)
class Task:
    """What is to be done to it, and the folder it is to lie in."""

    row: Waiting
    place: Place
    shown: Fetched
    change: Change
    target: str

    @property
    def flags(self) -> tuple[str, ...]:
        """Those it has once that is done."""
        return tuple(sorted((set(self.shown.flags) - set(self.change.remove)) | set(self.change.add)))


def same(row: Waiting, place: Place, item: Fetched) -> bool:
    """The server shows, under this UID, the mail that is meant."""
    name = "" if row.message_id.endswith(NAMELESS) else row.message_id
    if item.internaldate != place.internaldate or kept.name_of(item) != name:
        return False
    return bool(name) or item.size == row.size
