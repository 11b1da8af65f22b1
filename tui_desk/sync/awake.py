"""Noticing that the machine slept, or that its network is another: connections from before are then dead without a word."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from tui_desk import clock

TICK_SECONDS = 1.0
STILL_SECONDS = 5.0
"""A tick that is so much late was no tick: the machine slept, the process was stopped, or its clock was set."""

_log = logging.getLogger(__name__)


class Awake:
    """A daemon thread that calls `moved` after a sleep, and when `network` answers differently."""

    def __init__(self, moved: Callable[[], None], network: Callable[[], object]) -> None:
        self._moved = moved
        self._network = network
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-awake", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def _run(self) -> None:
        wall, steady, network = clock.now(), time.monotonic(), self._network()
        while not self._stop.wait(TICK_SECONDS):
            # A suspended machine's steady clock stands still on Linux, a stopped process's does not: the later one counts.
            late = max(clock.now() - wall, time.monotonic() - steady) - TICK_SECONDS
            wall, steady = clock.now(), time.monotonic()
            before, network = network, self._network()
            if late > STILL_SECONDS:
                _log.info("awake again after about %d s", late)
            elif network != before:
                _log.info("the network is another: %s, then %s", before, network)
            else:
                continue
            self._moved()
