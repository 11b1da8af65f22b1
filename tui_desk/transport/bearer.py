"""Where access tokens come from, login by login: a command, or the keyring with a refresh token behind it.

Several processes use one account (a console, a timer's `desk sync`, the shell), and many providers take a refresh token
once only: so one of them refreshes, under a lock, and the others find its tokens in the keyring.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tui_desk import clock, locks, paths
from tui_desk.config import secrets, tokens
from tui_desk.config.issuers import issuer
from tui_desk.config.schema import Settings
from tui_desk.config.tokens import Tokens
from tui_desk.errors import AuthError, BusyError, ConfigError, TemporaryError
from tui_desk.i18n import _
from tui_desk.transport import oauth
from tui_desk.transport.sasl import Bearer

LOCK_SECONDS = 60.0
"""How long another process may take to refresh: as long as a provider may take to answer, and more."""


def bearer(settings: Settings) -> Bearer:
    """The account's source of tokens."""
    return CommandBearer(settings.account.token_command) if settings.account.token_command else KeyringBearer(settings)


class CommandBearer:
    """What `account.token_command` prints, run for every login: it refreshes by itself."""

    def __init__(self, command: str) -> None:
        self._command = command

    def token(self) -> str:
        """Run it. Raises AuthError, ConfigError."""
        return secrets.from_command(self._command, key="account.token_command")

    def renew(self, refused: str) -> str:
        """Run it again: it may have found out. Raises AuthError where it prints the same."""
        token = self.token()
        if token == refused:
            raise AuthError(
                _("The server refuses the token that account.token_command prints."), _("Run the command yourself to see why.")
            )
        return token


class GivenBearer:
    """Tokens that were given a moment ago and are not kept yet."""

    def __init__(self, given: Tokens) -> None:
        self._given = given

    def token(self) -> str:
        """The access token."""
        return self._given.access

    def renew(self, refused: str) -> str:
        """The same: there is no fresher one, and the server's words are to be heard."""
        return self._given.access


class KeyringBearer:
    """The keyring's tokens, refreshed before they lapse and when a server does not take them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def token(self) -> str:
        """The access token. Raises AuthError, ConfigError, NetworkError, BusyError."""
        held = self._held()
        if held.fresh(clock.now()):
            return held.access
        try:
            return self._refreshed(lambda now: now.fresh(clock.now())).access
        except TemporaryError:
            if held.given_at <= clock.now() < held.lapses_at:
                return held.access  # its last minutes: the provider may be back when they are over
            raise

    def renew(self, refused: str) -> str:
        """Another access token than `refused`: clocks differ, and providers take tokens back."""
        return self._refreshed(lambda now: now.access != refused and now.fresh(clock.now())).access

    def _held(self) -> Tokens:
        held = tokens.load(self._settings)
        if held is None:
            raise AuthError(
                _("Nobody has logged in yet: run `desk auth login`."),
                _("There are no tokens for %(entry)s in the keyring.") % {"entry": secrets.entry(self._settings)},
            )
        return held

    def _refreshed(self, will_do: Callable[[Tokens], bool]) -> Tokens:
        """New tokens, kept; or those that another process has got meanwhile, where they will do."""
        with locked(self._settings):
            held = self._held()
            if will_do(held):
                return held
            if not held.refresh:
                raise oauth.lapsed()
            try:
                made = oauth.for_refresh(client(self._settings), held)
            except oauth.Refused:
                now = self._held()
                if now.refresh == held.refresh or not now.fresh(clock.now()):
                    raise
                return now  # somebody has logged in again, under another lock (another home, the same keyring)
            tokens.save(self._settings, made)
            return made


def client(settings: Settings, *, secret: bool = True) -> oauth.Client:
    """The user's own application, as [oauth] names it, with its secret. Raises ConfigError, AuthError."""
    where = issuer(settings)
    if not settings.oauth.client_id:
        raise ConfigError(
            _("%(provider)s wants to know whose program asks: there is no client id.") % {"provider": where.name},
            _(where.hint) if where.hint else _("Set oauth.client_id."),
        )
    held = tokens.client_secret(settings) if secret else ""
    return oauth.Client(where, settings.oauth.client_id, held, settings.account.ca_file)


@contextmanager
def locked(settings: Settings, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of this login's tokens. Raises BusyError after `seconds`."""
    path = lock_path(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    busy = BusyError(_("Another desk is getting a token just now."), _("Try again in a moment."))
    with locks.held(path, seconds, busy):
        yield


def lock_path(settings: Settings) -> Path:
    """The lock's file, one a login: two profiles may use the same. Its time of change tells of a new login (`service.auth`)."""
    named = hashlib.sha256(tokens.entry(settings).encode()).hexdigest()[:16]
    return paths.data_root() / f".oauth-{named}.lock"
