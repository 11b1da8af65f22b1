"""The composer's frame: what is written on which ticket, kept as it is typed, kept or thrown away at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from textual import events, on
from textual.content import Content
from textual.widgets import Static

from tui_desk.i18n import N_, _
from tui_desk.service.types import Sent
from tui_desk.text import cut, one_line
from tui_desk.tui import drafting
from tui_desk.tui.app import desk_app
from tui_desk.tui.keeping import Keeping
from tui_desk.tui.screens.compose import Opened
from tui_desk.tui.screens.confirm import ConfirmScreen
from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.widgets.composer import Composer
from tui_desk.tui.widgets.macros import MacroPane

S = TypeVar("S", bound="DraftScreen")

_TITLES: dict[str, str] = {
    "reply": N_("Reply"),
    "reply_all": N_("Reply to all"),
    "forward": N_("Forward"),
    "note": N_("Note — only the team reads it"),
    "new": N_("New mail"),
}
_SIGNS = {"reply": "→", "reply_all": "⇉", "forward": "↪", "note": "✎", "new": "+"}


def in_turn(act: Callable[[S], object]) -> Callable[[S], None]:
    """Do it after the letters typed before: a screen's keys would otherwise overtake them, and the last word be lost."""

    @wraps(act)
    def later(screen: S) -> None:
        (screen.focused or screen.composer.editor).call_later(act, screen)

    return later


class DraftScreen(PlaceScreen[Sent | None]):
    """A draft on the screen; None when it was left with the draft kept or thrown away."""

    PLACE = "composer"
    AUTO_FOCUS = ""

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self._opened = opened
        self.begun = False
        """The focus has been somewhere: from then on keys are taken as they come."""
        self._over = False
        self._room = ""
        self._keeping = Keeping(self, opened.draft, lambda: self.composer.draft, self._kept)
        self.set_class(opened.draft.mode == "note", "-note")

    @property
    def number(self) -> str:
        """The ticket's number, "" for a new mail."""
        return self._opened.draft.ticket

    @property
    def composer(self) -> Composer:
        """The form."""
        return self.query_one(Composer)

    @property
    def pane(self) -> MacroPane:
        """The macros."""
        return self.query_one(MacroPane)

    def on_descendant_focus(self) -> None:
        """It can be written in."""
        self.begun = True

    def on_resize(self, event: events.Resize) -> None:
        """How much there is room for."""
        wide, high = event.size
        self.set_class(wide >= 110, "-wide")
        self.set_class(wide >= 170, "-wider")
        self.set_class(wide < 80, "-narrow")
        self.set_class(high < 20, "-short")
        self.composer.set_class(high < 30, "-tight")
        if not self._room:
            self.set_class(high < 24, "-thread-less")
            self.set_class(high < 14, "-thread-none")
        self._title()

    def _title(self, state: str = "") -> None:
        """What this is, on which ticket, and whether it is saved."""
        draft, ticket = self._opened.draft, self._opened.ticket
        ink = "$note bold" if draft.mode == "note" else "$outbound bold"
        head = f"{_SIGNS[draft.mode]} {_(_TITLES[draft.mode])}"
        about = f"#{draft.ticket} {one_line(ticket.row.subject)}" if ticket is not None else ""
        room = self.size.width - len(head) - len(state) - 6
        about = cut(about, max(room, 0))
        gap = max(self.size.width - len(head) - len(about) - len(state) - 5, 1)
        parts = Content.assemble((head, ink), "   ", about, " " * gap, (state, "$muted"))
        self.query_one("#compose-title", Static).update(parts)

    # ---------------------------------------------------------------------------------------------------------- keeping

    @on(Composer.Changed)
    def _changed(self) -> None:
        """What is written is saved soon."""
        self._keeping.changed()

    def _kept(self, saved: bool) -> None:
        self._title(_("saved") if saved else _("NOT SAVED"))

    def _leave(self) -> None:
        app, draft = desk_app(self), self.composer.draft
        self._over = True
        self._keeping.stop()
        if drafting.written(draft, self._opened.fresh):
            app.ask(lambda: app.desk.replies.save(draft), lambda _n: app.say(_("The draft is kept.")), lane="write")
        else:
            app.ask(lambda: app.desk.replies.discard(draft), lane="write")
        self.dismiss(None)

    @in_turn
    def action_discard(self) -> None:
        """Throw the draft away, after a question where there is something in it."""
        if not drafting.written(self.composer.draft, self._opened.fresh):
            self._leave()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                app, draft = desk_app(self), self.composer.draft
                self._over = True
                self._keeping.stop()
                app.ask(lambda: app.desk.replies.discard(draft), lambda _n: app.say(_("The draft is gone.")), lane="write")
                self.dismiss(None)

        self.app.push_screen(ConfirmScreen(_("Throw this draft away?"), yes=_("Throw away")), answered)
