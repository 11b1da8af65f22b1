"""Keeping a draft while it is typed: one save at a time, off the key path, the newest last, within half a second of a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from tui_desk.service.types import Draft
from tui_desk.tui.app import desk_app

SAVE_AFTER = 0.4
"""Seconds from a letter to the save of it (a second is promised)."""


class Keeping:
    """Saves what `draft()` gives after `changed()`; `told(True)` after a save, `told(False)` when it failed."""

    def __init__(self, screen: Screen[Any], kept: Draft, draft: Callable[[], Draft], told: Callable[[bool], object]) -> None:
        self._screen = screen
        self._kept = kept
        self._draft = draft
        self._told = told
        self._timer: Timer | None = None
        self._saving = self._dirty = self._over = False

    def changed(self) -> None:
        """Something was typed."""
        if not self._over and self._draft() != self._kept:
            self._dirty = True
            self._soon()

    @property
    def at_rest(self) -> bool:
        """No save is due or under way."""
        return self._timer is None and not self._saving

    def stop(self) -> None:
        """The draft is sent, left or thrown away."""
        self._over = True

    def go_on(self) -> None:
        """It was not sent after all."""
        self._over = False
        self.changed()

    def _soon(self) -> None:
        if self._timer is None:
            self._timer = self._screen.set_timer(SAVE_AFTER, self._save)

    def _save(self) -> None:
        self._timer = None
        if self._saving or not self._dirty or self._over:
            return
        self._saving, self._dirty = True, False
        app, draft = desk_app(self._screen), self._draft()
        app.ask(lambda: app.desk.replies.save(draft), lambda _n: self._saved(draft), lambda _e: self._failed(), lane="write")

    def _saved(self, draft: Draft) -> None:
        self._saving, self._kept = False, draft
        if self._screen.is_attached and not self._over:
            self._told(True)
            if self._dirty:
                self._soon()

    def _failed(self) -> None:
        self._saving, self._dirty = False, True
        if self._screen.is_attached and not self._over:
            self._told(False)
