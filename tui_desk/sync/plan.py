"""What a pass over a folder has to do, from what we know and what EXAMINE says. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from tui_desk.desk.states import FAR_FUTURE
from tui_desk.store.ledger import FolderState
from tui_desk.transport.base import Selected
from tui_desk.values import dataclass

DAY = 86_400
LONG_DAYS = 3_650
"""What is older than that comes in one step."""

Changes = Literal["none", "told", "since", "all"]
"""Where flags and expunges come from: nowhere, the QRESYNC answer, FETCH CHANGEDSINCE, or the flags of every message."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, in this order."""

    restart: bool
    """Our UIDs mean nothing (any more): all that is there is history, and comes newest first."""
    rekey: bool
    """What we hold may be recognised under its new UIDs."""
    search_from: int
    """Ask for UIDs from here on; 0: there can be no new ones."""
    changes: Changes


def plan(known: FolderState, selected: Selected) -> Plan:
    """Compare. UIDVALIDITY is compared for inequality: it can shrink."""
    if known.uidvalidity != selected.uidvalidity:
        return Plan(restart=True, rekey=known.uidvalidity != 0, search_from=0, changes="none")
    behind = not selected.uidnext or selected.uidnext > known.high_water + 1
    search_from = known.high_water + 1 if selected.exists and behind else 0
    return Plan(restart=False, rekey=False, search_from=search_from, changes=_changes(known, selected))


def _changes(known: FolderState, selected: Selected) -> Changes:
    if selected.changed is not None and selected.vanished is not None:
        return "told"
    if selected.modseq and known.modseq:
        return "none" if selected.modseq == known.modseq else "since"
    return "all"


@dataclass(frozen=True, slots=True)
class Differences:
    """A server's UIDs against ours."""

    missing: tuple[int, ...]
    """On the server, never entered."""
    gone: tuple[int, ...]
    """Entered as present, no longer on the server."""
    back: tuple[int, ...]
    """Entered as gone, and on the server all the same."""


def differences(server: Iterable[int], present: Iterable[int], gone: Iterable[int]) -> Differences:
    """Compare UID sets. A server that is suddenly empty tells nothing: a side that is empty never empties the other."""
    there, here, away = set(server), set(present), set(gone)
    if not there:
        return Differences((), (), ())
    return Differences(
        missing=tuple(sorted(there - here - away)),
        gone=tuple(sorted(here - there)),
        back=tuple(sorted(there & away)),
    )


def reach(history: int, now: int, first_days: int) -> int:
    """The next step back, where what the server took since `history` is here: since when mail is wanted then; 0: since ever.

    The first step goes back `first_days` (0: since ever), each further one twice as far: so old folders take few questions.
    """
    if not first_days:
        return 0
    days = first_days if history >= FAR_FUTURE else max(-((history - now) // DAY), 1) * 2
    return now - days * DAY if days < LONG_DAYS else 0


def newest(uids: list[int], size: int) -> Iterator[list[int]]:
    """Runs of at most `size` UIDs, the newest run first; ascending within each."""
    for end in range(len(uids), 0, -size):
        yield uids[max(end - size, 0) : end]


def windows(uids: list[int], size: int) -> Iterator[list[int]]:
    """Runs of at most `size` UIDs, ascending: the high-water mark moves after each."""
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
