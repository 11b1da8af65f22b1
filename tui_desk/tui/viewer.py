"""A saved attachment in the person's own viewer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.i18n import _

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp


def view(app: DeskApp, path: Path) -> None:
    """Open `path` with what the desktop uses for it; without a desktop the file is just saved."""
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if shutil.which(opener) is None or (
        opener == "xdg-open" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    ):
        app.say(_("There is no viewer here; the file is saved."))
        return
    subprocess.Popen(
        [opener, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
