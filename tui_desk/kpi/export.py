"""A report as plain data: one JSON object, or rows for CSV. The names are stable; `version` grows when one changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tui_desk.kpi.measures import Figures, Spread
from tui_desk.kpi.period import Period
from tui_desk.kpi.report import Line, Report, lines

VERSION = 1
HEADER = (
    *("group_by", "group", "figure", "value", "n"),
    *("cal_mean", "cal_median", "cal_p90", "biz_mean", "biz_median", "biz_p90"),
    *("before_value", "before_n", "before_cal_median", "before_biz_median"),
)
"""Durations in seconds, ratios from 0 to 1."""


def to_dict(report: Report) -> dict[str, Any]:
    """Everything, for `--json`. Times are epoch seconds, durations seconds."""
    return {
        "version": VERSION,
        "period": _period(report.period),
        "compared": _period(report.compared) if report.compared else None,
        "now": report.now,
        "figures": {line.id: _figure(line) for line in report.lines},
        "backlog_ages": list(report.figures.backlog_ages),
        "awaiting_age": asdict(report.figures.awaiting_age),
        "fcr_provisional": report.figures.fcr_provisional,
        "months": [asdict(month) for month in report.months],
        "groups": {
            by: [{"name": group.name, "figures": _plain(group.figures, report.period)} for group in groups]
            for by, groups in report.groups.items()
        },
        "leaderboard": [
            {"agent": line.agent, "share": line.share.value, "few": line.few, "figures": _plain(line.figures, report.period)}
            for line in report.leaderboard
        ],
        "left_out": {**asdict(report.left_out), "total": report.left_out.total},
    }


def to_rows(report: Report) -> Iterator[tuple[str | int | float | None, ...]]:
    """The rows under HEADER, for `--csv`: the whole desk first, then group by group."""
    for line in report.lines:
        yield _row("", "", line)
    for by, groups in report.groups.items():
        for group in groups:
            for line in lines(group.figures, None, report.period):
                yield _row(by, group.name, line)


def _row(by: str, name: str, line: Line) -> tuple[str | int | float | None, ...]:
    cal, biz = (line.clocks.cal, line.clocks.biz) if line.clocks else (Spread(), Spread())
    before = line.before
    then = before.clocks if before else None
    return (
        *(by, name, line.id, _number(line), line.n, cal.mean, cal.median, cal.p90, biz.mean, biz.median, biz.p90),
        *(_number(before) if before else None, before.n if before else None),
        *(then.cal.median if then else None, then.biz.median if then else None),
    )


def _number(line: Line) -> int | float | None:
    """A count is whole."""
    return int(line.value) if line.kind == "count" and line.value is not None else line.value


def _figure(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": line.kind, "n": line.n}
    found |= asdict(line.clocks) if line.clocks else {"value": _number(line)}
    if line.before is not None:
        found["before"] = {key: value for key, value in _figure(line.before).items() if key not in ("kind", "query")}
        found["change"] = {"cal": line.change("cal"), "biz": line.change("biz")} if line.clocks else line.change()
    return {**found, "query": line.query}


def _plain(figures: Figures, period: Period) -> dict[str, Any]:
    return {
        line.id: {key: value for key, value in _figure(line).items() if key != "query"} for line in lines(figures, None, period)
    }


def _period(period: Period) -> dict[str, Any]:
    found = {"name": period.name, "begin": period.begin, "end": period.end}
    return {**found, "first": str(period.first), "last": str(period.last)}
