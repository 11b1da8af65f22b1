"""What a command costs in CPU, start and all, against `python -c pass`: `python -m bench.start [--rounds 21]`.

CPU of the installed console script on a store of 10,000 tickets; runs alternate, so that a busy machine slows all alike.
With Dovecot here (Debian: dovecot-core, dovecot-imapd) also a `desk sync` that finds nothing new, against `desk --version`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bench.store import fill
from tests.support.dovecot import PASSWORD, Dovecot
from tui_desk.config.schema import Account, Agent, Settings
from tui_desk.config.write import create
from tui_desk.paths import Profile

DESK = str(Path(sys.executable).with_name("desk"))
TICKETS = 10_000
FAST, HELP, NOTHING_NEW = 8.0, 10.0, 1.5


class Command(NamedTuple):
    """A command line, and how many times the floor it may cost."""

    name: str
    argv: list[str]
    most: float | None = None


COMMANDS = [
    Command("desk list (50 tickets)", [DESK, "list", "-n", "50"], FAST),
    Command("desk list 'tag:vip older:3d'", [DESK, "list", "tag:vip", "older:3d", "-n", "50"], FAST),
    Command("desk list --json", [DESK, "list", "--json", "-n", "50"], FAST),
    Command("desk count", [DESK, "count"], FAST),
    Command("desk next", [DESK, "next"], FAST),
    Command("desk search facture", [DESK, "search", "facture", "-n", "50"], FAST),
    Command("desk views", [DESK, "views"], FAST),
    Command("complete a verb", [DESK, "_complete", "so"], FAST),
    Command("complete a ticket", [DESK, "_complete", "show", ""], FAST),
    Command("complete a tag", [DESK, "_complete", "tag", "#1", "--add", ""], FAST),
    Command("complete a macro", [DESK, "_complete", "reply", "#1", "--macro", ""], FAST),
    Command("desk --help", [DESK, "--help"], HELP),
    Command("desk --version", [DESK, "--version"]),
]


def cpu(argv: list[str], environment: Mapping[str, str]) -> float:
    """Milliseconds of CPU of one run, the processes it waited for included. Raises CalledProcessError."""
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, argv)
    return (usage.ru_utime + usage.ru_stime) * 1000


def alternate(commands: list[Command], environment: Mapping[str, str], rounds: int) -> dict[str, list[float]]:
    """Each command's costs, the commands run in turn."""
    costs: dict[str, list[float]] = {command.name: [] for command in commands}
    for command in commands:
        cpu(command.argv, environment)  # the files' first reading, and their compiled form
    for _ in range(rounds):
        for command in commands:
            costs[command.name].append(cpu(command.argv, environment))
    return costs


def table(commands: list[Command], costs: dict[str, list[float]]) -> bool:
    """Print what `commands` cost against the first of them; True where all are within their bounds (at the minimum)."""
    floor = costs[commands[0].name]
    print(f"{'':34}{'min ms':>9}{'median':>9}{'x min':>8}{'x median':>10}{'at most':>9}")
    well = True
    for command in commands:
        taken = costs[command.name]
        least, middle = min(taken) / min(floor), statistics.median(taken) / statistics.median(floor)
        over = command.most is not None and min(least, middle) > command.most
        well &= not over
        most = "" if command.most is None else f"{command.most:9.1f}{'  OVER' if over else ''}"
        print(f"{command.name:34}{min(taken):9.1f}{statistics.median(taken):9.1f}{least:8.2f}{middle:10.2f}{most}")
    return well


def home(folder: Path, account: Account) -> tuple[Profile, dict[str, str]]:
    """A profile set up as `desk init` does, and the environment of its commands."""
    profile = Profile("bench", folder / "bench", folder / "bench")
    profile.config_dir.mkdir(parents=True)
    create(profile, Settings(account=account, agent=Agent(id="nadia", name="Nadia")))
    ours = {k: v for k, v in os.environ.items() if not k.startswith("TUI_DESK_") and k != "PYTHONDONTWRITEBYTECODE"}
    # Compiled as pip leaves an installed package, wherever this checkout stands and whatever is compiled in it.
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    return profile, {**ours, **compiled, "TUI_DESK_HOME": str(folder), "TUI_DESK_PROFILE": "bench", "LANG": "C.UTF-8"}


def reading(folder: Path, rounds: int) -> bool:
    """The commands that read, against the bare interpreter."""
    account = Account(address="support@desk.example", imap="imaps://imap.desk.example:993", smtp="smtps://smtp.desk.example:465")
    profile, environment = home(folder, account)
    fill(profile.store, TICKETS)
    commands = [Command("python -c pass", [sys.executable, "-c", "pass"]), *COMMANDS]
    return table(commands, alternate(commands, environment, rounds))


def nothing_new(folder: Path, rounds: int) -> bool:
    """A sync that finds nothing new on a real server, with a password command; what that command costs is told apart."""
    server = Dovecot(folder / "dovecot")
    server.root.mkdir()
    folder.chmod(0o755)
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    try:
        server.start()
        url = f"127.0.0.1:{server.port}"
        account = Account(
            "desk@desk.test", imap=f"imap://{url}", smtp=f"smtp://{url}", password_command=f"cat {secret}", user="desk"
        )
        _profile, environment = home(folder / "home", account)
        commands = [
            Command("desk --version", [DESK, "--version"]),
            Command("desk sync, nothing new", [DESK, "sync"], NOTHING_NEW),
            Command("  of that, the password command", ["cat", str(secret)]),
        ]
        cpu([DESK, "sync"], environment)
        return table(commands, alternate(commands, environment, rounds))
    finally:
        server.stop()


def main() -> int:
    """Measure and print; 1 where a bound is passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="desk-start-") as folder:
        well = reading(Path(folder) / "reading", rounds)
    if shutil.which("dovecot") is None:
        print("\nNo Dovecot here: a sync with nothing new is not measured (apt-get install dovecot-core dovecot-imapd).")
        return 0 if well else 1
    print()
    with tempfile.TemporaryDirectory(prefix="desk-start-") as folder:
        well &= nothing_new(Path(folder), rounds)
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
