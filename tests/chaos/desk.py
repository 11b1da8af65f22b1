"""The desk under test: its real sync, in this process or as a program of its own that may be killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from tests.chaos.servers import Server
from tui_desk.errors import DeskError, TemporaryError
from tui_desk.paths import Profile
from tui_desk.service import Desk
from tui_desk.sync import engine
from tui_desk.transport.imap import ImapMailbox

READ_SECONDS = 1.0
"""How long the desk in this process waits for an answer; a program waits a minute."""
PATIENCE = 150
"""Seconds that a program may take: two timeouts."""
OUT_OF_REACH = (75, 76)
RETRY_SECONDS = 0.02
"""How long the desk in this process waits before it connects again."""


class WrongError(AssertionError):
    """The desk did what it must not."""


@dataclass(slots=True)
class Subject:
    """A profile in `home` that reads its mail at `port`."""

    home: Path
    server: Server
    port: int
    tls: bool
    inbox: str
    sent: str
    window: int
    first_days: int
    codes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.profile.config_dir.mkdir(parents=True, exist_ok=True)
        scheme, server = "imaps" if self.tls else "imap", self.server
        self.profile.settings.write_text(
            f'[account]\naddress = "desk@desk.test"\nimap = "{scheme}://localhost:{self.port}"\nuser = "{server.user}"\n'
            f'ca_file = "{server.ca_file}"\npassword_command = "echo {server.password}"\n'
            f'inbox = "{self.inbox}"\nsent = "{self.sent}"\n[agent]\nid = "chaos"\n'
            f"[sync]\nwindow = {self.window}\nfirst_days = {self.first_days}\nsize_cap_mb = 1\n"
        )

    @property
    def profile(self) -> Profile:
        """Its folders."""
        return Profile("chaos", self.home / "chaos", self.home / "chaos")

    def open(self) -> Desk:
        """The desk in this process; silence is noticed soon."""
        from tui_desk.config.load import load

        settings = load(self.profile)
        mailbox = lambda: ImapMailbox(settings.account, self.server.password, read_seconds=READ_SECONDS)  # noqa: E731
        return Desk(self.profile, settings, open_mailbox=mailbox)

    def sync(self, *, must: bool = False) -> bool:
        """One sync here; True where it came to its end. With `must`, any trouble is wrong."""
        try:
            with closing(self.open()) as desk, mock.patch.object(engine, "RETRY_SECONDS", RETRY_SECONDS):
                desk.mailbox.sync()
        except TemporaryError as error:
            self.codes[type(error).__name__] += 1
            if must:
                raise WrongError(f"a sync on a good line failed: {error}") from error
            return False
        except DeskError as error:
            raise WrongError(f"{type(error).__name__}: {error}") from error
        self.codes["ok"] += 1
        return True

    def program(self, *words: str, must: bool = False) -> bool:
        """`desk WORDS` to its end; True for exit 0."""
        with self.start(*words) as process:
            try:
                told, why = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                raise WrongError(f"desk {' '.join(words)} does not end") from None
        self._judge(words, process.returncode, told + why, must=must)
        return process.returncode == 0

    def killed(self, rng: random.Random, passed: Callable[[], int], *words: str) -> bool:
        """`desk WORDS`, killed (-9) at a random moment; True where the kill came before the end."""
        began, first = time.monotonic(), passed()
        by_bytes = "--watch" not in words and rng.random() < 0.7
        longest = 3.0 if "--watch" in words else 1.5
        wait, after = rng.uniform(0, longest), int(rng.expovariate(1 / 60_000))
        with self.start(*words) as process:
            if by_bytes:
                while process.poll() is None and passed() - first < after and time.monotonic() < began + 20:
                    time.sleep(0.001)
                wait = rng.choice([0.0, rng.uniform(0, 0.15)])
            end = time.monotonic() + wait
            while process.poll() is None and time.monotonic() < end:
                time.sleep(min(0.002, max(0.0, end - time.monotonic())))
            process.kill()
            told, why = process.communicate(timeout=PATIENCE)
        if process.returncode == -signal.SIGKILL:
            self.codes["killed"] += 1
            return True
        self._judge(words, process.returncode, told + why)
        return False

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The program."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("TUI_DESK_")}
        env |= {"TUI_DESK_HOME": str(self.home), "TUI_DESK_LANGUAGE": "en", "PYTHONWARNINGS": "error"}
        command = [sys.executable, "-m", "tui_desk", "--profile", "chaos", *words]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def _judge(self, words: tuple[str, ...], code: int, told: str, *, must: bool = False) -> None:
        self.codes[f"exit {code}"] += 1
        if "Traceback" in told or (code and (must or code not in OUT_OF_REACH)):
            raise WrongError(f"desk {' '.join(words)}: exit {code}\n{told}")
