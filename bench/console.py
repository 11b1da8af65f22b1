"""The console on 1,000 and on 100,000 tickets: first page, key to last repaint, memory: `python -m bench.console [--runs 5]`.

On a real pty. `--meter` (or DESK_BENCH_METER) is a script with another meter, used in place of our own (see `_meter.load`).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from bench import _meter
from bench.start import DESK, home
from bench.store import fill
from tui_desk.config.schema import Account

FEW, MANY = 1_000, 100_000
FIRST_PAGE, P50, P95, MEMORY = 1.3, 45.0, 80.0, 120.0
PAGE = r"(Facture|Parcel) \d+|Where is my order|Impossible de me"
"""A subject of `bench.store`: the first page is there."""
# Nobody listens there: the console works on its store, and says that it is offline.
NOWHERE = Account("desk@desk.test", imap="imap://127.0.0.1:9", smtp="smtp://127.0.0.1:9", password_command="echo none")


def stores(folder: Path) -> dict[int, dict[str, str]]:
    """A profile for each size, filled; the environments of their consoles."""
    found = {}
    for tickets in (FEW, MANY):
        profile, environment = home(folder / str(tickets), NOWHERE)
        fill(profile.store, tickets)
        found[tickets] = environment
    return found


def line(what: str, value: str, most: str, well: bool) -> bool:
    """One line of the table."""
    print(f"{what:44}{value:>12}   at most {most}{'' if well else '  OVER'}")
    return well


def report(seen: dict[int, list[_meter.Seen]]) -> bool:
    """Print the table; True where all is within its bounds."""
    pages = {tickets: [each.first_page for each in runs] for tickets, runs in seen.items()}
    for tickets, taken in pages.items():
        print(f"{f'first page, {tickets:,} tickets':44}{statistics.median(taken):10.3f} s   ({min(taken):.3f} at best)")
    ratio = min(statistics.median(pages[MANY]) / statistics.median(pages[FEW]), min(pages[MANY]) / min(pages[FEW]))
    keys = [key for each in seen[MANY] for key in each.keys]
    p50, p95 = statistics.median(keys), _meter.percentile(keys, 0.95)
    memory = statistics.median(each.memory for each in seen[MANY])
    return all(
        [
            line("first page, ratio", f"{ratio:.2f}", f"{FIRST_PAGE}", ratio <= FIRST_PAGE),
            line(f"j to last repaint, p50 of {len(keys)}", f"{p50:.1f} ms", f"{P50:.0f}", p50 <= P50),
            line("j to last repaint, p95", f"{p95:.1f} ms", f"{P95:.0f}", p95 <= P95),
            line(f"memory (PSS), {MANY:,} tickets", f"{memory:.0f} MB", f"{MEMORY:.0f}", memory <= MEMORY),
        ]
    )


def main() -> int:
    """Measure and print; 1 where a bound is passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keys", type=int, default=40, help="how often j is pressed in a run")
    parser.add_argument("--meter", type=Path, default=os.environ.get("DESK_BENCH_METER"))
    given = parser.parse_args()
    measure = _meter.load(given.meter) if given.meter else _meter.ours
    print(f"meter: {given.meter or 'our own'}")
    with tempfile.TemporaryDirectory(prefix="desk-console-") as folder:
        environments = stores(Path(folder))
        seen: dict[int, list[_meter.Seen]] = {tickets: [] for tickets in environments}
        for environment in environments.values():
            measure([DESK], environment, PAGE, "j", 1)  # the program's compiled form, and the store's pages in memory
        for _run in range(given.runs):
            for tickets, environment in environments.items():
                seen[tickets].append(measure([DESK], environment, PAGE, "j", given.keys))
        return 0 if report(seen) else 1


if __name__ == "__main__":
    raise SystemExit(main())
