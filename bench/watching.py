"""The console beside its mailbox: from a delivery to the queue on the screen, and from a key to its repaint while mail pours in.

    python -m bench.watching [--deliveries 30] [--first 10000]

On a real pty, with Dovecot (Debian: dovecot-core, dovecot-imapd). A mail is APPENDed by another client; it has arrived when the
head of the queue counts it. Then a console with an empty store fetches a mailbox of `--first` mails, and `j` and `k` are
pressed meanwhile: a repaint is a cell that changed outside the status line.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import select
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import imapclient

from bench._meter import percentile
from bench.delta import COMPILED, fill, mail
from bench.start import DESK
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.terminal import Terminal

DELIVERED, REPAINTED = 1.0, 0.1


class Seen(Terminal):
    """A terminal that notes when a line of it last changed, but for the two lines at the bottom."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.changed = time.perf_counter()
        self._lines: list[str] = []
        super().__init__([DESK], columns=160, rows=45, env=environment)

    def look(self, seconds: float) -> None:
        """Read what comes within `seconds`."""
        if not select.select([self.fd], [], [], max(seconds, 0))[0]:
            return
        at = time.perf_counter()
        self._read(0)
        lines = [repr(self.screen.buffer[y]) for y in range(self.screen.lines - 2)]
        if lines != self._lines:
            self._lines, self.changed = lines, at

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
        self.look(0)
        begun = time.perf_counter()
        self.send(key)
        while self.changed < begun and time.perf_counter() < begun + seconds:
            self.look(0.02)
        return (self.changed if self.changed > begun else time.perf_counter()) - begun


def profile(server: Dovecot, work: Path, user: str) -> dict[str, str]:
    """A profile with an empty store; its environment."""
    folder = work / f"home-{user}" / "default"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(
        f'[account]\naddress = "desk@desk.test"\nimap = "imap://127.0.0.1:{server.port}"\nuser = "{user}"\n'
        f'password_command = "echo {PASSWORD}"\n[agent]\nid = "bench"\n'
    )
    return {**COMPILED, "TUI_DESK_HOME": str(folder.parent), "TUI_DESK_LANGUAGE": "en"}


def delivered(server: Dovecot, work: Path, times: int) -> list[float]:
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


def pressed(server: Dovecot, work: Path) -> tuple[list[float], int, bool]:
    """Seconds from key to repaint while the first sync runs, tickets that were here at the end, whether it still ran then."""
    with Seen(profile(server, work, "desk")) as seen:
        seen.until(r"All open · [\d,. ]*\d{3}\b", 300)
        taken = []
        for n in range(100):
            if not re.search("fetching mail|older mail", seen.text):
                break
            taken.append(seen.press("jjjk"[n % 4]))
            end = time.perf_counter() + 0.15
            while time.perf_counter() < end:
                seen.look(0.05)
        found = re.search(r"All open · ([\d,. ]*\d)", seen.text)
        return taken, int(re.sub(r"\D", "", found[1])) if found else 0, bool(re.search("fetching mail|older mail", seen.text))


def line(what: str, value: float, most: float) -> bool:
    """One line, and whether it holds."""
    print(f"{what:60}{value * 1000:8.0f} ms  (at most {most * 1000:.0f}) {'ok' if value <= most else 'OVER'}")
    return value <= most


def main() -> int:
    """Measure and print; 1 where a bound is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=30)
    parser.add_argument("--first", type=int, default=10_000)
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="desk-watching-"))
    work.chmod(0o755)
    (work / "dovecot").mkdir()
    server = Dovecot(work / "dovecot")
    try:
        server.start()
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        taken = delivered(server, work, given.deliveries)
        well = line(f"delivery to the queue, median of {len(taken)}", statistics.median(taken), DELIVERED)
        print(f"{'  p95':60}{percentile(taken, 0.95) * 1000:8.0f} ms")
        fill(server, work, "desk", given.first)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        keys, tickets, running = pressed(server, work)
        still = "still running" if running else "done"
        well &= line(
            f"key to repaint during a first sync of {given.first:,}, p95 of {len(keys)}", percentile(keys, 0.95), REPAINTED
        )
        print(f"{'  median':60}{statistics.median(keys) * 1000:8.0f} ms; {tickets:,} tickets then, {still}")
        return 0 if well else 1
    finally:
        server.stop()
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(COMPILED["PYTHONPYCACHEPREFIX"], ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
