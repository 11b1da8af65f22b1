"""What a session logs in with: a password, or where access tokens come from. Nothing of OAuth is loaded for a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_desk.config.schema import Settings
from tui_desk.config.secrets import Kind, password

if TYPE_CHECKING:
    from tui_desk.transport.sasl import Bearer


def by_token(settings: Settings) -> bool:
    """Whether the account logs in with access tokens."""
    return settings.account.auth == "oauth" or bool(settings.account.token_command)


def secret(settings: Settings, kind: Kind) -> str | Bearer:
    """For the `kind` server. Raises AuthError, ConfigError where there is no password; tokens are asked for at the login."""
    if not by_token(settings):
        return password(settings, kind)
    from tui_desk.transport.bearer import bearer

    return bearer(settings)
