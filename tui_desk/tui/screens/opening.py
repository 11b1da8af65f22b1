"""Keys typed while a screen is being fetched belong to that screen: they are held, and given to it when it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui_desk.tui.screens.once import LeftOnce

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp


class Opening(LeftOnce, ModalScreen[None]):
    """Nothing to be seen; takes every key. Escape gives up waiting."""

    DEFAULT_CSS = "Opening { background: transparent; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False, priority=True)]
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[events.Key | events.Paste] = []

    def take_key(self, event: events.Key) -> bool:
        """Hold it; the application gives every key here first."""
        if event.key == "escape":
            return False
        self.held.append(event)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Hold it."""
        event.stop()
        self.held.append(event)

    def action_leave(self) -> None:
        """What comes is not shown."""
        self.dismiss(None)


def open_with(
    app: DeskApp, work: Callable[[], Any], then: Callable[[Any], object], *, group: str = "open", lane: str = "read"
) -> None:
    """`app.ask` for what opens a screen: no key typed meanwhile acts on the screen below."""
    opening = Opening()
    app.push_screen(opening)

    def ready(result: Any) -> None:
        if app.screen is not opening:
            return
        opening.dismiss(None)
        then(result)
        if opening.held:
            app.screen.call_after_refresh(_give, app, opening.held)

    def failed(_error: Exception) -> None:
        if app.screen is opening:
            opening.dismiss(None)

    app.ask(work, ready, failed, group=group, lane=lane)


def _give(app: DeskApp, held: list[events.Key | events.Paste]) -> None:
    for event in held:
        match event:
            case events.Key():
                app.post_message(events.Key(event.key, event.character))
            case events.Paste():
                app.post_message(events.Paste(event.text))
