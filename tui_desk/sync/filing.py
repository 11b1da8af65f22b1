"""After a mail has left: its copy in Sent, and the search for a mail of which nobody knows whether it left."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui_desk.config.providers import files_itself
from tui_desk.config.schema import Settings
from tui_desk.errors import AuthError, ConfigError, DeskError, NotFoundError, ProtocolError, RefusedError, TemporaryError
from tui_desk.i18n import _
from tui_desk.store import outbox, outmark
from tui_desk.store.engine import Store
from tui_desk.store.outbox import Job
from tui_desk.transport.base import Mailbox

if TYPE_CHECKING:
    from tui_desk.desk.fold import Policy

log = logging.getLogger(__name__)

LOOK_SECONDS = 300
"""How long an uncertain mail is looked for before a person is asked."""
LOOK_EVERY = 20
OWN_COPY_SECONDS, OWN_COPY_EVERY = 120, 10
"""How long a copy is waited for that the provider is known to file by itself, and how often it is looked for."""
FILE_AGAIN = 120
"""Seconds until a copy that could not be filed is tried again."""
RECENT = 500
"""How many of a folder's last mails are looked at for a mark."""


def settle(
    store: Store,
    open_mailbox: Callable[[], Mailbox],
    settings: Settings,
    moment: Callable[[], int],
    policy: Policy | None = None,
    whose: Collection[str] | None = None,
) -> list[int]:
    """File the accepted, look for the uncertain: the ids of those that moved. Trouble is written on the mails, not raised.

    `whose`: only the mail from these addresses (None: from any).
    """
    lost = [job for job in outbox.jobs(store, "uncertain") if _worth_a_look(job, moment()) and _of(job, whose)]
    filed_here = [] if settings.account.save_sent else _without_a_copy(store, moment(), whose)
    waiting = [job for job in outbox.jobs(store, "accepted") if job.not_before <= moment() and _of(job, whose)]
    if not lost and not waiting:
        return filed_here
    try:
        with _session(open_mailbox) as mailbox:
            folders = _Folders(mailbox, settings)
            found = _look_for(store, folders, lost, settings, moment, policy)
            if not settings.account.save_sent:
                return filed_here + found + _without_a_copy(store, moment(), whose)
            waiting += [outbox.job(store, i) for i in found]
            patience = OWN_COPY_SECONDS if files_itself(settings.account.smtp) else 0
            return filed_here + found + file_sent(store, folders, waiting, moment(), patience)
    except (TemporaryError, AuthError, ConfigError) as error:
        log.warning("the copies in Sent have to wait: %s", error)
        _put_off(store, [*lost, *waiting], error, moment())
        return filed_here


def settle_arrived(store: Store, settings: Settings, moment: Callable[[], int], policy: Policy | None = None) -> list[int]:
    """Mails of which a sync met a copy (our Bcc in the inbox, the server's own in Sent) have left, however long ago that was."""
    from tui_desk.sync.outbox import accept, ingesting

    moved = []
    for job in outbox.arrived(store):
        with ingesting(store, settings, policy) as ingest:
            if accept(store, ingest, settings, job, job.state, moment()):
                log.info("mail %s of the outbox (%s) arrived: a copy came", job.id, job.state)
                moved.append(job.id)
    return moved


def file_sent(store: Store, folders: _Folders, waiting: list[Job], now: int, patience: int = 0) -> list[int]:
    """Search Sent for each mail, APPEND it where it is not there: its own job, tried again on its own.

    `patience`: seconds after it was accepted in which the server may still put it there by itself.
    """
    moved = []
    for job in waiting:
        try:
            if not folders.holds(folders.sent, job):
                if now < job.updated_at + patience:
                    outbox.look_later(store, job.id, now + OWN_COPY_EVERY)
                    continue
                folders.append(folders.sent, job)
        except (ProtocolError, NotFoundError, RefusedError) as error:
            # This mail (too large, over quota) or this folder: the next one may do.
            outbox.move(store, job.id, "accepted", "accepted", now, error=error.message, not_before=now + FILE_AGAIN)
            continue
        outbox.move(store, job.id, "accepted", "filed", now)
        moved.append(job.id)
    return moved


