"""Screens that are left once, however fast the keys come."""

from __future__ import annotations

from typing import Any, cast

from textual.await_complete import AwaitComplete
from textual.screen import Screen


class LeftOnce:
    """Goes before Textual's Screen among the bases.

    Textual's `dismiss` takes away the screen on top, whoever calls it: a second key that still reaches a screen which has
    gone (`z` `1` `m`) would take the one below, and the console with it.
    """

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave the screen with `result`; nothing where it has been left already."""
        screen = cast("Screen[Any]", self)
        if screen not in screen.app.screen_stack:
            return AwaitComplete()
        return cast("AwaitComplete", super().dismiss(result))  # type: ignore[misc]
