"""What marks the panes of the main screen."""

from __future__ import annotations

from textual.widget import Widget


class Pane(Widget):
    """A focusable part of the main screen. Its keys are the keymap's: the application acts on them before the pane sees them."""
