"""The line of keys at the foot of a screen: what can be done here, as far as there is room."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from tui_desk.i18n import _
from tui_desk.tui.app import desk_app
from tui_desk.tui.screens.keys import ACTIONS


class Hints(Widget):
    """Keys and words of the actions of one place."""

    DEFAULT_CSS = "Hints { height: 1; background: $panel; padding: 0 1; }"

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def render(self) -> Content:
        """As many as fit, the most useful first."""
        keys = desk_app(self).keys
        room = self.size.width
        parts: list[Content] = []
        for action in sorted((a for a in ACTIONS if a.where == self._where and a.footer), key=lambda a: a.footer):
            key, words = keys.shown(action.id), _(action.label)
            need = len(key) + len(words) + (4 if parts else 1)
            if need > room or not key:
                continue
            room -= need
            parts.append(Content.assemble("   " if parts else "", (key, "$accent bold"), " ", (words, "$text-muted")))
        return Content("").join(parts)
