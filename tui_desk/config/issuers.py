"""Whom an OAuth login is asked of: Google, Microsoft, or what [oauth] says (RFC 6749, 8252, 8628).

Neither the addresses nor the scopes are secrets. The client id is the user's own: a program of everybody's could be shut
out for all at once, and a company wants to see whose program reads its mail.
"""

from __future__ import annotations

from tui_desk.config import url
from tui_desk.config.schema import OAuth, Settings
from tui_desk.errors import ConfigError
from tui_desk.i18n import N_, _
from tui_desk.record import Record


class Issuer(Record):
    """An authorization server. `hint` tells how to get a client id there, in English (translate it where it is shown)."""

    name: str
    token_url: str
    authorize_url: str = ""
    device_url: str = ""
    revoke_url: str = ""
    scopes: tuple[str, ...] = ()
    redirect_host: str = "127.0.0.1"
    """RFC 8252 wants the address itself; Microsoft lets any port pass for the name localhost only."""
    extra: tuple[tuple[str, str], ...] = ()
    """What the consent's URL says beside the standard: without it Google gives no refresh token."""
    hint: str = ""


GOOGLE = Issuer(
    name="Google",
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106  (an address)
    revoke_url="https://oauth2.googleapis.com/revoke",
    scopes=("https://mail.google.com/",),  # Google gives no device codes for it
    extra=(("access_type", "offline"), ("prompt", "consent")),
    hint=N_(
        "Make an OAuth client of the type “Desktop app” in the Google Cloud console, with the Gmail API switched on: it has"
        " a client id and a client secret."
    ),
)
_MICROSOFT = "https://login.microsoftonline.com/%s/oauth2/v2.0/"
MICROSOFT = Issuer(
    name="Microsoft",
    authorize_url=_MICROSOFT + "authorize",
    token_url=_MICROSOFT + "token",
    device_url=_MICROSOFT + "devicecode",
    scopes=("https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access"),
    redirect_host="localhost",
    extra=(("prompt", "select_account"),),  # a shared mailbox is opened by one of its people, not by itself
    hint=N_(
        "Register an application in Microsoft Entra, with the redirect URI http://localhost for mobile and desktop applications"
        " and “public client flows” allowed: it has a client id and no secret."
    ),
)
HOSTS = {
    "imap.gmail.com": "google",
    "imap.googlemail.com": "google",
    "outlook.office365.com": "microsoft",
    "imap-mail.outlook.com": "microsoft",
}


def provider(settings: Settings) -> str:
    """google, microsoft, or "" for another: as set, else as the mail server's name has it."""
    account = settings.account
    if settings.oauth.provider or settings.oauth.token_url:
        return settings.oauth.provider
    return HOSTS.get(url.parse(account.imap, "imap", allow_plaintext=account.allow_plaintext).host, "")


def issuer(settings: Settings) -> Issuer:
    """The authorization server of the account. Raises ConfigError where none is known."""
    ours = settings.oauth
    match provider(settings):
        case "google":
            return _changed(GOOGLE, ours)
        case "microsoft":
            return _changed(_of_tenant(MICROSOFT, ours.tenant), ours)
    if not ours.token_url:
        raise ConfigError(
            _("Who is to be asked for the login is not known."),
            _("Set oauth.provider to google or microsoft, or oauth.token_url, oauth.authorize_url and oauth.scopes."),
        )
    return _changed(Issuer(url.web_host(ours.token_url), ours.token_url), ours)


def _of_tenant(base: Issuer, tenant: str) -> Issuer:
    from dataclasses import replace

    names = ("authorize_url", "token_url", "device_url")
    return replace(base, **{name: getattr(base, name) % tenant for name in names})


def _changed(base: Issuer, ours: OAuth) -> Issuer:
    """`base` with what the settings say otherwise."""
    from dataclasses import replace

    names = ("authorize_url", "token_url", "device_url", "revoke_url", "scopes")
    return replace(base, **{name: getattr(ours, name) for name in names if getattr(ours, name)})
