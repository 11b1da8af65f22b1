"""A report as a page of text: figures against the period before, by month and group, the leaderboard, what was left out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence

from tui_desk.cli.output import paint
from tui_desk.i18n import _, language, ngettext
from tui_desk.kpi.charts import bar, sparkline
from tui_desk.kpi.explain import BY_ID
from tui_desk.kpi.measures import AGES, Figures, Ratio, Spread
from tui_desk.kpi.report import AgentLine, Line, Report
from tui_desk.service.words import span
from tui_desk.text import cut, one_line, width

_TITLE = 36
_CELL = 9
_CHANGE = 12
"""Cells for the change against the period before."""
_NAME, _LEAST = 24, 12
"""Cells that the names at the beginning of a line keep while column heads give way, and those they keep in any case."""


def page(report: Report) -> Iterator[str]:
    """The lines of the whole page."""
    yield from _head(report)
    yield from _counts(report)
    yield from _durations(report)
    yield from _backlog(report)
    yield from _months(report)
    for by, groups in report.groups.items():
        if by != "agent" and groups:
            yield from _table(_by(by), [(group.name or _("(none)"), group.figures) for group in groups])
    yield from _leaderboard(report)
    yield from _left_out(report)


def explained(report: Report) -> Iterator[str]:
    """Each figure: its value, its definition, the query that lists its tickets."""
    for line in report.lines:
        definition = BY_ID[line.id]
        value = span(round(line.clocks.cal.median)) if line.clocks and line.clocks.cal.median is not None else _value(line)
        yield paint(_("%(title)s: %(value)s") % {"title": _(line.title), "value": value}, "bold")
        yield f"  {_(definition.text)}"
        if line.query:
            yield paint(f"  desk list '{line.query}'", "dim")


def _head(report: Report) -> Iterator[str]:
    period = report.period
    yield paint(_("%(first)s to %(last)s") % {"first": _date(period.first), "last": _date(period.last)}, "bold")
    if report.compared:
        words = {"first": _date(report.compared.first), "last": _date(report.compared.last)}
        yield paint(_("against %(first)s to %(last)s") % words, "dim")


def _counts(report: Report) -> Iterator[str]:
    yield ""
    for line in report.lines:
        if line.clocks is None:
            yield f"{_fit(_(line.title), _TITLE)}{_value(line):>{_CELL}}  {_change(line)}".rstrip()


def _durations(report: Report) -> Iterator[str]:
    yield ""
    heads = ("n", _("mean"), _("median"), _("p90"), _("mean"), _("median"), _("p90"))
    lines = [(line, line.clocks) for line in report.lines if line.clocks is not None]
    rows = [[str(clocks.cal.n), *_spread(clocks.cal), *_spread(clocks.biz)] for _line, clocks in lines]
    title, wide = _sizes([_(line.title) for line, _clocks in lines], heads, rows, spare=_CHANGE)
    yield paint(_fit("", title + wide[0]) + _fit("  " + _("calendar time"), sum(wide[1:4])) + "  " + _("business time"), "dim")
    yield paint(_fit("", title) + _cells(heads, wide), "dim")
    for (line, _clocks), row in zip(lines, rows, strict=True):
        yield f"{_fit(_(line.title), title)}{_cells(row, wide)}  {_change(line)}".rstrip()


def _backlog(report: Report) -> Iterator[str]:
    ages = report.figures.backlog_ages
    if not any(ages):
        return
    edges = [*(f"{a}-{b}" for a, b in zip((0, *AGES), AGES, strict=False)), f"{AGES[-1]}+"]
    yield ""
    yield paint(_("Backlog by age, in days"), "bold")
    for edge, count in zip(edges, ages, strict=True):
        yield f"  {edge:>6} {count:>6} {paint(bar(count, max(ages), 30), 'cyan')}".rstrip()


def _months(report: Report) -> Iterator[str]:
    months = report.months
    if not months:
        return
    yield ""
    yield paint(_("Volume by month"), "bold")
    yield f"  {_fit(_('created'), 10)} {paint(sparkline([m.created for m in months]), 'cyan')}"
    yield f"  {_fit(_('solved'), 10)} {paint(sparkline([m.solved for m in months]), 'green')}"
    for month in months:
        yield f"  {month.name}  {month.created:>7} {month.solved:>7}"


def _table(title: str, rows: Sequence[tuple[str, Figures]]) -> Iterator[str]:
    heads = (_("created"), _("solved"), _("open"), _("first resp."), _("response"), _("resolution"))
    cells = [[str(figures.created), str(figures.solved), str(figures.backlog), *_medians(figures)] for _name, figures in rows]
    first, wide = _sizes([title, *(f"  {name}" for name, _figures in rows)], heads, cells)
    yield ""
    yield paint(_fit(title, first), "bold") + paint(_cells(heads, wide), "dim")
    for (name, _figures), row in zip(rows, cells, strict=True):
        yield _fit(f"  {one_line(name)}", first) + _cells(row, wide)


def _leaderboard(report: Report) -> Iterator[str]:
    if not report.leaderboard:
        return
    heads = (_("solved"), _("share"), _("replies"), _("first resp."), _("response"), _("one-touch"), _("FCR"), _("reopened"))
    rows = [_standing(line) for line in report.leaderboard]
    first, wide = _sizes([_("Leaderboard"), *(f"  {line.agent}" for line in report.leaderboard)], heads, rows)
    yield ""
    yield paint(_fit(_("Leaderboard"), first), "bold") + paint(_cells(heads, wide), "dim")
    for line, row in zip(report.leaderboard, rows, strict=True):
        text = _fit(f"  {one_line(line.agent)}", first) + _cells(row, wide)
        yield paint(text, "dim") if line.few else text
    if any(line.few for line in report.leaderboard):
        yield paint("  " + _("Dimmed: fewer than five solved, too few to judge by."), "dim")


def _standing(line: AgentLine) -> list[str]:
    f = line.figures
    return [
        *(str(f.solved), _percent(line.share), str(f.messages_out)),
        *_medians(f)[:2],
        *(_percent(f.one_touch), _percent(f.fcr), _percent(f.reopened)),
    ]


def _left_out(report: Report) -> Iterator[str]:
    out = report.left_out
    if out.total:
        words = {"n": out.total, "spam": out.spam, "deleted": out.deleted, "merged": out.merged, "historical": out.historical}
        text = ngettext("%(n)s ticket left out", "%(n)s tickets left out", out.total) % words
        more = _("spam %(spam)s, deleted %(deleted)s, merged %(merged)s, imported %(historical)s") % words
        yield ""
        yield paint(f"{text} ({more}).", "dim")


def _medians(figures: Figures) -> list[str]:
    each = (figures.first_response, figures.response, figures.full_resolution)
    return [_time(clocks.cal.median) for clocks in each]


def _spread(spread: Spread) -> tuple[str, str, str]:
    return _time(spread.mean), _time(spread.median), _time(spread.p90)


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else span(round(seconds))


def _percent(ratio: Ratio) -> str:
    return "–" if ratio.value is None else _number(ratio.value, "#,##0 %")


def _value(line: Line) -> str:
    if line.value is None:
        return "–"
    return _number(line.value, "#,##0.0 %") if line.kind == "ratio" else _number(line.value, "#,##0")


def _change(line: Line) -> str:
    change = line.change()
    if change is None or line.before is None:
        return ""
    arrow = "=" if abs(change) < 0.0005 else "↑" if change > 0 else "↓"
    good = (change > 0) == (line.better == "more")
    style = "dim" if arrow == "=" or not line.better else "green" if good else "red"
    return paint(f"{arrow} {_number(abs(change), '#,##0.0 %')}", style)


def _by(name: str) -> str:
    return {
        "type": _("By type"),
        "channel": _("By channel"),
        "agent": _("By agent"),
        "tag": _("By tag"),
        "queue": _("By queue"),
    }.get(name, name)


def _number(value: float, pattern: str) -> str:
    from babel.numbers import format_decimal, format_percent

    return format_percent(value, pattern, language()) if "%" in pattern else format_decimal(value, pattern, language())


def _date(day: object) -> str:
    from datetime import date

    from babel.dates import format_date

    return format_date(day, "medium", language()) if isinstance(day, date) else str(day)


def _sizes(names: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[str]], *, spare: int = 0) -> tuple[int, list[int]]:
    """Cells for the names and for each column, so that a line (and `spare` cells after it) fits the terminal; piped: no limit.

    The names give way first, then the heads of columns, then the names again; a figure is never cut.
    """
    room = shutil.get_terminal_size().columns - spare if sys.stdout.isatty() else 1 << 16
    need = [max((width(row[n]) for row in rows), default=0) + 2 for n in range(len(heads))]
    wide = [max(at_least, width(head) + 2) for at_least, head in zip(need, heads, strict=True)]
    full = max(map(width, names), default=0)
    first = min(full, max(room - sum(wide), _NAME))
    while (over := first + sum(wide) - room) > 0 and wide != need:
        loosest = max(range(len(wide)), key=lambda n: wide[n] - need[n])
        wide[loosest] -= min(over, wide[loosest] - need[loosest], 1)
    return min(full, max(room - sum(wide), _LEAST)), wide


def _cells(texts: Sequence[str], wide: Sequence[int]) -> str:
    return "".join("  " + _right(cut(text, cells - 2), cells - 2) for text, cells in zip(texts, wide, strict=True))


def _fit(text: str, cells: int) -> str:
    text = cut(text, cells)
    return text + " " * (cells - width(text))


def _right(text: str, cells: int) -> str:
    return " " * max(cells - width(text), 0) + text
