"""import and ingest: mail from files and from standard input."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tui_desk import clock
from tui_desk.cli import output
from tui_desk.cli.bar import Bar
from tui_desk.cli.formats import Json
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column, Format
from tui_desk.cli.read import Asked
from tui_desk.cli.talk import say
from tui_desk.errors import DeskError, DiskFullError, Interrupted, PartialError, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk
from tui_desk.service.imports import Imported, Tally, Wanted
from tui_desk.service.words import size
from tui_desk.text import one_line
from tui_desk.transport.sources import Problem

app = new_app()

Jsonl = Annotated[bool, typer.Option("--jsonl", help=_("One JSON object a line: a line for each message."))]
Sent = Annotated[
    bool | None,
    typer.Option("--sent/--received", help=_("All of it was sent by us, or none of it; else the names of folders tell.")),
]
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


@app.command("import", help=_("Take mail in from mbox files, Maildirs, folders of .eml files, or - for standard input."))
def import_(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=_("Files or folders; gzip is read too."))],
    historical: Annotated[
        bool, typer.Option("--historical/--live", help=_("It is history: nothing is sent for it, no figure counts it."))
    ] = True,
    sent: Sent = None,
    since: Annotated[str, typer.Option("--since", help=_("Only what came since: 2025-01-31, or an age such as 90d, 2y."))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Say what would be done, and do nothing."))] = False,
    json: Json = False,
    jsonl: Jsonl = False,
) -> int:
    form = Asked(json, jsonl).form
    with Desk.open() as desk:
        wanted = Wanted(historical, sent, _since(since, desk.settings.calendar.timezone) if since else 0)
        if dry_run:
            say(_("Dry run: nothing is changed."))
        telling = _Telling(form)
        bar = Bar(size) if sys.stderr.isatty() else None
        telling.bar = bar
        try:
            tallies = desk.imports.run(
                paths,
                wanted,
                rehearse=dry_run,
                on_progress=bar,
                on_problem=telling.problem,
                on_message=telling.message if form == "jsonl" else None,
            )
        except KeyboardInterrupt:
            raise Interrupted(_("Stopped."), _("What has come is kept; the same command goes on from there.")) from None
        except DiskFullError as error:
            raise DiskFullError(
                error.message, _("What has come is kept. Make room; the same command goes on from there.")
            ) from None
        finally:
            if bar:
                bar.close()
    _told(tallies, telling.problems, form, historical=historical)
    return _code(tallies, telling.problems)


@app.command("ingest", help=_("Take one mail in from standard input: what a mail system calls for each delivery."))
def ingest(
    sent: Annotated[bool, typer.Option("--sent", help=_("It was sent by us."))] = False,
    json: Json = False,
) -> int:
    telling = _Telling("table")
    done: list[Imported] = []
    with Desk.open() as desk:
        desk.imports.run(["-"], Wanted(historical=False, sent=sent), on_problem=telling.problems.append, on_message=done.append)
    if not done:
        why = telling.problems[0].why if telling.problems else _("is empty")
        raise DeskError(_("Standard input %(why)s.") % {"why": why}, _("Nothing was taken in."))
    for each in done:
        if json:
            output.one({"message": _message(each)})
        else:
            print("\t".join(filter(None, (each.result, each.number, one_line(each.text)))))
    return 0


class _Telling:
    """What is told while it goes on: problems at once, messages a line each."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.problems: list[Problem] = []
        self.bar: Bar | None = None

    def problem(self, problem: Problem) -> None:
        """A file or a message that was left out."""
        self.problems.append(problem)
        if self.bar:
            self.bar.close()
        say(f"{one_line(problem.where)}: {one_line(problem.why)}")

    def message(self, made: Imported) -> None:
        """What became of a message."""
        output.records([_message(made)], [], "jsonl", "messages")


def _message(made: Imported) -> dict[str, Any]:
    return {"where": one_line(made.where), "result": made.result, "number": made.number, "text": one_line(made.text)}


