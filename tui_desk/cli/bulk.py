"""bulk reply, status, tag, assign: many tickets at once. A dry run prints the very lines of the real one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from tui_desk import clock
from tui_desk.cli import output
from tui_desk.cli.formats import Jsonl
from tui_desk.cli.framework import Command
from tui_desk.cli.group import new_app
from tui_desk.cli.talk import say
from tui_desk.cli.targets import agree, from_stdin
from tui_desk.errors import PartialError, UsageError
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.types import BulkLine
from tui_desk.service.words import delivery_name, span
from tui_desk.text import one_line

app = new_app()
bulk = new_app(help=_("The same act on many tickets. Give numbers, - (numbers on standard input), or --query."))
app.add_typer(bulk, name="bulk")

QUOTE = "\\"
"""Stands before a dash that begins no option."""

Tickets = Annotated[list[str] | None, typer.Argument(metavar="TICKET...", help=_("Numbers, or - for standard input."))]
Query = Annotated[str | None, typer.Option("--query", "-q", help=_("Every ticket that a query finds."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Print what would be done, and do nothing."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))]


@bulk.command(
    "reply", help=_("Answer with a macro: desk list 'tag:outage' --ids | desk bulk reply --macro outage-fixed --dry-run")
)
def reply(
    tickets: Tickets = None,
    macro: Annotated[str, typer.Option("--macro", "-m", help=_("The canned response."))] = "",
    query: Query = None,
    run: Annotated[str | None, typer.Option("--run", help=_("A name: the same run never writes twice to one ticket."))] = None,
    per_minute: Annotated[int | None, typer.Option("--per-minute", min=1, help=_("At most so many mails a minute."))] = None,
    deliver: Annotated[bool, typer.Option("--deliver/--queue", help=_("Send now, or leave it to the next sync."))] = True,
    dry_run: DryRun = False,
    yes: Yes = False,
    jsonl: Jsonl = False,
) -> int:
    if not macro:
        raise UsageError(_("Which macro?"), _("`desk macros` lists them; then --macro NAME."))
    return _bulk(
        tickets, query, "reply", macro, dry_run=dry_run, yes=yes, jsonl=jsonl, run=run, per_minute=per_minute, deliver=deliver
    )


@bulk.command("status", help=_("Set the status: desk bulk status solved --query 'tag:outage'"))
def status(
    to: Annotated[str, typer.Argument(metavar="STATUS")],
    tickets: Tickets = None,
    query: Query = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    jsonl: Jsonl = False,
) -> int:
    return _bulk(tickets, query, "status", to, dry_run=dry_run, yes=yes, jsonl=jsonl)


class TagCommand(Command):
    """`bulk tag -vip`: what begins with one dash and is no option is a tag to take away."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's, with the dash of such a word quoted."""
        before = ["", *args]
        quoted = [
            f"{QUOTE}{word}" if _takes_away(word) and last not in ("-q", "--query") else word
            for last, word in zip(before, args, strict=False)
        ]
        return super().parse_args(ctx, quoted)


def _takes_away(word: str) -> bool:
    return len(word) > 2 and word[0] == "-" and word[1] != "-" and ":" not in word and word not in ("-yq", "-qy")


@bulk.command("tag", cls=TagCommand, help=_("Add a tag (vip), or remove one (-vip): desk bulk tag -vip --query 'is:solved'"))
def tag(
    to: Annotated[str, typer.Argument(metavar="TAG")],
    tickets: Tickets = None,
    query: Query = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    jsonl: Jsonl = False,
) -> int:
    return _bulk(tickets, query, "tag", to.removeprefix(QUOTE), dry_run=dry_run, yes=yes, jsonl=jsonl)


@bulk.command("assign", help=_("Assign to an agent; `none` for nobody."))
def assign(
    to: Annotated[str, typer.Argument(metavar="AGENT")],
    tickets: Tickets = None,
    query: Query = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    jsonl: Jsonl = False,
) -> int:
    return _bulk(tickets, query, "assign", to, dry_run=dry_run, yes=yes, jsonl=jsonl)


