"""kpi: the figures of a period, printed, as JSON or CSV, or explained."""

from __future__ import annotations

import csv as csv_format
import sys
from typing import Annotated, Literal

import typer

from tui_desk.cli import output
from tui_desk.cli.formats import Json
from tui_desk.cli.group import new_app
from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.service import Desk

app = new_app()


@app.command(
    "kpi",
    help=_(
        "Volume, first response, response, resolution, backlog, by type, channel and agent, leaderboard; "
        "each duration in calendar and in business time.\n\ndesk kpi 2026-10 --by agent --csv"
    ),
)
def kpi(
    period: Annotated[
        str, typer.Argument(metavar="PERIOD", help=_("month, 2026-10, 2026-07..2026-09, 7d, quarter, year, all"))
    ] = "month",
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", help=_("type, channel, agent, tag or queue; default: the first three, and queue where there are several.")
        ),
    ] = None,
    compare: Annotated[
        str, typer.Option("--compare", help=_("previous, year (the same period last year) or none."))
    ] = "previous",
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help=_("Comma-separated values."))] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help=_("Say how each figure is defined, and the query that lists it."))
    ] = False,
) -> int:
    modes: dict[str, bool | Literal["year"]] = {"previous": True, "year": "year", "none": False}
    if compare not in modes:
        raise UsageError(_("--compare is previous, year or none."))
    if json and csv:
        raise UsageError(_("Choose one of --json and --csv."))
    with Desk.open() as desk:
        report = desk.figures.report(period, compare=modes[compare], by=tuple(by) if by else None)
    if json:
        from tui_desk.kpi.export import to_dict

        output.one(to_dict(report))
    elif csv:
        from tui_desk.kpi.export import HEADER, to_rows

        writer = csv_format.writer(sys.stdout, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(to_rows(report))
    else:
        from tui_desk.cli.kpi_page import explained, page

        output.page("\n".join(explained(report) if explain else page(report)))
    return 0
