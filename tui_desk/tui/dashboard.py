"""The figures as panels of cells, made from a report: what a cell says, and the query that lists its tickets. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from textual.content import Content

from tui_desk.i18n import _, language
from tui_desk.kpi.charts import bar
from tui_desk.kpi.explain import LEFT_OUT
from tui_desk.kpi.measures import AGES, Clocks, Ratio
from tui_desk.kpi.period import Period
from tui_desk.kpi.report import AgentLine, Group, Line, Month, Report
from tui_desk.text import cut, one_line, width
from tui_desk.tui.widgets.tokens import span

Clock = Literal["biz", "cal"]
_DAY = 86_400
_MOST_GROUPS = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of a panel. `draw(cells)` makes its content; `query` lists its tickets ("" where there are none to list)."""

    draw: Callable[[int], Content]
    query: str
    title: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A box of cells."""

    id: str
    title: str
    cells: tuple[Cell, ...]


def panels(report: Report, clock: Clock) -> list[Panel]:
    """Everything there is to show, left column first."""
    found = [
        Panel("overview", _("Figures"), tuple(_overview(report, clock))),
        Panel("months", _("By month: created ▆ and solved ░"), tuple(_months(report.months))),
        Panel("ages", _("Backlog by age"), tuple(_ages(report))),
        Panel("leaders", _("Leaderboard: solved, share, replies, response, one-touch, FCR"), tuple(_leaders(report, clock))),
        Panel("type", _("By type: created, solved, first response"), tuple(_groups(report, "type", clock))),
        Panel("channel", _("By channel: created, solved, first response"), tuple(_groups(report, "channel", clock))),
    ]
    return [panel for panel in found if panel.cells]


def number(value: float | None) -> str:
    """A count in the manner of the language."""
    if value is None:
        return "–"
    shown = f"{value:,.0f}"
    return shown.replace(",", "\u202f") if language() == "fr" else shown


def percent(value: float | None) -> str:
    """A share of one as a percentage."""
    if value is None:
        return "–"
    return f"{value * 100:.0f}\u00a0%" if language() == "fr" else f"{value * 100:.0f}%"


def median(clocks: Clocks, clock: Clock) -> str:
    """The median of a duration, in few cells."""
    spread = clocks.biz if clock == "biz" else clocks.cal
    return "–" if spread.median is None else span(int(spread.median))


def _overview(report: Report, clock: Clock) -> Iterator[Cell]:
    for line in report.lines:
        yield Cell(lambda cells, line=line: _figure(line, clock, cells), line.query, _(line.title))  # type: ignore[misc]


def _figure(line: Line, clock: Clock, cells: int) -> Content:
    """Title, value, what belongs to it, change."""
    more = ""
    match line.kind:
        case "duration" if line.clocks is not None:
            value = median(line.clocks, clock)
            spread = line.clocks.biz if clock == "biz" else line.clocks.cal
            if spread.p90 is not None and spread.mean is not None:
                more = _("p90 %(p90)s  mean %(mean)s  n %(n)s") % {
                    "p90": span(int(spread.p90)), "mean": span(int(spread.mean)), "n": number(spread.n),
                }  # fmt: skip
        case "ratio":
            value, more = percent(line.value), _("of %(n)s") % {"n": number(line.n)}
        case _:
            value = number(line.value)
    change = _change(line, clock)
    room = max(cells - 8 - 9, 10)
    title_cells = min(26, room)
    title = cut(_(line.title), title_cells)
    more = cut(more, max(room - title_cells - 1, 0))
    gap = " " * max(room - title_cells - 1 - width(more), 0)
    head = title + " " * (title_cells - width(title))
    return Content.assemble(head, (f"{value:>8}", "bold"), " ", (more, "$muted"), gap, change)


def _change(line: Line, clock: Clock) -> Content:
    """ "▲ 12%" with ✓ where that is good and ! where it is not: never by colour alone."""
    change = line.change(clock)
    if change is None:
        return Content("")
    if abs(change) < 0.005:
        return Content.styled("=", "$muted")
    sign = "▲" if change > 0 else "▼"
    good = None if not line.better else (change > 0) == (line.better == "more")
    mark, ink = ("", "$muted") if good is None else ("✓", "$success") if good else ("!", "$warning")
    return Content.styled(f"{sign}{percent(min(abs(change), 9.99))}{mark}", ink)


def _months(months: Sequence[Month]) -> Iterator[Cell]:
    most = max((max(m.created, m.solved) for m in months), default=0)
    for month in months:
        if most:
            query = f"created:{month.name} {LEFT_OUT}"
            yield Cell(lambda cells, m=month: _month(m, most, cells), query, month.name)  # type: ignore[misc]


def _month(month: Month, most: int, cells: int) -> Content:
    """Two bars beside each other, each with its number."""
    from babel.dates import format_date

    year, number_of = (int(part) for part in month.name.split("-"))
    name = str(format_date(date(year, number_of, 1), "MMM yy", locale=language()))
    room = max((cells - 9 - 14) // 2, 3)
    created, solved = bar(month.created, most, room), bar(month.solved, most, room).replace("█", "░")
    solved = "".join("░" if part != "░" else part for part in solved)
    return Content.assemble(
        (f"{cut(name, 8):<8} ", "$muted"),
        (f"{created:<{room}}", "$primary"), f" {number(month.created):>5}  ",
        (f"{solved:<{room}}", "$success"), f" {number(month.solved):>5}",
    )  # fmt: skip


def _ages(report: Report) -> Iterator[Cell]:
    """The backlog's buckets, youngest first, each with its share as a bar."""
    counts = report.figures.backlog_ages
    most, last = max(counts, default=0), report.period.last
    names = [_("under a day"), _("1 to 3 days"), _("3 to 7 days"), _("7 to 30 days"), _("over 30 days")]
    edges = (0, *AGES)
    today = min(last, datetime.fromtimestamp(report.now, UTC).date())
    for index, (name, count) in enumerate(zip(names, counts, strict=True)):
        newest = today - timedelta(days=edges[index])
        oldest = today - timedelta(days=edges[index + 1]) if index + 1 < len(edges) else None
        dates = f"{oldest}..{newest}" if oldest else f"..{newest}"
        query = f"created:{dates} is:active {LEFT_OUT}"
        yield Cell(lambda cells, n=name, c=count: _bucket(n, c, most, cells), query, name)  # type: ignore[misc]


