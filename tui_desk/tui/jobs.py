"""Work beside the screen: daemon threads that never touch a widget; what they find comes back as messages.

Three lanes: "read" (short reads of the store), "write" (one after the other, in the order asked), "slow" (figures, mail servers).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tui_desk.errors import DeskError
from tui_desk.service.types import MailboxState
from tui_desk.store.rows import OutboxView

if TYPE_CHECKING:
    from textual.app import App

log = logging.getLogger(__name__)
LANES = {"read": 2, "write": 1, "slow": 2}


class MailStuck(Message):
    """Mails have failed, or have become uncertain."""

    def __init__(self, mails: tuple[OutboxView, ...]) -> None:
        super().__init__()
        self.mails = mails


class Answer(Message, bubble=False):
    """A job is over: `deliver` is called on the screen's thread."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.deliver = deliver


class MailboxMoved(Message, bubble=False):
    """The mailbox is in another state."""

    def __init__(self, state: MailboxState) -> None:
        super().__init__()
        self.state = state

    def can_replace(self, message: Message) -> bool:
        """Only the newest state matters."""
        return isinstance(message, MailboxMoved)


class TicketsMoved(Message, bubble=False):
    """Tickets have changed; () for "look yourself"."""

    def __init__(self, ids: tuple[int, ...]) -> None:
        super().__init__()
        self.ids = ids


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work, its group and its place in the group's line."""

    work: Callable[[], Any]
    then: Callable[[Any], object] | None
    failed: Callable[[Exception], object]
    group: str
    turn: int


class Jobs:
    """The lanes of one application."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._lanes: dict[str, queue.SimpleQueue[Job | None]] = {}
        self._turns: dict[str, int] = {}
        self._lock = threading.Lock()
        self._busy = 0
        self._stopped = False

    @property
    def idle(self) -> bool:
        """Nothing is being worked on or waits to be."""
        return self._busy == 0

    def put(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], object] | None,
        failed: Callable[[Exception], object],
        *,
        group: str = "",
        lane: str = "read",
    ) -> None:
        """Run `work` in a thread of `lane`."""
        with self._lock:
            self._busy += 1
            turn = self._turns[group] = self._turns.get(group, 0) + 1
        self._lane(lane).put(Job(work, then, failed, group, turn))

    def _lane(self, lane: str) -> queue.SimpleQueue[Job | None]:
        line = self._lanes.get(lane)
        if line is None:
            line = self._lanes[lane] = queue.SimpleQueue()
            for n in range(LANES[lane]):
                threading.Thread(target=self._serve, args=(line,), name=f"{lane}-{n}", daemon=True).start()
        return line

    def _serve(self, line: queue.SimpleQueue[Job | None]) -> None:
        while (job := line.get()) is not None and not self._stopped:
            self._run(job)

    def _run(self, job: Job) -> None:
        if self._outdated(job):
            self._post(lambda: None)
            return
        try:
            result = job.work()
        except DeskError as error:
            self._post(lambda error=error: job.failed(error))  # type: ignore[misc]
        except Exception as error:  # the edge of a worker: told on the screen, kept in the log
            log.exception("job %s", job.group or job.work)
            self._post(lambda error=error: job.failed(error))  # type: ignore[misc]
        else:
            self._post(lambda: None if job.then is None or self._outdated(job) else job.then(result))

    def _outdated(self, job: Job) -> bool:
        return bool(job.group) and self._turns.get(job.group) != job.turn

    def _post(self, deliver: Callable[[], object]) -> None:
        def arrive() -> None:
            with self._lock:
                self._busy -= 1
            deliver()

        if not self._stopped:
            self._app.post_message(Answer(arrive))

    def stop(self) -> None:
        """Let the threads end; work that runs is not waited for."""
        self._stopped = True
        for lane, line in self._lanes.items():
            for _n in range(LANES[lane]):
                line.put(None)
