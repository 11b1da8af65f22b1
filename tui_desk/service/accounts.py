"""Several mailboxes as one: each in its turn, each watched by its own thread, and the trouble of one is never another's."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui_desk.config.schema import MAIN, Settings
from tui_desk.errors import AuthError, ConfigError, DeskError, NotFoundError, TemporaryError
from tui_desk.i18n import _
from tui_desk.record import Record
from tui_desk.sync.types import MailboxState, SyncReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_desk.sync.watch import Watcher

_LOUDEST = ("refused", "offline", "syncing", "never", "idle", "watching")


class AccountReport(Record):
    """What a pass did for one account, or why it failed."""

    account: str
    address: str
    report: SyncReport
    error: DeskError | None = None


def find(settings: Settings, wanted: str) -> str:
    """The account that is called so, or has this address. Raises NotFoundError."""
    for name, account in settings.mailboxes.items():
        if wanted.lower() in (name, account.address.lower()):
            return name
    names = ", ".join(settings.mailboxes)
    raise NotFoundError(
        _("There is no account “%(name)s”.") % {"name": wanted}, _("The accounts are: %(names)s.") % {"names": names}
    )


def listed(settings: Settings) -> list[dict[str, Any]]:
    """Every account as a record."""
    from tui_desk.config.own import queue_of

    return [
        {
            "account": name,
            "address": account.address,
            "name": account.name,
            "queue": queue_of(name, account),
            "aliases": list(account.aliases),
            "imap": account.imap,
            "smtp": account.smtp,
        }
        for name, account in settings.mailboxes.items()
    ]


def named(settings: Settings, name: str, error: DeskError) -> DeskError:
    """`error` with the account's address before it, where there are several accounts."""
    if not settings.accounts:
        return error
    address = settings.mailboxes[name].address
    if not error.message.startswith(f"{address}: "):
        error.message, error.hint = f"{address}: {of(name, error.message)}", of(name, error.hint)
        error.args = (error.message,)
    return error


def of(name: str, words: str) -> str:
    """What is said of [account], and of `desk auth login`, said of the account `name`."""
    if name == MAIN:
        return words
    words = re.sub(r"\baccount\.(?=[a-z])", f"accounts.{name}.", words)
    return words.replace("desk auth login", f"desk auth login --account {name}")


def worst(errors: Iterable[DeskError]) -> DeskError:
    """The one whose exit code tells the most."""
    return min(errors, key=_badness)


def _badness(error: DeskError) -> int:
    """What a person has to mend is worse than what mends itself."""
    match error:
        case ConfigError():
            return 0
        case AuthError():
            return 1
        case TemporaryError():
            return 3
        case _:
            return 2


def added(reports: Iterable[SyncReport]) -> SyncReport:
    """The sum of several passes."""
    each = list(reports)
    return SyncReport(**{name: sum(getattr(report, name) for report in each) for name in SyncReport.__match_args__})


class Watchers:
    """The watchers of several accounts behind one face; speaks what `sync.watch.Watcher` does."""

    def __init__(self, settings: Settings, on_state: Callable[[MailboxState], None], names: Iterable[str]) -> None:
        self._settings = settings
        self._on_state = on_state
        self._lock = threading.Lock()
        self._states: dict[str, MailboxState] = dict.fromkeys(names, MailboxState("never"))
        self._watchers: dict[str, Watcher] = {}

    def told(self, name: str) -> Callable[[MailboxState], None]:
        """Where the watcher of the account `name` tells its state."""

        def tell(state: MailboxState) -> None:
            with self._lock:
                self._states[name] = state
                now = together(self._settings, self._states)
            self._on_state(now)

        return tell

    def start(self, watchers: Mapping[str, Watcher]) -> None:
        """Begin with all of them."""
        self._watchers = dict(watchers)
        for watcher in self._watchers.values():
            watcher.start()

    def stop(self, timeout: float = 3.0) -> None:
        """End them all, within about `timeout` seconds."""
        for watcher in self._watchers.values():
            watcher.stop(0.0)
        for watcher in self._watchers.values():
            watcher.stop(timeout / max(len(self._watchers), 1))

    def nudge(self) -> None:
        """Do a pass of every account now."""
        for watcher in self._watchers.values():
            watcher.nudge()

    @property
    def state(self) -> MailboxState:
        """All of them together."""
        with self._lock:
            return together(self._settings, self._states)


def together(settings: Settings, states: Mapping[str, MailboxState]) -> MailboxState:
    """One state of several accounts: the one in trouble is told, by its address; the rest only where all are well."""
    from dataclasses import replace

    name = min(states, key=lambda each: _LOUDEST.index(states[each].state))
    state = states[name]
    if not state.error:
        name = next((each for each in states if states[each].error), name)
    error = states[name].error
    address = settings.mailboxes[name].address
    return replace(
        state,
        error=f"{address}: {of(name, error)}" if error and not error.startswith(f"{address}: ") else error,
        hint=of(name, states[name].hint),
        account=name if error or state.state in ("refused", "offline") else "",
        last_success=min((each.last_success for each in states.values()), default=0),
        to_come=sum(each.to_come for each in states.values()),
        paused=any(each.paused for each in states.values()),
    )
