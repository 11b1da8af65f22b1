"""Mail on its way, as the faces see it: listed, tried again, decided upon, sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.errors import DeskError
from tui_desk.service.types import Sent
from tui_desk.store.rows import OutboxView

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk

Mails = list[OutboxView]

UNDER_WAY = ("queued", "sending", "dot", "accepted", "uncertain")
EVERY = (*UNDER_WAY, "filed", "failed", "cancelled")
LOOK_SECONDS = 300
"""How long an uncertain mail is looked for (as `sync.filing`; not imported: that would load what sends)."""
LONGEST_NAP = 5.0
"""Seconds between two looks at the queue while waiting: another process may queue or send."""


class OutboxDesk:
    """The outbox."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list(self, states: Iterable[str] | None = None) -> Mails:
        """The mails in these states (None: all), newest first."""
        return self._desk.reader.outbox(EVERY if states is None else tuple(states))

    def stuck(self, ticket: str) -> Mails:
        """The mails of the ticket with this key that were put off or refused, or of which nobody knows, newest first."""
        waiting = self._desk.reader.outbox(("queued", "failed", "uncertain"), ticket)
        return [mail for mail in waiting if mail.state != "queued" or mail.attempts]

    def leaving(self) -> tuple[Sent, ...]:
        """This agent's replies that can still be taken back, whatever program queued them; the first to leave comes first."""
        now = clock.now()
        mine = [m for m in self.list(("queued",)) if m.agent == self._desk.agent and m.number and m.attempts == 0]
        waiting = sorted((m for m in mine if m.not_before > now), key=lambda m: (m.not_before, m.id))
        return tuple(Sent(m.id, m.number, m.not_before) for m in waiting)

    def retry(self, outbox_id: int) -> None:
        """Send a failed or waiting mail at the next pass. Raises NotFoundError, RefusedError (it left, or it may have)."""
        from tui_desk.store.outbox import retry

        retry(self._desk.store, outbox_id, clock.now())

    def resolve(self, outbox_id: int, sent: bool) -> None:
        """What a person found out about an uncertain mail. Raises NotFoundError, RefusedError (it is not uncertain)."""
        from tui_desk.sync.outbox import resolve

        desk = self._desk
        resolve(desk.store, desk.settings, outbox_id, sent, clock.now(), desk.policy)

    def deliver(self, wait: bool = False, *, sleep: Callable[[float], None] = time.sleep) -> Mails:
        """Send what is due and file it; with `wait`, also what is queued for later, when its time comes.

        Returns the mails that moved. A mail that the server put off is left to a later pass. Raises AuthError, ConfigError,
        NetworkError: the mails stay queued.
        """
        waited_for = {mail.id for mail in self.list(("queued", "sending", "dot"))} if wait else set()
        moved = self._pass()
        while pending := [mail for mail in self.list(("queued", "sending", "dot")) if mail.id in waited_for and _fresh(mail)]:
            due = min(mail.not_before for mail in pending)
            sleep(min(max(due - clock.now(), 0.2), LONGEST_NAP))
            moved |= self._pass()
        return [mail for mail in self.list() if mail.id in moved]

    def _pass(self) -> set[int]:
        if not self._anything(clock.now()):
            return set()  # A sync that finds nothing to do never loads the writing side of the store.
        from tui_desk.sync.outbox import deliver_due

        desk = self._desk
        if desk.settings.accounts:
            return self._through_each()
        return set(deliver_due(desk.store, desk.open_sender, desk.open_mailbox, desk.settings, policy=desk.policy))

    def _through_each(self) -> set[int]:
        """What is due, each mail through its sender's account; one that fails stops no other. Raises the worst."""
        from tui_desk.service.accounts import named, worst
        from tui_desk.store.outbox import senders
        from tui_desk.sync.outbox import deliver_due

        desk = self._desk
        whose: dict[str, list[str]] = {}
        for sender in senders(desk.store):
            whose.setdefault(desk.settings.account_of(sender), []).append(sender)
        moved: set[int] = set()
        failed: list[DeskError] = []
        for name, addresses in whose.items():
            try:
                moved |= set(
                    deliver_due(
                        desk.store,
                        lambda name=name: desk.open_sender(name),  # type: ignore[misc]
                        lambda name=name: desk.open_mailbox(name),  # type: ignore[misc]
                        desk.settings.at(name),
                        policy=desk.policy,
                        whose=addresses,
                    )
                )
            except DeskError as error:
                failed.append(named(desk.settings, name, error))
        if failed:
            raise worst(failed)
        return moved

    def _anything(self, now: int) -> bool:
        """Whether a pass has something to do."""
        return any(
            mail.state in ("sending", "dot")
            or mail.came
            or (
                mail.state != "failed"
                and mail.not_before <= now
                and (mail.state != "uncertain" or now <= mail.updated_at + LOOK_SECONDS)
            )
            for mail in self.list((*UNDER_WAY, "failed"))
        )


def _fresh(mail: OutboxView) -> bool:
    """Not tried yet, or another process is at it."""
    return mail.attempts == 0 or mail.state != "queued"
