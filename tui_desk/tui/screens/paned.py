"""Panes and keys: which pane is seen and has the focus, and what a key means there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.widget import Widget

from tui_desk.i18n import _, ngettext
from tui_desk.tui import actions
from tui_desk.tui.keymap import token
from tui_desk.tui.screens.filtering import FilteringScreen
from tui_desk.tui.widgets.panes import Pane
from tui_desk.tui.widgets.status import KeyHints

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

PANES = ("views", "queue", "thread", "ticket")


class PanedScreen(FilteringScreen):
    """A screen of panes; where there is no room for all, the one with the focus is seen."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-one"),
        (80, "-two"),
        (120, "-three"),
        (140, "-roomy"),
        (180, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-middle"), (36, "-high")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.pane = "queue"
        self.pending = ""
        """The first key of a sequence."""

    @property
    def desk_app(self) -> DeskApp:
        """The application, typed."""
        return cast("DeskApp", self.app)

    def follow(self) -> None:
        """Show the ticket under the cursor."""
        raise NotImplementedError

    def drop_selection(self) -> bool:
        """Let all selected tickets go; False when there were none."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------------------------ panes

    def focus_pane(self, name: str) -> None:
        """Give a pane the focus, showing it where there is no room for all."""
        for pane in PANES:
            self.set_class(pane == name, f"-at-{pane}")
        self.pane = name
        self.set_focus(self.query_one(f"#{name}", Widget))
        if name == "thread":
            self.follow()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The classes and the footer go with the focus."""
        name = event.widget.id or ""
        if name in PANES:
            self.pane = name
            for pane in PANES:
                self.set_class(pane == name, f"-at-{pane}")
            self.remove_class("-macros")
        self.show_hints()

    def _seen(self) -> list[str]:
        if self.size.width >= 120:
            return [p for p in PANES if self.query_one(f"#{p}").display]
        return list(PANES)

    def cycle(self, way: int) -> None:
        """The next pane on the screen."""
        seen = self._seen()
        at = seen.index(self.pane) if self.pane in seen else 0
        self.focus_pane(seen[(at + way) % len(seen)])

    def go_in(self) -> None:
        """Views, queue, thread, ticket."""
        if self.pane == "views":
            self.views.choose()
            return
        self.focus_pane(PANES[min(PANES.index(self.pane) + 1, len(PANES) - 1)])

    def go_out(self) -> None:
        """Ticket, thread, queue, views."""
        self.focus_pane(PANES[max(PANES.index(self.pane) - 1, 0)])

    def back(self) -> None:
        """Out of a range, a selection, a pane, a filter, in this order."""
        if self.drop_selection():
            return
        if self.pane != "queue":
            self.focus_pane("queue")
        else:
            self.drop_filter()

    def on_resize(self, event: events.Resize) -> None:
        """Focus stays on a pane that is seen."""
        self.call_after_refresh(self._settle_focus)

    def _settle_focus(self) -> None:
        focused: Any = self.focused
        if focused is None or not focused.is_on_screen:
            self.focus_pane(self.pane)

    # ------------------------------------------------------------------------------------------------------------- keys

    def take_key(self, event: events.Key) -> bool:
        """Do what a key asks for in the pane with the focus; False when it means nothing here."""
        if self.app.screen is not self:  # Typed ahead: it belongs to the screen that has opened meanwhile.
            self.app.post_message(events.Key(event.key, event.character))
            return True
        if self._held is not None:
            self._held.append(event)
            return True
        if not isinstance(self.focused, Pane):
            return self._hold(event.key)
        keys = self.desk_app.keys
        typed = token(event)
        if self.pending:
            sequence, self.pending = f"{self.pending} {typed}", ""
            self.show_hints()
            if (action := keys.find(self.pane, sequence)) is not None:
                self.desk_app.act(action.id)
            return True
        if (action := keys.find(self.pane, typed)) is not None:
            self.desk_app.act(action.id)
            return True
        if keys.following(self.pane, typed):
            self.pending = typed
            self.show_hints()
            return True
        return False

    def show_hints(self) -> None:
        """The keys of the moment in the footer."""
        keys, hints = self.desk_app.keys, self.query_one(KeyHints)
        if self.pending:
            hints.show([(key, _(action.label)) for key, action in keys.following(self.pane, self.pending)], f"{self.pending} …")
            return
        count = len(self.queue.picked)
        lead = ngettext("%(n)s selected", "%(n)s selected", count) % {"n": count} if count > 1 else ""
        hints.show([(keys.shown(a.id), _(a.label)) for a in actions.footer(self.pane) if keys.keys_of(a.id)], lead)
