"""The one way into the console."""

from __future__ import annotations

import gc
import os
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

from tui_desk import i18n
from tui_desk.errors import ConfigError

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk


def run(profile: str | None = None, *, demo: bool = False) -> int:
    """The console of `profile` (or the demo); returns its exit code. Raises DeskError where the store cannot be opened."""
    from tui_desk.service.desk import Desk

    desk = Desk.demo(live=True) if demo else _open(Desk, profile)
    with closing(desk) if desk is not None else nullcontext():
        return show(desk, demo=demo)


def _open(service: type[Desk], profile: str | None) -> Desk | None:
    """The desk; None where none is set up yet (the console then begins with the first start)."""
    from tui_desk import paths

    try:
        return service.open(profile)
    except ConfigError:
        if paths.profile(profile).settings.exists():
            raise
        return None


def show(desk: Desk | None, *, demo: bool = False) -> int:
    """Run the console until it is left."""
    gc.disable()  # until the first screen is up: what is made on the way to it stays (see app._tidy)
    try:
        return _show(desk, demo=demo)
    finally:
        gc.enable()


def _show(desk: Desk | None, *, demo: bool) -> int:
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    i18n.activate(desk.settings.language if desk is not None else "auto")
    from tui_desk.tui.app import DeskApp

    if desk is not None:
        desk.store  # noqa: B018  (opened here: troubles go to the profile's log, the screen is the console's)
    app = DeskApp(desk, demo=demo)
    result = app.run()
    return app.return_code or 0 if result is None else result
