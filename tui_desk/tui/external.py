"""$EDITOR: the console steps aside, the text lies in a private file meanwhile and comes back."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from tui_desk.errors import RefusedError
from tui_desk.i18n import _


def command() -> list[str]:
    """The editor to call: $VISUAL, $EDITOR, else what is usually there. Raises RefusedError where there is none."""
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    words = shlex.split(chosen) if chosen else [next(filter(shutil.which, ("sensible-editor", "editor", "nano", "vi")), "")]
    if not words or not words[0] or shutil.which(words[0]) is None:
        raise RefusedError(_("There is no editor to call."), _("Set EDITOR, for example: export EDITOR=nano"))
    return words


def edit(app: App[Any], text: str) -> str:
    """`text` as the editor left it. Raises RefusedError where the editor cannot be run or gave up; nothing is lost then."""
    words = command()
    handle, name = tempfile.mkstemp(prefix="desk-", suffix=".md")  # mode 0600
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            with app.suspend():
                code = subprocess.run([*words, name], check=False).returncode
        except SuspendNotSupported as error:
            raise RefusedError(_("This terminal cannot make room for an editor.")) from error
        if code != 0:
            raise RefusedError(_("The editor gave up (exit %(code)s); the text is as it was.") % {"code": code})
        return path.read_text(encoding="utf-8", errors="replace")
    finally:
        path.unlink(missing_ok=True)
