"""Where the password is: a command's first line, else the system's keyring. Never in a file, an error, a log or the environment.
(OAuth tokens: `config.tokens`.)

TUI_DESK_PASSWORD is not read on purpose: what is in the environment is seen by every child process and often by `ps`;
`password_command = "printenv NAME"` says it where somebody wants it all the same.
"""

from __future__ import annotations

import os.path
import shlex
import subprocess
from typing import TYPE_CHECKING, Any, Literal

from tui_desk.config import url
from tui_desk.errors import AuthError, ConfigError
from tui_desk.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_desk.config.schema import Settings

Kind = Literal["imap", "smtp"]

SERVICE = "tui-desk"
COMMAND_SECONDS = 60.0
"""A person may have to unlock a password manager, or touch a key."""


def password(settings: Settings, kind: Kind = "imap", *, timeout: float = COMMAND_SECONDS) -> str:
    """The password for the `kind` server. AuthError when there is none to be had, ConfigError when the command cannot run."""
    account = settings.account
    server = url.parse(getattr(account, kind), kind, allow_plaintext=account.allow_plaintext)
    if server.security == "memory":
        return ""
    if account.password_command:
        return from_command(account.password_command, timeout)
    found = kept(entry(settings, kind))
    if found is None and kind == "smtp" and account.imap:
        found = kept(entry(settings, "imap"))
    if not found:
        raise AuthError(
            _("There is no password for %(entry)s in the keyring.") % {"entry": entry(settings, kind)},
            _("Run `desk init` again, or set account.password_command."),
        )
    return found


def login(settings: Settings) -> str:
    """The name to log in with."""
    return settings.account.user or settings.account.address


def entry(settings: Settings, kind: Kind = "imap") -> str:
    """What the keyring calls it: login@host."""
    return f"{login(settings)}@{url.parse(getattr(settings.account, kind), kind, allow_plaintext=True).host}"


def remember(settings: Settings, secret: str, kind: Kind = "imap") -> None:
    """Put the password in the keyring. ConfigError when there is no keyring."""
    keep(entry(settings, kind), secret)


def forget(settings: Settings, kind: Kind = "imap") -> bool:
    """Take the password out of the keyring; False when it was not there."""
    return drop(entry(settings, kind))


def keyring_works() -> bool:
    """Whether this machine has a keyring that can keep a password (servers and containers often have none)."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def kept(name: str) -> str | None:
    """What the keyring has under `name`, None where there is nothing. Raises AuthError, ConfigError."""
    found = _keyring(lambda ring: ring.get_password(SERVICE, name))
    return None if found is None else str(found)


def keep(name: str, secret: str) -> None:
    """Put `secret` in the keyring under `name`. ConfigError when there is no keyring."""
    _keyring(lambda ring: ring.set_password(SERVICE, name, secret))


def drop(name: str) -> bool:
    """Take what is under `name` out of the keyring; False when it was not there."""
    import keyring.errors

    try:
        _keyring(lambda ring: ring.delete_password(SERVICE, name))
    except keyring.errors.PasswordDeleteError:
        return False
    return True


def from_command(command: str, timeout: float = COMMAND_SECONDS, *, key: str = "account.password_command") -> str:
    """The first line that `command`, the setting `key`, prints. Raises AuthError, ConfigError.

    Its words are never told: people write secrets into commands too.
    """
    try:
        words = [os.path.expanduser(word) for word in shlex.split(command)]
    except ValueError:
        raise ConfigError(_("%(key)s has a quote that is never closed.") % {"key": key}) from None
    if not words:
        raise ConfigError(_("%(key)s is blank.") % {"key": key})
    name = os.path.basename(words[0])
    hint = _("Run the command yourself to see what it says.")
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)
    except FileNotFoundError:
        raise ConfigError(_("%(key)s: there is no program “%(name)s”.") % {"key": key, "name": name}) from None
    except subprocess.TimeoutExpired:
        said = _("%(key)s: “%(name)s” gave no answer in %(seconds)s seconds.")
        raise AuthError(said % {"key": key, "name": name, "seconds": round(timeout)}, hint) from None
    except OSError as error:
        said = _("%(key)s: “%(name)s” cannot be run: %(why)s.")
        raise ConfigError(said % {"key": key, "name": name, "why": error.strerror}) from None
    if done.returncode:
        said = _("%(key)s: “%(name)s” failed (exit code %(code)s).")
        raise AuthError(said % {"key": key, "name": name, "code": done.returncode}, hint)
    return _first_line(done.stdout, {"key": key, "name": name}, hint)


def _first_line(output: bytes, named: dict[str, str], hint: str) -> str:
    try:
        line = output.decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise AuthError(_("%(key)s: “%(name)s” printed what is not text.") % named, hint) from None
    if not line:
        raise AuthError(_("%(key)s: “%(name)s” printed nothing.") % named, hint)
    return line


def _keyring(use: Callable[[Any], Any]) -> Any:
    """What `use` gets from the keyring. Its own errors may quote what they were given, so they are not passed on."""
    import keyring
    import keyring.errors

    hint = _("Set account.password_command (or account.token_command, for OAuth) to a command that prints it.")
    try:
        return use(keyring)
    except keyring.errors.PasswordDeleteError:
        raise
    except (keyring.errors.NoKeyringError, keyring.errors.InitError):
        raise ConfigError(_("This machine has no keyring to keep a password in."), hint) from None
    except keyring.errors.KeyringLocked:
        raise AuthError(_("The keyring is locked."), _("Unlock it and try again.")) from None
    except keyring.errors.KeyringError as error:
        raise AuthError(_("The keyring failed (%(kind)s).") % {"kind": type(error).__name__}, hint) from None
