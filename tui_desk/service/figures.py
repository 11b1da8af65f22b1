"""The figures of a period: kpi's report on this profile's store, calendar and time zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_desk import clock

if TYPE_CHECKING:
    from tui_desk.kpi.report import Compare, Report
    from tui_desk.service.desk import Desk


class Figures:
    """Reading figures."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def report(self, period: str = "month", *, compare: Compare = True, by: Sequence[str] | None = None) -> Report:
        """The figures of `period` ("month", "2026-10", "7d", ...). Raises UsageError for a period that cannot be read.

        `by` None: type, channel, agent, and queue where there are several.
        """
        from tui_desk.kpi.report import report

        desk = self._desk
        if by is None:
            by = ("type", "channel", "agent", *(("queue",) if desk.queue.several else ()))
        return report(desk.reader.con, period, clock.now(), desk.policy.calendar, by=tuple(by), compare=compare)
