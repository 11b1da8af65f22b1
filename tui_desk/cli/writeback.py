"""writeback: mark the mailbox now, tell what would be marked, or take it all off again."""

from __future__ import annotations

from typing import Annotated

import typer

from tui_desk.cli import output
from tui_desk.cli.formats import Json, Jsonl
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column
from tui_desk.cli.read import Asked
from tui_desk.cli.talk import say
from tui_desk.errors import UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk
from tui_desk.service import writeback as service

app = new_app()


@app.command(
    "writeback",
    help=_("Mark the mail of tickets on the server, as [writeback] in the settings says. `desk sync` does it by itself."),
)
def writeback(
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Only tell: nothing is written."))] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=_("The mail of every ticket, not only of those that changed since it was switched on."))
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help=_("Take off all that was written and move back what was moved. Switch it off first."))
    ] = False,
    json: Json = False,
    jsonl: Jsonl = False,
) -> int:
    if everything and undo:
        raise UsageError(
            _("Choose one of --all and --undo."), _("`%(command)s --help` shows how.") % {"command": "desk writeback"}
        )
    with Desk.open() as desk:
        if not service.on(desk) and not undo:
            say(_("Write-back is switched off: the mailbox is only read. [writeback] in the settings switches it on."))
        if dry_run:
            return _told(service.plan(desk, everything=everything, undoing=undo), Asked(json, jsonl, False))
        if undo:
            service.undo(desk)
        elif everything:
            service.note_everything(desk)
        desk.mailbox.sync(recent=True)
        _summary(desk, undo=undo)
    return 0


def _told(markings: list[service.Marking], asked: Asked) -> int:
    rows = [
        {
            "number": m.number,
            "account": m.account,
            "folder": m.folder,
            "uid": m.uid,
            "flags": [*(f"+{flag}" for flag in m.add), *(f"-{flag}" for flag in m.remove)],
            "to": m.to,
            "error": m.error,
        }
        for m in markings
    ]
    columns = [
        Column("#", "number", style=lambda _v: "bold"),
        Column(_("Folder"), "folder"),
        Column("UID", "uid"),
        Column(_("Flags"), "flags", " ".join, grows=True),
        Column(_("Moved to"), "to", grows=True),
    ]
    return asked.code(output.records(rows, columns, asked.form, "writeback", key="uid"))


def _summary(desk: Desk, *, undo: bool) -> None:
    held = service.waiting(desk)
    if not held:
        say(_("Everything is taken off.") if undo else _("Everything is written."))
    for n, error in held:
        text = ngettext("%(n)s mail waits to be marked.", "%(n)s mails wait to be marked.", n) % {"n": n}
        say(f"{text} {error}".rstrip())
