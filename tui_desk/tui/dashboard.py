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
from tui_desk.kpi.measures import AGES, Clocks
from tui_desk.kpi.period import Period
from tui_desk.kpi.report import AgentLine, Group, Line, Month, Report
from tui_desk.service import words
from tui_desk.service.words import brief
from tui_desk.text import cut, one_line, width

Clock = Literal["biz", "cal"]
_DAY = 86_400
_MOST_GROUPS = 8
_FEWEST_MONTHS = 6
_GROUP_COLUMNS = (9, 9, 10)
_LEADER_COLUMNS = (8, 7, 7, 8, 8, 6)


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
    heading: Callable[[int], Content] | None = None
    """What its columns are called, drawn like a cell."""


def panels(report: Report, clock: Clock) -> list[Panel]:
    """Everything there is to show, left column first."""
    found = [
        Panel("overview", _("Figures"), tuple(_overview(report, clock)), _over_figures),
        Panel("months", _("Volume"), tuple(_months(report.months)), _over_months),
        Panel("ages", _("Backlog by age"), tuple(_ages(report))),
        Panel("leaders", _("Leaderboard"), tuple(_leaders(report, clock)), _over_leaders),
        Panel("type", _("By type"), tuple(_groups(report, "type", clock)), _over_groups),
        Panel("channel", _("By channel"), tuple(_groups(report, "channel", clock)), _over_groups),
        Panel("queue", _("By queue"), tuple(_groups(report, "queue", clock)), _over_groups),
    ]
    return [panel for panel in found if panel.cells]


def _over_figures(cells: int) -> Content:
    head, last = cut(_("count, share or median"), 34), _("change")
    return Content.styled(f"{head:>34}{last:>{max(cells - 34, 8)}}", "$faint")


