"""Logging in by OAuth: a person consents, both servers are tried, the tokens go to the keyring; then what waited goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from tui_desk import clock
from tui_desk.config.schema import Settings
from tui_desk.errors import AuthError, ConfigError, DeskError, Interrupted, RefusedError
from tui_desk.i18n import _
from tui_desk.transport.login import by_token

if TYPE_CHECKING:
    from tui_desk.config.tokens import Tokens
    from tui_desk.service.desk import Desk
    from tui_desk.transport.oauth import Client, Device

NAP_SECONDS = 0.25
"""How often somebody who waits for a consent looks whether the person has turned away."""

Way = Literal["browser", "device", ""]


@dataclass(frozen=True, slots=True)
class Faces:
    """How a face shows what a consent needs. `browse` opens a URL, False where it cannot; `typed`: where one can be pasted."""

    show_url: Callable[[str, bool], None]
    """The address to consent at, and whether a browser was opened on it."""
    show_code: Callable[[Device], None]
    stranger: Callable[[], None] = lambda: None
    browse: Callable[[str], bool] = lambda _url: False
    typed: TextIO | None = None
    stop: Callable[[], bool] = lambda: False
    """Whether the person has turned away."""


@dataclass(frozen=True, slots=True)
class LoginState:
    """How the account logs in, and until when. Times are epoch seconds, 0 where it is not known. No secret is in it."""

    way: Literal["password", "command", "oauth"]
    user: str
    provider: str = ""
    client_id: str = ""
    logged_in: bool = True
    renewable: bool = False
    """There is a refresh token: no person is needed when the access token lapses."""
    given_at: int = 0
    lapses_at: int = 0
    scopes: str = ""


def state(settings: Settings) -> LoginState:
    """What is known here, without asking anybody. Raises AuthError, ConfigError where the keyring cannot be read."""
    account = settings.account
    user = account.user or account.address
    if account.token_command:
        return LoginState("command", user)
    if not by_token(settings):
        return LoginState("password", user)
    from tui_desk.config import tokens
    from tui_desk.config.issuers import issuer

    held = tokens.load(settings)
    name, client_id = issuer(settings).name, settings.oauth.client_id
    if held is None:
        return LoginState("oauth", user, name, client_id, logged_in=False)
    alive = bool(held.refresh) or held.fresh(clock.now())
    return LoginState("oauth", user, name, client_id, alive, bool(held.refresh), held.given_at, held.lapses_at, held.scopes)


def ensure_oauth(settings: Settings) -> None:
    """Raise RefusedError where the account does not log in by consent."""
    if settings.account.token_command:
        raise RefusedError(_("This desk gets its tokens from account.token_command."), _("That command has to log in by itself."))
    if not by_token(settings):
        raise RefusedError(
            _("This desk logs in with a password."),
            _("For OAuth: `desk config set account.auth oauth` and `desk config set oauth.client_id …`, then `desk auth login`."),
        )


def wants_secret(settings: Settings) -> bool:
    """Whether the provider gave the application a secret for sure, and it is nowhere yet."""
    from tui_desk.config.issuers import provider
    from tui_desk.config.tokens import client_secret

    return provider(settings) == "google" and not client_secret(settings)


def may_have_secret(settings: Settings) -> bool:
    """Whether the application may have a secret that no command prints. Microsoft's desktop applications have none."""
    from tui_desk.config.issuers import provider

    return not settings.oauth.client_secret_command and provider(settings) != "microsoft"


def consent(settings: Settings, faces: Faces, way: Way = "", *, secret: str | None = None) -> Tokens:
    """Ask the person, in the browser or by a code. `secret`: the application's, where it is not kept yet.

    Raises AuthError (no, too late, not all that was asked for), ConfigError, NetworkError.
    """
    from dataclasses import replace

    from tui_desk.transport import oauth
    from tui_desk.transport.bearer import client

    asks = client(settings) if secret is None else replace(client(settings, secret=False), secret=secret)
    if chosen_way(settings, way, asks) == "device":
        wanted = oauth.device(asks)
        faces.show_code(wanted)
        tokens = oauth.for_device(asks, wanted, sleep=lambda seconds: _sleep(seconds, faces.stop))
    else:
        tokens = _by_browser(asks, settings, faces)
    _ensure_granted(asks, tokens)
    return tokens


