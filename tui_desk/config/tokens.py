"""OAuth tokens in the keyring: one entry for a login, one for the application's secret. Never in a file, an error or a log."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tui_desk.config import secrets
from tui_desk.config.schema import Settings

EARLY_SECONDS = 300
"""An access token is replaced so long before it lapses: a fetch that begins with it should not end without it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gave. Times are epoch seconds by this machine's clock; `lapses_at` 0: the provider did not say."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    given_at: int = 0
    lapses_at: int = 0
    scopes: str = ""

    def fresh(self, now: int) -> bool:
        """Whether the access token can still be used; a clock that was set back since says nothing, so: no."""
        if not self.access or now < self.given_at:
            return False
        early = min(EARLY_SECONDS, (self.lapses_at - self.given_at) // 5)
        return not self.lapses_at or now < self.lapses_at - early


def entry(settings: Settings) -> str:
    """What the keyring calls the tokens: login@host oauth."""
    return f"{secrets.entry(settings)} oauth"


def load(settings: Settings) -> Tokens | None:
    """The tokens of this login, None where there are none (or what is there is not ours). Raises AuthError, ConfigError."""
    try:
        said = json.loads(secrets.kept(entry(settings)) or "null")
        return None if said is None else Tokens(**said)
    except (ValueError, TypeError):
        return None


def save(settings: Settings, tokens: Tokens) -> None:
    """Keep `tokens`. Raises AuthError, ConfigError where the keyring cannot."""
    words = {name: getattr(tokens, name) for name in Tokens.__dataclass_fields__}
    secrets.keep(entry(settings), json.dumps(words))


def forget(settings: Settings) -> bool:
    """Take the tokens out of the keyring; False when there were none."""
    return secrets.drop(entry(settings))


def client_secret(settings: Settings) -> str:
    """The application's secret, from the command or the keyring; "" where it has none. Raises AuthError, ConfigError."""
    command = settings.oauth.client_secret_command
    if command:
        return secrets.from_command(command, key="oauth.client_secret_command")
    return secrets.kept(_secret_entry(settings)) or ""


def keep_client_secret(settings: Settings, secret: str) -> None:
    """Keep the application's secret in the keyring."""
    secrets.keep(_secret_entry(settings), secret)


def _secret_entry(settings: Settings) -> str:
    return f"{settings.oauth.client_id} oauth client"
