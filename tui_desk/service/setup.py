"""Setting a desk up: answers become settings once the servers have been seen to take them. Both faces' wizards end here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.config.schema import Account, Agent, Calendar, Settings
from tui_desk.errors import ConfigError, RefusedError
from tui_desk.i18n import _
from tui_desk.paths import Profile

if TYPE_CHECKING:
    from tui_desk.config.providers import Provider


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person is asked. `password` is written to the keyring and nowhere else."""

    address: str
    imap: str
    smtp: str = ""
    user: str = ""
    password: str = ""
    password_command: str = ""
    name: str = ""
    agent: str = ""
    agent_name: str = ""
    language: str = "auto"
    timezone: str = ""
    ca_file: str = ""
    sent: str = ""
    allow_plaintext: bool = False


def known_provider(address: str) -> Provider | None:
    """The servers of a well-known provider, by the address's domain."""
    from tui_desk.config.providers import find

    return find(address)


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
    provider = known_provider(answers.address)
    files_itself = provider is not None and not provider.save_sent and provider.smtp == answers.smtp
    account = Account(
        address=answers.address.strip().lower(),
        name=answers.name,
        imap=answers.imap,
        smtp=answers.smtp,
        user=answers.user,
        password_command=answers.password_command,
        ca_file=answers.ca_file,
        sent=answers.sent,
        allow_plaintext=answers.allow_plaintext,
        save_sent=not files_itself,
    )
    calendar = Calendar()
    if answers.timezone or local_timezone():
        calendar = replace(calendar, timezone=answers.timezone or local_timezone())
    agent = Agent(id=answers.agent, name=answers.agent_name)
    settings = Settings(language=answers.language, account=account, agent=agent, calendar=calendar)
    _verify(settings)
    return settings


def _verify(settings: Settings) -> None:
    """Raise ConfigError for the first setting that the file could not hold."""
    from tui_desk.config.load import verify
    from tui_desk.config.write import render

    for problem in verify(Profile("", Path(), Path()), render(settings)):
        raise ConfigError(f"{problem.key}: {problem.message}", _("Nothing was written: give another value."))


def try_out(settings: Settings, password: str = "") -> list[str]:
    """Log in to both servers; returns the mailbox's folders. Raises AuthError, NetworkError, CertificateError."""
    from tui_desk.config.secrets import password as secret
    from tui_desk.transport.imap import ImapMailbox
    from tui_desk.transport.smtp import SmtpSender

    mailbox = ImapMailbox(settings.account, password or secret(settings, "imap"))
    mailbox.connect()
    try:
        folders = [folder.name for folder in mailbox.folders()]
    finally:
        mailbox.close()
    if settings.account.smtp:
        sender = SmtpSender(settings, password or secret(settings, "smtp"))
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
            _("Say where it is with --password-command, for example 'pass show support'."),
        )


def finish(profile: Profile, settings: Settings, password: str = "", *, replace_settings: bool = False) -> None:
    """Write the settings file and keep the password in the keyring. Raises RefusedError where there are settings already."""
    from tui_desk.config.secrets import remember
    from tui_desk.config.write import create

    if not replace_settings:
        ensure_free(profile)
    if password:
        remember(settings, password, "imap")
        if settings.account.smtp:
            remember(settings, password, "smtp")
    create(profile, settings)


def local_timezone() -> str:
    """The machine's IANA time zone, "" where it cannot be told."""
    import os

    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    target = str(Path("/etc/localtime").resolve())
    _before, found, zone = target.partition("zoneinfo/")
    return zone if found and zone not in ("UTC", "Etc/UTC", "Universal") else ""
