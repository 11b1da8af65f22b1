"""A report: a period's figures, against another period's, by group and by agent. Nothing in it knows how it is shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from tui_desk.desk.events import SYSTEM
from tui_desk.desk.hours import BusinessCalendar
from tui_desk.kpi import period as periods
from tui_desk.kpi.explain import BY_ID, DEFINITIONS, Kind, query
from tui_desk.kpi.measures import FEW, Clocks, Figures, Ratio, Spread
from tui_desk.kpi.period import Period
from tui_desk.kpi.samples import Groups, Sampler

Compare = bool | Literal["year"]
"""True: with the previous equal period; "year": with the same period last year."""


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one type, channel, agent, tag or queue; `name` "" is those without."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Month:
    """The volume of a month ("2025-05"): tickets created, and those whose last solve, as it stands today, is of it."""

    name: str
    created: int
    solved: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Tickets created in the period that no figure counts, each under the first that applies."""

    spam: int = 0
    deleted: int = 0
    merged: int = 0
    historical: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.spam + self.deleted + self.merged + self.historical


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One line of the leaderboard (kpi 10). `few`: too few to judge by, shown greyed."""

    agent: str
    figures: Figures
    share: Ratio
    """Of all that was solved."""

    @property
    def few(self) -> bool:
        """Under five solved tickets."""
        return self.figures.solved < FEW


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with what it is compared to. count: `value`; ratio: `value` 0 to 1 of `n`; duration: `clocks`."""

    id: str
    kind: Kind
    title: str
    """English; translate where it is shown."""
    value: float | None
    n: int
    clocks: Clocks | None
    before: Line | None
    query: str
    better: str

    def change(self, clock: Literal["cal", "biz"] = "biz") -> float | None:
        """Against the other period: of a count and of a duration's median relative (0.1 is 10 % more), of a ratio in points."""
        if self.before is None:
            return None
        now, then = self._measure(clock), self.before._measure(clock)
        if now is None or then is None:
            return None
        if self.kind == "ratio":
            return now - then
        return (now - then) / then if then else None

    def _measure(self, clock: str) -> float | None:
        spread: Spread | None = getattr(self.clocks, clock) if self.clocks else None
        return spread.median if spread else self.value


@dataclass(frozen=True, slots=True)
class Report:
    """What `desk kpi` and the dashboard show."""

    period: Period
    compared: Period | None
    now: int
    figures: Figures
    before: Figures | None
    months: tuple[Month, ...]
    groups: dict[str, tuple[Group, ...]] = field(default_factory=dict)
    left_out: LeftOut = LeftOut()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every figure, in the order of the definitions."""
        return lines(self.figures, self.before, self.period)

    @property
    def leaderboard(self) -> tuple[AgentLine, ...]:
        """The agents, most solved first; empty where the report is not by agent."""
        people = [group for group in self.groups.get("agent", ()) if group.name not in ("", SYSTEM)]
        people.sort(key=lambda group: (-group.figures.solved, -group.figures.response.cal.n, group.name))
        worked = [group for group in people if group.figures.solved or group.figures.response.cal.n or group.figures.messages_out]
        return tuple(AgentLine(g.name, g.figures, Ratio(g.figures.solved, self.figures.solved)) for g in worked)


def report(
    connection: sqlite3.Connection,
    period: str | Period,
    now: int,
    calendar: BusinessCalendar,
    *,
    by: Sequence[str] = ("type", "channel", "agent"),
    compare: Compare = True,
    history: int = 12,
) -> Report:
    """Read everything in one consistent view of the store. UsageError for a period or group that is none."""
    chosen = periods.read(period, now, calendar) if isinstance(period, str) else period
    other = _compared(chosen, compare, now, calendar)
    own = not connection.in_transaction
    if own:
        connection.execute("BEGIN")
    try:
        began = _began(connection, calendar, now)
        if chosen.first < began and chosen.name == "all":
            chosen = replace(chosen, begin=calendar.midnight((began - date(1970, 1, 1)).days), first=began)
        groups = Sampler(connection, chosen.begin, chosen.end, now, calendar, by).gather()
        before = Sampler(connection, other.begin, other.end, now, calendar).gather() if other else None
        return Report(
            chosen,
            other,
            now,
            groups["", ""].figures(),
            before["", ""].figures() if before else None,
            _months(connection, chosen, history, began, now, calendar),
            _groups(groups, by),
            _left_out(connection, chosen),
        )
    finally:
        if own:
            connection.execute("ROLLBACK")


def lines(figures: Figures, before: Figures | None, period: Period) -> tuple[Line, ...]:
    """Every figure as a line."""
    return tuple(
        _line(definition.id, figures, period, _line(definition.id, before, period, None) if before else None)
        for definition in DEFINITIONS
    )


def _line(name: str, figures: Figures, period: Period, before: Line | None) -> Line:
    definition = BY_ID[name]
    value, n, clocks = _value(getattr(figures, name))
    title, asked = definition.title, query(definition, period)
    return Line(name, definition.kind, title, value, n, clocks, before, asked, definition.better)


def _value(measure: int | Ratio | Clocks) -> tuple[float | None, int, Clocks | None]:
    match measure:
        case Ratio():
            return measure.value, measure.whole, None
        case Clocks():
            return None, measure.cal.n, measure
        case count:
            return float(count), count, None


def _compared(period: Period, compare: Compare, now: int, calendar: BusinessCalendar) -> Period | None:
    if compare is False:
        return None
    return periods.previous(period, now, calendar, months=12 if compare == "year" else 0)


def _groups(groups: Groups, by: Sequence[str]) -> dict[str, tuple[Group, ...]]:
    found: dict[str, list[Group]] = {name: [] for name in by}
    for (dimension, name), tally in groups.items():
        if dimension:
            found[dimension].append(Group(name, tally.figures()))
    for each in found.values():
        each.sort(key=lambda group: (-group.figures.created, -group.figures.solved, group.name))
    return {name: tuple(each) for name, each in found.items()}


def _months(
    connection: sqlite3.Connection, period: Period, history: int, began: date, now: int, calendar: BusinessCalendar
) -> tuple[Month, ...]:
    """The volume of the months up to the period's last, none before the desk's first ticket."""
    made = []
    months = periods.months(period, history, calendar)
    for month in [each for each in months if each.last >= began] or months[-1:]:
        sampler = Sampler(connection, month.begin, month.end, now, calendar)
        made.append(Month(month.name, *sampler.volume()))
    return tuple(made)


def _began(connection: sqlite3.Connection, calendar: BusinessCalendar, now: int) -> date:
    """The local day of the first ticket that counts; today where there is none."""
    sql = "SELECT created_at FROM ticket WHERE historical = 0 AND status NOT IN ('spam', 'merged', 'deleted')"
    row = connection.execute(f"{sql} ORDER BY created_at LIMIT 1").fetchone()
    return date(1970, 1, 1) + timedelta(days=calendar.day(row[0] if row else now))


def _left_out(connection: sqlite3.Connection, period: Period) -> LeftOut:
    sql = """SELECT CASE WHEN status IN ('spam', 'deleted', 'merged') THEN status ELSE 'historical' END, COUNT(*)
        FROM ticket WHERE created_at >= ? AND created_at < ? AND (historical = 1 OR status IN ('spam', 'deleted', 'merged'))
        GROUP BY 1"""
    return LeftOut(**dict(connection.execute(sql, (period.begin, period.end)).fetchall()))
