"""A file on its way from the mail server: how much is here, and two keys. The work is done in a thread, the loop never waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_desk.errors import DeskError, Interrupted
from tui_desk.i18n import _
from tui_desk.service.types import Progress
from tui_desk.service.words import size
from tui_desk.text import one_line
from tui_desk.tui.screens.once import LeftOnce

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

Work = Callable[[Callable[[Progress], None], Callable[[], bool]], Path]
"""Fetches and saves: told where to report, and whom to ask whether to stop."""
BAR = 40
"""Cells."""


class Fetching(LeftOnce, ModalScreen[None]):
    """Shows `work` until it is done. Escape stops it, enter lets it go on unseen; `then` gets the file either way."""

    DEFAULT_CSS = """
    Fetching { align: center middle; }
    Fetching > #fetching {
        width: 60; max-width: 100%; height: auto; max-height: 90%;
        background: $surface; padding: 1 2; border-left: outer $primary;
    }
    Fetching #fetching-name { height: 1; text-style: bold; }
    Fetching #fetching-bar { height: 2; margin-top: 1; }
    Fetching #fetching-keys { height: 1; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "stop", show=False),
        Binding("enter", "unseen", show=False),
    ]

    def __init__(self, name: str, work: Work, then: Callable[[Path], object]) -> None:
        super().__init__()
        self._name_shown = one_line(name)
        self._work = work
        self._then = then
        self._stopped = threading.Event()
        self._progress: Progress | None = None

    def compose(self) -> ComposeResult:
        """The name, the bar, the keys."""
        with Vertical(id="fetching"):
            yield Static(Content(_("Fetching %(name)s") % {"name": self._name_shown}), id="fetching-name")
            yield Static(Content(_("Asking the mail server …")), id="fetching-bar")
            keys = Content.assemble(
                ("esc", "$accent bold"), f" {_('Stop')}    ", ("enter", "$accent bold"), " " + _("Go on in the background")
            )
            yield Static(keys, id="fetching-keys")

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(0.1, self._paint)
        app = cast("DeskApp", self.app)
        work, heard, stopped = self._work, self._hear, self._stopped.is_set
        app.ask(lambda: work(heard, stopped), self._done, self._failed, lane="slow", quiet=True)

    def action_stop(self) -> None:
        """Give up; nothing is saved."""
        self._stopped.set()
        self._leave()

    def action_unseen(self) -> None:
        """It goes on; a notice tells when the file is there."""
        self._leave()

    def _hear(self, progress: Progress) -> None:
        self._progress = progress  # from a thread: it is painted by the interval

    def _paint(self) -> None:
        progress = self._progress
        if progress is None or not progress.total:
            return
        filled = BAR * progress.done // progress.total
        amounts = f"{size(progress.done)} / {size(progress.total)}"
        bar = Content.assemble(("━" * filled, "$primary"), ("╌" * (BAR - filled), "$muted"), "\n" + amounts)
        self.query_one("#fetching-bar", Static).update(bar)

    def _done(self, path: Path) -> None:
        self._leave()
        self._then(path)

    def _failed(self, error: Exception) -> None:
        self._leave()
        if isinstance(error, DeskError) and not isinstance(error, Interrupted):
            cast("DeskApp", self.app).tell_error(error)

    def _leave(self) -> None:
        if self.is_current:
            self.dismiss(None)
