"""The mailbox: one pass, an audit, a check of both servers, and the watcher that goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tui_desk.errors import DeskError
from tui_desk.i18n import _
from tui_desk.service.types import Audit, Finding, MailboxState, OnProgress, SyncReport
from tui_desk.sync.types import Stop

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.sync.engine import Engine
    from tui_desk.sync.watch import Watcher
    from tui_desk.transport.base import Selected


class MailboxDesk:
    """Fetching mail, and telling the truth about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._watcher: Watcher | None = None
        self._seen: dict[str, Selected] = {}

    def sync(self, on_progress: OnProgress | None = None, stop: Stop | None = None, *, wait: float = 0.0) -> SyncReport:
        """Fetch what is new, send what is due, close what is long solved. Raises BusyError, AuthError, NetworkError."""
        engine = self.engine(wait=wait)
        try:
            report = engine.run(on_progress or (lambda _progress: None), stop or (lambda: False))
        finally:
            engine.close()
        self._seen = engine.selected
        self._desk.acknowledge()
        self._desk.outbox.deliver(wait=False)
        self._desk.tick()
        return report

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

    def watch(self, on_state: Callable[[MailboxState], None], on_change: Callable[[tuple[int, ...]], None]) -> Watcher:
        """Go on syncing in a thread of its own: `on_state` and `on_change` (ticket ids) are called from it."""
        from tui_desk.sync.watch import Watcher

        desk = self._desk
        mark, _ids = desk.queue.changed(0)

        def after_pass() -> None:
            nonlocal mark
            desk.acknowledge()
            desk.outbox.deliver(wait=False)
            desk.tick()
            mark, ids = desk.queue.changed(mark)
            if ids:
                on_change(tuple(ids))

        def login() -> int:
            if desk.settings.account.auth != "oauth":
                return 0
            from tui_desk.service.auth import mark

            return mark(desk.settings)

        self._watcher = Watcher(self.engine, on_state, after_pass, poll_seconds=desk.settings.sync.poll_seconds, login=login)
        self._watcher.start()
        return self._watcher

    def state(self) -> MailboxState:
        """What goes on: the watcher's own word, else when the store was last synced."""
        if self._watcher is not None:
            return self._watcher.state
        at = self._desk.reader.last_sync()
        return MailboxState("idle" if at else "never", at)

    def engine(self, *, wait: float = 0.0) -> Engine:
        """A sync engine on this desk's store, with a session of its own."""
        from tui_desk.store.ingest import Ingest
        from tui_desk.sync.engine import Engine

        desk = self._desk
        ingest = Ingest(desk.store, desk.settings, desk.policy)
        return Engine(desk.store, desk.open_mailbox(), ingest, desk.settings, wait_for_lock=wait)

    def _check_login(self) -> Iterator[Finding]:
        """A login that ends with its access token is told before it does."""
        if self._desk.settings.account.auth != "oauth" or self._desk.settings.account.token_command:
            return
        from tui_desk.service.auth import state

        try:
            now = state(self._desk.settings)
        except DeskError as error:
            yield Finding("error", error.message, error.hint)
            return
        if now.logged_in and not now.renewable:
            said = _("%(provider)s gave no refresh token: the login ends when the access token does.")
            yield Finding("warning", said % {"provider": now.provider}, _("Run `desk auth login` again."))

    def _check_imap(self) -> Iterator[Finding]:
        try:
            mailbox = self._desk.open_mailbox()
            mailbox.connect()
            try:
                folders = mailbox.folders()
                yield Finding("ok", _("Mail is read: %(n)s folders.") % {"n": len(folders)})
                if not self._desk.settings.account.sent and not any(f.role == "sent" for f in folders):
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
        account = self._desk.settings.account
        if not account.smtp:
            yield Finding("warning", _("No mail server to send with is set."), _("Set account.smtp to be able to reply."))
            return
        if account.smtp.startswith("memory:"):
            return
        try:
            from tui_desk.transport.login import secret
            from tui_desk.transport.smtp import SmtpSender

            sender = SmtpSender(self._desk.settings, secret(self._desk.settings, "smtp"))
            try:
                sender.connect()
            finally:
                sender.close()
            yield Finding("ok", _("Mail can be sent."))
        except DeskError as error:
            yield Finding("error", error.message, error.hint)
