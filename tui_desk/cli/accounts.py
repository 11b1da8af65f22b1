"""accounts list, test, remove: the mailboxes of a desk; `desk init --add NAME` adds one."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from tui_desk import paths
from tui_desk.cli import output
from tui_desk.cli.formats import Json, Jsonl, lists
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column
from tui_desk.cli.read import Asked
from tui_desk.cli.talk import can_ask, confirm, say
from tui_desk.config.schema import MAIN
from tui_desk.errors import DeskError, Interrupted, RefusedError, UsageError
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.accounts import find, listed

app = new_app()
accounts = new_app(help=_("The mailboxes of this desk: desk init --add NAME adds one."), invoke_without_command=True)
app.add_typer(accounts, name="accounts")

Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help=_("Its name, or its address."))]


@accounts.command("list", help=_("Every account with its address, its queue and what else is ours."))
def list_(
    json: Json = False,
    jsonl: Jsonl = False,
) -> int:
    asked = Asked(json, jsonl, False)
    with Desk.open() as desk:
        rows = listed(desk.settings)
    columns = [
        Column(_("Account"), "account", style=lambda _v: "bold"),
        Column(_("Address"), "address", grows=True),
        Column(_("Queue"), "queue"),
        Column(_("Name"), "name", grows=True),
        Column(_("Also"), "aliases", lambda v: ", ".join(v), grows=True),
        Column("IMAP", "imap", grows=True, rank=2),
        Column("SMTP", "smtp", grows=True, rank=3),
    ]
    return asked.code(output.records(rows, columns, asked.form, "accounts", key="account"))


lists(accounts, list_)


@accounts.command("test", help=_("Log in to the servers of an account, or of all."))
def try_out(account: Annotated[str, typer.Argument(metavar="[ACCOUNT]")] = "") -> int:
    with Desk.open() as desk:
        if account:
            desk.mailbox.only(account)
        findings = desk.mailbox.check()
    for found in findings:
        print(output.block("\t".join(filter(None, (found.level, found.what, found.hint)))))
    if any(found.level == "error" for found in findings):
        raise DeskError(_("Not every server takes the login."), _("The lines above say what to do."))
    return 0


@accounts.command(
    "remove", help=_("Take a further account out of the settings. The mail that came by it stays, and so do its tickets.")
)
def remove(account: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False) -> int:
    from tui_desk.config.secrets import forget
    from tui_desk.config.write import remove_section

    with Desk.open() as desk:
        settings = desk.settings
    name = find(settings, account)
    if name == MAIN:
        raise UsageError(_("The first account cannot be taken out."), _("Change it with `desk config set account.…`."))
    if not yes and not can_ask():
        raise RefusedError(_("An account would be taken out."), _("Say --yes to do it without a question."))
    if not yes and not confirm(_("Take %(account)s out? [y/N]") % {"account": settings.accounts[name].address}):
        raise Interrupted(_("Nothing was changed."))
    if not remove_section(paths.profile(), f"accounts.{name}"):
        raise RefusedError(_("That account is not in the file: the environment names it."))
    remove_section(paths.profile(), f"oauths.{name}")
    if not settings.accounts[name].password_command:
        with contextlib.suppress(DeskError):  # a machine without a keyring has nothing to forget
            forget(settings.at(name))
    say(_("Taken out. Its mail is followed no more; what came stays."))
    return 0
