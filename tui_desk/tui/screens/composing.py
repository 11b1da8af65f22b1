"""The composer: the thread, the form, the macros; drafts saved as they are typed, mail looked over before it leaves."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui_desk.errors import DeskError
from tui_desk.i18n import _
from tui_desk.service.types import Concern, MacroView, Rendered
from tui_desk.text import one_line
from tui_desk.tui import drafting
from tui_desk.tui.app import desk_app
from tui_desk.tui.screens.compose import Opened
from tui_desk.tui.screens.draft import in_turn
from tui_desk.tui.screens.sending import SendingScreen
from tui_desk.tui.widgets.composer import Composer
from tui_desk.tui.widgets.hints import Hints
from tui_desk.tui.widgets.macros import MacroPane
from tui_desk.tui.widgets.thread import Thread

_AFTER = ("pending", "solved", "open", "")


class ComposeScreen(SendingScreen):
    """The thread, the form, the macros; None when it was left with the draft kept or thrown away."""

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

    def __init__(self, opened: Opened, macro: MacroView | None = None) -> None:
        super().__init__(opened)
        self._macro = macro

    def compose(self) -> ComposeResult:
        """Title, thread over form, macros at the side, keys."""
        app = desk_app(self)
        yield Static(id="compose-title")
        with Horizontal(id="compose-body"):
            with Vertical(id="compose-left"):
                if self._opened.ticket is not None:
                    yield Thread(id="compose-thread")
                senders = [str(address) for address in app.desk.replies.senders()]
                yield Composer(self._opened.draft, app.desk.settings.replies.status_after, senders)
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
