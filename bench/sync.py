"""First sync against `mbsync` (without fsync) and `notmuch new`, in one run; peak memory; and what a pass with nothing new costs.

    python bench/sync.py [--count 10000] [--generator gen_mailbox.py] [--rounds 3]

`--generator` (or DESK_BENCH_GENERATOR) is a script that takes `--count N --seed S --out MAILDIR`; without it a small one of
our own fills the mailbox. First syncs and their peers take turns, `--rounds` times from nothing, and the medians are told:
machines are not equally fast at all times. Needs the Debian packages dovecot-imapd, isync and notmuch.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.dovecot import PASSWORD, Dovecot  # noqa: E402

TARGET_RATIO = 0.35
TARGET_MEMORY_MB = 150
TARGET_NOTHING_NEW = 1.5


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command and its children took: seconds on the clock, seconds of CPU, peak memory of all of them in MB (PSS)."""

    wall: float
    cpu: float
    memory: float


def run(command: list[str], env: dict[str, str] | None = None) -> Cost:
    """Run a command to its end and measure it. Raises CalledProcessError."""
    peaks = [0]
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=said, stderr=said)
        watcher = threading.Thread(target=watch, args=(process.pid, peaks), daemon=True)
        watcher.start()
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            print(said.read().decode(errors="replace"), file=sys.stderr)
            raise subprocess.CalledProcessError(process.returncode, command)
    # What ends at once is over before it is looked at: there its resident memory stands in.
    return Cost(wall, usage.ru_utime + usage.ru_stime, (max(peaks) if wall > 1 else usage.ru_maxrss) / 1024)


def watch(pid: int, peaks: list[int]) -> None:
    """Note what a process and all below it hold (PSS, in kB), five times a second, until it ends."""
    while held := memory(pid):
        peaks.append(held)
        time.sleep(0.2)


def memory(pid: int) -> int:
    """What a process and all below it hold now (PSS, in kB); 0 when it has ended."""
    held = 0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                held += int(line.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir():
            held += sum(memory(int(child)) for child in (task / "children").read_text().split())
    except (OSError, ValueError):
        return held
    return held


def fill(server: Dovecot, work: Path, count: int, generator: str) -> None:
    """Put `count` messages into the inbox of user desk."""
    maildir = work / "source"
    if generator:
        run([sys.executable, generator, "--count", str(count), "--seed", "1", "--out", str(maildir)])
    else:
        generate(maildir, count)
    for folder in (work, maildir, *maildir.rglob("*")):
        folder.chmod(folder.stat().st_mode | (0o555 if folder.is_dir() else 0o444))
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "mail:mail", str(maildir)], check=True)
    server.doveadm("import", "-u", "desk", f"maildir:{maildir}", "", "mailbox", "INBOX", "ALL")


def generate(maildir: Path, count: int) -> None:
    """A plain mixed mailbox: short mails, some answers, one in ten with an attachment."""
    rng = random.Random(1)
    words = ["bonjour", "commande", "facture", "livraison", "order", "invoice", "merci", "réponse", "délai", "écran"]
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    for n in range(count):
        text = "\n".join(" ".join(rng.choices(words, k=10)) for _ in range(rng.randint(3, 40)))
        answers = f"In-Reply-To: <{rng.randrange(n)}@bench.test>\n" if n and rng.random() < 0.5 else ""
        head = (
            f"From: Client {n} <c{n % 997}@example.org>\nTo: desk@desk.test\nSubject: {rng.choice(words)} {n}\n{answers}"
            f"Message-ID: <{n}@bench.test>\nDate: Mon, 01 Jan 2024 10:00:00 +0000\nMIME-Version: 1.0\n"
        )
        plain = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
        if n % 10 == 0:
            data = "\n".join(rng.randbytes(36).hex() for _ in range(1500))
            plain = (
                f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{plain}\n--b\nContent-Type: application/pdf\n"
                f"Content-Disposition: attachment; filename=a.pdf\n\n{data}\n--b--\n"
            )
        (maildir / "cur" / f"{n}.bench:2,").write_bytes((head + plain).encode())


def peer(server: Dovecot, work: Path) -> tuple[Cost, Cost]:
    """mbsync without fsync, then notmuch new."""
    mail = work / "peer"
    mail.mkdir()
    (work / "mbsyncrc").write_text(
        f"FSync no\n\nIMAPAccount a\nHost localhost\nPort {server.port}\nUser desk\nPass {PASSWORD}\nSSLType None\n"
        f"AuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\nMaildirStore near\nPath {mail}/\nInbox {mail}/INBOX\n\n"
        "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\n"
        f"SyncState {work}/mbsync-\n"
    )
    (work / "notmuch").write_text(f"[database]\npath={mail}\n[user]\nname=d\nprimary_email=d@desk.test\n[new]\ntags=new\n")
    fetched = run(["mbsync", "-q", "-c", str(work / "mbsyncrc"), "c"])
    indexed = run(["notmuch", "new", "--quiet"], {"NOTMUCH_CONFIG": str(work / "notmuch")})
    return fetched, indexed


