"""The console at work: its start and end, the tickets in hand, the mailbox. What screens find at `self.app`."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, cast

from tui_desk import __version__
from tui_desk.i18n import _
from tui_desk.service.types import History, MacroView, MailboxState, Outcome, Sent
from tui_desk.store.rows import QueueRow
from tui_desk.tui import actions
from tui_desk.tui.console import Console
from tui_desk.tui.following import Following
from tui_desk.tui.jobs import MailboxMoved, MailStuck, TicketsMoved
from tui_desk.tui.keymap import Keymap
from tui_desk.tui.outcomes import told, undone
from tui_desk.tui.widgets.sent import Leaving, SentNotice

if TYPE_CHECKING:
    from textual.widget import Widget

    from tui_desk.service.desk import Desk
    from tui_desk.tui.screens.main import MainScreen

Work = Callable[[list[str]], list[Outcome]]


class DeskApp(Console):
    """TUI Desk on a terminal."""

    def __init__(self, desk: Desk | None, *, demo: bool = False) -> None:
        super().__init__(desk)
        self.demo = demo
        self.mailbox_state = MailboxState("never")
        self.outbox_waiting = 0
        self.outbox_failed = 0
        self.outbox_uncertain = 0
        self.acks_stopped = ""
        """Until what time of day no acknowledgement leaves, for too many left; "" while they do."""
        self.last_change: tuple[Work, bool] | None = None
        self._main: MainScreen | None = None
        self._following: Following | None = None

    # --------------------------------------------------------------------------------------------------- start and end

    @property
    def main(self) -> MainScreen:
        """The main screen, wherever it lies in the stack."""
        assert self._main is not None
        return self._main

    async def on_mount(self) -> None:
        """The main screen, or the first start."""
        if self._desk is not None:
            await self._open_main()
            return
        from tui_desk.tui.screens.first_start import FirstStart

        self.push_screen(FirstStart(), self._begin)

    def _begin(self, desk: Desk | None) -> None:
        if desk is None:
            self.exit(0)
            return
        self._desk = desk
        self.keys = Keymap(actions.REGISTRY, desk.settings.keys)
        self.use_theme(desk.settings.console.theme)
        self.call_later(self._open_main)

    async def _open_main(self) -> None:
        from tui_desk.tui.screens.main import MainScreen  # its widgets import this module

        self._main = MainScreen()
        await self.push_screen(self._main)

    def first_screen_is_up(self) -> None:
        """What could wait until something was to be seen: the whole queue, the mailbox, a tidy heap."""
        self.main.reload(keep=row.id if (row := self.current) else None)
        self.main.reload_views()
        self._following = Following(self, self.desk)
        self._following.start()
        self.ask(self.desk.outbox.leaving, self._still_leaving, group="leaving")
        for problem in self._problems:
            self.say(problem, wrong=True)
        self._problems.clear()
        self.set_timer(0.5, _tidy)

    def on_unmount(self) -> None:
        """Let go."""
        if self._following is not None:
            self._following.stop()
        self.jobs.stop()

    # --------------------------------------------------------------------------------------------------------- tickets

    @property
    def current(self) -> QueueRow | None:
        """The ticket under the cursor."""
        return self.main.queue.current

    @property
    def picked(self) -> tuple[str, ...]:
        """The numbers of the selected tickets, else of the current one."""
        queue = self.main.queue
        if queue.picked:
            return tuple(queue.picked.values())
        return (row.number,) if (row := queue.current) else ()

    def act(self, action_id: str) -> None:
        """Do what action `action_id` does."""
        run = actions.get(action_id).run
        if callable(run):
            run(self)

    def change(self, work: Work, numbers: Iterable[str] | None = None, *, advance: bool = False, repeatable: bool = True) -> None:
        """Change tickets in a job: tell how it went, draw them again, let the cursor go on, remember it for `.`."""
        chosen = list(self.picked if numbers is None else numbers)
        if not chosen and numbers is None:
            return
        if repeatable:
            self.last_change = (work, advance)
        if advance:
            self._go_on(set(self.main.queue.picked))

        def done(outcomes: Sequence[Outcome]) -> None:
            words, wrong = told(outcomes, self.keys.shown("undo"))
            self.say(words, wrong=wrong)
            self._after_change()

        self.main.drop_selection()
        self.ask(lambda: work(chosen), done, lane="write")

    def undo_last(self) -> None:
        """Take the agent's last change back, and say what it was."""

        def done(outcomes: Sequence[Outcome]) -> None:
            self.say(undone(outcomes))
            self._after_change()

        self.main.drop_selection()
        self.ask(lambda: self.desk.tickets.undo(None), done, lane="write")

    def _go_on(self, done_with: set[int]) -> None:
        """Put the cursor on the next ticket that was not acted on, at once: the next key may mean it already."""
        queue, wish = self.main.queue, self.desk.settings.console.after_action
        if wish == "list":
            self.main.focus_pane("queue")
        index = queue.cursor
        if wish == "stay" or (done_with and index < len(queue.ids) and queue.ids[index] not in done_with):
            return
        while index + 1 < len(queue.ids):
            index += 1
            if queue.ids[index] not in done_with:
                break
        queue.move_to(index)

    def _after_change(self) -> None:
        main = self.main
        main.reload(keep=row.id if (row := main.queue.current) else None)
        main.reload_views()
        main.forget_followed()
        if self._following is not None:
            self._following.look()

    def _still_leaving(self, mails: tuple[Sent, ...]) -> None:
        """What was sent before a restart can be taken back as if there had been none."""
        if mails:
            self.count_down(Leaving(mails))

    def count_down(self, leaving: Leaving) -> None:
        """Say on the screen that is seen what can still be taken back."""
        found = self.screen.query(SentNotice)
        notice = found.first() if found else SentNotice()
        if not found:
            self.screen.mount(notice)
        notice.show(leaving)

    def after_reply(self, sent: Sent) -> None:
        """A reply is queued: the cursor goes on."""
        self._go_on(set())
        self._after_change()

    def refresh_tickets(self, ids: Iterable[int] = ()) -> None:
        """Tickets changed: read them again."""
        self.main.tickets_moved(tuple(ids))

    def show_query(self, query: str, title: str = "") -> None:
        """Show tickets by a query."""
        self.main.show_query(query, title)
        self.main.focus_pane("queue")

    def open_ticket(self, ref: str) -> None:
        """Go to a ticket by its number."""

        def show(found: int) -> None:
            self.main.show_one(found, ref)

        self.ask(lambda: self.desk.tickets.find(ref), show, group="find")

    def apply_macro(self, macro: MacroView) -> None:
        """Write with a macro: a reply, or a bulk reply to the selection."""
        if len(self.picked) > 1:
            from tui_desk.tui.bulk import reply

            reply(self, macro, self.picked)
        elif self.picked:
            from tui_desk.tui.screens import compose

            compose.begin(self, self.picked[0], "reply", macro)

    # --------------------------------------------------------------------------------------------------------- mailbox

    @property
    def whereabouts(self) -> list[str]:
        """Who sits where, for the right of the status line."""
        place = _("demo") if self.demo else str(getattr(self.desk.profile, "name", "")) if self._desk else ""
        return [word for word in (place, self.desk.agent if self._desk else "", f"TUI Desk {__version__}") if word]

    def fetch_mail(self) -> None:
        """Fetch mail now."""
        self.say(_("Fetching mail…"))
        if self._following is not None and self._following.fetch():
            return
        self.ask(lambda: self.desk.mailbox.sync(), lambda _report: self.refresh_tickets(), lane="slow", group="sync")

    def pause_history(self, paused: bool | None) -> None:
        """Let older mail wait, or come again; None: the other way round."""

        def work() -> History:
            mailbox = self.desk.mailbox
            return mailbox.pause_history(not mailbox.history().paused if paused is None else paused)

        def then(history: History) -> None:
            if not history.to_come:
                self.say(_("All older mail is here."))
            elif history.paused:
                self.say(_("Older mail waits; %(key)s lets it come again.") % {"key": self.keys.shown("mail.history")})
            else:
                self.say(_("Older mail comes again."))

        self.ask(work, then, group="history")

    def on_mailbox_moved(self, event: MailboxMoved) -> None:
        """Tell the screens; what a person has to mend is told in full, once."""
        before, self.mailbox_state = self.mailbox_state, event.state
        if event.state.state == "refused" and event.state.error != before.error:
            again = _("%(key)s tries again.") % {"key": self.keys.shown("mail.fetch")}
            self.say("\n".join(filter(None, (event.state.error, event.state.hint, again))), wrong=True)
        for screen in self.screen_stack if self.is_running else ():
            tell = getattr(screen, "mailbox_moved", None)
            if tell is not None:
                tell(event.state)

    def on_mail_stuck(self, event: MailStuck) -> None:
        """A mail that does not leave is told at once, with the way to it."""
        for mail in event.mails:
            key = {"key": self.keys.shown("go.outbox")}
            what = {"number": mail.number or mail.subject}
            if mail.state == "uncertain":
                head = _("The mail of #%(number)s may have arrived, or not.") % what
            else:
                head = _("The mail of #%(number)s was not sent.") % what
            self.say("\n".join((head, mail.error, _("%(key)s shows it, with what can be done.") % key)), wrong=True)

    def on_tickets_moved(self, event: TicketsMoved) -> None:
        """Tell the screens."""
        for screen in self.screen_stack if self.is_running else ():
            tell = getattr(screen, "tickets_moved", None)
            if tell is not None:
                tell(event.ids)


def desk_app(widget: Widget) -> DeskApp:
    """The application of a widget or screen, typed."""
    return cast(DeskApp, widget.app)


def _tidy() -> None:
    """The heap of the start lives for ever: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.enable()
