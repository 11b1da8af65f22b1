"""What marks the panes of the main screen."""

from __future__ import annotations

from typing import Any, Self

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget


class Pane(Widget):
    """A focusable part of the main screen. Its keys are the keymap's: the application acts on them before the pane sees them."""


class Framed(Vertical):
    """A box whose frame says much that changes, and of which then only the frame is painted: a title set the usual way paints
    all that is in the box."""

    def __init__(self, **kwargs: Any) -> None:
        self._entitling = False
        super().__init__(**kwargs)

    def entitle(self, title: Content | str, subtitle: Content | str) -> None:
        """Say these in the upper and the lower edge."""
        before = self.border_title, self.border_subtitle
        self._entitling = True
        self.border_title, self.border_subtitle = title, subtitle
        self._entitling = False
        (width, height), content = self.outer_size, self.content_offset
        if self.border_title != before[0]:
            self.refresh(Region(0, 0, width, 1) - content)
        if self.border_subtitle != before[1]:
            self.refresh(Region(0, height - 1, width, 1) - content)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint again; while it is being entitled, not."""
        return self if self._entitling else super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
