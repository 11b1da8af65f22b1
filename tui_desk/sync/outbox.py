"""Sending what is queued: exactly one mail at the customer, or `uncertain` and a question (sync.md, sending).

One pass at a time for a store (a lock file). So a mail found in `sending` or `dot` at the beginning of a pass was left there by
a process that died: before the dot nothing has left, after it only Sent, the inbox or a person can tell.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.config.schema import Settings
from tui_desk.errors import (
    AuthError,
    BusyError,
    ConfigError,
    DeskError,
    NetworkError,
    RefusedError,
    TemporaryError,
    UncertainError,
)
from tui_desk.i18n import _
from tui_desk.store import outbox
from tui_desk.store.engine import Store
from tui_desk.store.outbox import Job
from tui_desk.sync import filing, lock
from tui_desk.transport.base import Mailbox, Sender

if TYPE_CHECKING:
    from tui_desk.desk.fold import Policy
    from tui_desk.store.ingest import Ingest

log = logging.getLogger(__name__)

Stop = Callable[[], bool]

BUSY_SECONDS, BUSY_MOST = 60, 3600
"""Back-off after a 4xx: greylisting lets a mail in after some minutes (RFC 5321 4.5.4.1)."""
OFFLINE_SECONDS, OFFLINE_MOST = 15, 900
"""Back-off when the server cannot be reached, or refuses the password."""
ACCEPT_TRIES = 4
GIVE_UP_SECONDS, GIVE_UP_TRIES = 2 * 86_400, 10
"""A server that says 4xx for two days will not take the mail."""


def deliver_due(
    store: Store,
    open_sender: Callable[[], Sender],
    open_mailbox: Callable[[], Mailbox],
    settings: Settings,
    now: int | None = None,
    *,
    policy: Policy | None = None,
    stop: Stop = lambda: False,
    whose: Collection[str] | None = None,
) -> list[int]:
    """Send what is due, file what was accepted, look for what is uncertain; the ids of the mails that moved.

    `whose`: only the mail from these addresses, where other mail leaves by other servers. `now` is for tests (default: the
    clock). Another process that is sending: nothing is done. What one mail meets is written on that mail; AuthError, ConfigError
    and NetworkError end the pass and are raised, with the mail queued again for later.
    """
    moment = clock.now if now is None else lambda: now
    with ExitStack() as held:
        try:
            held.enter_context(lock.held(store.path.with_name("outbox.lock")))
        except BusyError:
            return []
        moved = recover(store, moment()) + filing.settle_arrived(store, settings, moment, policy)
        try:
            moved += _send_all(store, open_sender, settings, moment, policy, stop, whose)
        finally:
            moved += filing.settle(store, open_mailbox, settings, moment, policy, whose)
        return sorted(set(moved))


def recover(store: Store, now: int) -> list[int]:
    """Put right what a process left that died (the caller holds the lock): `sending` is queued again, `dot` is uncertain."""
    moved = []
    for job in outbox.jobs(store, "sending", "dot"):
        if job.state == "sending":
            outbox.move(store, job.id, "sending", "queued", now, not_before=now)
        else:
            said = _("The program was stopped while this mail left: it may have arrived.")
            outbox.move(store, job.id, "dot", "uncertain", now, error=said, not_before=now)
        log.warning("mail %s of the outbox was left in state %s", job.id, job.state)
        moved.append(job.id)
    return moved


def accept(store: Store, ingest: Ingest, settings: Settings, job: Job, before: str, now: int) -> bool:
    """The mail has left: it is a fact of its ticket, in one transaction with its state. False when it was not in `before`."""
    own = settings.own_addresses
    try:
        ingest.add_outgoing(
            job.mime,
            ticket=job.ticket,
            agent=job.agent,
            at=now,
            to=[address for address in job.recipients if address.lower() not in own] or list(job.recipients),
            macro=" ".join(job.data.get("macros", ())),
            automatic=bool(job.data.get("automatic", False)),
            also=lambda con: _step(outbox.move_in(con, job.id, before, "accepted", now, not_before=now)),
        )
    except _Moved:
        return False
    return True


def resolve(store: Store, settings: Settings, outbox_id: int, sent: bool, now: int, policy: Policy | None = None) -> None:
    """What a person found out about an uncertain mail: it arrived (so it is filed next), or it may be sent again.

    Raises NotFoundError, and RefusedError for a mail that is not uncertain.
    """
    job = outbox.job(store, outbox_id)
    done = False
    if job.state == "uncertain" and sent:
        with ingesting(store, settings, policy) as ingest:
            done = accept(store, ingest, settings, job, "uncertain", now)
    elif job.state == "uncertain":
        done = outbox.move(store, job.id, "uncertain", "queued", now, not_before=now)
    if not done:
        said = _("That mail is not uncertain: there is nothing to resolve.")
        raise RefusedError(said, _("`desk outbox --all` shows its state."))


@contextmanager
def ingesting(store: Store, settings: Settings, policy: Policy | None) -> Iterator[Ingest]:
    """The store's door for mail; `policy` None: made from the settings."""
    from tui_desk.store.ingest import Ingest

    with Ingest(store, settings, policy or _policy(settings)) as ingest:
        yield ingest


