"""The questions of `init`, for what its options did not say."""

from __future__ import annotations

import getpass
import sys
from dataclasses import replace

from tui_desk.cli.talk import can_ask, complain, say
from tui_desk.config.secrets import Kind
from tui_desk.errors import ConfigError, Interrupted, UsageError
from tui_desk.i18n import _
from tui_desk.service.setup import Answers, known_provider, likely_servers, settings_of, with_servers


def has_secret(answers: Answers) -> bool:
    """Whether nothing is left to be asked for the login (but the password, where somebody is there)."""
    if _has_command(answers):
        return True
    return bool(answers.oauth.client_id) if answers.auth == "oauth" else can_ask()


def asked(answers: Answers, *, ask_auth: bool, first: bool = True) -> Answers:
    """Ask for what is missing; `first`: not of a further account. Raises UsageError where nobody can be asked."""
    if not can_ask():
        given = {
            "--address": answers.address,
            "--imap": answers.imap,
            "--client-id" if answers.auth == "oauth" else "--password-command": has_secret(answers),
        }
        names = ", ".join(name for name, value in given.items() if not value)
        raise UsageError(
            _("Nobody can be asked here, and something is missing: %(names)s.") % {"names": names},
            _("`%(command)s --help` shows how.") % {"command": "desk init"},
        )
    answers = _asked_address(answers)
    provider = known_provider(answers.address)
    likely = likely_servers(answers.address)
    domain = answers.address.partition("@")[2]
    answers = replace(
        answers,
        imap=answers.imap or _server(_("Where mail is read"), "imap", likely["imap"]),
        smtp=answers.smtp or _server(_("Where mail is sent"), "smtp", likely["smtp"]),
        user=answers.user or _ask(_("Login"), answers.address),
        name=answers.name or _ask(_("Name in replies"), domain),
        aliases=answers.aliases or _aliases(domain),
        agent=answers.agent or (_ask(_("Your short name"), getpass.getuser()) if first else ""),
    )
    return _asked_login(answers, ask_auth=ask_auth and bool(provider and provider.oauth) and not _has_command(answers))


def _aliases(domain: str) -> tuple[str, ...]:
    """What else is ours: mail from there is an answer and no customer's."""
    from tui_desk.config.rules import senders

    about = _("Mail to these is the desk’s; mail from them is an answer and no customer’s. Parted by commas, or empty.")
    everybody = _("@%(domain)s stands for everybody there: colleagues who answer from addresses of their own.")
    say(f"  {about}\n  {everybody % {'domain': domain}}")
    while True:
        said = tuple(part.strip() for part in _ask(_("Other addresses that are yours")).split(",") if part.strip())
        if not (wrong := senders(said, {})):
            return said
        say(wrong)


def _asked_address(answers: Answers) -> Answers:
    """The desk's address, and whose servers it has where OAuth needs to know and nothing tells."""
    answers = replace(answers, address=answers.address or _address())
    provider = known_provider(answers.address)
    if provider is not None and provider.hint:
        say(f"  {_(provider.hint)}")
    if answers.auth == "oauth" and not (answers.imap or answers.oauth.token_url or (provider and provider.oauth)):
        answers = replace(answers, oauth=replace(answers.oauth, provider=answers.oauth.provider or _provider()))
    return with_servers(answers)


def _provider() -> str:
    while (name := _ask(_("Provider (google or microsoft)")).lower()) not in ("google", "microsoft"):
        say(_("For another provider: `desk init --auth oauth --token-url … --authorize-url … --scope …`"))
    return name


def _has_command(answers: Answers) -> bool:
    return bool(answers.password_command or answers.token_command)


def _asked_login(answers: Answers, *, ask_auth: bool) -> Answers:
    """How to log in, where both can be, and the id of the application that OAuth wants."""
    from tui_desk.config.issuers import issuer

    if ask_auth:
        known = known_provider(answers.address)
        likely = "oauth" if known is not None and known.oauth == "microsoft" else "password"
        while (auth := _ask(_("Login by password or oauth"), likely)) not in ("password", "oauth"):
            say(_("One of the two words: password, or oauth."))
        answers = replace(answers, auth=auth)
    if answers.auth != "oauth" or answers.oauth.client_id or _has_command(answers):
        return answers
    hint = issuer(settings_of(answers)).hint
    if hint:
        say(f"  {_(hint)}")
    return replace(answers, oauth=replace(answers.oauth, client_id=_client_id()))


def _client_id() -> str:
    while not (client_id := _ask(_("Client id"))):
        say(_("It is needed: the provider wants to know whose program asks."))
    return client_id


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