def ours(server: Dovecot, work: Path, *, tls: bool = False) -> dict[str, str]:
    """A profile for the desk, or the same one over TLS; its environment."""
    profile = work / "home" / "default"
    profile.mkdir(parents=True, exist_ok=True)
    url = f"imaps://localhost:{server.tls_port}" if tls else f"imap://127.0.0.1:{server.port}"
    (profile / "settings.toml").write_text(
        f'[account]\naddress = "desk@desk.test"\nimap = "{url}"\nuser = "desk"\nca_file = "{server.ca_file}"\n'
        f'password_command = "echo {PASSWORD}"\n[agent]\nid = "bench"\n'
    )
    return {"TUI_DESK_HOME": str(work / "home"), "TUI_DESK_LANGUAGE": "en"}


def desk(*words: str) -> list[str]:
    """The command line of our program, as it is installed beside this interpreter."""
    return [str(Path(sys.executable).with_name("desk")), *words]


def row(what: str, cost: Cost, ratio: float | None = None, target: float | None = None) -> None:
    """One line of the table."""
    told = "" if ratio is None else f"{ratio:8.2f}"
    mark = "" if target is None or ratio is None else f"  (at most {target}) {'ok' if ratio <= target else 'OVER'}"
    print(f"{what:34s} {cost.wall:8.2f} s {cost.cpu:8.2f} s {cost.memory:8.0f} MB {told}{mark}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--generator", default=os.environ.get("DESK_BENCH_GENERATOR", ""))
    options.add_argument("--rounds", type=int, default=3, help="first syncs of each program, in turns")
    options.add_argument("--no-peer", action="store_true", help="leave mbsync and notmuch out")
    chosen = options.parse_args()
    work = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    server = Dovecot(work / "dovecot")
    try:
        work.chmod(0o755)
        (work / "dovecot").mkdir()
        server.start()
        fill(server, work, chosen.count, chosen.generator)
        measure(server, work, chosen.count, chosen.rounds, with_peer=not chosen.no_peer)
    finally:
        server.stop()
        shutil.rmtree(work, ignore_errors=True)


def measure(server: Dovecot, work: Path, count: int, rounds: int, *, with_peer: bool) -> None:
    """The table."""
    print(f"{count} messages{'':20s} {'wall':>10s} {'CPU':>10s} {'peak':>11s}    ratio")
    peers: list[tuple[Cost, Cost]] = []
    firsts: list[Cost] = []
    for _ in range(max(rounds, 1)):
        for folder in ("peer", "home"):
            shutil.rmtree(work / folder, ignore_errors=True)
        for state in work.glob("mbsync-*"):
            state.unlink()
        if with_peer:
            peers.append(peer(server, work))
        env = ours(server, work)
        firsts.append(run(desk("sync", "--quiet"), env))
    first, base, cpu = median(firsts), 0.0, 0.0
    if peers:
        fetched, indexed = (median(list(each)) for each in zip(*peers, strict=True))
        row("mbsync, no fsync", fetched)
        row("notmuch new", indexed)
        base, cpu = fetched.wall + indexed.wall, fetched.cpu + indexed.cpu
    row("desk sync, first (wall)", first, first.wall / base if base else None, TARGET_RATIO)
    row("  its CPU", first, first.cpu / cpu if cpu else None)
    row("  its peak memory in MB", first, first.memory, TARGET_MEMORY_MB)
    if peers:
        each = sorted(one.wall / (a.wall + b.wall) for one, (a, b) in zip(firsts, peers, strict=True))
        print(f"  the ratio of each round: {', '.join(f'{ratio:.2f}' for ratio in each)}")
    print(
        subprocess.run(
            desk("search", "bonjour", "--limit", "1"), env={**os.environ, **env}, capture_output=True, text=True
        ).stdout
    )
    version = median([run(desk("--version"), env) for _ in range(9)])
    row("desk --version", version)
    nothing = median([run(desk("sync", "--quiet"), env) for _ in range(9)])
    row("desk sync, nothing new (CPU)", nothing, nothing.cpu / version.cpu, TARGET_NOTHING_NEW)
    ours(server, work, tls=True)
    run(desk("sync", "--quiet"), env)
    nothing = median([run(desk("sync", "--quiet"), env) for _ in range(9)])
    row("  over TLS (CPU)", nothing, nothing.cpu / version.cpu)
    run(desk("sync", "--audit"), env)
    print("desk sync --audit: no gap, no double")


def median(costs: list[Cost]) -> Cost:
    """The median of each measure."""
    return Cost(*(statistics.median(values) for values in zip(*((c.wall, c.cpu, c.memory) for c in costs), strict=True)))


if __name__ == "__main__":
    main()
