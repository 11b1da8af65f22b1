"""auth: log in by OAuth, see until when, log out. A consent is asked on stderr: a page to open, or a code to type."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tui_desk import paths
from tui_desk.cli import output
from tui_desk.cli.formats import Json
from tui_desk.cli.group import new_app
from tui_desk.cli.talk import can_ask, say
from tui_desk.config.schema import MAIN, Settings
from tui_desk.errors import AuthError, Interrupted, TemporaryError, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service import auth as service
from tui_desk.service.auth import Faces, LoginState, Way
from tui_desk.service.setup import ensure_keyring
from tui_desk.service.words import span

if TYPE_CHECKING:
    from tui_desk.config.tokens import Tokens
    from tui_desk.transport.oauth import Device

app = new_app()
auth = new_app(help=_("Logging in by OAuth (Google, Microsoft and others): the tokens are kept in the keyring."))
app.add_typer(auth, name="auth")


Account = Annotated[
    str, typer.Option("--account", help=_("Which of several accounts: its name or its address."), show_default=False)
]


@auth.command(
    "login",
    help=_(
        "Ask for consent and keep the tokens. Mail that waited leaves at the next sync.\n\n"
        "On this machine's browser, or with --device by a code that is typed in any browser."
    ),
)
def login(
    browser: Annotated[bool, typer.Option("--browser", help=_("Consent in a browser that comes back to this machine."))] = False,
    device: Annotated[bool, typer.Option("--device", help=_("Consent anywhere: a code to type is shown here."))] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help=_("Open no browser: the address is printed."))] = False,
    ask_secret: Annotated[
        bool, typer.Option("--ask-secret", help=_("Ask for the application's secret, to be kept in the keyring."))
    ] = False,
    check: Annotated[bool, typer.Option("--check/--no-check", help=_("Log in to both servers first."))] = True,
    account: Account = "",
) -> int:
    from tui_desk.service import Desk

    if browser and device:
        raise UsageError(_("Choose one of --browser and --device."))
    with Desk.open() as desk:
        settings = _at(desk.settings, account)
        service.ensure_oauth(settings)
        ensure_keyring()
        asks = ask_secret or (can_ask() and service.wants_secret(settings))
        secret = asked_secret(settings) if asks else None
        tokens = consented(settings, "browser" if browser else "device" if device else "", secret=secret, opens=not no_open)
        if check:
            _tried(settings, tokens)
        service.keep(settings, tokens, secret or "")
        say(_("Logged in as %(user)s.") % {"user": settings.account.user or settings.account.address})
        if not tokens.refresh:
            say(_("No refresh token was given: the login ends when the access token does."))
        waiting = service.go_on(desk)
        if waiting:
            say(ngettext("%(n)s mail that waited can leave.", "%(n)s mails that waited can leave.", waiting) % {"n": waiting})
    return 0


@auth.command("status", help=_("How the desk logs in, and until when. Exit 77: nobody is logged in."))
def status(json: Json = False, account: Account = "") -> int:
    from dataclasses import asdict

    from tui_desk.config.load import load
    from tui_desk.service.accounts import find, of

    settings = load(paths.profile())
    whose = find(settings, account) if account else MAIN
    state = service.state(settings.at(whose))
    if json:
        output.one(asdict(state))
    else:
        for name, value in _rows(state):
            print(f"{name}\t{output.block(value)}")
    if not state.logged_in:
        raise AuthError(_("Nobody is logged in."), of(whose, _("Run `desk auth login`.")))
    return 0


@auth.command("logout", help=_("Give the tokens back where the provider takes them, and forget them."))
def logout(account: Account = "") -> int:
    from tui_desk.config.load import load

    settings = _at(load(paths.profile()), account)
    service.ensure_oauth(settings)
    there, trouble = service.logout(settings)
    if trouble:
        say(_("The provider could not be told: %(why)s") % {"why": trouble})
    say(_("Logged out: the tokens are forgotten.") if there else _("There was nothing to forget."))
    return 0


def _at(settings: Settings, account: str) -> Settings:
    """As the account has them that is asked for; the first where none is."""
    from tui_desk.service.accounts import find

    return settings.at(find(settings, account)) if account else settings


def consented(settings: Settings, way: Way = "", *, secret: str | None = None, opens: bool = True) -> Tokens:
    """The tokens that a person consents to here. Raises Interrupted for ctrl-c, and as `service.auth.consent`."""
    strangers: list[str] = []

    def stranger() -> None:
        if not strangers:  # once: anybody on this machine can send them
            strangers.append(_("An answer to another question came from the browser; the right one is still waited for."))
            say(strangers[0])

    faces = Faces(
        show_url=_show_url,
        show_code=_show_code,
        stranger=stranger,
        browse=service.browse if opens else lambda _url: False,
        typed=sys.stdin if can_ask() else None,
    )
    try:
        return service.consent(settings, faces, way, secret=secret)
    except KeyboardInterrupt:
        raise Interrupted(_("Stopped."), _("Nothing was changed.")) from None


def asked_secret(settings: Settings) -> str:
    """The application's secret, typed unseen; "" where it has none. Raises UsageError where nobody can be asked."""
    if not can_ask():
        raise UsageError(
            _("Nobody can be asked here, and something is missing: %(names)s.") % {"names": "--client-secret-command"},
            _("`%(command)s --help` shows how.") % {"command": "desk init"},
        )
    return getpass.getpass(_("The application's secret (kept in the keyring; empty for none): ")).strip()


def _tried(settings: Settings, tokens: Tokens) -> None:
    try:
        service.try_out(settings, tokens)
    except TemporaryError as error:
        say(_("The login could not be tried: %(why)s") % {"why": error.message})


def _show_url(address: str, opened: bool) -> None:
    say(_("The page to consent at is open in the browser; if it is not, open:") if opened else _("Open this page and consent:"))
    print(f"\n{address}\n", file=sys.stderr, flush=True)
    if can_ask():
        say(_("In a browser on another machine, paste here the address that it ends at."))


def _show_code(device: Device) -> None:
    say(_("Open %(url)s in any browser and type the code %(code)s") % {"url": device.url, "code": device.user_code})
    if device.whole_url:
        say(_("or open %(url)s") % {"url": device.whole_url})
    say(_("Waiting for the consent; ctrl-c stops."))


def _rows(state: LoginState) -> list[tuple[str, str]]:
    from tui_desk import clock

    ways = {"password": _("password"), "command": _("account.token_command"), "oauth": "OAuth"}
    rows = [("login", state.user), ("way", ways[state.way])]
    if state.way != "oauth":
        return rows
    rows += [("provider", state.provider), ("client_id", state.client_id)]
    if not state.given_at:
        return rows
    left = state.lapses_at - clock.now()
    until = _("not told") if not state.lapses_at else _("for %(time)s") % {"time": span(left)} if left > 0 else _("lapsed")
    renewed = _("by itself") if state.renewable else _("never: log in again")
    return [*rows, ("access_token", until), ("renewed", renewed), ("scopes", state.scopes)]
