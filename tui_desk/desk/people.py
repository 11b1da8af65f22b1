"""What the log says of people, not of tickets: addresses that fail, and several addresses of one person.

Their events stand under `contact:ADDRESS` in the place of a ticket's key, so that a person's are found at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from tui_desk.desk.events import Event
from tui_desk.desk.undo import standing
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.desk.query import Node

PREFIX = "contact:"


@dataclass(frozen=True, slots=True)
class Failing:
    """Mail to an address came back: why (one word of mail.reason), in the server's words, when, and for which ticket."""

    email: str
    why: str
    said: str
    at: int
    ticket: str = ""


def key(email: str) -> str:
    """The name under which the log speaks of an address."""
    return PREFIX + email.lower()


def failing(events: Iterable[Event], seen: dict[str, int]) -> dict[str, Failing]:
    """Addresses whose last mail of ours came back for good. `seen`: when each last wrote itself, which ends it."""
    found: dict[str, Failing] = {}
    for event in sorted(events, key=lambda event: (event.at, event.id)):
        email = event.ticket.removeprefix(PREFIX)
        data = event.data
        if event.type == "failing" and seen.get(email, 0) <= event.at:
            found[email] = Failing(
                email, str(data.get("why", "")), str(data.get("said", "")), event.at, str(data.get("ticket", ""))
            )
    return found


def joined(events: Iterable[Event]) -> dict[str, str]:
    """Each address that was merged into another, and that other: as the last `joined` entry of each says that stands."""
    found: dict[str, str] = {}
    for event in standing(list(events)):
        if event.type == "joined":
            to = event.data.get("to")
            found[event.ticket.removeprefix(PREFIX)] = to.lower() if isinstance(to, str) else ""
    return {email: to for email, to in found.items() if to and to != email}


def head(email: str, pointers: Mapping[str, str]) -> str:
    """The address that stands for the person of `email`. A ring of pointers (two desks at once) ends where it began."""
    seen = {email}
    while (to := pointers.get(email)) and to not in seen:
        seen.add(to)
        email = to
    return email


def addresses(email: str, pointers: Mapping[str, str]) -> tuple[str, ...]:
    """All addresses of the person of `email`, that which stands for them first."""
    first = head(email.lower(), pointers)
    return (first, *sorted(other for other in pointers if other != first and head(other, pointers) == first))


def widen(node: Node | None, person: Callable[[str], tuple[str, ...]]) -> Node | None:
    """A query in which `from:ADDRESS` means every address of that person."""
    from tui_desk.desk.query import And, Not, Or
    from tui_desk.desk.terms import Requester

    def wide(node: Node) -> Node:
        match node:
            case And(nodes):
                return And(tuple(wide(inner) for inner in nodes))
            case Or(nodes):
                return Or(tuple(wide(inner) for inner in nodes))
            case Not(inner):
                return Not(wide(inner))
            case Requester("address", email) if len(all_of := person(email)) > 1:
                return Or(tuple(Requester("address", each) for each in all_of))
            case _:
                return node

    return None if node is None else wide(node)
