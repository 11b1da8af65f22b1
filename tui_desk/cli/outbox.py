"""outbox list, retry, undo, resolve."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tui_desk import clock
from tui_desk.cli import output
from tui_desk.cli.formats import Json, Jsonl, lists
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column
from tui_desk.cli.read import Asked, seconds
from tui_desk.cli.records import outbox_record
from tui_desk.cli.talk import say
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.words import delivery_name, span

app = new_app()
outbox = new_app(help=_("Mail on its way."), invoke_without_command=True)
app.add_typer(outbox, name="outbox")

Id = Annotated[int, typer.Argument(metavar="ID", help=_("The number in the first column of `desk outbox`."))]


@outbox.command("list", help=_("What is on its way, what failed, what is uncertain; --all for what has left, too."))
def list_(
    everything: Annotated[bool, typer.Option("--all", "-a", help=_("What has left, too."))] = False,
    json: Json = False,
    jsonl: Jsonl = False,
    ids: Annotated[bool, typer.Option("--ids", help=_("Only the ids."))] = False,
) -> int:
    with Desk.open() as desk:
        now = clock.now()
        states = None if everything else ("queued", "sending", "dot", "failed", "uncertain")
        rows = [outbox_record(mail) for mail in desk.outbox.list(states)]
    columns = [
        Column(_("Id"), "id", right=True),
        Column("#", "number", style=lambda _v: "bold"),
        Column(_("State"), "state", delivery_name, lambda v: {"failed": "red", "uncertain": "bold yellow"}.get(v, "")),
        Column(_("To"), "recipients", lambda v: ", ".join(v), grows=True),
        Column(_("Subject"), "subject", grows=True),
        Column(_("Tries"), "attempts", right=True),
        Column(_("Next try"), "next_try_at", lambda v: span(max(seconds(v) - now, 0)) if v else "", right=True, rank=1),
        Column(_("Error"), "error", style=lambda _v: "red", grows=True),
    ]
    asked = Asked(json, jsonl, ids)
    if not rows and asked.form == "table" and sys.stdout.isatty():
        say(_("Nothing is on its way."))
    return asked.code(output.records(rows, columns, asked.form, "outbox", key="id"))


lists(outbox, list_)


@outbox.command("retry", help=_("Try a failed mail again now."))
def retry(mail: Id) -> int:
    with Desk.open() as desk:
        desk.outbox.retry(mail)
        for sent in desk.outbox.deliver(wait=False):
            print(f"{sent.id}\t{sent.state}\t{output.block(sent.error)}")
    return 0


@outbox.command("undo", help=_("Take a queued reply back: it becomes a draft again."))
def undo(mail: Id) -> int:
    with Desk.open() as desk:
        draft = desk.replies.take_back(mail)
    say(_("Taken back: the draft of #%(number)s is kept.") % {"number": draft.ticket})
    return 0


@outbox.command("resolve", help=_("Say whether an uncertain mail arrived; we never send it again by ourselves."))
def resolve(
    mail: Id,
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help=_("It arrived, or it did not and may be sent again."))],
) -> int:
    with Desk.open() as desk:
        desk.outbox.resolve(mail, sent)
    say(_("Noted at %(time)s.") % {"time": clock.now()})
    return 0
