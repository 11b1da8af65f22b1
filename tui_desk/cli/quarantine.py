"""quarantine list, show, retry: the mails that could not be understood."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from tui_desk import clock
from tui_desk.cli import output
from tui_desk.cli.formats import Json, Jsonl, lists
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column
from tui_desk.cli.read import Asked
from tui_desk.cli.records import iso
from tui_desk.cli.talk import say
from tui_desk.cli.targets import from_stdin
from tui_desk.errors import DeskError, PartialError, UsageError
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.quarantine import Kept, Retried
from tui_desk.service.words import ago, result_name, size
from tui_desk.text import one_line

app = new_app()
quarantine = new_app(help=_("Mail that could not be understood."), invoke_without_command=True)
app.add_typer(quarantine, name="quarantine")


@quarantine.command("list", help=_("What is kept, and why: the oldest first."))
def list_(
    json: Json = False,
    jsonl: Jsonl = False,
    ids: Annotated[bool, typer.Option("--ids", help=_("Only the ids."))] = False,
    fail_empty: Annotated[bool, typer.Option("--fail-empty", help=_("Exit 1 where there is nothing."))] = False,
) -> int:
    asked = Asked(json, jsonl, ids, fail_empty)
    now = clock.now()
    columns = [
        Column(_("Id"), "id", style=lambda _v: "bold"),
        Column(_("Age"), "seconds", lambda v: ago(now - v), right=True),
        Column(_("From"), "from", grows=True, rank=1),
        Column(_("Subject"), "subject", grows=True),
        Column(_("Size"), "size", size, right=True, rank=2),
        Column(_("Cause"), "cause", style=lambda _v: "red", grows=True),
    ]
    with Desk.open() as desk:
        kept = desk.quarantine.list()
    if asked.form == "table" and sys.stdout.isatty():
        rows = [{**record(mail), "seconds": mail.received_at} for mail in kept]
        if not rows:
            say(_("The quarantine is empty."))
        return asked.code(output.records(rows, columns, "table", "quarantine"))
    columns[1] = Column("", "received_at")
    return asked.code(output.records([record(mail) for mail in kept], columns, asked.form, "quarantine", key="id"))


lists(quarantine, list_)


@quarantine.command("show", help=_("Why a mail is kept, and its headers; --raw: its bytes."))
def show(
    mail: Annotated[str, typer.Argument(metavar="ID", help=_("The first column of `desk quarantine list`, or its beginning."))],
    raw: Annotated[bool, typer.Option("--raw", help=_("The mail as it came."))] = False,
    json: Json = False,
) -> int:
    with Desk.open() as desk:
        kept = desk.quarantine.kept(mail)
        if raw:
            output.raw(desk.quarantine.raw(kept))
            return 0
        headers = desk.quarantine.headers(kept)
    if json:
        output.one({"mail": {**record(kept), "headers": [{"name": name, "value": value} for name, value in headers]}})
        return 0
    lines = [
        output.paint(f"{kept.id}  {size(kept.size)}  {iso(kept.received_at)}  {kept.folder}".rstrip(), "bold"),
        output.paint(_("Kept aside: %(cause)s") % {"cause": kept.cause}, "red"),
        "",
        *(f"{output.paint(f'{name}:', 'dim')} {value}" for name, value in headers),
    ]
    output.page("\n".join(lines))
    return 0


@quarantine.command("retry", help=_("Read mails again with this version, and file those that can be read."))
def retry(
    mails: Annotated[list[str] | None, typer.Argument(metavar="ID...", help=_("Ids, or - for ids on standard input."))] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help=_("All that is kept."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Say what would be done, and do nothing."))] = False,
    json: Json = False,
    jsonl: Jsonl = False,
) -> int:
    if bool(mails) == everything:
        raise UsageError(_("Which mails?"), _("Give ids, - or --all; `desk quarantine list` shows them."))
    form = Asked(json, jsonl).form
    names = from_stdin() if mails == ["-"] else mails
    if names == []:
        raise UsageError(_("That selects no mail: nothing was changed."))
    with Desk.open() as desk:
        if dry_run:
            say(_("Dry run: nothing is changed."))
        outcomes = []
        for each in desk.quarantine.retry(names, rehearse=dry_run):
            outcomes.append(each)
            if form == "jsonl":
                output.records([outcome(each)], [], "jsonl", "outcomes")
            elif form == "table":
                result = result_name(each.result) if sys.stdout.isatty() else each.result
                print(f"{each.id}\t{result}\t{one_line(each.text)}", flush=True)
    if form == "json":
        output.one({"outcomes": [outcome(each) for each in outcomes]})
    elif not outcomes:
        say(_("The quarantine is empty."))
    return _code(outcomes)


def record(mail: Kept) -> dict[str, Any]:
    """A mail that is kept, as --json says it."""
    return {
        "id": mail.id,
        "received_at": iso(mail.received_at),
        "from": mail.sender,
        "subject": mail.subject,
        "size": mail.size,
        "cause": mail.cause,
        "source": mail.source,
        "folder": mail.folder,
    }


def outcome(each: Retried) -> dict[str, Any]:
    """What became of a mail, as --json says it."""
    return {"id": each.id, "result": each.result, "verdict": each.verdict, "number": each.number, "text": each.text}


def _code(outcomes: list[Retried]) -> int:
    """0. Raises PartialError where some mails stay, DeskError where all do."""
    failed = [each for each in outcomes if each.result == "failed"]
    if not failed:
        return 0
    hint = _("Their bytes are kept; a later version may read them.")
    if len(failed) == len(outcomes):
        raise DeskError(_("None of the mails could be read.") if len(failed) > 1 else failed[0].text, hint)
    raise PartialError(_("%(n)s of %(all)s could not be read.") % {"n": len(failed), "all": len(outcomes)}, hint)
