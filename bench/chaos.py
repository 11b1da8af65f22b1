"""Chaos: a mailbox that changes, a line that breaks, kill -9 between; after each round the books must equal the server.

    python -m bench chaos [--rounds 8] [--seed 1] [--server dovecot-sdbox ...] [--work DIR] [--first LIFE] [--go-on]

Three of four connections meet a fault. Every message on the server must be in the store with the same SHA-256 and the same
flags, once, in one ticket; nothing may be in the ledger that the server has not; `desk sync --audit` must be clean, and
`desk rebuild` must make the same export. A round that fails says how it is run again, and leaves its folder.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

from tests.chaos.rounds import LIFE, RoundError, Tally, lives  # noqa: E402
from tests.chaos.servers import NAMES, serving  # noqa: E402


def main() -> int:
    """Run and print the table; 1 where a round went wrong."""
    options = arguments()
    failed = False
    for name in options.server or NAMES[:2]:
        try:
            failed |= not on(name, options)
        except pytest.skip.Exception as missing:
            print(f"{name}: skipped, {missing}")
    return 1 if failed else 0


def on(name: str, options: argparse.Namespace) -> bool:
    """All rounds on one server; whether all was well."""
    options.work.mkdir(parents=True, exist_ok=True)
    tally, wrong = Tally(), 0
    with serving(name) as server, contextlib.ExitStack() as at_the_end:
        at_the_end.callback(lambda: table(server.name, server.version, tally, wrong))  # when it is stopped, too
        for number, start in enumerate(range(0, options.rounds, LIFE), options.first):
            rounds = min(LIFE, options.rounds - start)
            try:
                lives(server, rounds=rounds, seed=options.seed, work=options.work, first=number, tally=tally)
            except RoundError as error:
                wrong += 1
                again = f"python -m bench chaos --server {name} --seed {options.seed} --first {number} --rounds {rounds}"
                print(f"FAILED {error}\nagain: {again}", flush=True)
                if not options.go_on:
                    break
            print(f"{time.strftime('%H:%M:%S')} {name}: {tally.rounds} rounds, {wrong} wrong", flush=True)
    return not wrong


def table(name: str, version: str, tally: Tally, wrong: int) -> None:
    """What was done, and that nothing is wrong."""
    stormy = tally.connections - tally.given["quiet"]
    faults = {kind: n for kind, n in sorted(tally.given.items()) if kind not in ("quiet", "spared")}
    faulty, struck = sum(faults.values()), sum(tally.hits[kind] for kind in faults)
    share = f"{faulty / stormy:.0%}" if stormy else "none"
    rows = {
        "rounds": f"{tally.rounds} ({tally.seconds:.0f} s), {wrong} failed",
        "on the server": words(tally.did),
        "compared": f"{tally.checked} messages, {tally.audits} audits, {tally.rebuilt} rebuilds",
        "connections": f"{stormy} in the storm, {faulty} of them faulty ({share}), {struck} struck; {tally.given['quiet']} quiet",
        "faults (struck)": ", ".join(f"{kind} {n} ({tally.hits[kind]})" for kind, n in faults.items()),
        "syncs": words(tally.codes),
    }  # fmt: skip
    print(f"\n{name} ({version})")
    for what, told in rows.items():
        print(f"  {what:16s} {told}")


def words(counted: Counter[str]) -> str:
    """`12 deliveries, 3 kills`."""
    return ", ".join(f"{n} {what}" for what, n in sorted(counted.items()))


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m bench chaos")
    parser.add_argument("--rounds", type=int, default=8, help=f"on each server; each {LIFE} have a store of their own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", action="append", choices=NAMES, help="may be given several times")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "desk-chaos")
    parser.add_argument("--first", type=int, default=0, help="the first life: one that failed is run again")
    parser.add_argument("--go-on", action="store_true", help="after a failure, too")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
