"""assign, take, status, solve, close, reopen, tag, priority, type, snooze, spam, undo: one line a ticket says what happened."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Annotated

import typer

from tui_desk.cli import output
from tui_desk.cli.formats import Json
from tui_desk.cli.group import new_app
from tui_desk.cli.talk import say
from tui_desk.cli.targets import agree, numbers
from tui_desk.desk.ticket import PRIORITIES, STATUSES
from tui_desk.errors import DeskError, PartialError, UsageError
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.tickets import Tickets as Verbs
from tui_desk.service.types import Outcome
from tui_desk.service.words import result_name
from tui_desk.text import one_line

app = new_app()
CAUSE = "shell"

Tickets = Annotated[
    list[str], typer.Argument(metavar="TICKET...", help=_("Numbers, a query, or - for numbers on standard input."))
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Say what would be done, and do nothing."))]

Act = Callable[[Verbs, list[str]], list[Outcome]]
SETTABLE = tuple(name for name in STATUSES if name != "merged")
"""The statuses one sets: merged is what `merge` leaves, with a pointer to the other ticket."""


def change(tickets: Sequence[str], what: str, act: Act, *, yes: bool, dry_run: bool, json: bool) -> int:
    """Do `act` on the tickets and tell each outcome; a dry run tells the very same and does nothing."""
    with Desk.open() as desk:
        chosen = numbers(desk, tickets)
        if dry_run:
            say(_("Dry run: nothing is changed."))
            return tell(act(desk.tickets.rehearsal(), chosen), json=json)
        agree(len(chosen), what, yes=yes)
        return tell(act(desk.tickets, chosen), json=json)


def tell(outcomes: list[Outcome], *, json: bool) -> int:
    """Print outcomes, a line each. Raises PartialError where some failed, DeskError where all did."""
    failed = [o for o in outcomes if o.result in ("failed", "refused")]
    if json:
        output.one({"outcomes": [{"number": o.number, "result": o.result, "text": o.text} for o in outcomes]})
    else:
        for o in outcomes:
            print(f"{o.number}\t{result_name(o.result) if sys.stdout.isatty() else o.result}\t{one_line(o.text)}")
    if failed and len(failed) == len(outcomes):
        raise DeskError(failed[0].text if len(failed) == 1 else _("None of the tickets could be changed."))
    if failed:
        raise PartialError(_("%(n)s of %(all)s could not be changed.") % {"n": len(failed), "all": len(outcomes)})
    return 0


@app.command("assign", help=_("Assign tickets: desk assign alice 4F2K; `none` for nobody, `me` for yourself."))
def assign(
    agent: Annotated[str, typer.Argument(metavar="AGENT")],
    tickets: Tickets,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    def act(desk: Verbs, chosen: list[str]) -> list[Outcome]:
        if agent == "me":
            return desk.take(chosen, CAUSE)
        if agent not in ("none", "") and agent not in (names := desk.agents()):
            near = get_close_matches(agent, names, 1)
            hint = _("Did you mean %(names)s?") % {"names": near[0]} if near else ""
            say((_("Note: %(agent)s holds no ticket yet.") % {"agent": one_line(agent)} + " " + hint).rstrip())
        return desk.assign(chosen, None if agent == "none" else agent, CAUSE)

    return change(tickets, _("Assign to %(agent)s") % {"agent": agent}, act, yes=yes, dry_run=dry_run, json=json)


@app.command("take", help=_("Assign tickets to yourself."))
def take(tickets: Tickets, yes: Yes = False, dry_run: DryRun = False, json: Json = False) -> int:
    return change(tickets, _("Take"), lambda t, chosen: t.take(chosen, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command("status", help=_("Set the status: desk status pending 4F2K. One of: %(names)s.") % {"names": ", ".join(SETTABLE)})
def status(
    to: Annotated[str, typer.Argument(metavar="STATUS")],
    tickets: Tickets,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    one_of(to, SETTABLE)
    what = _("Set the status to %(to)s") % {"to": to}
    return change(tickets, what, lambda t, chosen: t.status(chosen, to, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command("solve", help=_("Solve tickets."))
def solve(tickets: Tickets, yes: Yes = False, dry_run: DryRun = False, json: Json = False) -> int:
    return change(tickets, _("Solve"), lambda t, chosen: t.solve(chosen, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command("close", help=_("Close tickets: the customer's next mail opens a new, linked one."))
def close(tickets: Tickets, yes: Yes = False, dry_run: DryRun = False, json: Json = False) -> int:
    return change(tickets, _("Close"), lambda t, chosen: t.close(chosen, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command("reopen", help=_("Open solved or closed tickets again."))
def reopen(tickets: Tickets, yes: Yes = False, dry_run: DryRun = False, json: Json = False) -> int:
    return change(tickets, _("Reopen"), lambda t, chosen: t.reopen(chosen, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command("spam", help=_("Mark tickets as spam: out of the queue and of the figures."))
def spam(tickets: Tickets, yes: Yes = False, dry_run: DryRun = False, json: Json = False) -> int:
    return change(tickets, _("Spam"), lambda t, chosen: t.status(chosen, "spam", CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command("tag", help=_("Add and remove tags: desk tag 4F2K --add vip --remove waiting."))
def tag(
    tickets: Tickets,
    add: Annotated[list[str] | None, typer.Option("--add", "-a", metavar="TAG")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", "-r", metavar="TAG")] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    plus, minus = _split(add), _split(remove)
    if not plus and not minus:
        raise UsageError(_("Which tag?"), _("desk tag 4F2K --add vip --remove waiting"))
    what = " ".join([*(f"+{t}" for t in plus), *(f"-{t}" for t in minus)])
    return change(tickets, what, lambda t, chosen: t.tag(chosen, plus, minus, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command(
    "priority", help=_("Set the priority: desk priority high 4F2K. One of: %(names)s.") % {"names": ", ".join(PRIORITIES)}
)
def priority(
    to: Annotated[str, typer.Argument(metavar="PRIORITY")],
    tickets: Tickets,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    one_of(to, PRIORITIES)
    what = _("Set the priority to %(to)s") % {"to": to}
    return change(tickets, what, lambda t, chosen: t.priority(chosen, to, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command("type", help=_("Set the type: desk type bug 4F2K."))
def type_(
    to: Annotated[str, typer.Argument(metavar="TYPE")],
    tickets: Tickets,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    what = _("Set the type to %(to)s") % {"to": to}
    return change(tickets, what, lambda t, chosen: t.type(chosen, to, CAUSE), yes=yes, dry_run=dry_run, json=json)


@app.command(
    "snooze", help=_("Put tickets aside: desk snooze 2d 4F2K; tomorrow, monday, 2026-12-01 14:30; `wake` brings them back.")
)
def snooze(
    until: Annotated[str, typer.Argument(metavar="WHEN")],
    tickets: Tickets,
    on: Annotated[str, typer.Option("--on", help=_("What wakes them: time, reply or both."))] = "both",
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    one_of(on, ("time", "reply", "both"))

    def act(desk: Verbs, chosen: list[str]) -> list[Outcome]:
        return desk.snooze(chosen, desk.moment(until), on, CAUSE)

    return change(tickets, _("Snooze until %(when)s") % {"when": until}, act, yes=yes, dry_run=dry_run, json=json)


@app.command("undo", help=_("Take back your last change, or your last one on each of the tickets named."))
def undo(
    tickets: Annotated[list[str] | None, typer.Argument(metavar="TICKET...")] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    with Desk.open() as desk:
        chosen = numbers(desk, tickets) if tickets else None
        if dry_run:
            say(_("Dry run: nothing is changed."))
            return tell(desk.tickets.rehearsal().undo(chosen, CAUSE), json=json)
        agree(len(chosen or ()), _("Undo"), yes=yes)
        return tell(desk.tickets.undo(chosen, CAUSE), json=json)


def one_of(value: str, names: Sequence[str]) -> None:
    """Raise UsageError where `value` is none of `names`, with the one that may be meant."""
    if value not in names:
        near = get_close_matches(value, names, 1)
        hint = (
            _("Did you mean %(names)s?") % {"names": near[0]} if near else _("One of: %(names)s.") % {"names": ", ".join(names)}
        )
        raise UsageError(_("“%(value)s” is not one of them.") % {"value": one_line(value)}, hint)


def _split(words: list[str] | None) -> list[str]:
    return [tag for word in words or () for tag in word.split(",") if tag]
