"""The servers of well-known mail providers, by the domain of an address: `init` fills them in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tui_desk.i18n import N_

HINTS = {
    "": "",
    "app_password": N_("This provider wants an app password: make one in the security settings of the account."),
    "no_passwords": N_(
        "Microsoft takes passwords only where an administrator allows them for IMAP and SMTP; most accounts want OAuth,"
        " with a client id of your own: `desk init --auth oauth`."
    ),
    "app_password_or_oauth": N_(
        "This provider wants an app password (make one in the security settings of the account), or OAuth with a client id of"
        " your own: `desk init --auth oauth`."
    ),
    "bridge": N_(
        "Proton Mail needs its Bridge running on this computer: use the password it shows, and name its exported certificate"
        " in account.ca_file."
    ),
    "full_address": N_("The login is the whole address."),
    "enable_imap": N_("IMAP has to be switched on in the webmail's settings first."),
    "enable_smtp": N_("Sending has to be switched on first: “authenticated SMTP” in the account's settings."),
}
"""In English; shown through `_`."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's servers. `hint` is what a person has to know, in English (translate it where it is shown)."""

    id: str
    name: str
    domains: tuple[str, ...]
    imap: str
    smtp: str
    hint: str = ""
    oauth: str = ""
    """Whom OAuth is asked of there (`config.issuers`); "" where a password is all there is."""
    save_sent: bool = True
    """False: what is sent there lies in Sent by itself."""


@cache
def every() -> tuple[Provider, ...]:
    """All that are known, by name."""
    table = tomllib.loads(Path(__file__).with_name("providers.toml").read_text(encoding="utf-8"))
    made = (
        Provider(**{**words, "id": name, "domains": tuple(words["domains"]), "hint": HINTS[words.get("hint", "")]})
        for name, words in table.items()
    )
    return tuple(sorted(made, key=lambda provider: provider.name.casefold()))


def servers_of(oauth: str) -> Provider | None:
    """The servers for company domains at `oauth`'s (google or microsoft)."""
    named = {"google": "gmail", "microsoft": "office365"}.get(oauth)
    return next((provider for provider in every() if provider.id == named), None)


def files_itself(smtp: str) -> bool:
    """Whether the provider whose server this URL names puts what it sends into Sent, as far as is known."""
    host = _host(smtp)
    return any(not provider.save_sent and _host(provider.smtp) == host for provider in every()) and not host.startswith("127.")


def _host(url: str) -> str:
    return url.partition("://")[2].rpartition(":")[0].lower()


def find(address: str) -> Provider | None:
    """The provider of an address (or a domain), None where it is not known: a company's own domain can be anywhere."""
    domain = address.strip().rpartition("@")[2].lower().rstrip(".")
    for provider in every():
        if any(domain == known or domain.endswith(f".{known}") for known in provider.domains):
            return provider
    return None