def _over_months(cells: int) -> Content:
    room = max((cells - 9 - 14) // 2, 3)
    created, solved = cut(_("created"), room + 6), cut(_("solved"), room + 6)
    return Content.styled(f"{'':9}{created:>{room + 6}}  {solved:>{room + 6}}", "$faint")


def _over_groups(cells: int) -> Content:
    names = (_("created"), _("solved"), _("1st reply"))
    return Content.styled(" " * (14 + _room(cells, 14, _GROUP_COLUMNS)) + _columns(names, _GROUP_COLUMNS), "$faint")


def _over_leaders(cells: int) -> Content:
    names = (_("solved"), _("share"), _("mails"), _("reply"), _("1-touch"), _("FCR"))
    return Content.styled(" " * (12 + _room(cells, 12, _LEADER_COLUMNS)) + _columns(names, _LEADER_COLUMNS), "$faint")


def _columns(texts: Sequence[str], widths: Sequence[int]) -> str:
    """Texts right-aligned in columns, a space between them at least."""
    return "".join(
        " " * (wide - width(text)) + text for text, wide in ((cut(t, w - 1), w) for t, w in zip(texts, widths, strict=True))
    )


def _room(cells: int, name: int, widths: Sequence[int]) -> int:
    """What is left for a bar between the name and the columns."""
    return max(cells - name - sum(widths), 0)


def number(value: float | None) -> str:
    """A count in the manner of the language."""
    return "–" if value is None else words.number(value)


def percent(value: float | None) -> str:
    """A share of one as a percentage."""
    if value is None:
        return "–"
    return f"{value * 100:.0f}\u00a0%" if language() == "fr" else f"{value * 100:.0f}%"


def median(clocks: Clocks, clock: Clock) -> str:
    """The median of a duration, in few cells."""
    spread = clocks.biz if clock == "biz" else clocks.cal
    return "–" if spread.median is None else brief(int(spread.median))


def _overview(report: Report, clock: Clock) -> Iterator[Cell]:
    for line in report.lines:
        more = _age(report) if line.id == "awaiting" else ""
        yield Cell(lambda cells, line=line, more=more: _figure(line, clock, cells, more), line.query, _(line.title))  # type: ignore[misc]


def _age(report: Report) -> str:
    """How old those are that wait for a first reply."""
    age = report.figures.awaiting_age.median
    return "" if age is None else _("age %(age)s") % {"age": brief(int(age))}


def _figure(line: Line, clock: Clock, cells: int, more: str = "") -> Content:
    """Title, value, what belongs to it (as much of it as there is room for), change."""
    room = max(cells - 8 - 9, 10)
    title_cells = min(26, room)
    beside = room - title_cells - 1
    match line.kind:
        case "duration" if line.clocks is not None:
            value = median(line.clocks, clock)
            spread = line.clocks.biz if clock == "biz" else line.clocks.cal
            if spread.p90 is not None and spread.mean is not None:
                shown = {"p90": brief(int(spread.p90)), "mean": brief(int(spread.mean)), "n": number(spread.n)}
                forms = (_("p90 %(p90)s  mean %(mean)s  n %(n)s"), _("p90 %(p90)s  n %(n)s"), _("p90 %(p90)s"))
                more = next((words for form in forms if width(words := form % shown) <= beside), "")
        case "ratio":
            value, more = percent(line.value), _("of %(n)s") % {"n": number(line.n)}
        case _:
            value = number(line.value)
    change = _change(line, clock)
    title = cut(_(line.title), title_cells)
    more = cut(more, max(beside, 0))
    gap = " " * max(beside - width(more), 0)
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
    begun = next((i for i, m in enumerate(months) if m.created or m.solved), len(months))
    for month in months[min(begun, max(len(months) - _FEWEST_MONTHS, 0)) :]:
        if most:
            query = f"created:{month.name} {LEFT_OUT}"
            yield Cell(lambda cells, m=month: _month(m, most, cells), query, month.name)  # type: ignore[misc]


def _month(month: Month, most: int, cells: int) -> Content:
    """Two bars beside each other, each with its number."""
    from babel.dates import format_date

    year, number_of = (int(part) for part in month.name.split("-"))
    name = str(format_date(date(year, number_of, 1), "MMM yy", locale=language()))
    room = max((cells - 9 - 14) // 2, 3)
    created, solved = bar(month.created, most, room), "░" * len(bar(month.solved, most, room))
    return Content.assemble(
        (f"{cut(name, 8):<8} ", "$muted"),
        (f"{created:<{room}}", "$primary"), f" {number(month.created or None):>5}  ",
        (f"{solved:<{room}}", "$success"), f" {number(month.solved or None):>5}",
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
    room = _room(cells, 14, _GROUP_COLUMNS)
    name = cut(one_line(group.name) or _("none"), 13)
    gap = " " * (14 - width(name))
    return Content.assemble(
        (name + gap, "$muted" if not group.name else ""),
        (f"{bar(figures.created, most, room):<{room}}", "$primary"),
        _columns((number(figures.created), number(figures.solved), median(figures.first_response, clock)), _GROUP_COLUMNS),
    )


def _leaders(report: Report, clock: Clock) -> Iterator[Cell]:
    most = max((line.figures.solved for line in report.leaderboard), default=0)
    for line in report.leaderboard:
        query = f"solved:{report.period.dates} solver:{one_line(line.agent)} {LEFT_OUT}"
        yield Cell(lambda cells, a=line: _leader(a, most, clock, cells), query, one_line(line.agent))  # type: ignore[misc]


def _leader(line: AgentLine, most: int, clock: Clock, cells: int) -> Content:
    """Greyed and marked with a tilde where it is too few to judge by."""
    figures = line.figures
    room = _room(cells, 12, _LEADER_COLUMNS)
    name = cut(one_line(line.agent), 10)
    shown = (
        *(number(figures.solved), percent(line.share.value), number(figures.messages_out), median(figures.response, clock)),
        *(percent(figures.one_touch.value), percent(figures.fcr.value)),
    )
    text = Content.assemble(
        f"{'~' if line.few else ' '}{name}{' ' * (11 - width(name))}",
        (f"{bar(figures.solved, most, room):<{room}}", "$primary"),
        _columns(shown, _LEADER_COLUMNS),
    )
    return text.stylize("$faint") if line.few else text


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
