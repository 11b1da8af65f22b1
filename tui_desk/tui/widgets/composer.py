"""The form an agent writes in: recipients and what changed in them, the text, chips for files and for what the send does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from tui_desk.i18n import _
from tui_desk.service.types import Concern, Draft, MacroView
from tui_desk.service.words import status_name
from tui_desk.text import clean, one_line
from tui_desk.tui import drafting
from tui_desk.tui.widgets.editor import Editor
from tui_desk.tui.widgets.macros import actions_in_words
from tui_desk.tui.widgets.people import PeopleInput, SenderInput


class Composer(Vertical):
    """Holds one draft; `Changed` says it is another one now."""

    DEFAULT_CSS = """
    Composer { height: 1fr; min-height: 4; background: $surface; }
    Composer .field { height: 1; padding: 0 1; }
    Composer .field > .label { width: 9; color: $muted; }
    Composer .field > Input { border: none; height: 1; padding: 0; background: transparent; width: 1fr; }
    Composer .field > Input:focus { background: $boost; }
    Composer #composer-changes { height: auto; max-height: 2; padding: 0 1 0 10; display: none; }
    Composer #composer-editor { height: 1fr; min-height: 1; margin-top: 1; }
    Composer #composer-chips { height: auto; max-height: 3; padding: 0 1; }
    Composer #composer-concerns { height: auto; max-height: 7; padding: 0 1; background: $warning 12%; display: none; }
    Composer #composer-concerns.-stops { background: $error 15%; }
    Composer #composer-changes.-on, Composer #composer-concerns.-on { display: block; }
    Composer #cc-field.-empty { display: none; }
    Composer.-people #cc-field { display: block; }
    Composer.-note { background: $note 8%; }
    Composer.-note .field { display: none; }
    Composer.-note #composer-editor { margin-top: 0; }
    Composer.-tight #composer-editor { margin-top: 0; }
    """

    class Changed(Message):
        """Something was typed, or put in."""

    def __init__(self, draft: Draft, after: str, senders: Sequence[str] = ()) -> None:
        """`senders`: the addresses that it can be from; shown where there are several."""
        super().__init__(id="composer")
        self._draft = draft
        self._senders = senders if len(senders) > 1 and draft.mode != "note" else ()
        self._after = after
        self._plain = drafting.Plain.of(draft)
        self._actions: dict[str, str] = {}
        self.set_class(draft.mode == "note", "-note")

    @property
    def draft(self) -> Draft:
        """The draft as it stands in the form."""
        body = self.editor.text
        if self._draft.mode == "note":
            return replace(self._draft, body=body)
        to, cc = (drafting.people(self.query_one(f"#{name}", Input).value) for name in ("to", "cc"))
        subject = one_line(self.query_one("#subject", Input).value)
        from_email = drafting.email(self.query_one("#from", Input).value) if self._senders else self._draft.from_email
        people = drafting.with_people(self._draft, self._plain, to, cc)
        return replace(people, body=body, subject=subject, from_email=from_email)

    @property
    def editor(self) -> Editor:
        """The text."""
        return self.query_one("#composer-editor", Editor)

    def compose(self) -> ComposeResult:
        """To, Cc, subject where it matters, text, chips, concerns."""
        draft = self._draft
        if self._senders:
            with Horizontal(classes="field", id="from-field"):
                yield Static(Content(_("From")), classes="label")
                yield SenderInput(one_line(draft.from_email or drafting.email(self._senders[0])), self._senders)
        yield from self._field("to", _("To"), drafting.line(draft.to))
        yield from self._field("cc", _("Cc"), drafting.line(draft.cc))
        with Horizontal(classes="field", id="subject-field"):
            yield Static(Content(_("Subject")), classes="label")
            yield Input(one_line(draft.subject), id="subject", compact=True)
        yield Static(id="composer-changes")
        yield Editor(draft.body, id="composer-editor")
        yield Static(id="composer-chips")
        yield Static(id="composer-concerns")

    def _field(self, name: str, label: str, value: str) -> ComposeResult:
        with Horizontal(classes="field" if value else "field -empty", id=f"{name}-field"):
            yield Static(Content(label), classes="label")
            yield PeopleInput(one_line(value), id=name, compact=True)

    def on_mount(self) -> None:
        """A reply begins in its text, a forward and a new mail in their recipients."""
        self.query_one("#subject-field").display = self._draft.mode in ("forward", "new")
        (self.editor if self._draft.to or self._draft.mode == "note" else self.query_one("#to", Input)).focus()
        self.editor.move_cursor(self.editor.document.end)
        self._refresh()

    def on_descendant_focus(self) -> None:
        """Cc is there while recipients are written."""
        self.set_class(not self.editor.has_focus, "-people")

    def insert(self, text: str, macro: MacroView) -> None:
        """A filled macro at the cursor; what it does to the ticket happens with the send."""
        self.keep(drafting.with_macro(self.draft, macro))
        self._actions = {**self._actions, **macro.actions}
        before = "" if not self.editor.text.strip() else "\n\n" if self.editor.cursor_location[1] else ""
        self.editor.insert_text(before + text)
        self.editor.focus()
        self._refresh()

    def keep(self, draft: Draft) -> None:
        """Another draft, of which the form shows files and status (text and recipients stay the form's)."""
        self._draft = draft
        self._refresh()
        self.post_message(self.Changed())

    def rewrite(self, body: str) -> None:
        """Another text, from $EDITOR."""
        body = clean(body).rstrip("\n")
        if body != self.editor.text:
            self.editor.replace(body, (0, 0), self.editor.document.end)
        self.editor.move_cursor(self.editor.document.end)

    def know_actions(self, macros: Sequence[MacroView]) -> None:
        """What the macros of a draft that was reopened do."""
        for macro in macros:
            if macro.id in self._draft.macros:
                self._actions.update(macro.actions)
        self._refresh()

    def tell(self, concerns: Sequence[Concern], more: str = "") -> None:
        """Show what is to be said before it leaves; () clears. `more`: what to do about it."""
        box = self.query_one("#composer-concerns", Static)
        box.set_class(bool(concerns or more), "-on")
        box.set_class(any(c.stops for c in concerns), "-stops")
        lines = []
        for concern in concerns:
            sign, ink = ("■", "$error") if concern.stops else ("▲", "$warning")
            lines.append(Content.assemble((f"{sign} ", ink), clean(concern.text)))
        if more:
            lines.append(Content.styled(f"  {clean(more)}", "$muted"))
        box.update(Content("\n").join(lines))

    @property
    def worried(self) -> bool:
        """Concerns are shown."""
        return self.query_one("#composer-concerns").has_class("-on")

    def focus_people(self) -> None:
        """To the recipients, and back to the text from there."""
        if self.editor.has_focus and self._draft.mode != "note":
            self.query_one("#to", Input).focus()
        else:
            self.editor.focus()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._refresh_people()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _onward(self) -> None:
        self.screen.focus_next()

    def _refresh(self) -> None:
        if not self.is_mounted:
            return
        self._refresh_people()
        chips = self._chips()
        box = self.query_one("#composer-chips", Static)
        box.display = bool(chips.plain)
        box.update(chips)

    def _refresh_people(self) -> None:
        """Who is added to, and left out of, the plain answer."""
        box = self.query_one("#composer-changes", Static)
        draft = self.draft
        parts = [Content.assemble(("+ ", "$warning bold"), one_line(a), (f" {_('added')}", "$muted")) for a in draft.added]
        parts += [Content.assemble(("− ", "$error bold"), one_line(a), (f" {_('left out')}", "$muted")) for a in draft.dropped]
        box.set_class(bool(parts) and draft.mode != "note", "-on")
        box.update(Content("   ").join(parts))

    def _chips(self) -> Content:
        """Files, and what the send does to the ticket."""
        parts = [Content.styled(f" ▤ {one_line(file.name)} ", "$chip-text on $chip") for file in self._draft.files]
        actions = {kind: value for kind, value in self._actions.items() if kind != "status"}
        if actions:
            parts.append(Content.styled(actions_in_words(actions), "$accent"))
        after = self._after if self._draft.status_after is None else self._draft.status_after
        if self._draft.mode in ("reply", "reply_all"):
            words = status_name(after) if after else _("status unchanged")
            parts.append(Content.assemble((_("then"), "$muted"), f" {words}"))
        return Content("  ").join(parts)
