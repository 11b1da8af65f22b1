"""What a pass costs where little or nothing is new in a large mailbox, against `mbsync` in the same run: `python -m bench.delta`.

Dovecot with QRESYNC. Two mailboxes, of 10,000 and of 100,000 small mails of the last four hundred days, are synced once by both
programs. Then `desk sync` runs with nothing new in either: at once (the stamp holds), and as a whole pass (it does not). Then
50 mails come, 200 flags change and 30 mails are expunged in the larger one, and both programs run, five times: first `desk sync`
in a process of its own, as a timer starts it, then a session that is open, as a console's is. Beside it: what a start costs.
Needs the Debian packages dovecot-imapd and isync.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import imapclient

from bench.sync import Cost, desk, median, run
from tests.support.dovecot import PASSWORD, Dovecot

NEW, FLAGS, GONE = 50, 200, 30
ROUNDS = 5
SAME, HALF = 1.2, 0.5
START_UP = 0.03
"""Seconds that a pass with nothing new may take beyond `desk --version`."""
WORDS = (
    "bonjour",
    "commande",
    "facture",
    "livraison",
    "order",
    "invoice",
    "merci",
    "réponse",
    "délai",
    "écran",
    "parcel",
    "refund",
    "colis",
    "adresse",
)


def mail(n: int, rng: random.Random) -> bytes:
    """A short mail, every third of them an answer."""
    answers = f"In-Reply-To: <{rng.randrange(max(n - 500, 0), n)}@bench.test>\r\n" if n and n % 3 == 0 else ""
    text = "\r\n".join(" ".join(rng.choices(WORDS, k=9)) for _ in range(6))
    return (
        f"From: Client {n} <c{n % 997}@example.org>\r\nTo: desk@desk.test\r\nSubject: {rng.choice(WORDS)} {n}\r\n{answers}"
        f"Message-ID: <{n}@bench.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def fill(server: Dovecot, work: Path, user: str, count: int) -> None:
    """Put `count` mails into a user's inbox, the oldest first."""
    rng = random.Random(1)
    maildir = work / f"source-{user}"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    now = int(time.time())
    for n in range(count):
        path = maildir / "cur" / f"{n:07d}.bench:2,"
        path.write_bytes(mail(n, rng))
        at = now - 86_400 * 400 * (count - n) // count
        os.utime(path, (at, at))
    if os.getuid() == 0:
        for path in (maildir, *maildir.iterdir()):
            shutil.chown(path, "mail", "mail")
    server.doveadm("import", "-u", user, f"maildir:{maildir}", "", "mailbox", "INBOX", "ALL")
    shutil.rmtree(maildir)


COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / f"desk-delta-{os.getpid()}")}
"""An installed program is compiled; a checkout may be told not to be."""


class Side:
    """One mailbox and its copies: the desk's environment and mbsync's command."""

    def __init__(self, server: Dovecot, work: Path, user: str) -> None:
        self.home = work / f"home-{user}"
        profile = self.home / "default"
        profile.mkdir(parents=True)
        (profile / "settings.toml").write_text(
            f'[account]\naddress = "desk@desk.test"\nimap = "imap://127.0.0.1:{server.port}"\nuser = "{user}"\n'
            f'password_command = "echo {PASSWORD}"\n[agent]\nid = "bench"\n'
        )
        near = work / f"near-{user}"
        near.mkdir()
        settings = work / f"mbsync-{user}"
        settings.write_text(
            f"FSync no\n\nIMAPAccount a\nHost localhost\nPort {server.port}\nUser {user}\nPass {PASSWORD}\nSSLType None\n"
            f"AuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\nMaildirStore near\nPath {near}/\nInbox {near}/INBOX\n\n"
            "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nExpunge Near\n"
            f"SyncState {work}/state-{user}-\n"
        )
        self.environment = {**COMPILED, "TUI_DESK_HOME": str(self.home), "TUI_DESK_LANGUAGE": "en"}
        self._mbsync = ["mbsync", "-q", "-c", str(settings), "c"]

    def ours(self, *, whole: bool = False) -> Cost:
        """`desk sync`; a whole pass where no stamp is left."""
        if whole:
            (self.home / "default" / "sync.stamp").unlink(missing_ok=True)
        return run(desk("sync", "--quiet"), self.environment)

    def theirs(self) -> Cost:
        """`mbsync`."""
        return run(self._mbsync)


def change(server: Dovecot, user: str, first: int, rng: random.Random) -> None:
    """Mail comes, flags change, mail is expunged."""
    with imapclient.IMAPClient("localhost", server.port, ssl=False) as client:
        client.login(user, PASSWORD)
        client.select_folder("INBOX")
        for n in range(first, first + NEW):
            client.append("INBOX", mail(n, rng))
        uids = rng.sample(client.search(["UID", f"1:{first}"]), FLAGS + GONE)
        for start in range(0, FLAGS, 100):
            client.add_flags(uids[start : start + 100], ["\\Seen"])
        client.delete_messages(uids[FLAGS:])
        client.expunge()


