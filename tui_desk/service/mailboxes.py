"""The mailboxes of a desk that has several: what `MailboxDesk` does, for each account in its turn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_desk.errors import DeskError
from tui_desk.service.accounts import AccountReport, Watchers, added, find, named, of, together
from tui_desk.service.mailbox import MailboxDesk
from tui_desk.service.types import Audit, Finding, History, MailboxState, OnProgress, Progress, SyncReport
from tui_desk.sync.types import Stop

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.service.mailbox import Watching


class Mailboxes(MailboxDesk):
    """Several accounts. One that fails is told by its address, and stops no other."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._hooked = threading.Lock()
        self._only: tuple[str, ...] = tuple(desk.settings.mailboxes)

    def only(self, wanted: str) -> None:
        """From now on only this account (its name or address). Raises NotFoundError."""
        self._only = (find(self._desk.settings, wanted),)

    def sync(
        self, on_progress: OnProgress | None = None, stop: Stop | None = None, *, wait: float = 0.0, recent: bool = False
    ) -> SyncReport:
        """A pass of each, whatever happens to the others; `reports` tells of every one. Returns the sum."""
        self.reports = [self._synced(name, on_progress, stop, wait=wait, recent=True) for name in self._only]
        if not recent:  # older mail of one comes after what is new in every other
            self.reports = [self._filled(each, on_progress, stop, wait) for each in self.reports]
        self._seen = {}
        try:
            self.do_what_is_due()
        except DeskError as error:
            self.reports.append(AccountReport("", "", SyncReport(), error))
        return added(each.report for each in self.reports)

    def _filled(self, before: AccountReport, on_progress: OnProgress | None, stop: Stop | None, wait: float) -> AccountReport:
        if before.error is not None or not before.report.to_come:
            return before
        after = self._synced(before.account, on_progress, stop, wait=wait, recent=False)
        report = replace(added((before.report, after.report)), to_come=after.report.to_come)
        return replace(after, report=report)

    def _synced(
        self, name: str, on_progress: OnProgress | None, stop: Stop | None, *, wait: float, recent: bool
    ) -> AccountReport:
        address = self._desk.settings.mailboxes[name].address

        def told(progress: Progress) -> None:
            if on_progress is not None:
                on_progress(replace(progress, what=f"{address} {progress.what}"))

        if stop is not None and stop():
            return AccountReport(name, address, SyncReport())
        try:
            report = self._box(name).sync(told, stop, wait=wait, recent=recent)
        except DeskError as error:
            return AccountReport(name, address, SyncReport(), named(self._desk.settings, name, error))
        return AccountReport(name, address, report)

    def audit(self) -> list[Audit]:
        """Every UID of every server against the ledger; `reports` tells which account could not be asked."""
        found: list[Audit] = []
        self.reports = []
        for name in self._only:
            address = self._desk.settings.mailboxes[name].address
            try:
                found += [replace(each, account=address) for each in self._box(name).audit()]
            except DeskError as error:
                self.reports.append(AccountReport(name, address, SyncReport(), named(self._desk.settings, name, error)))
        return found

    def check(self) -> list[Finding]:
        """Log in to the servers of each."""
        settings = self._desk.settings
        return [
            Finding(found.level, f"{settings.mailboxes[name].address}: {of(name, found.what)}", of(name, found.hint))
            for name in self._only
            for found in self._box(name).check()
        ]

    def watch(self, on_state: Callable[[MailboxState], None], on_change: Callable[[tuple[int, ...]], None]) -> Watching:
        """Go on syncing every account, each in a thread of its own."""
        hook = self.hook(on_change)

        def one_at_a_time() -> None:
            if self._hooked.acquire(blocking=False):
                try:
                    hook()
                finally:
                    self._hooked.release()

        watchers = Watchers(self._desk.settings, on_state, self._only)
        self._watcher = watchers
        watchers.start({name: self._box(name).watcher(watchers.told(name), one_at_a_time) for name in self._only})
        return watchers

    def state(self) -> MailboxState:
        """What goes on, all of them together."""
        if self._watcher is not None:
            return self._watcher.state
        return together(self._desk.settings, {name: self._box(name).state() for name in self._only})

    def history(self) -> History:
        """Older mail that is still on the servers only."""
        each = [self._box(name).history() for name in self._only]
        return History(sum(h.to_come for h in each), max(h.since for h in each), any(h.paused for h in each))

    def leave_stamp(self) -> None:
        """None: with several accounts every `desk sync` asks each of them."""
        from tui_desk.sync.stamp import leave

        leave(self._desk.profile, self._desk.settings, {})

    def _box(self, name: str) -> MailboxDesk:
        return MailboxDesk(self._desk, name, after=_nothing)


def _nothing() -> None:
    """What is due is done once, after all of them."""
