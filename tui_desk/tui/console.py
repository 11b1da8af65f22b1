"""The console's frame, whatever it shows: the desk, the keys, the themes, work in threads and notices."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.filter import LineFilter, NoColor
from textual.theme import BUILTIN_THEMES

from tui_desk.errors import DeskError
from tui_desk.i18n import _
from tui_desk.text import one_line
from tui_desk.tui import actions, theme
from tui_desk.tui.jobs import Answer, Jobs
from tui_desk.tui.keymap import Keymap
from tui_desk.tui.widgets.tokens import Inks

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk


FOCUS_SECONDS = 2.0
"""Longer than a screen ever takes to give its text the focus."""


class Console(App[int]):
    """What every screen leans on."""

    CSS_PATH = "desk.tcss"
    TITLE = "TUI Desk"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, desk: Desk | None) -> None:
        self.inks = Inks({})
        super().__init__()
        self._desk = desk
        settings = desk.settings if desk is not None else None
        self.keys = Keymap(actions.REGISTRY, settings.keys if settings else None)
        self.jobs = Jobs(self)
        self._early: list[events.Key] = []
        """What was typed before the text it is for had the focus."""
        self._problems = list(self.keys.problems)
        self._load_themes(settings.console.theme if settings else theme.DEFAULT)
        if self.no_color:
            self._filters: list[LineFilter] = [NoColor()]

    @property
    def desk(self) -> Desk:
        """The service."""
        assert self._desk is not None
        return self._desk

    # --------------------------------------------------------------------------------------------------------------- themes

    def _load_themes(self, wanted: str) -> None:
        found, problems = theme.load()
        self._problems += problems
        for name in BUILTIN_THEMES:
            self.unregister_theme(name)
        self._theme_files = found
        for each in found.values():
            self.register_theme(each.textual())
        self.use_theme(wanted if wanted in found else theme.DEFAULT)
        if wanted not in found:
            self._problems.append(_("There is no theme “%(name)s”.") % {"name": wanted})

    def themes(self) -> list[str]:
        """The names of the themes there are."""
        return sorted(self._theme_files)

    def use_theme(self, name: str) -> None:
        """Draw with another theme at once."""
        if name in self._theme_files:
            self.inks = Inks(self._theme_files[name].colors, plain=self.no_color)
            self.theme = name

    # ----------------------------------------------------------------------------------------------------------------- keys

    async def on_event(self, event: events.Event) -> None:
        """A key a screen takes is acted on before the next is looked at: what is typed ahead goes where the first key led."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._there()
            if self._early or self._unfocused():
                self._early.append(event)
                if len(self._early) == 1:
                    self.call_later(self._give_early, time.monotonic() + FOCUS_SECONDS)
                return
            take = getattr(self.screen, "take_key", None)
            if take is not None and take(event):
                return
        await super().on_event(event)

    def _unfocused(self) -> bool:
        """A screen that is written in has just opened, and its text does not have the focus yet: letters would be lost."""
        return self.screen.focused is None and not getattr(self.screen, "begun", True)

    async def _give_early(self, until: float) -> None:
        """Act on what was typed before the focus was there, in its order."""
        if self._unfocused() and time.monotonic() < until:
            await asyncio.sleep(0.002)
            self.call_later(self._give_early, until)
            return
        early, self._early = self._early, []
        for event in early:
            await self.on_event(event)

    async def _there(self) -> None:
        """Wait until a screen just opened can take keys."""
        for _n in range(200):
            if self.screen.is_mounted:
                return
            await asyncio.sleep(0.002)

    def action_help_quit(self) -> None:
        """ctrl+c interrupts nothing here: say which key leaves."""
        self.say(f"{self.keys.shown('quit')}: {_('Leave the desk')}")

    # ----------------------------------------------------------------------------------------------------------------- jobs

    def ask(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        *,
        group: str = "",
        lane: str = "read",
        quiet: bool = False,
    ) -> None:
        """Run `work` in a thread, then `then(result)` here. An error is told (unless `quiet`), then given to `failed`."""

        def fail(error: Exception) -> None:
            if not quiet or not isinstance(error, DeskError):
                self.tell_error(error)
            if failed is not None:
                failed(error)

        self.jobs.put(work, then, fail, group=group, lane=lane)

    def on_answer(self, event: Answer) -> None:
        """A job is over. Nobody is there any more to hear it while the console closes."""
        if self.is_running:
            event.deliver()

    def tell_error(self, error: Exception) -> None:
        """Say what went wrong and the next step."""
        if isinstance(error, DeskError):
            self.say("\n".join(filter(None, (error.message, error.hint))), wrong=True)
        else:
            self.say(_("Something went wrong: %(what)s. It is in the log.") % {"what": repr(error)}, wrong=True)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """A notice."""
        words = "\n".join(one_line(line) for line in text.splitlines())
        self.notify(
            ("✗ " if wrong else "") + words, severity="error" if wrong else "information", timeout=8 if wrong else 4, markup=False
        )
