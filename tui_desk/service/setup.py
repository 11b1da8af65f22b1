"""Setting a desk up: answers become settings once the servers have been seen to take them. Both faces' wizards end here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.config.schema import Account, Agent, Calendar, OAuth, Settings
from tui_desk.errors import ConfigError, RefusedError
from tui_desk.i18n import _
from tui_desk.paths import Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_desk.config.providers import Provider
    from tui_desk.config.secrets import Kind
    from tui_desk.config.tokens import Tokens
    from tui_desk.transport.sasl import Bearer


NO_OAUTH = OAuth()


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person is asked. `password` is written to the keyring and nowhere else."""

    address: str
    imap: str
    smtp: str = ""
    user: str = ""
    password: str = ""
    password_command: str = ""
    auth: str = "password"
    token_command: str = ""
    oauth: OAuth = NO_OAUTH
    name: str = ""
    agent: str = ""
    agent_name: str = ""
    language: str = "auto"
    timezone: str = ""
    ca_file: str = ""
    sent: str = ""
    allow_plaintext: bool = False
    aliases: tuple[str, ...] = ()
    """Other addresses that are ours; "@acme.example": everybody's there."""
    queue: str = ""


def known_provider(address: str) -> Provider | None:
    """The servers of a well-known provider, by the address's domain."""
    from tui_desk.config.providers import find

    return find(address)


def likely_servers(address: str) -> dict[str, str]:
    """Where the mail of `address` is read and sent: "imap" and "smtp", of its provider, or as most name them."""
    domain = address.partition("@")[2]
    known = known_provider(address)
    return {
        "imap": known.imap if known else f"imaps://imap.{domain}:993",
        "smtp": known.smtp if known else f"smtps://smtp.{domain}:465",
    }


def with_servers(answers: Answers) -> Answers:
    """`answers` with the servers of the provider that gives the tokens, where none were named."""
    from tui_desk.config.providers import servers_of

    known = known_provider(answers.address)
    provider = known if known and known.oauth else servers_of(answers.oauth.provider)
    if answers.auth != "oauth" or provider is None:
        return answers
    return replace(answers, imap=answers.imap or provider.imap, smtp=answers.smtp or provider.smtp)


def settings_of(answers: Answers) -> Settings:
    """The settings that the answers make. Raises ConfigError for a URL or a time zone that cannot be used."""
    from tui_desk.config import url

    if "@" not in answers.address:
        raise ConfigError(
            _("“%(address)s” is not a mail address.") % {"address": answers.address}, _("For example: support@example.org")
        )
    url.parse(answers.imap, "imap", allow_plaintext=answers.allow_plaintext)
    if answers.smtp:
        url.parse(answers.smtp, "smtp", allow_plaintext=answers.allow_plaintext)
    files_itself = _files_itself(answers)
    account = Account(
        address=answers.address.strip().lower(),
        name=answers.name,
        imap=answers.imap,
        smtp=answers.smtp,
        user=answers.user,
        auth=answers.auth,
        password_command=answers.password_command,
        token_command=answers.token_command,
        ca_file=answers.ca_file,
        sent=answers.sent,
        aliases=tuple(dict.fromkeys(alias.strip().lower() for alias in answers.aliases if alias.strip())),
        queue=answers.queue.strip().lower(),
        allow_plaintext=answers.allow_plaintext,
        save_sent=not files_itself,
    )
    calendar = Calendar()
    if answers.timezone or local_timezone():
        calendar = replace(calendar, timezone=answers.timezone or local_timezone())
    agent = Agent(id=answers.agent, name=answers.agent_name)
    settings = Settings(language=answers.language, account=account, oauth=answers.oauth, agent=agent, calendar=calendar)
    _verify(settings)
    return settings


def _files_itself(answers: Answers) -> bool:
    """Whether the provider puts what it sends into the Sent folder."""
    from tui_desk.config.providers import files_itself

    provider = known_provider(answers.address)
    known = provider is not None and not provider.save_sent and provider.smtp == answers.smtp
    return known or files_itself(answers.smtp)


