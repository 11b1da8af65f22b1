"""Writing a reply, a forward, a note or a new mail beside its thread: `begin` opens it, `take_back` opens it again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_desk.i18n import _
from tui_desk.service.types import Draft, MacroView, Mode, Sent
from tui_desk.store.rows import MessageView, TicketView
from tui_desk.tui.app import DeskApp
from tui_desk.tui.screens.opening import open_with
from tui_desk.tui.widgets.sent import Leaving, SentNotice


@dataclass(frozen=True, slots=True)
class Opened:
    """What the composer needs before it can be shown."""

    draft: Draft
    fresh: Draft
    ticket: TicketView | None
    thread: tuple[MessageView, ...] = ()
    macros: tuple[MacroView, ...] = ()


def begin(app: DeskApp, number: str, mode: Mode, macro: MacroView | None = None) -> None:
    """Open the composer on ticket `number` ("" for a new mail), with `macro` put in."""

    def read() -> Opened:
        return _open(app, number, mode)

    open_with(app, read, lambda opened: show(app, opened, macro), group="compose")


def take_back(app: DeskApp) -> bool:
    """Take the last reply back and open it again; False when there is none to be taken back any more."""
    notice = next((n for screen in reversed(app.screen_stack) for n in screen.query(SentNotice) if n.active), None)
    sent = notice.active if notice is not None else None
    if notice is None or sent is None:
        return False
    if len(sent.mails) > 1:
        from tui_desk.tui.bulk import take_back

        take_back(app, notice, sent)
        return True

    def work() -> Opened:
        draft = app.desk.replies.take_back(sent.mails[0].outbox)
        return replace(_open(app, draft.ticket, draft.mode), draft=draft)

    def again(opened: Opened) -> None:
        notice.forget(sent)
        app.refresh_tickets()
        show(app, opened)

    open_with(app, work, again, lane="write")
    return True


def _open(app: DeskApp, number: str, mode: Mode) -> Opened:
    desk = app.desk
    if not number:
        saved = next((d for d in desk.replies.drafts() if d.mode == "new"), None)
        return Opened(saved or Draft("", "new"), Draft("", "new"), None, (), tuple(desk.macros.all()))
    ticket = desk.tickets.view(desk.tickets.find(number))
    draft = desk.replies.draft(ticket.row.number, mode)
    fresh = desk.replies.fresh(ticket.row.number, mode)
    thread = tuple(desk.tickets.thread(ticket.row.id, newest=20))
    return Opened(draft, fresh, ticket, thread, tuple(desk.macros.rank(ticket.row.number)))


def show(app: DeskApp, opened: Opened, macro: MacroView | None = None) -> None:
    """Push the composer; what was sent is counted down on the screen below."""

    from tui_desk.tui.screens.composing import ComposeScreen

    def over(sent: Sent | None) -> None:
        if sent is None:
            return
        if sent.outbox:
            app.count_down(Leaving((sent,)))
        else:
            app.say(_("Note added to #%(number)s.") % {"number": sent.number})
        app.after_reply(sent)

    app.push_screen(ComposeScreen(opened, macro), over)
