"""contacts list, merge, unmerge: people with several addresses."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tui_desk import clock
from tui_desk.cli import output
from tui_desk.cli.formats import Json, Jsonl, lists
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column
from tui_desk.cli.read import Asked, seconds
from tui_desk.cli.records import iso
from tui_desk.cli.talk import say
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.words import ago
from tui_desk.store.contacts import Person

app = new_app()
contacts = new_app(help=_("People and their addresses."), invoke_without_command=True)
app.add_typer(contacts, name="contacts")

Address = Annotated[str, typer.Argument(metavar="ADDRESS")]


@contacts.command("list", help=_("People whose address or name holds the words, who wrote last first."))
def list_(
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS")] = None,
    merged: Annotated[bool, typer.Option("--merged", help=_("Only people with several addresses."))] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1)] = 50,
    json: Json = False,
    jsonl: Jsonl = False,
) -> int:
    asked, now = Asked(json, jsonl, False), clock.now()
    with Desk.open() as desk:
        found = desk.contacts.list(" ".join(words or ()), limit, merged=merged)
    rows = [record(person) for person in found]
    columns = [
        Column(_("Address"), "email", style=lambda _v: "bold", grows=True),
        Column(_("Name"), "name", grows=True),
        Column(_("Also"), "others", lambda v: ", ".join(v), grows=True),
        Column(_("Tickets"), "tickets", right=True),
        Column(_("Last seen"), "last_seen", lambda v: ago(now - seconds(v)), right=True),
    ]
    return asked.code(output.records(rows, columns, asked.form, "contacts", key="email"))


lists(contacts, list_)


@contacts.command("merge", help=_("Several addresses are one person's: their tickets stand in one place."))
def merge(
    address: Address,
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help=_("Further addresses of the same person."))],
) -> int:
    with Desk.open() as desk:
        person = desk.contacts.merge(address, others, "desk contacts merge")
    also = ", ".join(output.block(other) for other in person.others)
    say(_("%(address)s is now also %(others)s.") % {"address": output.block(person.email), "others": also})
    return 0


@contacts.command("unmerge", help=_("An address is a person of its own again, as it was before."))
def unmerge(address: Address) -> int:
    with Desk.open() as desk:
        person = desk.contacts.unmerge(address, "desk contacts unmerge")
    say(_("%(address)s stands for itself again.") % {"address": output.block(person.email)})
    return 0


def record(person: Person) -> dict[str, Any]:
    """A person as JSON."""
    return {
        "email": person.email,
        "name": person.name,
        "others": list(person.others),
        "tickets": person.tickets,
        "first_seen": iso(person.first_seen),
        "last_seen": iso(person.last_seen),
    }
