"""What all panes of the main screen share: their keys go to the screen, their title says whose the focus is."""

from __future__ import annotations

from textual import events
from textual.widget import Widget


class Pane(Widget):
    """A focusable part of the main screen."""

    def on_key(self, event: events.Key) -> None:
        """Give the key to the screen before Textual's own bindings see it."""
        take = getattr(self.screen, "take_key", None)
        if take is not None and take(event):
            event.stop()
            event.prevent_default()
