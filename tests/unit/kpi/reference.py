"""The definitions of the figures once more, slow and plain, over folded tickets: no SQL, no stored resolution."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from itertools import pairwise

from tests.unit.desk.golden import CALENDAR
from tui_desk.desk.ticket import STATE_TYPES, Span, Ticket

WEEK = 7 * 86_400


def spread(values: list[int]) -> tuple[float, ...]:
    if not values:
        return (0,)
    p90 = next(v for v in sorted(values) if sum(w <= v for w in values) * 10 >= 9 * len(values))
    return len(values), sum(values) / len(values), statistics.median(values), p90


def state(span: Span) -> str:
    return STATE_TYPES[span.status]


def last_span(ticket: Ticket, end: int) -> Span | None:
    """The span the ticket is in just before `end`."""
    return next((span for span in ticket.spans if span.began_at < end <= span.ended_at), None)


def last_solve(ticket: Ticket, end: int) -> int | None:
    """When the ticket, done just before `end`, became so."""
    before = [span for span in ticket.spans if span.began_at < end]
    if not before or state(before[-1]) != "done":
        return None
    while len(before) > 1 and state(before[-2]) == "done":
        before.pop()
    return before[-1].began_at


def quickly_reopened(ticket: Ticket) -> bool:
    return ticket.real_reopens > 0 and any(
        state(a) == "done" and state(b) in ("open", "waiting") and b.began_at - a.began_at < WEEK
        for a, b in pairwise(ticket.spans)
    )


def figures(tickets: Iterable[Ticket], begin: int, end: int, now: int) -> dict[str, object]:
    counted = [t for t in tickets if not t.historical and t.state_type != "excluded"]
    end = min(end, now + 1)

    def inside(moment: int | None) -> bool:
        return moment is not None and begin <= moment < end

    created = [t for t in counted if inside(t.created_at)]
    answers = [c for t in counted for c in t.cycles if inside(c.answered_at)]
    first = [t for t in counted if t.opened_by == "inbound" and inside(t.first_reply_at)]
    solves = [(t, at) for t in counted if inside(at := last_solve(t, end)) and at is not None]
    by_clock = [t for t, at in solves if t.closed_by_clock and t.solved_at == at]
    full = [(at - t.created_at, CALENDAR.between(t.created_at, at)) for t, at in solves]
    net = [
        (
            cal - sum(min(s.ended_at, at) - s.began_at for s in pending),
            biz - sum(CALENDAR.between(s.began_at, min(s.ended_at, at)) for s in pending),
        )
        for (t, at), (cal, biz) in zip(solves, full, strict=True)
        for pending in [[s for s in t.spans if s.status == "pending" and s.began_at < at]]
    ]
    contact = [(t, at) for t, at in solves if t.messages_out == 1 and t not in by_clock and not quickly_reopened(t)]
    backlog = [t for t in counted if (s := last_span(t, end)) and state(s) in ("open", "waiting")]
    met = breached = 0
    for t in counted:
        due, replied = t.first_due_at, t.first_reply_at
        if t.opened_by != "inbound" or due is None:
            continue
        if replied is not None and replied <= due:
            met += inside(replied)
        elif due < now and (replied is not None or t.first_solved_at is None or t.first_solved_at > due):
            breached += inside(due)
    return {
        "created": len(created),
        "replied": sum(t.messages_out > 0 or t.opened_by == "outbound" for t in created),
        "first_resolution": spread(
            [t.first_solved_at - t.created_at for t in counted if t.first_solved_at and inside(t.first_solved_at)]
        ),
        "first_response": spread([t.first_reply_at - t.created_at for t in first if t.first_reply_at]),
        "response": spread([c.answered_at - c.asked_at for c in answers if c.answered_at]),
        "response_biz": spread([CALENDAR.between(c.asked_at, c.answered_at) for c in answers if c.answered_at]),
        "full": spread([cal for cal, _ in full]),
        "full_biz": spread([biz for _, biz in full]),
        "net": spread([cal for cal, _ in net]),
        "net_biz": spread([biz for _, biz in net]),
        "solved": len(solves),
        "closed_by_clock": len(by_clock),
        "closed_without_reply": sum(t.closed_without_reply for t, _ in solves),
        "one_touch": sum(t.messages_out <= 1 for t, _ in solves),
        "fcr": len(contact),
        "fcr_provisional": sum(at > now - WEEK for _, at in contact),
        "reopened": sum(t.real_reopens > 0 for t, _ in solves),
        "reopened_raw": sum(t.reopens > 0 for t, _ in solves),
        "met": met,
        "breached": breached,
        "backlog": len(backlog),
        "old": sum(min(end, now) - t.created_at >= 7 * 86_400 for t in backlog),
        "awaiting": sum(t.opened_by == "inbound" and (t.first_reply_at is None or t.first_reply_at >= end) for t in backlog),
    }


def month(tickets: Iterable[Ticket], begin: int, end: int, now: int) -> tuple[int, int]:
    """Created, and last solved as it stands today."""
    counted = [t for t in tickets if not t.historical and t.state_type != "excluded"]
    end = min(end, now + 1)
    solved = sum(t.solved_at is not None and begin <= t.solved_at < end for t in counted)
    return sum(begin <= t.created_at < end for t in counted), solved
