"""What each figure is called, what it means, and the query that lists its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui_desk.i18n import N_
from tui_desk.kpi.period import Period

Kind = Literal["count", "ratio", "duration"]


@dataclass(frozen=True, slots=True)
class Definition:
    """`title` and `text` are marked for the catalogue: translate them where they are shown."""

    id: str
    kind: Kind
    title: str
    text: str
    query: str
    """With {dates} and {last} of the period."""
    better: Literal["more", "less", ""] = ""
    """Which way is good; "" for neither."""


LEFT_OUT = "-is:historical -is:spam -is:merged -is:deleted"
"""What no figure counts (kpi 11), as a query."""

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "created",
        "count",
        N_("Tickets created"),
        N_("Tickets whose first message is of the period."),
        "created:{dates}",
    ),
    Definition(
        "messages_in",
        "count",
        N_("Messages in"),
        N_("Customers' messages of the period, automatic mail not counted."),
        "received:{dates}",
    ),
    Definition(
        "messages_out",
        "count",
        N_("Messages out"),
        N_("Messages written to customers in the period, automatic mail not counted."),
        "sent:{dates}",
    ),
    Definition(
        "response_rate",
        "ratio",
        N_("Response rate"),
        N_("Of the tickets created in the period, those that have a message from an agent."),
        "created:{dates} (has:reply OR opened:outbound)",
        "more",
    ),
    Definition(
        "first_response",
        "duration",
        N_("First response time"),
        N_(
            "From a customer's first message to the first message of an agent to them. Acknowledgements, notes and automatic mail"
            " do not count; tickets that an agent began have none. Counted in the period of the answer."
        ),
        "replied:{dates} opened:inbound",
        "less",
    ),
    Definition(
        "awaiting",
        "count",
        N_("Awaiting first reply"),
        N_(
            "Tickets that a customer began, open or waiting at the end of the period, to which nobody has replied, and their age."
        ),
        "created:..{last} is:active opened:inbound -has:reply",
        "less",
    ),
    Definition(
        "response",
        "duration",
        N_("Response time"),
        N_(
            "From the oldest unanswered message of a customer to the next message of an agent, each time, the first included."
            " A wait that ended by solving without a reply is not in it."
        ),
        "answered:{dates}",
        "less",
    ),
    Definition(
        "first_resolution",
        "duration",
        N_("First resolution time"),
        N_("From the first message to the first time the ticket was solved."),
        "first_solved:{dates}",
        "less",
    ),
    Definition(
        "full_resolution",
        "duration",
        N_("Full resolution time"),
        N_("From the first message to the last time the ticket was solved, where it was solved at the end of the period."),
        "solved:{dates}",
        "less",
    ),
    Definition(
        "net_resolution",
        "duration",
        N_("Net resolution time"),
        N_("Full resolution time without the time the ticket was pending: waiting for the customer."),
        "solved:{dates}",
        "less",
    ),
    Definition(
        "solved",
        "count",
        N_("Solved"),
        N_("Tickets whose last solve is of the period and still stood at its end."),
        "solved:{dates}",
        "more",
    ),
    Definition(
        "closed_by_clock",
        "count",
        N_("Closed by the clock"),
        N_("Of the solved tickets, those that no person solved. They are not in first-contact resolution."),
        "solved:{dates} solver:system",
    ),
    Definition(
        "closed_without_reply",
        "count",
        N_("Solved without a reply"),
        N_("How many times a customer's message was answered only by solving, in the tickets solved."),
        "solved:{dates}",
        "less",
    ),
    Definition(
        "one_touch",
        "ratio",
        N_("One-touch"),
        N_("Of the solved tickets, those with at most one message of an agent."),
        "solved:{dates} replies:<=1",
        "more",
    ),
    Definition(
        "fcr",
        "ratio",
        N_("First-contact resolution"),
        N_(
            "Of the solved tickets that the clock did not close, those with exactly one message of an agent and not really"
            " reopened within 7 days. Inside the 7 days it is provisional."
        ),
        "solved:{dates} replies:1 reopens:0",
        "more",
    ),
    Definition(
        "reopened",
        "ratio",
        N_("Reopened"),
        N_(
            "Of the solved tickets, those that were really reopened."
            " A thank-you that was closed again without a reply does not count."
        ),
        "solved:{dates} reopens:>0",
        "less",
    ),
    Definition(
        "sla_first_reply",
        "ratio",
        N_("First replies in time"),
        N_(
            "Of the first replies promised for the period, those that came in time. One that is past due is missed,"
            " whether a reply came later or not."
        ),
        "promised:{dates} opened:inbound (is:in_time OR is:late)",
        "more",
    ),
    Definition(
        "backlog",
        "count",
        N_("Backlog"),
        N_("Tickets open or waiting at the end of the period, by age since their first message."),
        "created:..{last} (is:active OR solved:>{last})",
        "less",
    ),
)

BY_ID = {definition.id: definition for definition in DEFINITIONS}


def query(definition: Definition, period: Period) -> str:
    """The query that lists a figure's tickets, whatever their number today."""
    dates = definition.query.format(dates=period.dates, last=period.last)
    return f"{dates} {LEFT_OUT}"