def _bulk(
    tickets: list[str] | None,
    query: str | None,
    action: str,
    value: str,
    *,
    dry_run: bool,
    yes: bool,
    jsonl: bool,
    deliver: bool = False,
    **options: Any,
) -> int:
    with Desk.open() as desk:
        numbers = _select(desk, tickets, query)
        planned = desk.bulk.plan(numbers, action, value, run=options.get("run"))  # what cannot be is said before a question
        if dry_run:
            say(_("Dry run: nothing is changed."))
            return _told(map(_as_done, planned), jsonl=jsonl)
        agree(len(numbers), _("Bulk %(action)s") % {"action": action}, yes=yes, always=action == "reply")
        try:
            code = _told(desk.bulk.run(numbers, action, value, **options), jsonl=jsonl)
        except PartialError:
            # What failed does not hold back what was queued.
            if deliver:
                _deliver(desk)
            raise
        if deliver:
            _deliver(desk)
        return code


def _as_done(line: BulkLine) -> BulkLine:
    """A line of the plan as the real run prints it."""
    return BulkLine(line.number, line.action, line.text, "done", line.error) if line.result == "would" else line


def _deliver(desk: Desk) -> None:
    """Send what is queued, each when its time comes. Raises PartialError for what the server did not take."""
    waiting = desk.outbox.list(("queued",))
    if not waiting:
        return
    if (left := max(mail.not_before for mail in waiting) - clock.now()) > 0:
        say(
            _("The last of %(n)s mails leaves in %(time)s. Ctrl-c: the next sync sends what is left.")
            % {"n": len(waiting), "time": span(left)}
        )
    moved = desk.outbox.deliver(wait=True)
    failed = [mail for mail in moved if mail.state in ("failed", "uncertain")]
    for mail in failed:
        say(f"{mail.number}: {delivery_name(mail.state)}: {mail.error}")
    if failed:
        raise PartialError(_("%(n)s of %(all)s failed.") % {"n": len(failed), "all": len(moved)}, _("`desk outbox` shows them."))


def _select(desk: Desk, tickets: list[str] | None, query: str | None) -> list[str]:
    """Exactly one of numbers, - and a query; none at all reads a pipe."""
    if tickets and query:
        raise UsageError(_("Give ticket numbers or a query, not both."))
    if not tickets and not query:
        if sys.stdin.isatty():
            raise UsageError(_("Which tickets?"), _("Give numbers, - or --query."))
        tickets = ["-"]
    ids = from_stdin() if tickets == ["-"] else tickets
    numbers = desk.bulk.select(ids, query)
    if not numbers:
        raise UsageError(_("That selects no ticket: nothing was changed."), _("Look with `desk list` first."))
    return numbers


def _told(lines: Iterable[BulkLine], *, jsonl: bool) -> int:
    failed = total = 0
    for line in _counted(lines):
        total += 1
        failed += line.result == "failed"
        record = {"number": line.number, "action": line.action, "result": line.result, "text": line.text, "error": line.error}
        if jsonl:
            output.records([record], [], "jsonl", "lines")
        else:
            print("\t".join((line.number, line.result, one_line(line.error or line.text))), flush=True)
    if failed:
        raise PartialError(
            _("%(n)s of %(all)s failed.") % {"n": failed, "all": total},
            _("The reason stands on each line; the others are not held back."),
        )
    return 0


def _counted(lines: Iterable[BulkLine]) -> Iterator[BulkLine]:
    """`lines`, and a word on stderr at the end when a person looks on."""
    count = 0
    for line in lines:
        count += 1
        yield line
    if sys.stderr.isatty() and sys.stdout.isatty():
        say(_("%(n)s tickets.") % {"n": count})
