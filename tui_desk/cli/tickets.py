"""list, next, count, views, show, search, why: how Typer reads them."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from tui_desk.cli import read
from tui_desk.cli.formats import Json, Jsonl
from tui_desk.cli.group import new_app
from tui_desk.cli.read import Asked
from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.text import one_line

app = new_app()

Query = Annotated[list[str] | None, typer.Argument(metavar="QUERY", help=_("is:open assignee:me tag:refund older:3d ..."))]
Ids = Annotated[bool, typer.Option("--ids", help=_("Only the numbers, one a line: for pipes."))]
FailEmpty = Annotated[bool, typer.Option("--fail-empty", help=_("Exit 1 when there is nothing."))]
Limit = Annotated[
    int | None,
    typer.Option("--limit", "-n", min=0, help=_("At most so many, 0 for all; default: 50 on a terminal, all in a pipe.")),
]


# A query may hold -tag:vip, which is no option: what is not known here is left to the query.
_LOOSE = {"ignore_unknown_options": True}


@app.command("list", help=_("List tickets, most urgent first. Without a query: is:open."), context_settings=_LOOSE)
def list_(
    ctx: typer.Context,
    query: Query = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: Jsonl = False,
    ids: Ids = False,
    fail_empty: FailEmpty = False,
) -> int:
    return read.list_tickets(_terms(ctx, query), Asked(json, jsonl, ids, fail_empty, limit))


@app.command("next", help=_("The ticket to answer next: your most urgent, else one that nobody holds."))
def next_(json: Json = False, jsonl: Jsonl = False, ids: Ids = False, fail_empty: FailEmpty = False) -> int:
    return read.next_ticket(Asked(json, jsonl, ids, fail_empty))


@app.command("count", help=_("Count tickets. Without a query: is:open."), context_settings=_LOOSE)
def count(ctx: typer.Context, query: Query = None, json: Json = False, fail_empty: FailEmpty = False) -> int:
    return read.count_tickets(_terms(ctx, query), Asked(json=json, fail_empty=fail_empty))


@app.command("views", help=_("The views and their counts."))
def views(json: Json = False, jsonl: Jsonl = False, ids: Ids = False, fail_empty: FailEmpty = False) -> int:
    return read.list_views(Asked(json, jsonl, ids, fail_empty))


@app.command("search", help=_("Search the text of all messages, newest first."))
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS")],
    limit: Limit = None,
    json: Json = False,
    jsonl: Jsonl = False,
    ids: Ids = False,
    fail_empty: FailEmpty = False,
) -> int:
    return read.search(words, Asked(json, jsonl, ids, fail_empty, limit))


@app.command("show", help=_("Show a ticket. TICKET is #4F2K, 4F2K, or a Message-ID."))
def show(
    ticket: Annotated[str, typer.Argument(metavar="TICKET")],
    json: Json = False,
    jsonl: Jsonl = False,
    raw: Annotated[int | None, typer.Option("--raw", metavar="ID", help=_("Print the message with this id as it came."))] = None,
    charset: Annotated[
        str | None,
        typer.Option("--charset", metavar="NAME", help=_("Decode the mail again in this charset, whatever it claims.")),
    ] = None,
    raw_parse: Annotated[
        bool, typer.Option("--raw-parse", help=_("Print all that is read of the mail's bytes as JSON, a line a message."))
    ] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FOLDER", help=_("Save all attachments there, under safe names."))
    ] = None,
) -> int:
    if save is not None:
        from tui_desk.cli import saving

        return saving.save(ticket, save)
    return read.show(ticket, Asked(json, jsonl), raw=raw, charset=charset, parsed=raw_parse)


@app.command("why", help=_("Tell what threaded, opened and changed a ticket."))
def why(ticket: Annotated[str, typer.Argument(metavar="TICKET")]) -> int:
    return read.why(ticket)


def _terms(ctx: typer.Context, query: list[str] | None) -> list[str]:
    """The terms of a query. Raises UsageError for what is a mistyped option: no term begins with two dashes."""
    words = query or []
    for word in words:
        if word.startswith("--"):
            name = word.partition("=")[0]
            near = get_close_matches(name, [opt for param in ctx.command.params for opt in param.opts], 1)
            hint = _("Did you mean %(names)s?") % {"names": near[0]} if near else ""
            raise UsageError(
                _("There is no option %(name)s.") % {"name": one_line(name)},
                hint or _("`%(command)s --help` shows how.") % {"command": ctx.command_path},
            )
    return words
