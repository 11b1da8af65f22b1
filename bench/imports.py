"""Import of a Maildir and of the same mail as an mbox against `notmuch new` on that Maildir, in one run; and a second import.

    python bench/imports.py [--count 10000] [--generator gen_mailbox.py] [--keep DIR]

`--generator` (or DESK_BENCH_GENERATOR) is a script that takes `--count N --seed S --out MAILDIR`; it makes 10,000 messages,
which are written again under new ids until there are `--count`. Without it a small one of our own makes all of them.
Needs the Debian package notmuch. Ratios are of CPU (ours with the clerk's), so that they hold on a busy machine too.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.sync import Cost, desk, generate, row, run  # noqa: E402

TARGET_RATIO = 1.0
TARGET_MEMORY_MB = 150
MOST = 10_000
_IDS = re.compile(rb"<([^<>@\s]{1,200})@([^<>\s]{1,200})>")


def fill(maildir: Path, count: int, generator: str) -> None:
    """`count` messages."""
    if not generator:
        generate(maildir, count)
        return
    run([sys.executable, generator, "--count", str(min(count, MOST)), "--seed", "1", "--out", str(maildir)])
    made = sorted((maildir / "cur").iterdir())
    for n in range(len(made), count):
        turn, path = n // MOST, made[n % MOST]
        raw = path.read_bytes()
        head, blank, body = raw.partition(b"\n\n")
        head = _IDS.sub(rb"<\1.%d@\2>" % turn, head).replace(b"\nSubject: ", b"\nSubject: [%d] " % turn, 1)
        copy = path.with_name(path.name.replace("tuidesk", f"turn{turn}", 1))
        copy.write_bytes(head + blank + body)


def as_mbox(maildir: Path, target: Path) -> None:
    """The same mail as mboxrd."""
    quote = re.compile(rb"^(>*From )", re.MULTILINE)
    with target.open("wb") as file:
        for path in sorted((maildir / "cur").iterdir()):
            raw = path.read_bytes()
            raw = quote.sub(rb">\1", raw) if b"From " in raw else raw
            file.write(b"From bench@desk.test Mon Jan  1 10:00:00 2024\n" + raw + (b"\n" if raw.endswith(b"\n") else b"\n\n"))


def home(work: Path, name: str) -> dict[str, str]:
    """A profile without a server; its environment."""
    profile = work / name / "default"
    profile.mkdir(parents=True)
    (profile / "settings.toml").write_text(
        '[account]\naddress = "desk@desk.test"\nimap = "imap://127.0.0.1:9"\n[agent]\nid = "bench"\n'
    )
    return {"TUI_DESK_HOME": str(work / name), "TUI_DESK_LANGUAGE": "en"}


def peer(maildir: Path, work: Path) -> Cost:
    """What notmuch takes to index the same messages."""
    (work / "notmuch").write_text(f"[database]\npath={maildir}\n[user]\nname=d\nprimary_email=d@desk.test\n[new]\ntags=new\n")
    return run(["notmuch", "new", "--quiet"], {"NOTMUCH_CONFIG": str(work / "notmuch")})


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--generator", default=os.environ.get("DESK_BENCH_GENERATOR", ""))
    options.add_argument("--keep", type=Path, help="work here and leave all of it")
    chosen = options.parse_args()
    work = chosen.keep or Path(tempfile.mkdtemp(prefix="desk-bench-"))
    work.mkdir(exist_ok=True)
    try:
        measure(work, chosen.count, chosen.generator)
    finally:
        if not chosen.keep:
            shutil.rmtree(work, ignore_errors=True)


def measure(work: Path, count: int, generator: str) -> None:
    """All of it."""
    maildir, mbox = work / "maildir", work / "mail.mbox"
    fill(maildir, count, generator)
    as_mbox(maildir, mbox)
    print(f"{count} messages, {mbox.stat().st_size / 1e6:.0f} MB\n{'':34s} {'clock':>10s} {'CPU':>10s} {'memory':>11s}    of CPU")
    env = home(work, "one")
    theirs = peer(maildir, work)
    row("notmuch new", theirs)
    ours = run(desk("import", str(maildir)), env)
    row("desk import MAILDIR", ours, ours.cpu / theirs.cpu, TARGET_RATIO)
    from_mbox = run(desk("import", str(mbox)), home(work, "two"))
    row("desk import MBOX", from_mbox, from_mbox.cpu / theirs.cpu, TARGET_RATIO)
    again = run(desk("import", str(maildir)), env)
    row("desk import MAILDIR, again", again, again.cpu / theirs.cpu)
    most = max(ours.memory, from_mbox.memory, again.memory)
    print(f"memory: {most:.0f} MB (at most {TARGET_MEMORY_MB}) {'ok' if most <= TARGET_MEMORY_MB else 'OVER'}")


if __name__ == "__main__":
    main()
