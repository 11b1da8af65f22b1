"""Tokens from an authorization server: for a code, for a refresh token, for a device's code (RFC 6749, 7009, 7636, 8628).

What a provider refuses is one of three things: the login has lapsed (AuthError: a person must consent again), the settings
are off (ConfigError: the client id, a scope), or it cannot answer now (NetworkError: tried again).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tui_desk import clock
from tui_desk.config.issuers import Issuer
from tui_desk.config.tokens import Tokens
from tui_desk.errors import AuthError, ConfigError, DeskError, NetworkError
from tui_desk.i18n import _
from tui_desk.text import cut, one_line
from tui_desk.transport.web import post

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER_SECONDS = 5
"""RFC 8628 3.5: how much longer to wait between two questions after slow_down."""
LONGEST_SECONDS = 86_400 * 365
_LAPSED = ("invalid_grant", "interaction_required", "consent_required", "login_required", "access_denied")
_LATER = ("temporarily_unavailable", "server_error")


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: the user's own application, at its provider."""

    issuer: Issuer
    id: str
    secret: str = field(default="", repr=False)
    ca_file: str = ""

    def ask(self, address: str, form: dict[str, str]) -> dict[str, Any]:
        """The provider's answer to a form. Raises `refused`'s errors."""
        named = {"client_id": self.id} | ({"client_secret": self.secret} if self.secret else {})
        status, said = post(address, named | form, self.ca_file)
        if status == 200 and "error" not in said:
            return said
        raise refused(self.issuer.name, status, said, [*form.values(), self.secret])


@dataclass(frozen=True, slots=True)
class Device:
    """A code to be typed in any browser; `interval` is the seconds between two questions."""

    code: str = field(repr=False)
    user_code: str
    url: str
    whole_url: str
    interval: float
    seconds: float


class Refused(AuthError):
    """What the provider said, by its own word (`code`: RFC 6749 5.2, RFC 8628 3.5)."""

    def __init__(self, message: str, hint: str, code: str) -> None:
        super().__init__(message, hint)
        self.code = code


def for_code(client: Client, code: str, verifier: str, redirect: str) -> Tokens:
    """The tokens for an authorization code, whose asker knows `verifier`."""
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect}
    return _tokens(client, client.ask(client.issuer.token_url, form), clock.now())


def for_refresh(client: Client, tokens: Tokens) -> Tokens:
    """New tokens for old ones; a refresh token that the provider does not replace stays."""
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    now = clock.now()
    try:
        return _tokens(client, client.ask(client.issuer.token_url, form), now, tokens)
    except Refused as error:
        raise lapsed(error.message, error.code) from None


def device(client: Client) -> Device:
    """A device code to be consented to. Raises ConfigError where the provider has none."""
    if not client.issuer.device_url:
        raise ConfigError(
            _("%(provider)s gives no device codes for mail.") % {"provider": client.issuer.name}, _("Log in with --browser.")
        )
    said = client.ask(client.issuer.device_url, {"scope": " ".join(client.issuer.scopes)})
    code, shown = said.get("device_code"), said.get("user_code")
    where = said.get("verification_uri") or said.get("verification_url")
    if not (isinstance(code, str) and isinstance(shown, str) and isinstance(where, str)):
        raise _nonsense(client.issuer.name)
    return Device(
        code,
        one_line(shown),
        one_line(where),
        one_line(str(said.get("verification_uri_complete") or "")),
        max(1.0, _number(said.get("interval"), 5)),
        _number(said.get("expires_in"), 900),
    )


def for_device(
    client: Client,
    wanted: Device,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Tokens:
    """The tokens, once the person has consented: asked for every `interval`. Raises AuthError for no, or too late."""
    form = {"grant_type": DEVICE, "device_code": wanted.code}
    interval, until = wanted.interval, monotonic() + wanted.seconds
    while monotonic() < until:
        sleep(interval)
        try:
            return _tokens(client, client.ask(client.issuer.token_url, form), clock.now())
        except Refused as error:
            match error.code:
                case "authorization_pending":
                    pass
                case "slow_down":
                    interval += SLOWER_SECONDS
                case "expired_token":
                    break
                case _:
                    raise
        except NetworkError:
            interval = min(interval * 2, 60)  # RFC 8628 3.5: a line that is cut is no answer
    raise AuthError(_("Nobody consented in time: the code has lapsed."), _("Run `desk auth login` for a new one."))


def revoke(client: Client, token: str) -> bool:
    """Tell the provider that `token` is not needed any more; False where it takes none back. Raises NetworkError and the like."""
    if not client.issuer.revoke_url:
        return False
    client.ask(client.issuer.revoke_url, {"token": token})
    return True


def lapsed(why: str = "", code: str = "") -> Refused:
    """The login does not hold any more: a person must consent again."""
    hint = _("Mail waits in the outbox, and all goes on from there after the login.")
    return Refused(_("The login has lapsed: run `desk auth login`."), f"{why.rstrip('.')}. {hint}" if why else hint, code)


def refused(name: str, status: int, said: dict[str, Any], secrets: Iterable[str] = ()) -> DeskError:
    """What an answer other than 200 means. None of `secrets` is in its words."""
    code = one_line(str(said.get("error") or ""))[:60]
    why = one_line(str(said.get("error_description") or "").partition("\n")[0])
    for secret in secrets:
        if len(secret) > 7:
            why = why.replace(one_line(secret), "…")
    named = {"provider": name, "why": cut(f"{code}: {why}" if why else code or f"HTTP {status}", 300)}
    if status >= 500 or status == 429 or code in _LATER:
        return NetworkError(_("%(provider)s gives no tokens at the moment: %(why)s") % named, _("It is tried again."))
    if code in ("authorization_pending", "slow_down", "expired_token"):
        return Refused(_("%(provider)s waits for the consent.") % named, "", code)
    if code == "authorization_declined":
        code = "access_denied"
    if code == "access_denied":
        return Refused(_("The consent was refused at %(provider)s.") % named, _("Nothing was changed."), code)
    if code in _LAPSED:
        return Refused(_("%(provider)s refuses the login: %(why)s") % named, _("Run `desk auth login` again."), code)
    return ConfigError(
        _("%(provider)s does not accept what it is asked: %(why)s") % named,
        _("Check the client id, its secret and [oauth] in the settings."),
    )


def _tokens(client: Client, said: dict[str, Any], now: int, before: Tokens | None = None) -> Tokens:
    """The answer's tokens, as they hold from `now` on."""
    access, refresh = said.get("access_token"), said.get("refresh_token")
    if not isinstance(access, str) or not _sendable(access):
        raise _nonsense(client.issuer.name)
    seconds = _number(said.get("expires_in"), 0)
    return Tokens(
        access=access,
        refresh=refresh if isinstance(refresh, str) and refresh else before.refresh if before else "",
        given_at=now,
        lapses_at=now + round(min(seconds, LONGEST_SECONDS)) if seconds > 0 else 0,
        scopes=one_line(str(said.get("scope") or (before.scopes if before else ""))),
    )


def _sendable(token: str) -> bool:
    """RFC 6750 2.1: visible ASCII. Anything else could end the line that it is sent in."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _number(said: Any, otherwise: float) -> float:
    try:
        number = float(said)
    except (TypeError, ValueError):
        return otherwise
    return number if 0 <= number < float("inf") else otherwise


def _nonsense(name: str) -> NetworkError:
    return NetworkError(_("%(provider)s sent what is no token.") % {"provider": name}, _("Check [oauth] in the settings."))
