"""Desk: settings, store and nouns of one profile, each made when it is first asked for.

Opening one imports neither SQLAlchemy nor imapclient: reading needs stdlib sqlite3 only.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk import clock, i18n
from tui_desk.config.schema import MAIN, Settings
from tui_desk.errors import ConfigError, StoreError
from tui_desk.i18n import _
from tui_desk.paths import Profile
from tui_desk.paths import profile as find_profile

if TYPE_CHECKING:
    from tui_desk.desk.events import Event
    from tui_desk.desk.fold import Policy
    from tui_desk.service.ack import Acknowledged
    from tui_desk.service.admin import Admin
    from tui_desk.service.bulk import Bulk
    from tui_desk.service.contacts import Contacts
    from tui_desk.service.figures import Figures
    from tui_desk.service.imports import Imports
    from tui_desk.service.macros import Macros
    from tui_desk.service.mailbox import MailboxDesk
    from tui_desk.service.outbox import OutboxDesk
    from tui_desk.service.quarantine import Quarantine
    from tui_desk.service.queue import Queue
    from tui_desk.service.replies import Replies
    from tui_desk.service.tickets import Tickets
    from tui_desk.store.engine import Store
    from tui_desk.store.read import Reader
    from tui_desk.transport.base import Mailbox, Sender
    from tui_desk.transport.slots import Slots


CLOSED_AT_ONCE = 100
"""Tickets that one `tick` closes at most: after a long absence thousands may be due, and the console must stay light."""


class Desk:
    """One agent's desk. Its nouns may be used from any thread; each thread reads through a connection of its own."""

    def __init__(
        self,
        profile: Profile,
        settings: Settings,
        *,
        open_mailbox: Callable[[], Mailbox] | None = None,
        open_sender: Callable[[], Sender] | None = None,
    ) -> None:
        self.profile = profile
        self.settings = settings
        self.agent = settings.agent.id or _login()
        self._open_mailbox = open_mailbox
        self._open_sender = open_sender
        self._on_close: list[Callable[[], None]] = []
        self._local = threading.local()
        self._store: Store | None = None
        self._slots: dict[str, Slots] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, profile: str | None = None) -> Desk:
        """The desk of `profile`. Raises ConfigError where there are no settings, or bad ones."""
        from tui_desk.config.load import load

        where = find_profile(profile)
        if not where.settings.exists():
            raise ConfigError(_("No desk is set up for the profile “%(name)s” yet.") % {"name": where.name}, _where_to_begin())
        settings = load(where)
        i18n.activate(settings.language)
        desk = cls(where, settings)
        if settings.account.imap.startswith("memory:"):
            from tui_desk.service.demo import attach

            attach(desk)
        return desk

    @classmethod
    def demo(cls, folder: Path | None = None, *, live: bool = False) -> Desk:
        """A desk on the embedded sample mailbox, its store in `folder` (default: temporary); with `live`, mail keeps coming."""
        from tui_desk.service.demo import open_demo

        return open_demo(folder, live=live)

    # ------------------------------------------------------------------------------------------------------- nouns

    @cached_property
    def queue(self) -> Queue:
        """Views, counts, pages and search."""
        from tui_desk.service.queue import Queue

        return Queue(self)

    def acknowledge(self, *, dry_run: bool = False) -> list[Acknowledged]:
        """Decide on acknowledging what is new (behaviour 5); [] while it is switched off. `dry_run` writes nothing."""
        from tui_desk.service.ack import acknowledge

        return acknowledge(self, dry_run=dry_run)

    @cached_property
    def contacts(self) -> Contacts:
        """People with several addresses."""
        from tui_desk.service.contacts import Contacts

        return Contacts(self)

    @cached_property
    def tickets(self) -> Tickets:
        """One ticket: reading it and changing it."""
        from tui_desk.service.tickets import Tickets

        return Tickets(self)

    @cached_property
    def replies(self) -> Replies:
        """Drafts, preflight and sending."""
        from tui_desk.service.replies import Replies

        return Replies(self)

    @cached_property
    def outbox(self) -> OutboxDesk:
        """Mail on its way."""
        from tui_desk.service.outbox import OutboxDesk

        return OutboxDesk(self)

    @cached_property
    def quarantine(self) -> Quarantine:
        """Mails that could not be understood."""
        from tui_desk.service.quarantine import Quarantine

        return Quarantine(self)

    @cached_property
    def macros(self) -> Macros:
        """Canned responses."""
        from tui_desk.service.macros import Macros

        return Macros(self)

    @cached_property
    def bulk(self) -> Bulk:
        """The same act on many tickets."""
        from tui_desk.service.bulk import Bulk

        return Bulk(self)

    @cached_property
    def figures(self) -> Figures:
        """The figures of kpi."""
        from tui_desk.service.figures import Figures

        return Figures(self)

    @cached_property
    def mailbox(self) -> MailboxDesk:
        """Syncing, watching, auditing."""
        if self.settings.accounts:
            from tui_desk.service.mailboxes import Mailboxes

            return Mailboxes(self)
        from tui_desk.service.mailbox import MailboxDesk

        return MailboxDesk(self)

    @cached_property
    def imports(self) -> Imports:
        """Taking mail in from files."""
        from tui_desk.service.imports import Imports

        return Imports(self)

    @cached_property
    def admin(self) -> Admin:
        """Backup, rebuild, doctor, export."""
        from tui_desk.service.admin import Admin

        return Admin(self)

    # ------------------------------------------------------------------------------------------------- below the nouns

    @property
    def reader(self) -> Reader:
        """This thread's reading connection."""
        lent: _Lent | None = getattr(self._local, "lent", None)
        if lent is None:
            if not self.profile.store.exists():
                self.store  # noqa: B018  (made on first use)
            from tui_desk.store.read import Reader

            lent = self._local.lent = _Lent(Reader(self.profile.store))
        return lent.reader

    @property
    def store(self) -> Store:
        """The store, open for writing (made or migrated where need be)."""
        with self._lock:
            if self._store is None:
                from tui_desk.service import logbook
                from tui_desk.store.engine import Store

                self.on_close(logbook.keep(self.profile))
                self.profile.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._store = Store.open(self.profile.store)
                self._align(self._store)
            return self._store

    def _align(self, store: Store) -> None:
        """Tickets follow the settings' queues, unless the disk is read-only."""
        from tui_desk.config.own import Queues
        from tui_desk.store.queues import align

        with contextlib.suppress(StoreError):
            align(store, Queues.of(self.settings))

    @cached_property
    def policy(self) -> Policy:
        """Calendar and targets: what folding a ticket needs to know of the settings."""
        from tui_desk.desk.fold import Policy

        return Policy.from_settings(self.settings)

    def append(self, events: Iterable[Event]) -> None:
        """Write `events` and the tickets they change, in one transaction."""
        from tui_desk.store.write import append

        append(self.store, list(events), self.policy)

    def open_mailbox(self, account: str = MAIN) -> Mailbox:
        """A new session with the mailbox of an account, not yet connected."""
        if self._open_mailbox is not None:
            return self._open_mailbox()
        from tui_desk.sync import quick
        from tui_desk.transport.imap import ImapMailbox
        from tui_desk.transport.login import secret

        settings = self.settings.at(account)
        begun = quick.take() if account == MAIN else None
        if begun is None:
            session = ImapMailbox(settings.account, secret(settings, "imap"), poll_seconds=settings.sync.poll_seconds)
        else:  # what `desk sync` asked first whether anything is new, and was told that something is
            from tui_desk.transport.opening import taken_over

            sock, capabilities, password = begun
            opened = taken_over(sock, capabilities)
            session = ImapMailbox(settings.account, password, poll_seconds=settings.sync.poll_seconds, opened=opened)
        return self.slots(account).mailbox(session)

    def slots(self, account: str = MAIN) -> Slots:
        """How many sessions with an account's mailbox are open here, and may be."""
        from tui_desk.transport.slots import Slots

        with self._lock:
            return self._slots.setdefault(account, Slots(self.settings.sync.connections))

    def open_sender(self, account: str = MAIN) -> Sender:
        """A new session with the mail server that an account sends by; the first one's where it has none."""
        if self._open_sender is not None:
            return self._open_sender()
        from tui_desk.transport.login import secret
        from tui_desk.transport.smtp import SmtpSender

        settings = self.settings.at(account if self.settings.mailboxes[account].smtp else MAIN)
        return SmtpSender(settings, secret(settings, "smtp"))

    def connect_to(self, mailbox: Callable[[], Mailbox], sender: Callable[[], Sender]) -> None:
        """Use these sessions from now on (the demo's)."""
        self._open_mailbox, self._open_sender = mailbox, sender

    def configure(self, settings: Settings) -> None:
        """Work with other settings from now on."""
        self.settings = settings
        self.__dict__.pop("policy", None)

    def tick(self, now: int | None = None) -> int:
        """What the clocks owe: solved tickets close after `close_after_days`. Returns how many did."""
        days = self.settings.close_after_days
        if not days:
            return 0
        from tui_desk.desk.events import SYSTEM, Event, new_id

        now = clock.now() if now is None else now
        due = self.reader.solved_before(now - days * 86_400)[:CLOSED_AT_ONCE]
        self.append(Event(new_id(), now, SYSTEM, key, "status", {"to": "closed"}, "clock") for key in due)
        return len(due)

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the desk closes."""
        self._on_close.append(callback)

    def close(self) -> None:
        """Let go of everything."""
        for callback in self._on_close:
            callback()
        self._local.__dict__.clear()
        if self._store is not None:
            self._store.close()
            self._store = None

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class _Lent:
    """A thread's reader. Threads end without a word: the connection closes when what is theirs is let go."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __del__(self) -> None:
        self.reader.close()


def _where_to_begin() -> str:
    from tui_desk.paths import profiles

    if there := profiles():
        return _("Set up here: %(names)s. Say which by --profile NAME or TUI_DESK_PROFILE.") % {"names": ", ".join(there)}
    return _("Run `desk init` to set one up, or `desk demo` to look around first.")


def _login() -> str:
    import getpass

    return getpass.getuser()
