"""The composer: the thread, the form, the macros; drafts saved as they are typed, mail looked over before it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui_desk.errors import DeskError
from tui_desk.i18n import N_, _
from tui_desk.service.types import Concern, Draft, MacroView, Rendered, Sent
from tui_desk.store.rows import MessageView
from tui_desk.text import cut, one_line
from tui_desk.tui import drafting
from tui_desk.tui.app import desk_app
from tui_desk.tui.keeping import Keeping
from tui_desk.tui.screens.compose import Opened
from tui_desk.tui.screens.confirm import ConfirmScreen
from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.spoken import moment
from tui_desk.tui.widgets.composer import Composer
from tui_desk.tui.widgets.hints import Hints
from tui_desk.tui.widgets.macros import MacroPane
from tui_desk.tui.widgets.thread import Thread

_MENDED_ONLY = frozenset({"empty", "no_recipient"})
"""Concerns that no second send overrides."""
_AFTER = ("pending", "solved", "open", "")
_TITLES: dict[str, str] = {
    "reply": N_("Reply"),
    "reply_all": N_("Reply to all"),
    "forward": N_("Forward"),
    "note": N_("Note — only the team reads it"),
    "new": N_("New mail"),
}
_SIGNS = {"reply": "→", "reply_all": "⇉", "forward": "↪", "note": "✎", "new": "+"}


def in_turn(act: Callable[[ComposeScreen], object]) -> Callable[[ComposeScreen], None]:
    """Do it after the letters typed before: a screen's keys would otherwise overtake them, and the last word be lost."""

    @wraps(act)
    def later(screen: ComposeScreen) -> None:
        (screen.focused or screen.composer.editor).call_later(act, screen)

    return later


