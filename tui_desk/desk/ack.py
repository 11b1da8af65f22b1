"""Whether a new ticket is acknowledged (behaviour 5.1): one reason to refuse, or none. Pure."""

from __future__ import annotations

from tui_desk.values import dataclass

HOUR, DAY = 3600, 86_400
HOURLY, DAILY = 3, 10
"""To one address."""
IN_ALL = 60
"""In an hour, to everybody; then the breaker opens for an hour."""
OLDEST = DAY
"""Seconds: a mail that lay longer on the server is answered by people only."""
MOST_HOPS = 25
"""Received lines; an ordinary mail has three to ten."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new ticket and the mail that opened it. Times are epoch seconds."""

    status: str
    historical: bool
    source: str
    requester: str
    arrived_at: int
    """When the server took it."""
    automatic: str = ""
    """The rule that took the mail for a machine's, "" for a person's."""
    inbound: bool = True
    answered: bool = False
    hops: int = 0
    failing: bool = False
    """Mail to the requester comes back."""
    echo: bool = False
    """It gives back the text of an acknowledgement to the same address."""
    awaited: bool = False
    """It answers a mail that may be among the older mail still to come: then it opened nothing."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Acknowledgements that left lately."""

    to_in_hour: int = 0
    to_in_day: int = 0
    all_in_hour: int = 0
    tripped_at: int = 0
    """When the breaker opened last."""


def refusal(opened: Opened, *, own: frozenset[str], since: int, now: int) -> str:
    """Why this ticket is not acknowledged, whatever was sent before: one word, or "". `since`: when it was switched on."""
    checks = (
        ("not_inbound", not opened.inbound),
        ("historical", opened.historical or opened.source not in ("", "inbox")),
        ("before", opened.arrived_at < since),
        ("old", opened.arrived_at < now - OLDEST),
        ("spam", opened.status in ("spam", "deleted")),
        ("merged", opened.status == "merged"),
        ("automatic", bool(opened.automatic)),
        ("loop", opened.hops > MOST_HOPS),
        ("echo", opened.echo),
        ("awaited", opened.awaited),
        ("no_address", "@" not in opened.requester),
        ("own", opened.requester.lower() in own),
        ("answered", opened.answered or opened.status not in ("new", "open", "in_progress")),
        ("failing", opened.failing),
    )
    return next((word for word, holds in checks if holds), "")


def limit(sent: Sent, now: int) -> str:
    """Which limit is reached, "" where none is."""
    if is_open(sent.tripped_at, now):
        return "breaker"
    if sent.all_in_hour >= IN_ALL:
        return "trips"
    if sent.to_in_day >= DAILY:
        return "daily"
    return "hourly" if sent.to_in_hour >= HOURLY else ""


def is_open(tripped_at: int, now: int) -> bool:
    """Whether the breaker is open: for an hour since it opened."""
    return bool(tripped_at) and now < tripped_at + HOUR
