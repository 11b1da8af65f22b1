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
from tui_desk.cli.wizard import asked, has_secret
from tui_desk.config.schema import OAuth, Settings
from tui_desk.errors import AuthError, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service.setup import (
    Answers,
    ensure_free,
    ensure_keyring,
    ensure_new,
    finish,
    settings_of,
    try_out,
    with_servers,
)

app = new_app()


@app.command(
    "init",
    help=_(
        "Set a desk up. On a terminal it asks; with --address, --imap and a password command it asks nothing.\n\n"
        "desk init --address support@x.test --imap imaps://mail.x.test:993 --smtp smtps://mail.x.test:465 "
        "--user support --password-command 'pass show support'\n\n"
        "desk init --address support@gmail.com --auth oauth --client-id ID --client-secret-command 'pass show desk-client'\n\n"
        "desk init --add billing --address billing@x.test --imap imaps://mail.x.test:993 --smtp smtps://mail.x.test:465"
    ),
)
def init(
    address: Annotated[str, typer.Option(help=_("The desk's address."))] = "",
    name: Annotated[str, typer.Option(help=_("The name beside it in replies."))] = "",
    alias: Annotated[
        list[str] | None,
        typer.Option(help=_("Another address that is yours, or @domain for everybody there; may be said several times.")),
    ] = None,
    queue: Annotated[str, typer.Option(help=_("The queue of what is written to it; default: by its name."))] = "",
    add: Annotated[
        str, typer.Option(metavar="NAME", help=_("Add a further mailbox of this name to a desk that is set up."))
    ] = "",
    imap: Annotated[str, typer.Option(help=_("imaps://host:993, imap+starttls://host:143"))] = "",
    smtp: Annotated[str, typer.Option(help=_("smtps://host:465, smtp+starttls://host:587"))] = "",
    user: Annotated[str, typer.Option(help=_("The login; default: the address."))] = "",
    password_command: Annotated[str, typer.Option(help=_("A command that prints the password; default: the keyring."))] = "",
    auth: Annotated[str, typer.Option(help=_("password, or oauth: the provider is asked for tokens, with your consent."))] = "",
    token_command: Annotated[str, typer.Option(help=_("A command that prints an OAuth access token."))] = "",
    provider: Annotated[str, typer.Option(help=_("google or microsoft; default: as the address or --imap has it."))] = "",
    client_id: Annotated[str, typer.Option(help=_("The id of your own application at the provider."))] = "",
    client_secret_command: Annotated[
        str, typer.Option(help=_("A command that prints its secret, where it has one; default: the keyring."))
    ] = "",
    tenant: Annotated[str, typer.Option(help=_("Microsoft: your organisation's id; default: common."))] = "",
    flow: Annotated[str, typer.Option(help=_("How to consent: browser or device; default: what can be."))] = "",
    authorize_url: Annotated[str, typer.Option(help=_("Another provider's page for consent."))] = "",
    token_url: Annotated[str, typer.Option(help=_("Where that provider gives tokens."))] = "",
    device_url: Annotated[str, typer.Option(help=_("Where it gives device codes."))] = "",
    scope: Annotated[list[str] | None, typer.Option(help=_("What to ask it for; may be said several times."))] = None,
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
        auth=auth or ("oauth" if client_id else "password"),
        token_command=token_command,
        oauth=OAuth(
            provider=provider,
            client_id=client_id,
            client_secret_command=client_secret_command,
            tenant=tenant or OAuth().tenant,
            flow=flow,
            authorize_url=authorize_url,
            token_url=token_url,
            device_url=device_url,
            scopes=tuple(scope or ()),
        ),
        name=name,
        agent=agent,
        agent_name=agent_name,
        language=language,
        timezone=timezone,
        ca_file=ca_file,
        sent=sent,
        aliases=tuple(alias or ()),
        queue=queue,
        allow_plaintext=allow_plaintext,
    )
    profile = paths.profile()
    if add:
        answers = _like_the_first(answers, ensure_new(profile, add))
    elif not replace_settings:
        ensure_free(profile)
    if not (password_command or token_command) and (can_ask() or answers.auth == "oauth"):
        ensure_keyring()
    answers = with_servers(answers)
    if not answers.address or not answers.imap or not has_secret(answers):
        answers = asked(answers, ask_auth=not (auth or client_id), first=not add)
    settings = settings_of(answers)
    if answers.auth == "oauth" and not token_command:
        folders = _by_consent(profile, settings, check=check, replace_settings=replace_settings, add=add)
    else:
        answers, folders = _tried(answers, settings, check=check)
        finish(profile, settings, answers.password, replace_settings=replace_settings, add=add)
    if folders:
        say(ngettext("Logged in: %(n)s folder.", "Logged in: %(n)s folders.", len(folders)) % {"n": len(folders)})
    say(_("Settings written to %(file)s.") % {"file": profile.settings})
    desk = "desk" if profile.name == paths.DEFAULT_PROFILE else f"desk --profile {profile.name}"
    if add:
        text = _("Now: `%(desk)s sync` fetches its mail. Older tickets get their queue by `%(desk)s rebuild`.")
    else:
        text = _("Now: `%(desk)s sync` fetches the mail, then `%(desk)s` opens the console.")
    say(text % {"desk": desk})
    return 0


def _like_the_first(answers: Answers, settings: Settings) -> Answers:
    """The application at the provider that the first account asks with, where no other is said."""
    oauth = answers.oauth
    if answers.auth == "oauth" and not oauth.client_id and not oauth.provider and not oauth.token_url:
        return replace(answers, oauth=settings.oauth)
    return answers


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


def _by_consent(profile: paths.Profile, settings: Settings, *, check: bool, replace_settings: bool, add: str) -> list[str]:
    """Ask the person for consent, try both servers, and write everything down; returns the mailbox's folders."""
    from tui_desk.cli.auth import asked_secret, consented
    from tui_desk.service.auth import may_have_secret, wants_secret
    from tui_desk.service.auth import try_out as try_tokens

    asks = wants_secret(settings) or (may_have_secret(settings) and can_ask())
    secret = asked_secret(settings) if asks else None
    tokens = consented(settings, secret=secret)
    folders = try_tokens(settings, tokens) if check else []
    finish(profile, settings, tokens=tokens, client_secret=secret or "", replace_settings=replace_settings, add=add)
    return folders


def _tried(answers: Answers, settings: Settings, *, check: bool) -> tuple[Answers, list[str]]:
    """The answers with a password that both servers take, and the mailbox's folders; a wrong one is asked again."""
    if answers.password_command or answers.token_command:
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