def _told(tallies: Sequence[Tally], problems: Sequence[Problem], form: Format, *, historical: bool) -> None:
    rows = [_record(tally) for tally in tallies]
    total = {name: sum(row[name] for row in rows) for name in _COUNTS}
    if form == "json":
        told = [{"where": one_line(p.where), "why": one_line(p.why), "failed": p.failed} for p in problems]
        output.one({"sources": rows, "problems": told, "total": total})
    elif form == "table":
        output.records(rows, _columns(), form, "sources")
    _summary(total, historical=historical)


_COUNTS = ("messages", "tickets", "added", "copies", "unchanged", "before", "quarantined", "failed", "large")


def _record(tally: Tally) -> dict[str, Any]:
    counts = {name: getattr(tally, name) for name in _COUNTS}
    return {"path": one_line(tally.path), "kind": tally.kind, "sent": tally.sent, **counts}


def _columns() -> list[Column]:
    return [
        Column(_("From"), "path", grows=True),
        Column(_("Messages"), "messages", right=True),
        Column(_("New tickets"), "tickets", right=True),
        Column(_("Added"), "added", right=True),
        Column(_("Copies"), "copies", right=True, rank=1),
        Column(_("Unchanged"), "unchanged", right=True, rank=2),
        Column(_("Before"), "before", right=True, rank=3),
        Column(_("Kept aside"), "quarantined", right=True, rank=1),
        Column(_("Failed"), "failed", right=True, rank=1),
    ]


def _summary(total: dict[str, int], *, historical: bool) -> None:
    new = total["tickets"] + total["added"]
    text = ngettext("%(n)s new message", "%(n)s new messages", new) % {"n": new}
    more = ngettext("%(n)s new ticket", "%(n)s new tickets", total["tickets"]) % {"n": total["tickets"]}
    here = ngettext("%(n)s was here", "%(n)s were here", total["copies"] + total["unchanged"])
    say(f"{text}, {more}, {here % {'n': total['copies'] + total['unchanged']}}")
    if total["quarantined"]:
        say(_("`desk quarantine list` tells why."))
    if total["large"]:
        what = ngettext(
            "%(n)s message is larger than sync.size_cap_mb: its large attachments stay in the file, keep it.",
            "%(n)s messages are larger than sync.size_cap_mb: their large attachments stay in the files, keep them.",
            total["large"],
        )
        say(what % {"n": total["large"]})
    if historical and total["tickets"]:
        say(_("`desk bulk status closed --query 'is:historical is:open'` closes what is done with."))


def _code(tallies: Sequence[Tally], problems: Sequence[Problem]) -> int:
    """0. Raises PartialError where something was not taken in, DeskError where nothing was."""
    failed = [problem for problem in problems if problem.failed]
    if not failed:
        return 0
    hint = _("The rest is in. The same command tries again what failed.")
    if all(tally.messages == tally.quarantined for tally in tallies):
        first = _("%(where)s: %(why)s") % {"where": one_line(failed[0].where), "why": one_line(failed[0].why)}
        raise DeskError(_("Nothing could be taken in.") if len(failed) > 1 else first)
    told = ngettext("%(n)s file or message could not be taken in.", "%(n)s files or messages could not be taken in.", len(failed))
    raise PartialError(told % {"n": len(failed)}, hint)


def _since(text: str, timezone: str) -> int:
    """Epoch seconds of a date in the desk's time zone, or of an age. Raises UsageError."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    age = re.fullmatch(r"(\d{1,5})([dwmy])", text.strip().lower())
    if age:
        return clock.now() - int(age[1]) * _DAYS[age[2]] * 86_400
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        hint = _("A date such as 2025-01-31, or an age such as 90d, 6m, 2y.")
        raise UsageError(_("--since cannot be read: %(text)s") % {"text": one_line(text)}, hint) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).timestamp())
