"""The outbox: every mail on its way, its state in words with a sign, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_desk import clock
from tui_desk.i18n import _, ngettext
from tui_desk.service.words import brief_ago, delivery_name, span
from tui_desk.store.rows import OutboxView
from tui_desk.text import one_line, width
from tui_desk.tui.app import desk_app
from tui_desk.tui.screens.confirm import ConfirmScreen
from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.widgets.columns import fit
from tui_desk.tui.widgets.hints import Hints
from tui_desk.tui.widgets.lines import LineList

SIGNS = {
    "queued": ("◷", "$primary"),
    "sending": ("↗", "$primary"),
    "dot": ("↗", "$primary"),
    "accepted": ("✓", "$success"),
    "filed": ("✓", "$success"),
    "failed": ("✗", "$error"),
    "uncertain": ("?", "$warning"),
    "bounced": ("↩", "$error"),
    "cancelled": ("–", "$muted"),
}

STATE = 18
"""Cells of a state's words at most."""


class Outbox(PlaceScreen[None]):
    """Mails on their way, newest first, counted down while they wait."""

    PLACE = "outbox"
    DEFAULT_CSS = """
    Outbox { background: $background; }
    Outbox > .title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    Outbox > #outbox-lines { height: 1fr; padding: 1 0 0 0; }
    Outbox > #outbox-about { height: auto; max-height: 8; padding: 0 2; border-top: solid $rule; }
    """

    def compose(self) -> ComposeResult:
        """Title, mails, what is to be said of the one under the cursor."""
        yield Static(Content(_("Outbox")), classes="title")
        yield LineList(self._draw, empty=_("Nothing is on its way."), id="outbox-lines")
        yield Static(id="outbox-about")
        yield Hints("outbox")

    def on_mount(self) -> None:
        """Looked at again every second."""
        self._lines.focus()
        self._look()
        self.set_interval(1.0, self._look)

    @property
    def _lines(self) -> LineList[OutboxView]:
        return self.query_one("#outbox-lines", LineList)

    def tickets_moved(self, ids: tuple[int, ...]) -> None:
        """A mail may have left."""
        self._look()

    def _look(self) -> None:
        app = desk_app(self)
        app.ask(lambda: app.desk.outbox.list(), self._show, group="outbox")

    def _show(self, mails: list[OutboxView]) -> None:
        if not self.is_attached:
            return
        current = self._lines.current
        mails = sorted(mails, key=lambda m: -m.id)
        at = next((i for i, m in enumerate(mails) if current is not None and m.id == current.id), self._lines.cursor)
        if list(self._lines.things) != mails:
            self._lines.show(mails, at)
        else:
            self._lines.redraw()
        self._about()

    def _draw(self, mail: OutboxView, cells: int, here: bool) -> Content:
        sign, ink = SIGNS.get(mail.state, ("·", "$muted"))
        mails = self._lines.things
        state = fit(_state(mail), min(max(width(_state(m)) for m in mails), STATE))
        number = fit(f"#{mail.number}" if mail.number else "", max(width(m.number) for m in mails) + 1)
        when = brief_ago(mail.created_at, clock.now())
        room = max(cells - width(state) - width(number) - width(when) - 10, 12)
        to = fit(_people(mail), min(max(width(_people(m)) for m in mails), room * 2 // 5))
        subject = fit(one_line(mail.subject), room - width(to))
        return Content.assemble(
            (f"{sign} {state}  ", ink), (f"{number}  ", "$muted"), f"{to}  ", subject, (f"  {when}", "$muted")
        )

    def on_line_list_highlighted(self) -> None:
        """Another mail."""
        self._about()

    def _about(self) -> None:
        mail = self._lines.current
        box = self.query_one("#outbox-about", Static)
        box.display = mail is not None
        if mail is not None:
            box.update(_words(mail))

    def _do(self, work: Callable[[], Any], said: str) -> None:
        app = desk_app(self)

        def done(_result: object) -> None:
            app.say(said)
            app.refresh_tickets()
            self._look()

        app.ask(work, done, lambda _e: self._look(), lane="write")

    def _with(self, *states: str) -> OutboxView | None:
        """The mail under the cursor, where it is in one of these states."""
        mail = self._lines.current
        if mail is None or mail.state not in states:
            self.app.bell()
            return None
        return mail

    def action_retry(self) -> None:
        """A failed mail goes out again now."""
        if (mail := self._with("failed", "queued", "bounced")) is not None:
            desk = desk_app(self).desk
            self._do(lambda: desk.outbox.retry(mail.id), _("It is tried again."))

    def action_take_back(self) -> None:
        """A mail that has not left becomes a draft again."""
        mail = self._with("queued", "failed")
        if mail is None:
            return
        app = desk_app(self)

        def opened(draft: Any) -> None:
            from tui_desk.tui.screens import compose

            app.refresh_tickets()
            self.dismiss(None)
            compose.begin(app, draft.ticket, draft.mode)

        app.ask(lambda: app.desk.replies.take_back(mail.id), opened, lambda _e: self._look(), lane="write")

    def action_was_sent(self) -> None:
        """An uncertain mail did arrive."""
        self._resolve(sent=True)

    def action_was_not_sent(self) -> None:
        """An uncertain mail did not arrive: it may be sent again."""
        self._resolve(sent=False)

    def _resolve(self, *, sent: bool) -> None:
        mail = self._with("uncertain")
        if mail is None:
            return
        desk = desk_app(self).desk
        if sent:
            question, yes = _("Count this mail as sent? It will not be sent again."), _("It was sent")
            said = _("It counts as sent.")
        else:
            question, yes = _("Send this mail again? If it did arrive, the customer gets it twice."), _("Send it again")
            said = _("It goes out again.")

        def answered(sure: bool | None) -> None:
            if sure:
                self._do(lambda: desk.outbox.resolve(mail.id, sent), said)

        self.app.push_screen(ConfirmScreen(question, yes=yes, lines=[f"{_people(mail)} · {one_line(mail.subject)}"]), answered)

    def action_open(self) -> None:
        """The mail's ticket."""
        mail = self._lines.current
        if mail is not None and mail.number:
            self.dismiss(None)
            desk_app(self).open_ticket(mail.number)


def _state(mail: OutboxView) -> str:
    """The state in words, with the time that is left while it waits."""
    left = mail.not_before - clock.now()
    if mail.state == "queued" and left > 0 and mail.attempts:
        return _("again in %(time)s") % {"time": span(left)}
    if mail.state == "queued" and left > 0:
        return _("leaves in %(time)s") % {"time": span(left)}
    return delivery_name(mail.state)


def _people(mail: OutboxView) -> str:
    """Whom it is for."""
    return one_line(", ".join(mail.recipients))


def _words(mail: OutboxView) -> Content:
    """What is to be said of one mail: the error, the tries, what to do."""
    lines = [Content.styled(one_line(mail.subject) or _("(no subject)"), "bold"), Content.styled(_people(mail), "$muted")]
    if mail.error:
        tries = ngettext("%(n)s try", "%(n)s tries", mail.attempts) % {"n": mail.attempts} if mail.attempts else ""
        lines.append(Content.styled(" · ".join(filter(None, (one_line(mail.error), tries))), "$error"))
    match mail.state:
        case "uncertain":
            lines.append(Content.styled(_("Look in your Sent folder, or ask the customer:"), "$warning"))
            lines.append(Content.styled(_("s it was sent   n it was not, send it again"), "$warning"))
        case "failed" | "bounced":
            lines.append(Content.styled(_("r tries again   u takes it back to be mended"), "$muted"))
        case "queued":
            lines.append(Content.styled(_("u takes it back   r sends it now"), "$muted"))
    return Content("\n").join(lines)
