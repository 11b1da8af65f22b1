"""Themes: TOML files of themes/ and of the user's own folder. A bad file is one sentence, never a crash.

A file has `title`, `dark` and a table [colors] with every name of COLORS as "#rrggbb".
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.theme import Theme

from tui_desk import paths
from tui_desk.i18n import _

DEFAULT = "desk-dark"
TEXTUAL = ("background", "surface", "panel", "foreground", "primary", "secondary", "accent", "success", "warning", "error")
OURS = (
    "muted",  # second-rank text
    "faint",  # third-rank text: still readable
    "rule",  # lines between panes
    "cursor",  # the row under the cursor
    "cursor-blurred",  # the same in a pane without the focus
    "selection",  # picked rows
    "inbound",
    "outbound",
    "note",
    "automatic",
    "sla-late",
    "sla-soon",
    "sla-ok",
    "chip",
    "chip-text",
)
COLORS = TEXTUAL + OURS
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class ThemeError(ValueError):
    """A theme file that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme as read from its file."""

    name: str
    title: str
    dark: bool
    colors: dict[str, str]

    def textual(self) -> Theme:
        """The theme as Textual takes it."""
        own = {name: self.colors[name] for name in OURS}
        own |= _derived(self.colors)
        given: dict[str, Any] = {name: self.colors[name] for name in TEXTUAL}
        return Theme(name=self.name, dark=self.dark, variables=own, **given)


def _derived(c: dict[str, str]) -> dict[str, str]:
    """What Textual's own widgets draw with, in terms of ours."""
    return {
        "text": c["foreground"],
        "text-muted": c["muted"],
        "text-disabled": c["faint"],
        "border": c["primary"],
        "border-blurred": c["rule"],
        "scrollbar": c["rule"],
        "scrollbar-hover": c["muted"],
        "scrollbar-active": c["primary"],
        "scrollbar-background": c["background"],
        "scrollbar-background-hover": c["background"],
        "scrollbar-background-active": c["background"],
        "scrollbar-corner-color": c["background"],
        "block-cursor-background": c["cursor"],
        "block-cursor-foreground": c["foreground"],
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": c["cursor-blurred"],
        "block-cursor-blurred-foreground": c["foreground"],
        "block-hover-background": c["cursor-blurred"],
        "input-cursor-background": c["foreground"],
        "input-cursor-foreground": c["background"],
        "input-selection-background": c["selection"],
        "input-selection-foreground": c["foreground"],
        "footer-background": c["panel"],
        "footer-foreground": c["foreground"],
        "footer-key-foreground": c["primary"],
        "footer-description-foreground": c["muted"],
        "link-color": c["primary"],
        "link-color-hover": c["background"],
        "link-background-hover": c["primary"],
        "button-color-foreground": c["background"],
    }


def read(path: Path) -> ThemeFile:
    """The theme in `path`. Raises ThemeError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThemeError(str(error)) from error
    colors = data.get("colors")
    if not isinstance(colors, dict):
        raise ThemeError(_("there is no table [colors]"))
    missing = [name for name in COLORS if name not in colors]
    if missing:
        raise ThemeError(_("missing: %(names)s") % {"names": ", ".join(missing)})
    for name in COLORS:
        if not isinstance(colors[name], str) or not _HEX.fullmatch(colors[name]):
            raise ThemeError(_('%(name)s must be like "#1e2329"') % {"name": name})
    unknown = [name for name in colors if name not in COLORS]
    if unknown:
        raise ThemeError(_("no such colour: %(names)s") % {"names": ", ".join(unknown)})
    return ThemeFile(path.stem, str(data.get("title") or path.stem), bool(data.get("dark", True)), {n: colors[n] for n in COLORS})


def folders() -> list[Path]:
    """Where themes lie: ours, then the user's own (a name of ours there replaces ours)."""
    return [paths.shipped("themes"), paths.config_root() / "themes"]


def load(where: list[Path] | None = None) -> tuple[dict[str, ThemeFile], list[str]]:
    """Every usable theme by name, and a sentence for each file that is not."""
    found: dict[str, ThemeFile] = {}
    problems: list[str] = []
    for folder in folders() if where is None else where:
        for path in sorted(folder.glob("*.toml")):
            try:
                theme = read(path)
            except ThemeError as error:
                problems.append(_("The theme file %(file)s cannot be used: %(why)s.") % {"file": path.name, "why": error})
            else:
                found[theme.name] = theme
    return found, problems
