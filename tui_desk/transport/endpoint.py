"""Where a mail server is: the URLs of [account], and whether a password may go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from tui_desk.errors import ConfigError
from tui_desk.i18n import _

Security = Literal["tls", "starttls", "plain"]

_SCHEMES: dict[str, tuple[Security, int]] = {
    "imaps": ("tls", 993),
    "imap+starttls": ("starttls", 143),
    "imap": ("plain", 143),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
    "smtp": ("plain", 25),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host, a port and how the line is secured."""

    protocol: str
    security: Security
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """The line does not leave this computer."""
        host = self.host.lower().rstrip(".")
        return host in ("localhost", "::1") or (host.startswith("127.") and host.replace(".", "").isdigit())


def parse(url: str, *, allow_plaintext: bool = False) -> Endpoint:
    """The endpoint that `url` names (imaps://host:993). Raises ConfigError, also for a plain line off loopback."""
    try:
        parts = urlsplit(url)
        security, port = _SCHEMES[parts.scheme]
        host, port = parts.hostname or "", parts.port or port
    except (KeyError, ValueError):
        host = ""
    if not host:
        raise ConfigError(
            _("“%(url)s” is not the address of a mail server.") % {"url": url},
            _("Write it as imaps://host:993 or smtps://host:465; imap+starttls and smtp+starttls are known too."),
        )
    endpoint = Endpoint(parts.scheme.partition("+")[0].rstrip("s"), security, host, port)
    if security == "plain" and not endpoint.loopback and not allow_plaintext:
        raise ConfigError(
            _("%(url)s would send the password readable across the network.") % {"url": url},
            _("Use imaps:// or smtps://, or set account.allow_plaintext if you are sure of that network."),
        )
    return endpoint
