"""What sync tells of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tui_desk.store.arrivals import Arrival, Verdict


class Takes(Protocol):
    """Where arrivals go: `store.ingest.Ingest`. All of one call is in the store when it returns, or nothing of it."""

    def add(self, arrivals: Sequence[Arrival]) -> list[Verdict]:
        """One verdict an arrival, in order; an arrival that is known already changes nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where long work stands. `total` 0: not known."""

    done: int
    total: int
    what: str = ""
    bytes: int = 0


OnProgress = Callable[[Progress], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one pass did."""

    new: int = 0
    tickets: int = 0
    flags: int = 0
    gone: int = 0
    quarantined: int = 0
    seconds: float = 0.0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class MailboxState:
    """The status line's truth: what goes on; when the last success was; what is wrong; when the next try is (epoch seconds)."""

    state: Literal["never", "idle", "syncing", "watching", "offline", "refused"]
    last_success: int = 0
    error: str = ""
    next_try_at: int = 0
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """`UID SEARCH ALL` against the ledger, a folder: the UIDs on the server without a row, and rows counted twice."""

    folder: str
    on_server: int
    in_ledger: int
    gaps: tuple[int, ...] = ()
    doubles: tuple[int, ...] = ()

    @property
    def clean(self) -> bool:
        """Nothing is missing and nothing is doubled."""
        return not self.gaps and not self.doubles
