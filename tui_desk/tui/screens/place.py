"""A screen beside the main one: its keys come from the keymap, under the name of its place."""

from __future__ import annotations

from typing import TypeVar

from textual.binding import BindingsMap
from textual.screen import Screen

from tui_desk.tui.app import desk_app
from tui_desk.tui.screens.once import LeftOnce

R = TypeVar("R")


class PlaceScreen(LeftOnce, Screen[R]):
    """Binds the actions of `PLACE`; `use_keys(False)` while words are typed, for letters are keys here."""

    PLACE = ""

    def on_mount(self) -> None:
        """The keys, beside Textual's own for the focus."""
        self._plain_bindings = self._bindings.copy()
        self.use_keys(True)

    def use_keys(self, on: bool) -> None:
        """Switch the place's keys on or off."""
        own = BindingsMap(desk_app(self).keys.bindings(self.PLACE)) if on else BindingsMap()
        self._bindings = BindingsMap.merge([self._plain_bindings, own])
        self.refresh_bindings()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