def chosen_way(settings: Settings, way: Way, asks: Client) -> Way:
    """As said, else as set, else by browser where there is one here or no other way."""
    if way == "" and settings.oauth.flow in ("browser", "device"):
        way = "browser" if settings.oauth.flow == "browser" else "device"
    if way == "browser" and not asks.issuer.authorize_url:
        raise ConfigError(_("%(provider)s has no page for a browser.") % {"provider": asks.issuer.name}, _("Try --device."))
    if way:
        return way
    has_page, has_codes = bool(asks.issuer.authorize_url), bool(asks.issuer.device_url)
    if has_page and (can_browse() or not has_codes):
        return "browser"
    if has_codes:
        return "device"
    raise ConfigError(
        _("Where to consent is not known."), _("Set oauth.authorize_url or oauth.device_url, or give them to `desk init`.")
    )


def can_browse() -> bool:
    """Whether this machine shows web pages: a text browser in this terminal would be in the way of the words here."""
    import sys

    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))


def browse(address: str) -> bool:
    """Open `address` in a browser. False where there is none.

    In a process of its own, which has no terminal: what browsers print is not for the person, and some end only when their
    window is closed.
    """
    import subprocess
    import sys
    import threading
    import webbrowser

    if not can_browse():
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    null = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", "webbrowser", address], stdin=null, stdout=null, stderr=null, start_new_session=True
    )
    threading.Thread(target=process.wait, name="desk-browser", daemon=True).start()
    return True


def _by_browser(asks: Client, settings: Settings, faces: Faces) -> Tokens:
    from tui_desk.transport import oauth
    from tui_desk.transport.loopback import Loopback

    with Loopback(asks, settings.account.user or settings.account.address) as back:
        faces.show_url(back.url, faces.browse(back.url))
        code = back.code(typed=faces.typed, on_stranger=faces.stranger, stop=faces.stop)
    return oauth.for_code(asks, code, back.verifier, back.redirect)


def _sleep(seconds: float, stop: Callable[[], bool]) -> None:
    """`seconds`, in naps. Raises Interrupted when `stop` says so."""
    import time

    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if stop():
            raise Interrupted(_("Stopped."), _("Nothing was changed."))
        time.sleep(min(left, NAP_SECONDS))


def _ensure_granted(asks: Client, tokens: Tokens) -> None:
    """People can untick what is asked for. Raises AuthError: the servers would only say no."""
    if not tokens.scopes:
        return  # RFC 6749 5.1: all of it
    given = tokens.scopes.lower().split()
    missing = [scope for scope in asks.issuer.scopes if "://" in scope and scope.lower() not in given]
    if missing:
        raise AuthError(
            _("The consent leaves out what is needed: %(scopes)s") % {"scopes": " ".join(missing)},
            _("Run `desk auth login` and leave every box ticked."),
        )


def try_out(settings: Settings, tokens: Tokens) -> list[str]:
    """Log in to both servers with `tokens`; returns the mailbox's folders. Raises AuthError, NetworkError, ConfigError."""
    from tui_desk.service.setup import log_in
    from tui_desk.transport.bearer import GivenBearer

    return log_in(settings, lambda _kind: GivenBearer(tokens))


def keep(settings: Settings, tokens: Tokens, secret: str = "") -> None:
    """Tokens and the application's secret into the keyring; desks that wait for a login notice. Raises ConfigError, AuthError."""
    from tui_desk.config import tokens as drawer
    from tui_desk.transport.bearer import lock_path, locked

    with locked(settings):
        if secret:
            drawer.keep_client_secret(settings, secret)
        drawer.save(settings, tokens)
        os.utime(lock_path(settings))


def mark(settings: Settings) -> int:
    """A number that changes with every login of this account, on whatever desk; 0 where none is known."""
    from tui_desk.transport.bearer import lock_path

    try:
        return lock_path(settings).stat().st_mtime_ns
    except OSError:
        return 0


def go_on(desk: Desk) -> int:
    """Mail that could not leave is due at once; returns how many."""
    if not desk.profile.store.exists():
        return 0
    waiting = [mail.id for mail in desk.outbox.list(("queued",)) if mail.attempts]
    for outbox_id in waiting:
        desk.outbox.retry(outbox_id)
    return len(waiting)


def logout(settings: Settings) -> tuple[bool, str]:
    """Give the tokens back, where the provider takes them, and forget them.

    Returns whether there were any, and what the provider said where it could not be told ("" when all is well).
    """
    from tui_desk.config import tokens as drawer
    from tui_desk.transport import oauth
    from tui_desk.transport.bearer import client, locked

    trouble = ""
    with locked(settings):
        held = drawer.load(settings)
        if held is not None:
            try:
                oauth.revoke(client(settings), held.refresh or held.access)
            except DeskError as error:
                trouble = error.message
        return drawer.forget(settings), trouble
