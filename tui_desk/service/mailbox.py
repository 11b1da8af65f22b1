"""The mailbox: one pass, an audit, a check of both servers, and the watcher that goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.config.schema import MAIN, Settings
from tui_desk.desk.states import FAR_FUTURE
from tui_desk.errors import BusyError, DeskError
from tui_desk.i18n import _
from tui_desk.service.types import Audit, Finding, History, MailboxState, OnProgress, SyncReport
from tui_desk.sync.types import Stop

if TYPE_CHECKING:
    from tui_desk.service.accounts import AccountReport, Watchers
    from tui_desk.service.desk import Desk
    from tui_desk.sync.engine import Engine
    from tui_desk.sync.watch import Watcher
    from tui_desk.transport.base import Selected

    Watching = Watcher | Watchers


GO_SECONDS = 60.0
"""How long older mail is fetched before new mail is looked for again."""


class MailboxDesk:
    """Fetching mail, and telling the truth about it."""

    def __init__(self, desk: Desk, account: str = MAIN, after: Callable[[], None] | None = None) -> None:
        """`after`: what is done after each pass (None: what is due of everything)."""
        self._desk = desk
        self._account = account
        self._after = after or self.do_what_is_due
        self._watcher: Watching | None = None
        self._seen: dict[str, Selected] = {}
        self.reports: list[AccountReport] = []
        """Of several accounts: what the last pass did for each, or why it failed."""

    def only(self, wanted: str) -> None:
        """From now on only this account (its name or address). Raises NotFoundError."""
        from tui_desk.service.accounts import find

        find(self._desk.settings, wanted)

    def sync(
        self, on_progress: OnProgress | None = None, stop: Stop | None = None, *, wait: float = 0.0, recent: bool = False
    ) -> SyncReport:
        """Fetch what is new, send what is due, close what is long solved; then older mail, where it is not all here.

        `recent`: older mail waits. Raises BusyError, AuthError, NetworkError.
        """
        engine = self.engine(wait=wait)
        told, stopped = on_progress or (lambda _progress: None), stop or (lambda: False)
        report: SyncReport | None = None
        try:
            report = self._pass(engine, told, stopped)
            while report.to_come and not (recent or engine.paused or stopped()):
                went = engine.older(told, stopped, seconds=GO_SECONDS)
                report = _both(_both(report, went), self._pass(engine, told, stopped))
                if not went.older:
                    break  # nothing moves
        except BusyError:
            if report is None:
                raise  # else another program took over between two passes, and goes on with it
        finally:
            engine.close()
        self._seen = engine.selected
        return report

    def _pass(self, engine: Engine, on_progress: OnProgress, stop: Stop) -> SyncReport:
        report = engine.run(on_progress, stop, recent=True)
        self._after()
        return report

    def do_what_is_due(self) -> None:
        """Acknowledge, send, close what is long solved."""
        if not self._anything_due():
            return
        self._desk.acknowledge()
        self._desk.outbox.deliver(wait=False)
        self._desk.tick()

    def _anything_due(self) -> bool:
        from tui_desk.store import due

        settings = self._desk.settings
        days = settings.close_after_days
        return settings.ack.enabled or due.anything(self._desk.store.path, clock.now() - days * 86_400 if days else 0)

    @property
    def settings(self) -> Settings:
        """As this account has them."""
        return self._desk.settings.at(self._account)

    def history(self) -> History:
        """What older mail is still on the server only, as far as this store knows."""
        from tui_desk.store.ledger import Ledger

        ledger = Ledger(self._desk.store.path)
        try:
            states = [state for state in ledger.folders(self.settings.account.address) if state.history]
            since = max((state.history for state in states), default=0)
            return History(sum(state.to_come for state in states), since if since < FAR_FUTURE else 0, ledger.paused())
        finally:
            ledger.close()

    def pause_history(self, paused: bool) -> History:
        """Let older mail wait, or come again, whichever program fetches it."""
        from tui_desk.store.ledger import Ledger

        ledger = Ledger(self._desk.store.path)
        try:
            ledger.pause(paused)
        finally:
            ledger.close()
        if self._watcher is not None:
            self._watcher.nudge()
        return self.history()

    def leave_stamp(self) -> None:
        """Once the desk is closed: note that nothing is left to do, so that the next `desk sync` can tell at once."""
        from tui_desk.sync.stamp import leave

        leave(self._desk.profile, self._desk.settings, self._seen)

    def audit(self) -> list[Audit]:
        """Every UID of the server against the ledger, a folder each."""
        engine = self.engine()
        try:
            return engine.audit()
        finally:
            engine.close()

    def check(self) -> list[Finding]:
        """Log in to both servers; what they say, as findings."""
        return [*self._check_login(), *self._check_imap(), *self._check_smtp()]

    def watch(self, on_state: Callable[[MailboxState], None], on_change: Callable[[tuple[int, ...]], None]) -> Watching:
        """Go on syncing in a thread of its own: `on_state` and `on_change` (ticket ids) are called from it."""
        self._watcher = self.watcher(on_state, self.hook(on_change))
        self._watcher.start()
        return self._watcher

    def watcher(self, on_state: Callable[[MailboxState], None], hook: Callable[[], None]) -> Watcher:
        """What watches this account, not yet started; `hook` is called after each pass and between waits."""
        from tui_desk.sync.watch import Watcher

        def login() -> int:
            if self.settings.account.auth != "oauth":
                return 0
            from tui_desk.service.auth import mark

            return mark(self.settings)

        return Watcher(self.engine, on_state, hook, poll_seconds=self.settings.sync.poll_seconds, login=login)

    def hook(self, on_change: Callable[[tuple[int, ...]], None]) -> Callable[[], None]:
        """Does what is due, and tells `on_change` which tickets changed since it was called last."""
        desk = self._desk
        mark, _ids = desk.queue.changed(0)

        def after_pass() -> None:
            nonlocal mark
            self.do_what_is_due()
            mark, ids = desk.queue.changed(mark)
            if ids:
                on_change(tuple(ids))

        return after_pass

    def state(self) -> MailboxState:
        """What goes on: the watcher's own word, else when the store was last synced."""
        if self._watcher is not None:
            return self._watcher.state
        at = self._desk.reader.last_sync()
        older = self.history()
        return MailboxState("idle" if at else "never", at, to_come=older.to_come, paused=older.paused)

    def engine(self, *, wait: float = 0.0) -> Engine:
        """A sync engine on this desk's store, with a session of its own."""
        from tui_desk.store.ingest import Ingest
        from tui_desk.sync.engine import Engine

        desk = self._desk
        ingest = Ingest(desk.store, desk.settings, desk.policy)
        wanted = desk.slots(self._account).wanted
        return Engine(desk.store, desk.open_mailbox(self._account), ingest, self.settings, wait_for_lock=wait, wanted=wanted)

    def _check_login(self) -> Iterator[Finding]:
        """A login that ends with its access token is told before it does."""
        if self.settings.account.auth != "oauth" or self.settings.account.token_command:
            return
        from tui_desk.service.auth import state

        try:
            now = state(self.settings)
        except DeskError as error:
            yield Finding("error", error.message, error.hint)
            return
        if now.logged_in and not now.renewable:
            said = _("%(provider)s gave no refresh token: the login ends when the access token does.")
            yield Finding("warning", said % {"provider": now.provider}, _("Run `desk auth login` again."))

    def _check_imap(self) -> Iterator[Finding]:
        try:
            mailbox = self._desk.open_mailbox(self._account)
            mailbox.connect()
            try:
                folders = mailbox.folders()
                yield Finding("ok", _("Mail is read: %(n)s folders.") % {"n": len(folders)})
                if not self.settings.account.sent and not any(f.role == "sent" for f in folders):
                    yield Finding(
                        "warning",
                        _("The server names no Sent folder."),
                        _("Set account.sent, so that other clients' replies count."),
                    )
            finally:
                mailbox.close()
        except DeskError as error:
            yield Finding("error", error.message, error.hint)

    def _check_smtp(self) -> Iterator[Finding]:
        account = self.settings.account
        if not account.smtp:
            yield Finding("warning", _("No mail server to send with is set."), _("Set account.smtp to be able to reply."))
            return
        if account.smtp.startswith("memory:"):
            return
        try:
            from tui_desk.transport.login import secret
            from tui_desk.transport.smtp import SmtpSender

            sender = SmtpSender(self.settings, secret(self.settings, "smtp"))
            try:
                sender.connect()
            finally:
                sender.close()
            yield Finding("ok", _("Mail can be sent."))
        except DeskError as error:
            yield Finding("error", error.message, error.hint)


def _both(one: SyncReport, other: SyncReport) -> SyncReport:
    """The sum of two passes; what is to come, the second knows better."""
    summed = {
        name: getattr(one, name) + getattr(other, name)
        for name in ("new", "tickets", "flags", "gone", "quarantined", "seconds", "bytes", "older")
    }
    return SyncReport(**summed, to_come=other.to_come)
