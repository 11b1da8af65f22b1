"""The options that may stand anywhere on the line: --profile, --color, --lang, --debug."""

from __future__ import annotations

import os
from typing import NamedTuple

from tui_desk import i18n, paths
from tui_desk.errors import UsageError
from tui_desk.i18n import _

COLORS = ("auto", "always", "never")


class Globals(NamedTuple):
    """What holds for the whole command."""

    profile: str | None = None
    color: str = "auto"
    language: str = ""
    debug: bool = False

    def apply(self) -> None:
        """Make them hold: the profile and colours for what comes after, the language of every word."""
        if self.profile is not None:
            os.environ["TUI_DESK_PROFILE"] = self.profile
        if self.color != "auto":
            os.environ["TUI_DESK_COLOR"] = self.color
        if self.debug:
            os.environ["TUI_DESK_DEBUG"] = "1"
        if self.language:
            os.environ["TUI_DESK_LANGUAGE"] = self.language
        i18n.activate(os.environ.get("TUI_DESK_LANGUAGE") or _configured_language() or "auto")


def take(words: list[str]) -> tuple[Globals, list[str]]:
    """The global options in `words`, and the words without them; what follows `--` is left alone."""
    found: dict[str, str] = {}
    rest: list[str] = []
    debug = False
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if word == "--":
            rest += words[position - 1 :]
            break
        name, equals, value = word.partition("=")
        if name in ("--profile", "--color", "--lang"):
            if not equals:
                if position == len(words):
                    raise UsageError(_("%(option)s needs a value.") % {"option": name})
                value = words[position]
                position += 1
            found[name] = value
        elif word == "--debug":
            debug = True
        else:
            rest.append(word)
    return _checked(found, debug), rest


def _checked(found: dict[str, str], debug: bool) -> Globals:
    color, language, profile = found.get("--color", "auto"), found.get("--lang", ""), found.get("--profile")
    if color not in COLORS:
        raise UsageError(_("--color is auto, always or never."))
    if language and language not in i18n.LANGUAGES:
        raise UsageError(_("--lang is one of %(languages)s.") % {"languages": ", ".join(i18n.LANGUAGES)})
    if profile is not None and (not profile or "/" in profile or profile.startswith(".")):
        raise UsageError(_("“%(name)s” cannot be the name of a profile.") % {"name": profile}, _("Use a plain word."))
    return Globals(profile, color, language, debug)


def _configured_language() -> str:
    """The settings file's language, read without parsing the file: the words of `--help` hang on it."""
    try:
        text = paths.profile().settings.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and key.strip() == "language":
            return value.split("#")[0].strip().strip("\"'")
        if line.startswith("["):
            break
    return ""
