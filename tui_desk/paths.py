"""Where things live: one folder a profile for settings, one for data; the shipped themes and macros.

TUI_DESK_HOME, when set, holds both (`HOME/PROFILE/settings.toml`, `HOME/PROFILE/desk.db`); otherwise the
platform's own folders are used (XDG base directories on Linux).
"""

from __future__ import annotations

import os
from pathlib import Path

from tui_desk.record import Record

APP = "tui-desk"
DEFAULT_PROFILE = "default"


class Profile(Record):
    """The folders of one profile. Nothing is created here."""

    name: str
    config_dir: Path
    data_dir: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config_dir / "settings.toml"

    @property
    def store(self) -> Path:
        """The SQLite store."""
        return self.data_dir / "desk.db"

    @property
    def log(self) -> Path:
        """What the program wrote down about its own troubles."""
        return self.data_dir / "desk.log"

    @property
    def lock(self) -> Path:
        """Held by the process that syncs."""
        return self.data_dir / "sync.lock"


def profile(name: str | None = None) -> Profile:
    """The folders of profile `name` (default: TUI_DESK_PROFILE, else "default")."""
    name = name or os.environ.get("TUI_DESK_PROFILE") or DEFAULT_PROFILE
    home = os.environ.get("TUI_DESK_HOME")
    if home:
        folder = Path(home).expanduser() / name
        return Profile(name, folder, folder)
    return Profile(name, config_root() / name, data_root() / name)


def config_root() -> Path:
    """The folder of all profiles' settings; the user's own themes/ and macros/ lie here too."""
    home = os.environ.get("TUI_DESK_HOME")
    if home:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_config_dir(APP))


def profiles() -> list[str]:
    """The names of the profiles that have settings."""
    return sorted(file.parent.name for file in config_root().glob("*/settings.toml"))


def data_root() -> Path:
    """The folder of all profiles' stores."""
    home = os.environ.get("TUI_DESK_HOME")
    if home:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir(APP))


def shipped(kind: str) -> Path:
    """The folder of the shipped `kind` ("themes" or "macros"): in the wheel, or in a checkout."""
    package = Path(__file__).parent
    inside = package / "shipped" / kind
    return inside if inside.is_dir() else package.parent / kind
