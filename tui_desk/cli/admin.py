"""export, backup, rebuild, doctor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tui_desk.cli import output
from tui_desk.cli.bar import Bar
from tui_desk.cli.formats import Json
from tui_desk.cli.group import new_app
from tui_desk.cli.talk import say
from tui_desk.errors import DeskError, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk
from tui_desk.service.admin import Kind

app = new_app()


@app.command("export", help=_("Write everything out without loss. Without a file: to standard output."))
def export(
    target: Annotated[Path | None, typer.Argument(metavar="FILE")] = None,
    kind: Annotated[str, typer.Option("--format", "-f", help=_("jsonl (tickets with bodies), mbox or csv."))] = "jsonl",
) -> int:
    if str(target) == "-":
        target = None
    kinds: dict[str, Kind] = {"jsonl": "jsonl", "mbox": "mbox", "csv": "csv"}
    if kind not in kinds:
        raise UsageError(_("--format is jsonl, mbox or csv."))
    with Desk.open() as desk:
        sys.stdout.flush()
        count = desk.admin.export(target, kinds[kind])
    say(
        (
            ngettext("%(n)s message written.", "%(n)s messages written.", count)
            if kind == "mbox"
            else ngettext("%(n)s ticket written.", "%(n)s tickets written.", count)
        )
        % {"n": count}
    )
    return 0


@app.command("backup", help=_("Copy the store to a file while it is in use."))
def backup(target: Annotated[Path, typer.Argument(metavar="FILE")]) -> int:
    with Desk.open() as desk:
        print(desk.admin.backup(target))
    return 0


@app.command("rebuild", help=_("Make tickets, threads, search and figures again from the mail and the log. Nothing is lost."))
def rebuild() -> int:
    with Desk.open() as desk:
        bar = Bar() if sys.stderr.isatty() else None
        count = desk.admin.rebuild(bar)
        if bar:
            bar.close()
    say(ngettext("Made again from %(n)s message.", "Made again from %(n)s messages.", count) % {"n": count})
    return 0


@app.command("doctor", help=_("Check settings, store, macros and servers."))
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help=_("Leave the servers out."))] = False,
    json: Json = False,
) -> int:
    with Desk.open() as desk:
        found = desk.admin.doctor(online=not offline)
    if json:
        output.one({"findings": [{"level": f.level, "what": f.what, "hint": f.hint} for f in found]})
    else:
        signs = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "bold red")}
        for finding in found:
            sign, style = signs[finding.level]
            print(f"{output.paint(sign, style)} {output.block(finding.what)}")
            if finding.hint:
                print(f"  {output.block(finding.hint)}")
    wrong = sum(finding.level == "error" for finding in found)
    if wrong:
        raise DeskError(ngettext("%(n)s thing is wrong.", "%(n)s things are wrong.", wrong) % {"n": wrong})
    return 0