RESIDENT = """
import resource, sys, time
from tui_desk.service.desk import Desk
with Desk.open() as desk:
    engine = desk.mailbox.engine()
    engine.run(recent=True)
    engine.rest()
    after = desk.mailbox.hook(lambda ids: None)
    print("ready", flush=True)
    for _line in sys.stdin:
        began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        new = engine.run(recent=True).new
        after()
        now = resource.getrusage(resource.RUSAGE_SELF)
        cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        print(new, time.perf_counter() - began, cpu, now.ru_maxrss / 1024, flush=True)
    engine.close()
"""


def beside(server: Dovecot, side: Side, user: str, first: int, rng: random.Random, theirs: list[Cost]) -> tuple[Cost, list[Cost]]:
    """The same changes, met by a session that is open already (as a console's is), and by mbsync."""
    command = [sys.executable, "-c", RESIDENT]
    costs: list[Cost] = []
    with subprocess.Popen(
        command, env={**os.environ, **side.environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        for n in range(ROUNDS):
            change(server, user, first + n * NEW, rng)
            process.stdin.write("\n")
            process.stdin.flush()
            new, *cost = process.stdout.readline().split()
            assert int(new) == NEW, new
            costs.append(Cost(*map(float, cost)))
            theirs = [*theirs, side.theirs()]
        process.stdin.close()
    return median(costs), theirs


def line(what: str, cost: Cost, ratio: str = "") -> None:
    """One line of the table."""
    print(f"{what:46}{cost.wall:9.3f} s {cost.cpu:9.3f} s {cost.memory:7.0f} MB  {ratio}", flush=True)


def verdict(ratio: float, most: float) -> str:
    """A ratio and whether it holds."""
    return f"{ratio:.2f} (at most {most}) {'ok' if ratio <= most else 'OVER'}"


def measure(server: Dovecot, sides: dict[int, Side], users: dict[int, str], times: int) -> None:
    """The table."""
    print(f"{'':46}{'wall':>11} {'CPU':>11} {'peak':>10}")
    few, many = sorted(sides)
    for count in (few, many):
        line(f"desk sync, first, {count:,}", sides[count].ours())
        line(f"mbsync, first, {count:,}", sides[count].theirs())
    version = median([run(desk("--version"), COMPILED) for _ in range(times)])
    line("desk --version", version)
    python = median([run([sys.executable, "-c", "pass"], COMPILED) for _ in range(times)])
    for whole in (False, True):
        costs = {count: median([sides[count].ours(whole=whole) for _ in range(times)]) for count in (few, many)}
        words = "a whole pass" if whole else "nothing new"
        line(f"{words}, {few:,}", costs[few])
        line(f"{words}, {many:,}", costs[many], verdict(costs[many].cpu / costs[few].cpu, SAME))
        if not whole:
            beyond = costs[many].cpu - version.cpu
            held = "ok" if beyond <= START_UP else "OVER"
            print(f"{'  beyond desk --version':46}{'':12}{beyond:9.3f} s  (at most {START_UP}) {held}")
    line(f"mbsync, nothing new, {many:,}", median([sides[many].theirs() for _ in range(3)]))
    rng = random.Random(2)
    ours, theirs = [], []
    for n in range(ROUNDS):
        change(server, users[many], many + n * NEW, rng)
        ours.append(sides[many].ours())
        theirs.append(sides[many].theirs())
    resident, theirs = beside(server, sides[many], users[many], many + ROUNDS * NEW, rng, theirs)
    words = f"{NEW} new, {FLAGS} flags, {GONE} expunges, {many:,}"
    we, they = median(ours), median(theirs)
    line(f"mbsync, {words}", they)
    for what, cost in ((f"desk sync, {words}", we), ("  a console that is open", resident)):
        line(what, cost, f"wall {verdict(cost.wall / they.wall, HALF)}, CPU {verdict(cost.cpu / they.cpu, HALF)}")
    for what, cost in (("  the floor: desk --version", version), ("  the floor: python -c pass", python)):
        line(what, cost, f"wall {cost.wall / they.wall:.2f}, CPU {cost.cpu / they.cpu:.2f}")
    run(desk("sync", "--audit"), sides[many].environment)
    print("desk sync --audit: no gap, no double")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=9)
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="desk-delta-"))
    work.chmod(0o755)
    (work / "dovecot").mkdir()
    server = Dovecot(work / "dovecot")
    try:
        server.start()
        users = {given.few: "agent", given.many: "desk"}
        for count, user in users.items():
            fill(server, work, user, count)
        measure(server, {count: Side(server, work, user) for count, user in users.items()}, users, given.times)
    finally:
        server.stop()
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(COMPILED["PYTHONPYCACHEPREFIX"], ignore_errors=True)


if __name__ == "__main__":
    main()