def _verify(settings: Settings) -> None:
    """Raise ConfigError for the first setting that the file could not hold."""
    from tui_desk.config.load import verify
    from tui_desk.config.write import render

    for problem in verify(Profile("", Path(), Path()), render(settings)):
        raise ConfigError(f"{problem.key}: {problem.message}", _("Nothing was written: give another value."))


def try_out(settings: Settings, password: str = "") -> list[str]:
    """Log in to both servers; returns the mailbox's folders. Raises AuthError, NetworkError, CertificateError."""
    from tui_desk.transport.login import secret

    return log_in(settings, lambda kind: password or secret(settings, kind))


def log_in(settings: Settings, secret: Callable[[Kind], str | Bearer]) -> list[str]:
    """The same, with what `secret` gives for each server."""
    from tui_desk.transport.imap import ImapMailbox
    from tui_desk.transport.smtp import SmtpSender

    mailbox = ImapMailbox(settings.account, secret("imap"))
    mailbox.connect()
    try:
        folders = [folder.name for folder in mailbox.folders()]
    finally:
        mailbox.close()
    if settings.account.smtp:
        sender = SmtpSender(settings, secret("smtp"))
        try:
            sender.connect()
        finally:
            sender.close()
    return folders


def ensure_free(profile: Profile) -> None:
    """Raise RefusedError where the profile has settings already."""
    if profile.settings.exists():
        raise RefusedError(
            _("The profile “%(name)s” is set up already: %(file)s") % {"name": profile.name, "file": profile.settings},
            _("Change it with `desk config set`, choose another --profile, or say --replace."),
        )


def ensure_keyring() -> None:
    """Raise ConfigError where this machine has no keyring that could keep a password."""
    from tui_desk.config.secrets import keyring_works

    if not keyring_works():
        raise ConfigError(
            _("This machine has no keyring to keep a password in."),
            _("Say where it is with --password-command, for example 'pass show support' (OAuth: --token-command)."),
        )


def ensure_new(profile: Profile, name: str) -> Settings:
    """The settings that the further account `name` is to be added to. Raises ConfigError, RefusedError where it is there."""
    from tui_desk.config.load import load
    from tui_desk.config.values import name_of_section

    if wrong := name_of_section(name):
        raise ConfigError(wrong)
    settings = load(profile)
    if name in settings.accounts:
        raise RefusedError(
            _("There is an account “%(name)s” already.") % {"name": name},
            _("Change it with `desk config set accounts.%(name)s.…`, or choose another name.") % {"name": name},
        )
    return settings


def finish(
    profile: Profile,
    settings: Settings,
    password: str = "",
    *,
    tokens: Tokens | None = None,
    client_secret: str = "",
    replace_settings: bool = False,
    add: str = "",
) -> None:
    """Write the settings file and keep the secrets in the keyring. Raises RefusedError where there are settings already.

    `add`: the account of `settings` becomes a further one of this name, and the file stays as it is but for that.
    """
    from tui_desk.config.secrets import remember
    from tui_desk.config.write import create

    known = ensure_new(profile, add) if add else None
    if not replace_settings and known is None:
        ensure_free(profile)
    if password:
        remember(settings, password, "imap")
        if settings.account.smtp:
            remember(settings, password, "smtp")
    if tokens is not None:
        from tui_desk.service.auth import keep

        keep(settings, tokens, client_secret)
    if known is None:
        create(profile, settings)
        return
    from tui_desk.config.write import add_section

    add_section(profile, f"accounts.{add}", settings.account)
    if settings.account.auth == "oauth" and settings.oauth not in (known.oauth, NO_OAUTH):
        add_section(profile, f"oauths.{add}", settings.oauth)


def local_timezone() -> str:
    """The machine's IANA time zone, "" where it cannot be told."""
    import os

    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    target = str(Path("/etc/localtime").resolve())
    _before, found, zone = target.partition("zoneinfo/")
    return zone if found and zone not in ("UTC", "Etc/UTC", "Universal") else ""
