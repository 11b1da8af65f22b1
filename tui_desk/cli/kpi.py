"""kpi: the figures of a period, printed, as JSON or CSV, or explained."""

from __future__ import annotations

from typing import Annotated

import typer

from tui_desk.cli.group import new_app
from tui_desk.i18n import _

app = new_app()


@app.command("kpi", help=_("Volume, first response, response, resolution, backlog, by type, channel and agent, leaderboard."))
def kpi(
    period: Annotated[
        str, typer.Argument(metavar="PERIOD", help=_("month, 2026-10, 2026-07..2026-09, 7d, quarter, year, all"))
    ] = "month",
    by: Annotated[list[str] | None, typer.Option("--by", help=_("type, channel, agent, month"))] = None,
    compare: Annotated[bool, typer.Option("--compare/--no-compare", help=_("Against the period before."))] = True,
    json: Annotated[bool, typer.Option("--json", help=_("One JSON object."))] = False,
    csv: Annotated[bool, typer.Option("--csv", help=_("Comma-separated values."))] = False,
    explain: Annotated[bool, typer.Option("--explain", help=_("Say how each figure is defined."))] = False,
) -> int:
    return 0
