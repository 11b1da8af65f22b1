"""What sync tells of itself."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from tui_desk.record import Record

if TYPE_CHECKING:
    from tui_desk.store.arrivals import Arrival, Verdict


class Takes(Protocol):
    """Where arrivals go: `store.ingest.Ingest`. A batch is in the store as a whole when its verdicts come, or not at all."""

    def take(self, batches: Iterable[Sequence[Arrival]]) -> Generator[list[Verdict]]:
        """One verdict an arrival, batch by batch, in order; an arrival that is known already changes nothing.

        Batches may be asked for before the verdicts of earlier ones are given. What `batches` raises comes after those.
        """

    def rest(self) -> None:
        """Nothing more is to be taken for now."""


class Progress(Record):
    """Where long work stands. `total` 0: not known."""

    done: int
    total: int
    what: str = ""
    bytes: int = 0
    older: bool = False
    """It is history that comes: the recent mail is here."""


OnProgress = Callable[[Progress], None]
Stop = Callable[[], bool]


class SyncReport(Record):
    """What one pass did."""

    new: int = 0
    tickets: int = 0
    flags: int = 0
    gone: int = 0
    quarantined: int = 0
    seconds: float = 0.0
    bytes: int = 0
    older: int = 0
    """Of the messages, how many were older mail that a new store fills in."""
    to_come: int = 0
    """Older mail that is still on the server only."""


class MailboxState(Record):
    """The status line's truth: what goes on; when the last success was; what is wrong; when the next try is (epoch seconds)."""

    state: Literal["never", "idle", "syncing", "watching", "offline", "refused"]
    last_success: int = 0
    error: str = ""
    next_try_at: int = 0
    progress: Progress | None = None
    hint: str = ""
    """The next step, where `error` is one that a person mends."""
    since: int = 0
    """Since when it is offline or refused (epoch seconds)."""
    to_come: int = 0
    """Older mail that is still on the server only."""
    paused: bool = False
    """Older mail waits, because somebody wants it to."""
    account: str = ""
    """Which of several accounts is in trouble."""


class Audit(Record):
    """`UID SEARCH ALL` against the ledger, a folder: the UIDs on the server without a row, and rows counted twice."""

    folder: str
    on_server: int
    in_ledger: int
    gaps: tuple[int, ...] = ()
    doubles: tuple[int, ...] = ()
    to_come: int = 0
    """Older mail that was not asked for yet: that is no gap."""

    account: str = ""
    """Its address, where there are several accounts."""

    @property
    def clean(self) -> bool:
        """Nothing is missing and nothing is doubled."""
        return not self.gaps and not self.doubles
