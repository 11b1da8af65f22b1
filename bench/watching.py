"""The console beside its mailbox: from a delivery to the queue on the screen, and from a key to its repaint while mail pours in.

    python -m bench.watching [--server dovecot-sdbox] [--server courier] [--deliveries 30] [--first 30000] [--keys 200]

On a real pty. A mail is APPENDed by another client; it has arrived when the head of the queue counts it. Then a console with
an empty store fetches a mailbox of `--first` mails from Dovecot, and `j` and `k` are pressed meanwhile: a repaint is a cell that
changed outside the status line. Servers: those of tests/support/servers.py (Dovecot: Debian's dovecot-core, dovecot-imapd;
Cyrus and Courier are unpacked from their packages). `--first 0` or `--deliveries 0` leaves that part out.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import random
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import imapclient

from bench._meter import percentile
from bench.delta import COMPILED, fill, mail
from bench.start import DESK
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.servers import MailServer, serving
from tests.support.terminal import Terminal

DELIVERED = {"courier": 3.0}
"""Seconds; its IDLE speaks once a minute, so it is asked."""
REPAINTED = 0.1
PAUSES = 0.05, 0.4
"""Seconds from a repaint to the next key: some come before the panes have followed the cursor, some while they do, some after."""


class Seen(Terminal):
    """A terminal that notes when a line of it last changed, but for the two lines at the bottom.

    It is read in a thread of its own, as fast as a terminal reads; what came is drawn later, by the time at which it came.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.changed = time.perf_counter()
        self._lines: dict[int, str] = {}
        self._came: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        super().__init__([DESK], columns=160, rows=45, env=environment)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # it has ended
            while data := os.read(self.fd, 1 << 16):
                self._came.put((time.perf_counter(), data))

    def look(self, seconds: float) -> None:
        """Draw what comes within `seconds`."""
        try:
            at, data = self._came.get(timeout=max(seconds, 0))
        except queue.Empty:
            return
        self.screen.dirty.clear()
        self.feed(data)
        for y in self.screen.dirty:
            if y >= self.screen.lines - 2:
                continue
            line = repr(self.screen.buffer[y])
            if line != self._lines.get(y):
                self._lines[y], self.changed = line, at

    def until(self, pattern: str, seconds: float = 60) -> float:
        """When the screen shows `pattern`."""
        end = time.perf_counter() + seconds
        while not re.search(pattern, self.text):
            if time.perf_counter() > end:
                raise AssertionError(f"{pattern!r} is not on the screen:\n{self.text}")
            self.look(0.05)
        return time.perf_counter()

    def press(self, key: str, seconds: float = 5) -> float:
        """Seconds from a key to the repaint."""
        while not self._came.empty():
            self.look(0)
        begun = time.perf_counter()
        self.send(key)
        while self.changed < begun and time.perf_counter() < begun + seconds:
            self.look(0.02)
        return (self.changed if self.changed > begun else time.perf_counter()) - begun


def profile(server: MailServer, work: Path, user: str) -> dict[str, str]:
    """A profile with an empty store; its environment."""
    folder = work / f"home-{user}" / "default"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(
        f'[account]\naddress = "desk@desk.test"\nimap = "imap://127.0.0.1:{server.port}"\nuser = "{user}"\n'
        f'password_command = "echo {PASSWORD}"\n[agent]\nid = "bench"\n'
    )
    return {**COMPILED, "TUI_DESK_HOME": str(folder.parent), "TUI_DESK_LANGUAGE": "en"}


def delivered(server: MailServer, work: Path, times: int) -> list[float]:
    """Seconds from APPEND to the queue, each time after a moment of another length."""
    rng = random.Random(1)
    with imapclient.IMAPClient("localhost", server.port, ssl=False) as client, Seen(profile(server, work, "agent")) as seen:
        client.login("agent", PASSWORD)
        seen.until("● watching")
        taken = []
        for n in range(times):
            end = time.perf_counter() + rng.uniform(0.5, 2.5)
            while time.perf_counter() < end:
                seen.look(0.05)
            begun = time.perf_counter()
            client.append("INBOX", mail(30 * n + 1, rng))
            taken.append(seen.until(rf"All open · {n + 1}\b") - begun)
        return taken


def pressed(server: Dovecot, work: Path, most: int) -> tuple[list[float], int, bool]:
    """Seconds from key to repaint while the first sync runs, tickets that were here at the end, whether it still ran then."""
    with Seen(profile(server, work, "desk")) as seen:
        seen.until(r"All open · [\d,. ]*\d{3}\b", 300)
        taken, rng = [], random.Random(1)
        for n in range(most):
            if not re.search("fetching mail|older mail", seen.text):
                break
            taken.append(seen.press("jjjk"[n % 4]))
            end = time.perf_counter() + rng.uniform(*PAUSES)
            while time.perf_counter() < end:
                seen.look(0.05)
        found = re.search(r"All open · ([\d,. ]*\d)", seen.text)
        return taken, int(re.sub(r"\D", "", found[1])) if found else 0, bool(re.search("fetching mail|older mail", seen.text))


def line(what: str, value: float, most: float) -> bool:
    """One line, and whether it holds."""
    print(f"{what:60}{value * 1000:8.0f} ms  (at most {most * 1000:.0f}) {'ok' if value <= most else 'OVER'}")
    return value <= most


def deliveries(name: str, times: int) -> bool:
    """Mail comes to the server called `name`."""
    work = Path(tempfile.mkdtemp(prefix="desk-watching-"))
    try:
        with serving(name) as server:
            taken = delivered(server, work, times)
            what = f"delivery to the queue, {server.version}, median of {len(taken)}"
            well = line(what, statistics.median(taken), DELIVERED.get(name, 1.0))
            print(f"{'  p95':60}{percentile(taken, 0.95) * 1000:8.0f} ms", flush=True)
            return well
    finally:
        shutil.rmtree(work, ignore_errors=True)


def first_sync(count: int, most: int) -> bool:
    """Keys while a mailbox of `count` mails comes from Dovecot."""
    work = Path(tempfile.mkdtemp(prefix="desk-watching-"))
    work.chmod(0o755)
    (work / "dovecot").mkdir()
    server = Dovecot(work / "dovecot")
    try:
        server.start()
        fill(server, work, "desk", count)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        keys, tickets, running = pressed(server, work, most)
        well = line(f"key to repaint during a first sync of {count:,}, p95 of {len(keys)}", percentile(keys, 0.95), REPAINTED)
        rest = f"{max(keys) * 1000:.0f} ms; {tickets:,} tickets, {'still running' if running else 'done'}"
        print(f"{'  median, worst':60}{statistics.median(keys) * 1000:8.0f} ms {rest}")
        return well
    finally:
        server.stop()
        shutil.rmtree(work, ignore_errors=True)


def main() -> int:
    """Measure and print; 1 where a bound is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action="append", help="where mail is delivered; may be given several times")
    parser.add_argument("--deliveries", type=int, default=30)
    parser.add_argument("--first", type=int, default=30_000)
    parser.add_argument("--keys", type=int, default=200)
    given = parser.parse_args()
    sys.setswitchinterval(0.0005)  # what comes is noted at once, whatever is being drawn
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    try:
        names = given.server or ["dovecot-sdbox"]
        well = [deliveries(name, given.deliveries) for name in names if given.deliveries]
        if given.first:
            well.append(first_sync(given.first, given.keys))
        return 0 if all(well) else 1
    finally:
        shutil.rmtree(COMPILED["PYTHONPYCACHEPREFIX"], ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
