"""A report as a page of text: figures against the period before, by month and group, the leaderboard, what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui_desk.cli.output import paint
from tui_desk.i18n import _, language, ngettext
from tui_desk.kpi.charts import bar, sparkline
from tui_desk.kpi.explain import BY_ID
from tui_desk.kpi.measures import AGES, Figures, Ratio, Spread
from tui_desk.kpi.report import Line, Report
from tui_desk.service.words import span
from tui_desk.text import cut, width

_TITLE = 32
_CELL = 9


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
    clocks = _right("", _TITLE + _CELL) + _fit("  " + _("calendar time"), 3 * _CELL) + "  " + _("business time")
    yield paint(clocks, "dim")
    yield paint(_fit("", _TITLE) + "".join(_right(head, _CELL) for head in heads), "dim")
    for line in report.lines:
        if line.clocks is not None:
            cells = [str(line.clocks.cal.n), *_spread(line.clocks.cal), *_spread(line.clocks.biz)]
            yield _fit(_(line.title), _TITLE) + "".join(_right(cell, _CELL) for cell in cells) + f"  {_change(line)}".rstrip()


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
    yield ""
    yield paint(title, "bold") + paint(" " * max(_TITLE - width(title), 1) + "".join(_right(head, 12) for head in heads), "dim")
    for name, figures in rows:
        cells = [str(figures.created), str(figures.solved), str(figures.backlog), *_medians(figures)]
        yield _fit(f"  {name}", _TITLE) + "".join(_right(cell, 12) for cell in cells)


def _leaderboard(report: Report) -> Iterator[str]:
    if not report.leaderboard:
        return
    heads = (_("solved"), _("share"), _("replies"), _("first resp."), _("response"), _("one-touch"), _("FCR"), _("reopened"))
    yield ""
    yield paint(_("Leaderboard"), "bold") + paint(
        " " * (_TITLE - width(_("Leaderboard"))) + "".join(_right(h, 12) for h in heads), "dim"
    )
    for line in report.leaderboard:
        f = line.figures
        cells = [
            *(str(f.solved), _percent(line.share), str(f.messages_out)),
            *_medians(f)[:2],
            *(_percent(f.one_touch), _percent(f.fcr), _percent(f.reopened)),
        ]
        text = _fit(f"  {line.agent}", _TITLE) + "".join(_right(cell, 12) for cell in cells)
        yield paint(text, "dim") if line.few else text
    if any(line.few for line in report.leaderboard):
        yield paint("  " + _("Dimmed: fewer than five solved, too few to judge by."), "dim")


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
    return {"type": _("By type"), "channel": _("By channel"), "agent": _("By agent"), "tag": _("By tag")}.get(name, name)


def _number(value: float, pattern: str) -> str:
    from babel.numbers import format_decimal, format_percent

    return format_percent(value, pattern, language()) if "%" in pattern else format_decimal(value, pattern, language())


def _date(day: object) -> str:
    from datetime import date

    from babel.dates import format_date

    return format_date(day, "medium", language()) if isinstance(day, date) else str(day)


def _fit(text: str, cells: int) -> str:
    text = cut(text, cells)
    return text + " " * (cells - width(text))


def _right(text: str, cells: int) -> str:
    return " " * max(cells - width(text), 0) + text
