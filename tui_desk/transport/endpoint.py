"""Where a mail server is, for the transports: the settings' own URL rules (config.url), the kind told by the scheme."""

from __future__ import annotations

from tui_desk.config import url
from tui_desk.config.url import Server as Endpoint

__all__ = ["Endpoint", "parse"]


def parse(address: str, *, allow_plaintext: bool = False) -> Endpoint:
    """The server that `address` names. Raises ConfigError, also for a plain line off loopback."""
    return url.parse(address, "smtp" if address.lower().startswith("smtp") else "imap", allow_plaintext=allow_plaintext)
