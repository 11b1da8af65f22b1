"""An action: something a key, the palette, the help and the `:` line all know by one id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

Run = Callable[["DeskApp"], object]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do. `label` and `help` are message ids, translated where they are shown."""

    id: str
    keys: tuple[str, ...]
    """Default keys as a person writes them: "j", "ctrl+d", "?", "g d" (one after the other)."""
    label: str
    """One or two words, for the footer."""
    help: str
    """A short sentence, for `?` and the palette."""
    where: str = "main"
    """A pane ("queue", "thread", "views"), "main" for all of them, or the name of another screen ("composer", ...)."""
    run: Run | str = ""
    """What is called with the application; for other screens the name of their `action_` method."""
    group: str = ""
    """The heading in the help, a message id."""
    footer: int = 0
    """Its place in the footer, from 1; 0: not there."""
