"""What the log says of people, not of tickets: addresses that fail, and several addresses of one person.

Their events stand under `contact:ADDRESS` in the place of a ticket's key, so that a person's are found at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui_desk.desk.events import Event

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