class ComposeScreen(PlaceScreen[Sent | None]):
    """The thread, the form, the macros; None when it was left with the draft kept or thrown away."""

    PLACE = "composer"
    DEFAULT_CSS = """
    ComposeScreen { background: $background; }
    ComposeScreen > #compose-title { height: 1; padding: 0 1; background: $outbound 25%; }
    ComposeScreen.-note > #compose-title { background: $note 30%; }
    ComposeScreen > #compose-body { height: 1fr; }
    ComposeScreen #compose-left { width: 1fr; }
    ComposeScreen #compose-thread { height: 1fr; scrollbar-size-vertical: 1; }
    ComposeScreen #composer { border-top: heavy $outbound; height: 1fr; }
    ComposeScreen.-note #composer { border-top: heavy $note; }
    ComposeScreen #compose-macros {
        width: 42; height: 1fr; display: none; border: round $rule; border-title-color: $muted; border-title-style: none;
    }
    ComposeScreen #compose-macros:focus-within { border: round $primary; border-title-color: $primary; }
    ComposeScreen.-wide #compose-macros { display: block; }
    ComposeScreen.-wider #compose-macros { width: 52; }
    ComposeScreen.-picking #compose-macros { display: block; }
    ComposeScreen.-picking.-narrow #compose-left { display: none; }
    ComposeScreen.-picking.-narrow #compose-macros { width: 1fr; }
    ComposeScreen.-thread-less #compose-thread { height: 4; }
    ComposeScreen.-thread-none #compose-thread { display: none; }
    ComposeScreen.-thread-more #composer { height: 9; }
    ComposeScreen.-picking.-narrow #compose-macros { border: none; }
    ComposeScreen.-short #composer { border-top: none; }
    """
    AUTO_FOCUS = ""

    def __init__(self, opened: Opened, macro: MacroView | None = None) -> None:
        super().__init__()
        self._opened = opened
        self._macro = macro
        self._seen: frozenset[str] = frozenset()
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

    def compose(self) -> ComposeResult:
        """Title, thread over form, macros at the side, keys."""
        app = desk_app(self)
        yield Static(id="compose-title")
        with Horizontal(id="compose-body"):
            with Vertical(id="compose-left"):
                if self._opened.ticket is not None:
                    yield Thread(id="compose-thread")
                yield Composer(self._opened.draft, app.desk.settings.replies.status_after)
            yield MacroPane(id="compose-macros")
        yield Hints("composer")

    def on_mount(self) -> None:
        """The thread and the macros are there at once."""
        if self._opened.ticket is not None:
            self.query_one(Thread).show(self._opened.ticket.row.id)
        self.pane.show(self.number, self._opened.macros)
        self.composer.know_actions(self._opened.macros)
        self.pane.border_title = _("Macros")
        self._title()
        if self._macro is not None:
            self._insert(self._macro)

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

    @on(Composer.Changed)
    def _changed(self) -> None:
        """What is written is saved soon."""
        self._keeping.changed()

    def _kept(self, saved: bool) -> None:
        self._title(_("saved") if saved else _("NOT SAVED"))

    # ---------------------------------------------------------------------------------------------------------- leaving

    @in_turn
    def action_keep(self) -> None:
        """Escape: out of the macros first, then out of what was said, then out, with the draft kept."""
        if self.pane.has_focus_within:
            self.pane.leave()
        elif self.composer.worried:
            self._quiet()
        else:
            self._leave()

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

    # ---------------------------------------------------------------------------------------------------------- sending

    @in_turn
    def action_send(self) -> None:
        """Look it over, then send; a second send overrides what can be overridden."""
        self._look_over()

    def _look_over(self) -> None:
        app, draft = desk_app(self), self.composer.draft
        app.ask(lambda: app.desk.replies.preflight(draft), lambda found: self._looked_over(draft, found), group="send")

    @in_turn
    def action_send_and_solve(self) -> None:
        """Send; the ticket is solved with it."""
        self.composer.keep(replace(self.composer.draft, status_after="solved"))
        self._look_over()

    def _looked_over(self, draft: Draft, found: list[Concern]) -> None:
        if self._over or not self.is_attached:
            return
        ids = frozenset(c.id for c in found)
        if not found or (ids <= self._seen and not ids & _MENDED_ONLY):
            self._send(draft, force=bool(found))
            return
        self._seen = ids
        self._tell(found)

    def _tell(self, found: list[Concern]) -> None:
        """The concerns, with what came where that is the concern."""
        ids = {c.id for c in found}
        send = desk_app(self).keys.shown("composer.send")
        more = "" if ids & _MENDED_ONLY else _("%(key)s sends it all the same; esc goes on writing.") % {"key": send}
        self.composer.tell(found, more)
        if "newer_message" in ids and self._opened.ticket is not None:
            self.query_one(Thread).show(self._opened.ticket.row.id)
            self._show_what_came(found, more)

    def _show_what_came(self, found: list[Concern], more: str) -> None:
        app, ticket = desk_app(self), self._opened.ticket
        assert ticket is not None

        def told(newest: list[MessageView]) -> None:
            public = [m for m in newest if m.kind in ("inbound", "outbound")]
            if public and self.is_attached:
                last = public[-1]
                when = moment(last.at, app.desk.settings.calendar.timezone)
                words = cut(one_line(last.snippet or last.text), 160)
                came = f"{one_line(last.author_name or last.author)}, {when}: {words}"
                self.composer.tell(found, f"{came}\n  {more}" if more else came)

        app.ask(lambda: app.desk.tickets.thread(ticket.row.id, newest=3), told, group="what came")

    def _quiet(self) -> None:
        self._seen = frozenset()
        self.composer.tell(())

    def _send(self, draft: Draft, *, force: bool) -> None:
        app = desk_app(self)
        self._over = True
        self._keeping.stop()

        def failed(_error: Exception) -> None:
            self._over = False
            self._keeping.go_on()

        app.ask(lambda: app.desk.replies.send(draft, force=force), self.dismiss, failed, lane="write")

    def tickets_moved(self, ids: tuple[int, ...]) -> None:
        """Something came in while this was being written."""
        ticket = self._opened.ticket
        if ticket is None or (ids and ticket.row.id not in ids) or self._over:
            return
        app, draft = desk_app(self), self.composer.draft
        self.query_one(Thread).show(ticket.row.id)

        def look(found: list[Concern]) -> None:
            newer = [c for c in found if c.id == "newer_message"]
            if newer and self.is_attached and not self._over:
                self._tell(newer)

        app.ask(lambda: app.desk.replies.preflight(draft), look, group="newer")

    # ----------------------------------------------------------------------------------------------------------- macros

    @in_turn
    def action_macros(self) -> None:
        """To the macros and back."""
        if self.pane.has_focus_within:
            self._macros_left()
        else:
            self.add_class("-picking")
            self.pane.find()

    @on(MacroPane.Left)
    def _macros_left(self) -> None:
        self.remove_class("-picking")
        self.composer.editor.focus()

    @on(MacroPane.Searched)
    def _search(self, event: MacroPane.Searched) -> None:
        app, words, number = desk_app(self), event.words, self.number
        event.stop()
        app.ask(lambda: app.desk.macros.rank(number, words), lambda found: self.pane.show(number, found), group="macros")

    @on(MacroPane.Chosen)
    def _chosen(self, event: MacroPane.Chosen) -> None:
        event.stop()
        self._macros_left()
        self._insert(event.macro)

    def _insert(self, macro: MacroView) -> None:
        app, number = desk_app(self), self.number

        def put(filled: Rendered) -> None:
            self.composer.insert(filled.text, macro)
            if filled.missing:
                names = ", ".join(map(one_line, filled.missing))
                key = app.keys.shown("composer.hole")
                words = {"names": names, "key": key}
                self.composer.tell([Concern("placeholder", _("Still to be filled in: %(names)s (%(key)s goes there).") % words)])

        if not number:
            self.composer.insert(macro.body, macro)
            return
        app.ask(lambda: app.desk.macros.render(macro.id, number), put)

    @in_turn
    def action_hole(self) -> None:
        """The next placeholder."""
        if self.composer.editor.next_hole():
            self.composer.editor.focus()
        else:
            self.app.bell()

    # ----------------------------------------------------------------------------------------------- files, status, room

    @in_turn
    def action_attach(self) -> None:
        """A file, by its path."""
        from tui_desk.tui.screens.path import PathScreen

        def chosen(path: str | None) -> None:
            if path:
                from pathlib import Path

                self.composer.keep(drafting.with_file(self.composer.draft, Path(path)))

        self.app.push_screen(PathScreen(_("Attach a file")), chosen)

    @in_turn
    def action_detach(self) -> None:
        """The last attachment goes."""
        draft = self.composer.draft
        if draft.files:
            self.composer.keep(replace(draft, files=draft.files[:-1]))

    @in_turn
    def action_after(self) -> None:
        """The next of what the ticket can become."""
        draft = self.composer.draft
        now = desk_app(self).desk.settings.replies.status_after if draft.status_after is None else draft.status_after
        at = _AFTER.index(now) if now in _AFTER else -1
        self.composer.keep(replace(draft, status_after=_AFTER[(at + 1) % len(_AFTER)]))

    @in_turn
    def action_people(self) -> None:
        """To the recipients and back."""
        self.composer.focus_people()

    def action_thread(self) -> None:
        """More, less, none, and as it was."""
        rooms = ["-thread-more", "-thread-less", "-thread-none"]
        now = next((i for i, name in enumerate(rooms) if self.has_class(name)), -1)
        self.remove_class(*rooms)
        self._room = "chosen"
        if now + 1 < len(rooms):
            self.add_class(rooms[now + 1])

    @in_turn
    def action_editor(self) -> None:
        """Write in $EDITOR."""
        from tui_desk.tui.external import edit

        app = desk_app(self)
        try:
            body = edit(app, self.composer.editor.text)
        except DeskError as error:
            app.say(f"{error.message} {error.hint}".strip(), wrong=True)
            return
        self.composer.rewrite(body)
