"""Which certificates are trusted: the system's, and those of a file beside them."""

from __future__ import annotations

import ssl

from tui_desk.errors import ConfigError
from tui_desk.i18n import _


def tls_context(ca_file: str) -> ssl.SSLContext:
    """A verifying context that trusts the system's authorities and those of `ca_file`. Raises ConfigError."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                _("The certificates in %(file)s cannot be read: %(why)s") % {"file": ca_file, "why": error},
                _("account.ca_file must name a PEM file."),
            ) from error
    return context