class _Moved(Exception):
    """Somebody else moved the mail."""


def _step(done: bool) -> None:
    if not done:
        raise _Moved


def _send_all(
    store: Store,
    open_sender: Callable[[], Sender],
    settings: Settings,
    moment: Callable[[], int],
    policy: Policy | None,
    stop: Stop,
    whose: Collection[str] | None,
) -> list[int]:
    """Every mail that is due, through one session."""
    moved: list[int] = []
    job = None if stop() else outbox.claim(store, moment(), whose)
    if job is None:
        return moved
    with ExitStack() as open_things:
        sender: Sender | None = None
        ingest = open_things.enter_context(ingesting(store, settings, policy))
        while job is not None:
            moved.append(job.id)
            try:
                if sender is None:
                    sender = open_sender()
                    open_things.callback(sender.close)
                _send(store, sender, ingest, settings, job, moment)
            except (AuthError, ConfigError, NetworkError) as error:
                _again(store, job, error, moment())
                raise
            job = None if stop() else outbox.claim(store, moment(), whose)
    return moved


def _send(store: Store, sender: Sender, ingest: Ingest, settings: Settings, job: Job, moment: Callable[[], int]) -> None:
    """One mail: sending -> dot -> accepted, or what the server said instead."""
    try:
        sender.send(
            job.sender,
            list(job.recipients),
            job.mime,
            lambda: _step(outbox.move(store, job.id, "sending", "dot", moment())),
        )
    except _Moved:
        return
    except UncertainError as error:
        outbox.move(store, job.id, "dot", "uncertain", moment(), error=error.message, not_before=moment())
    except (AuthError, ConfigError, NetworkError):
        raise
    except RefusedError as error:
        _leave(store, job, "failed", error, moment())
    except TemporaryError as error:
        _again(store, job, error, moment())
    else:
        _accepted(store, ingest, settings, job, moment)


def _accepted(store: Store, ingest: Ingest, settings: Settings, job: Job, moment: Callable[[], int]) -> None:
    """The server has it: a store that another process keeps busy is asked again before the mail is left `dot`."""
    for _try in range(ACCEPT_TRIES):
        try:
            accept(store, ingest, settings, job, "dot", moment())
        except BusyError:
            log.warning("mail %s was accepted, and the store is busy", job.id)
        else:
            return
    raise BusyError(_("Another program has been writing to the store for a while."), _("Try again in a moment."))


def _again(store: Store, job: Job, error: DeskError, now: int) -> None:
    """Queued again for later; a server that has said "later" for too long is taken at its word no more."""
    tried = isinstance(error, TemporaryError) and not isinstance(error, NetworkError)
    if tried and job.attempts >= GIVE_UP_TRIES and now - job.created_at > GIVE_UP_SECONDS:
        _leave(store, job, "failed", error, now)
        return
    first, most = (BUSY_SECONDS, BUSY_MOST) if tried else (OFFLINE_SECONDS, OFFLINE_MOST)
    pause = min(first << min(job.attempts - 1, 10), most)
    _leave(store, job, "queued", error, now, now + pause + _jitter(job, pause))


def _jitter(job: Job, pause: int) -> int:
    """Up to a quarter more, another for each mail and try: what a server put off together does not come back together."""
    return random.Random(f"{job.message_id} {job.attempts}").randrange(pause // 4 + 1)  # noqa: S311 - no secret


def _leave(store: Store, job: Job, state: str, error: DeskError, now: int, not_before: int | None = None) -> None:
    """Out of `sending`, or of `dot` where the server answered the dot."""
    for before in ("sending", "dot"):
        if outbox.move(store, job.id, before, state, now, error=error.message, not_before=not_before):
            return


def _policy(settings: Settings) -> Policy:
    from tui_desk.desk.fold import Policy

    return Policy.from_settings(settings)
