"""Server URLs of the settings: imap, imaps, imap+starttls, smtp, smtps, smtp+starttls, and memory: for the demo.

No urllib here: the fast commands read settings too.
"""

from __future__ import annotations

import re
from typing import Literal

from tui_desk.errors import ConfigError
from tui_desk.i18n import _
from tui_desk.record import Record

Security = Literal["tls", "starttls", "plain", "memory"]

PORTS = {"imap": 143, "imaps": 993, "imap+starttls": 143, "smtp": 25, "smtps": 465, "smtp+starttls": 587}
SCHEMES = {
    "imap": ("imaps", "imap+starttls", "imap", "memory"),
    "smtp": ("smtps", "smtp+starttls", "smtp", "memory"),
}
_URL = r"(?P<scheme>[a-z0-9+]+)://(?P<host>\[[0-9a-f:.%]+\]|[^\s/:@\[\]?#]+)(?::(?P<port>\d{1,5}))?/?"
_WEB = r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/:@\[\]?#]+)(?::(?P<port>\d{1,5}))?(?:[/?][^\s#]*)?"


class Server(Record):
    """Where a server is and how the line to it is kept private."""

    security: Security
    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether the line never leaves this machine."""
        return is_loopback(self.host)


def parse(url: str, kind: Literal["imap", "smtp"], *, allow_plaintext: bool = False) -> Server:
    """The server that `url` names. ConfigError for a wrong scheme, a bad port, or a plain line off loopback."""
    if url.split(":", 1)[0].lower() == "memory":
        return Server("memory", "memory", 0)
    match = re.fullmatch(_URL, url.strip(), re.IGNORECASE)
    if match is None:
        raise ConfigError(_("“%(url)s” is not a server address.") % {"url": _hidden(url)}, _example(kind))
    scheme = match["scheme"].lower()
    if scheme not in SCHEMES[kind]:
        schemes = ", ".join(SCHEMES[kind])
        raise ConfigError(_("“%(scheme)s” is not one of %(schemes)s.") % {"scheme": scheme, "schemes": schemes}, _example(kind))
    port = int(match["port"]) if match["port"] else PORTS[scheme]
    if not 0 < port < 65536:
        raise ConfigError(_("%(port)s is not a port: they go from 1 to 65535.") % {"port": port})
    server = Server(_security(scheme), match["host"].strip("[]").lower(), port)
    if server.security == "plain" and not (server.loopback or allow_plaintext):
        raise ConfigError(
            _("%(scheme)s:// would send the password readable across the network.") % {"scheme": scheme},
            _(
                "Use %(scheme)ss:// or %(scheme)s+starttls://. To allow it all the same: account.allow_plaintext = true,"
                " or --allow-plaintext at `desk init`."
            )
            % {"scheme": scheme},
        )
    return server


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    return host in ("localhost", "::1") or host.endswith(".localhost") or _is_127(host)


def is_secure(address: str) -> bool:
    """Whether `address` is an https:// URL, or an http:// one on loopback (tests, a proxy of one's own)."""
    match = re.fullmatch(_WEB, address, re.IGNORECASE)
    if match is None or not address.isascii() or not 0 < int(match["port"] or 443) < 65536:
        return False
    return bool(match["scheme"].lower() == "https" or is_loopback(match["host"].strip("[]").lower()))


def web_host(address: str) -> str:
    """The host that an http:// or https:// URL names, "" where it is none."""
    match = re.fullmatch(_WEB, address, re.IGNORECASE)
    return match["host"].strip("[]").lower() if match else ""


def _security(scheme: str) -> Security:
    if scheme.endswith("+starttls"):
        return "starttls"
    return "tls" if scheme.endswith("s") else "plain"


def _is_127(host: str) -> bool:
    return bool(re.fullmatch(r"127(\.\d{1,3}){3}", host))


def _hidden(url: str) -> str:
    """`url` without what stands before an @: people put passwords there."""
    return re.sub(r"//[^/]*@", "//…@", url)


def _example(kind: str) -> str:
    example = f"{kind}s://mail.example.com:{PORTS[kind + 's']}"
    return _("Write it like %(example)s, without user or password.") % {"example": example}
