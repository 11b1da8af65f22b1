"""French and English: `_` and `ngettext` over the catalogues in locale/.

English is the language of the source, so no catalogue (and no gettext import) is needed for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

LANGUAGES = ("en", "fr")
DOMAIN = "tui_desk"
LOCALE_DIR = Path(__file__).parent / "locale"

_gettext: Callable[[str], str] | None = None
_ngettext: Callable[[str, str, int], str] | None = None
_active = "en"


def _(message: str) -> str:
    """`message` in the active language."""
    return message if _gettext is None else _gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The form for `n` things in the active language."""
    if _ngettext is not None:
        return _ngettext(one, many, n)
    return one if n == 1 else many


def N_(message: str) -> str:
    """Mark a constant for the catalogue; it is translated where it is shown, with `_`."""
    return message


def language() -> str:
    """The active language: "en" or "fr"."""
    return _active


def from_environment() -> str:
    """The language that TUI_DESK_LANGUAGE or the locale asks for."""
    for variable in ("TUI_DESK_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")[:2].lower()
        if value in LANGUAGES:
            return value
        if value and variable != "TUI_DESK_LANGUAGE":
            break
    return "en"


def activate(wanted: str = "auto") -> str:
    """Speak `wanted` ("en", "fr", or "auto" for the locale); returns the language now active."""
    global _gettext, _ngettext, _active
    _active = wanted if wanted in LANGUAGES else from_environment()
    if _active == "en":
        _gettext = _ngettext = None
    else:
        import gettext

        catalogue = gettext.translation(DOMAIN, LOCALE_DIR, languages=[_active], fallback=True)
        _gettext, _ngettext = catalogue.gettext, catalogue.ngettext
    return _active
