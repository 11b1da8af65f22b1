"""init and demo."""

from __future__ import annotations

import getpass
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tui_desk import paths
from tui_desk.cli.group import new_app
from tui_desk.cli.talk import can_ask, complain, say
from tui_desk.config.schema import Settings
from tui_desk.config.secrets import Kind
from tui_desk.errors import AuthError, ConfigError, Interrupted, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service.setup import Answers, ensure_free, ensure_keyring, finish, known_provider, settings_of, try_out

app = new_app()


@app.command(
    "init",
    help=_(
        "Set a desk up. On a terminal it asks; with --address, --imap and a password command it asks nothing.\n\n"
        "desk init --address support@x.test --imap imaps://mail.x.test:993 --smtp smtps://mail.x.test:465 "
        "--user support --password-command 'pass show support'"
    ),
)
def init(
    address: Annotated[str, typer.Option(help=_("The desk's address."))] = "",
    name: Annotated[str, typer.Option(help=_("The name beside it in replies."))] = "",
    imap: Annotated[str, typer.Option(help=_("imaps://host:993, imap+starttls://host:143"))] = "",
    smtp: Annotated[str, typer.Option(help=_("smtps://host:465, smtp+starttls://host:587"))] = "",
    user: Annotated[str, typer.Option(help=_("The login; default: the address."))] = "",
    password_command: Annotated[str, typer.Option(help=_("A command that prints the password; default: the keyring."))] = "",
    agent: Annotated[str, typer.Option(help=_("Your short name; default: your login."))] = "",
    agent_name: Annotated[str, typer.Option(help=_("Your name in replies."))] = "",
    language: Annotated[str, typer.Option(help=_("auto, en or fr."))] = "auto",
    timezone: Annotated[str, typer.Option(help=_("Time zone of business hours: Europe/Paris."))] = "",
    ca_file: Annotated[str, typer.Option(help=_("Certificates to trust beside the system's."))] = "",
    sent: Annotated[str, typer.Option(help=_("The folder of sent mail; default: the server's own."))] = "",
    allow_plaintext: Annotated[
        bool, typer.Option("--allow-plaintext", help=_("Allow imap:// and smtp:// off loopback."))
    ] = False,
    check: Annotated[bool, typer.Option("--check/--no-check", help=_("Log in to both servers first."))] = True,
    replace_settings: Annotated[bool, typer.Option("--replace", help=_("Write over settings that are there."))] = False,
) -> int:
    answers = Answers(
        address=address,
        imap=imap,
        smtp=smtp,
        user=user,
        password_command=password_command,
        name=name,
        agent=agent,
        agent_name=agent_name,
        language=language,
        timezone=timezone,
        ca_file=ca_file,
        sent=sent,
        allow_plaintext=allow_plaintext,
    )
    profile = paths.profile()
    if not replace_settings:
        ensure_free(profile)
    if not password_command and can_ask():
        ensure_keyring()
    if not address or not imap or not (password_command or can_ask()):
        answers = _asked(answers)
    settings = settings_of(answers)
    answers, folders = _tried(answers, settings, check=check)
    if folders:
        say(ngettext("Logged in: %(n)s folder.", "Logged in: %(n)s folders.", len(folders)) % {"n": len(folders)})
    finish(profile, settings, answers.password, replace_settings=replace_settings)
    say(_("Settings written to %(file)s.") % {"file": profile.settings})
    say(_("Now: `desk sync` fetches the mail, then `desk` opens the console."))
    return 0


@app.command("demo", help=_("Look around: the console on an embedded sample mailbox. Nothing of yours is touched."))
def demo(
    seed_only: Annotated[
        Path | None, typer.Option("--seed-only", metavar="FOLDER", help=_("Only prepare a store there, for scripts."))
    ] = None,
) -> int:
    if seed_only is not None:
        return _seed(seed_only)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(_("The demo's console needs a terminal."), _("For scripts: desk demo --seed-only FOLDER"))
    from tui_desk.tui.start import run

    return run(demo=True)


def _seed(folder: Path) -> int:
    from tui_desk.service import Desk

    with Desk.demo(folder) as desk:
        count, _capped = desk.queue.count("", cap=1 << 31)
    say(ngettext("%(n)s ticket. Use it with:", "%(n)s tickets. Use it with:", count) % {"n": count})
    print(f"export TUI_DESK_HOME={folder.resolve()} TUI_DESK_PROFILE=demo")
    return 0


def _asked(answers: Answers) -> Answers:
    """Ask for what is missing. Raises UsageError where nobody can be asked."""
    if not can_ask():
        given = {
            "--address": answers.address,
            "--imap": answers.imap,
            "--password-command": answers.password_command,
        }
        names = ", ".join(name for name, value in given.items() if not value)
        raise UsageError(
            _("Nobody can be asked here, and something is missing: %(names)s.") % {"names": names},
            _("`%(command)s --help` shows how.") % {"command": "desk init"},
        )
    address = answers.address or _address()
    provider = known_provider(address)
    if provider is not None and provider.hint:
        say(f"  {_(provider.hint)}")
    domain = address.partition("@")[2]
    return replace(
        answers,
        address=address,
        imap=answers.imap
        or _server(_("Where mail is read"), "imap", provider.imap if provider else f"imaps://imap.{domain}:993"),
        smtp=answers.smtp
        or _server(_("Where mail is sent"), "smtp", provider.smtp if provider else f"smtps://smtp.{domain}:465"),
        user=answers.user or _ask(_("Login"), address),
        name=answers.name or _ask(_("Name in replies"), domain),
        agent=answers.agent or _ask(_("Your short name"), getpass.getuser()),
    )


def _tried(answers: Answers, settings: Settings, *, check: bool) -> tuple[Answers, list[str]]:
    """The answers with a password that both servers take, and the mailbox's folders; a wrong one is asked again."""
    if answers.password_command:
        return answers, try_out(settings) if check else []
    for tries_left in (2, 1, 0):
        answers = replace(answers, password=getpass.getpass(_("Password (kept in the keyring): ")))
        try:
            return answers, try_out(settings, answers.password) if check else []
        except AuthError as error:
            if not tries_left:
                raise
            complain(error)
    raise AssertionError  # pragma: no cover  (the last try returned or raised)


def _address() -> str:
    while "@" not in (address := _ask(_("The desk's address"))).strip("@"):
        say(_("“%(address)s” is not a mail address.") % {"address": address})
    return address


def _server(question: str, kind: Kind, default: str) -> str:
    """A server's URL; one that cannot be used is told and asked again."""
    from tui_desk.config import url

    while True:
        answer = _ask(question, default)
        try:
            url.parse(answer, kind)
        except ConfigError as error:
            complain(error)
        else:
            return answer


def _ask(question: str, default: str = "") -> str:
    """An answer. Raises Interrupted at the end of input (ctrl-d)."""
    shown = f"{question} [{default}]: " if default else f"{question}: "
    print(shown, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        print(file=sys.stderr)
        raise Interrupted(_("Nothing was written."))
    return line.strip() or default
