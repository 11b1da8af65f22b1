"""macros list, show, rank, lint."""

from __future__ import annotations

from typing import Annotated

import typer

from tui_desk.cli import output
from tui_desk.cli.formats import Json, Jsonl, lists
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column
from tui_desk.cli.read import Asked
from tui_desk.cli.talk import say
from tui_desk.errors import PartialError
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.types import MacroView

app = new_app()
macros = new_app(help=_("Canned responses."), invoke_without_command=True)
app.add_typer(macros, name="macros")

Ids = Annotated[bool, typer.Option("--ids", help=_("Only the names."))]


@macros.command("list", help=_("Every macro."))
def list_(json: Json = False, jsonl: Jsonl = False, ids: Ids = False) -> int:
    with Desk.open() as desk:
        return _listed(desk.macros.all(), Asked(json, jsonl, ids))


lists(macros, list_)


@macros.command("rank", help=_("The macros that suit a ticket, best first."))
def rank(
    ticket: Annotated[str, typer.Argument(metavar="TICKET")],
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1)] = 10,
    json: Json = False,
    jsonl: Jsonl = False,
    ids: Ids = False,
) -> int:
    with Desk.open() as desk:
        return _listed(desk.macros.rank(ticket, " ".join(words or ()), limit), Asked(json, jsonl, ids))


@macros.command("show", help=_("A macro's text; with a ticket, filled for it."))
def show(
    macro: Annotated[str, typer.Argument(metavar="MACRO")],
    ticket: Annotated[str | None, typer.Argument(metavar="TICKET")] = None,
) -> int:
    with Desk.open() as desk:
        text = desk.macros.render(macro, ticket).text if ticket else desk.macros.find(macro).body
        print(output.block(text))
    return 0


@macros.command(
    "lint",
    help=_(
        "What is to be mended: bad files, overdue reviews, near doubles. What was never used is told once macros were used twice"
        " as often as there are macros."
    ),
)
def lint() -> int:
    with Desk.open() as desk:
        found = desk.macros.lint()
    for finding in found:
        print(f"{finding.level}\t{output.block(finding.what)}")
    if not found:
        say(_("There is nothing to mend."))
    if any(finding.level == "error" for finding in found):
        raise PartialError(_("Some macros cannot be used."), _("Correct the files named above."))
    return 0


def _listed(views: list[MacroView], asked: Asked) -> int:
    rows = [
        {
            "macro": v.id,
            "title": v.title,
            "language": v.language,
            "tags": list(v.tags),
            "state": v.state,
            "used": v.used,
            "score": round(v.score, 3),
        }
        for v in views
    ]
    columns = [
        Column(_("Macro"), "macro", style=lambda _v: "bold"),
        Column(_("Title"), "title", grows=True),
        Column(_("Language"), "language"),
        Column(_("Tags"), "tags", lambda v: " ".join(v), lambda _v: "blue", grows=True),
        Column(_("State"), "state"),
        Column(_("Used"), "used", right=True),
    ]
    return asked.code(output.records(rows, columns, asked.form, "macros", key="macro"))