def _look_for(
    store: Store,
    folders: _Folders,
    lost: list[Job],
    settings: Settings,
    moment: Callable[[], int],
    policy: Policy | None,
) -> list[int]:
    """An uncertain mail that lies in Sent (the server put it there) or in the inbox (our Bcc) has left."""
    from tui_desk.sync.outbox import accept, ingesting

    found = []
    for job in lost:
        if any(folders.holds(folder, job) for folder in folders.proofs):
            with ingesting(store, settings, policy) as ingest:
                if accept(store, ingest, settings, job, "uncertain", moment()):
                    found.append(job.id)
        else:
            outbox.look_later(store, job.id, moment() + LOOK_EVERY)
    return found


class _Folders:
    """Sent and the inbox of one session, and which marks their last mails bear."""

    def __init__(self, mailbox: Mailbox, settings: Settings) -> None:
        self._mailbox = mailbox
        self._inbox = settings.account.inbox
        self._named = settings.account.sent
        self._sent = ""
        self._marks: dict[str, set[str]] = {}

    @property
    def sent(self) -> str:
        """The Sent folder. Raises NotFoundError."""
        if not self._sent:
            self._sent = self._named or next((f.name for f in self._mailbox.folders() if f.role == "sent"), "")
        if not self._sent:
            raise NotFoundError(_("This mailbox has no Sent folder."), _("Name one in account.sent, or set save_sent = false."))
        return self._sent

    @property
    def proofs(self) -> list[str]:
        """Where a mail that has left may lie."""
        try:
            return [self.sent, self._inbox]
        except NotFoundError:
            return [self._inbox]

    def holds(self, folder: str, job: Job) -> bool:
        """Whether the mail lies in `folder`, under its own Message-ID or (where the server changed that) with its mark."""
        if self._mailbox.find(folder, job.message_id):
            return True
        mark = outmark.mark_of(job.mime)
        return bool(mark) and mark in self._recent_marks(folder)

    def append(self, folder: str, job: Job) -> None:
        """Put the mail into `folder`, read."""
        self._mailbox.append(folder, job.mime, ("\\Seen",), job.updated_at)
        self._marks.setdefault(folder, set()).add(outmark.mark_of(job.mime))

    def _recent_marks(self, folder: str) -> set[str]:
        if folder not in self._marks:
            selected = self._mailbox.examine(folder)
            uids = self._mailbox.uids(max(selected.uidnext - RECENT, 1)) if selected.exists else []
            headers = self._mailbox.headers(uids, (outmark.MARK,)) if uids else ()
            self._marks[folder] = {mark for fetched in headers if (mark := outmark.mark_of(fetched.raw))}
        return self._marks[folder]


@contextmanager
def _session(open_mailbox: Callable[[], Mailbox]) -> Iterator[Mailbox]:
    mailbox = open_mailbox()
    try:
        mailbox.connect()
        yield mailbox
    finally:
        with contextlib.suppress(DeskError, OSError):
            mailbox.close()


def _of(job: Job, whose: Collection[str] | None) -> bool:
    return whose is None or job.sender in whose


def _without_a_copy(store: Store, now: int, whose: Collection[str] | None) -> list[int]:
    """The server files copies itself (save_sent = false): accepted is the end."""
    accepted = [job.id for job in outbox.jobs(store, "accepted") if _of(job, whose)]
    return [i for i in accepted if outbox.move(store, i, "accepted", "filed", now)]


def _worth_a_look(job: Job, now: int) -> bool:
    """For five minutes after it became uncertain (`updated_at`), every so often."""
    return job.not_before <= now <= job.updated_at + LOOK_SECONDS


def _put_off(store: Store, jobs: list[Job], error: DeskError, now: int) -> None:
    for job in jobs:
        if job.state == "accepted":
            outbox.move(store, job.id, "accepted", "accepted", now, error=error.message, not_before=now + FILE_AGAIN)
        else:
            outbox.look_later(store, job.id, now + LOOK_EVERY)
