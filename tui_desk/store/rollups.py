"""Day x agent sums and log-histograms of the measures (kpi.md), changed in the transaction that changes a ticket.

A ticket's contributions are a function of its row and cycles: what it gave before is taken out, what it gives now is put in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tui_desk.desk.ticket import STATE_TYPES, Ticket
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection

Slot = tuple[int, str, str, int]
"""(day, agent, measure, bucket)."""
Sums = dict[Slot, tuple[int, int]]
"""n and total of each slot."""


@dataclass(frozen=True, slots=True)
class Given:
    """What of a ticket goes into the sums. Times epoch seconds, durations seconds."""

    created_at: int
    status: str
    historical: bool
    first_reply_at: int | None
    first_reply_agent: str
    first_response: tuple[int | None, int | None]
    solved_at: int | None
    solved_by: str
    full_resolution: tuple[int | None, int | None]
    net_resolution: tuple[int | None, int | None]
    answers: tuple[tuple[int, str, int | None, int | None], ...]
    """(answered_at, agent, cal, biz) of each cycle that was answered."""

    @classmethod
    def of(cls, ticket: Ticket) -> Given:
        """What a fresh fold gives."""
        return cls(
            ticket.created_at,
            ticket.status,
            ticket.historical,
            ticket.first_reply_at,
            ticket.first_reply_agent,
            (ticket.first_response_cal, ticket.first_response_biz),
            ticket.solved_at,
            ticket.solved_by,
            (ticket.full_resolution_cal, ticket.full_resolution_biz),
            (ticket.net_resolution_cal, ticket.net_resolution_biz),
            tuple((c.answered_at, c.agent, c.cal, c.biz) for c in ticket.cycles if c.answered_at is not None),
        )


def bucket(seconds: int) -> int:
    """The log bucket of a duration: 1 for under a second, then ten to each power of two."""
    return 1 if seconds < 1 else 2 + int(10 * math.log2(seconds))


def add(sums: Sums, given: Given, sign: int, day: Callable[[int], int]) -> None:
    """Put a ticket's contributions into `sums` (sign 1), or take them out (-1). Left out: what kpi 11 names."""
    if given.historical or STATE_TYPES.get(given.status) == "excluded":
        return

    def count(at: int, agent: str, measure: str, seconds: int | None = None) -> None:
        slots = [(day(at), agent, measure, 0)]
        if seconds is not None:
            slots.append((*slots[0][:3], bucket(seconds)))
        for slot in slots:
            n, total = sums.get(slot, (0, 0))
            sums[slot] = (n + sign, total + sign * (seconds or 0))

    count(given.created_at, "", "created")
    if given.first_reply_at is not None:
        for clock, seconds in zip(("cal", "biz"), given.first_response, strict=True):
            if seconds is not None:
                count(given.first_reply_at, given.first_reply_agent, f"first_response_{clock}", seconds)
    for answered_at, agent, cal, biz in given.answers:
        count(answered_at, agent, "response_cal", cal)
        count(answered_at, agent, "response_biz", biz)
    if given.solved_at is not None:
        count(given.solved_at, given.solved_by, "solved")
        for name, pair in (("full_resolution", given.full_resolution), ("net_resolution", given.net_resolution)):
            for clock, seconds in zip(("cal", "biz"), pair, strict=True):
                if seconds is not None:
                    count(given.solved_at, given.solved_by, f"{name}_{clock}", seconds)


def write(con: Connection, sums: Sums) -> None:
    """Add `sums` to what is stored; slots that come to nothing are taken out."""
    rows = [(*slot, n, total) for slot, (n, total) in sums.items() if n or total]
    if not rows:
        return
    con.executemany(
        "INSERT INTO rollup (day, agent, measure, bucket, n, total) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (day, agent, measure, bucket) DO UPDATE SET n = n + excluded.n, total = total + excluded.total",
        rows,
    )
    gone = [row[:4] for row in rows if row[4] < 0]
    if gone:
        con.executemany("DELETE FROM rollup WHERE day = ? AND agent = ? AND measure = ? AND bucket = ? AND n = 0", gone)


def count_statuses(con: Connection, before: Iterable[str], after: Iterable[str]) -> None:
    """Move tickets between the status counters."""
    moves = Counter(after)
    moves.subtract(Counter(before))
    rows = [(status, n) for status, n in moves.items() if n]
    if rows:
        con.executemany(
            "INSERT INTO counter (status, tickets) VALUES (?, ?)"
            " ON CONFLICT (status) DO UPDATE SET tickets = tickets + excluded.tickets",
            rows,
        )
        con.execute("DELETE FROM counter WHERE tickets = 0")