def _bucket(name: str, count: int, most: int, cells: int) -> Content:
    room = max(cells - 16 - 8, 3)
    return Content.assemble(
        (f"{cut(name, 15):<15} ", "$muted"), (f"{bar(count, most, room):<{room}}", "$primary"), f" {number(count):>6}"
    )


def _groups(report: Report, by: str, clock: Clock) -> Iterator[Cell]:
    groups = report.groups.get(by, ())[:_MOST_GROUPS]
    most = max((group.figures.created for group in groups), default=0)
    for group in groups:
        name = one_line(group.name)
        key = f'{by}:"{name}"' if " " in name else f"{by}:{name}" if name else f"-has:{by}"
        query = f"created:{report.period.dates} {key} {LEFT_OUT}"
        yield Cell(lambda cells, g=group: _group(g, most, clock, cells), query, name or _("none"))  # type: ignore[misc]


def _group(group: Group, most: int, clock: Clock, cells: int) -> Content:
    figures = group.figures
    room = max(cells - 14 - 22, 3)
    name = cut(one_line(group.name) or _("none"), 13)
    gap = " " * (14 - width(name))
    return Content.assemble(
        (name + gap, "$muted" if not group.name else ""),
        (f"{bar(figures.created, most, room):<{room}}", "$primary"),
        f" {number(figures.created):>6} {number(figures.solved):>6} {median(figures.first_response, clock):>7}",
    )


def _leaders(report: Report, clock: Clock) -> Iterator[Cell]:
    most = max((line.figures.solved for line in report.leaderboard), default=0)
    for line in report.leaderboard:
        query = f"solved:{report.period.dates} solver:{one_line(line.agent)} {LEFT_OUT}"
        yield Cell(lambda cells, a=line: _leader(a, most, clock, cells), query, one_line(line.agent))  # type: ignore[misc]


def _leader(line: AgentLine, most: int, clock: Clock, cells: int) -> Content:
    """Greyed and marked with a tilde where it is too few to judge by."""
    figures = line.figures
    room = max(cells - 12 - 42, 0)
    name = cut(one_line(line.agent), 10)
    sign = "~" if line.few else " "
    ratios = f"{percent(line.share.value):>5} {number(figures.messages_out):>5} {median(figures.response, clock):>7}"
    shares = f"{_share(figures.one_touch):>6} {_share(figures.fcr):>6}"
    text = Content.assemble(
        f"{sign}{name}{' ' * (11 - width(name))}",
        (f"{bar(figures.solved, most, room):<{room}}", "$primary"),
        f" {number(figures.solved):>5} {ratios} {shares}",
    )
    return text.stylize("$faint") if line.few else text


def _share(ratio: Ratio) -> str:
    return percent(ratio.value)


def shifted(period: Period, way: int) -> str:
    """The period before (-1) or after (1) it, as a person would type it; "" where there is none."""
    if period.first.year <= 1970:
        return ""
    if not period.months:
        by = timedelta(days=period.days * way)
        return f"{period.first + by}..{period.last + by}"
    first = _months_on(period.first, period.months * way)
    last = _months_on(first, period.months - 1)
    return f"{first:%Y-%m}" if period.months == 1 else f"{first:%Y-%m}..{last:%Y-%m}"


def _months_on(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def title(period: Period) -> str:
    """The period in words."""
    from babel.dates import format_date

    locale = language()
    if period.first.year <= 1970:
        return _("all of it")
    if period.months == 1:
        return str(format_date(period.first, "MMMM y", locale=locale))
    if period.first == period.last:
        return str(format_date(period.first, "long", locale=locale))
    first, last = (str(format_date(day, "d MMM y", locale=locale)) for day in (period.first, period.last))
    return f"{first} – {last}"
