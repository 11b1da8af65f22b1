"""Queue page, view counts and search on a large store: `python bench/store.py [TICKETS] [--keep FILE]`.

`fill(path, n)` makes a store of n synthetic tickets straight into the tables, in seconds: other benchmarks use it too.
Ratios are against the floor of one primary-key read through sqlite3 in the same run.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tui_desk.desk.intake import CROCKFORD
from tui_desk.desk.ticket import FAR_FUTURE
from tui_desk.store import search
from tui_desk.store.connect import connect
from tui_desk.store.engine import Store
from tui_desk.store.ids import BITS
from tui_desk.store.read import Reader
from tui_desk.store.write import TICKET_COLUMNS

AGENTS = ("", "", "nadia", "paul", "susan", "theo")
TAGS = ("", "", "", "refund", "vip", "outage", "billing vip")
VOCABULARY = (
    "bonjour commande facture livraison remboursement colis retard produit compte mot passe erreur export "
    "paiement carte adresse hello order invoice delivery refund parcel late product account password "
    "error payment card address please help thanks merci urgent question router printer update version "
    "label scanner"
)
WORDS = VOCABULARY.split()
SUBJECTS = (
    "Facture {n} prélevée deux fois",
    "Where is my order #{n}?",
    "Impossible de me connecter",
    "Parcel {n} arrived damaged",
)
DAY = 86_400


def fill(path: Path, n: int, *, now: int | None = None, seed: int = 1) -> None:
    """A store at `path` of `n` tickets, one message each, 8 % of them active. The same arguments give the same store."""
    now = int(time.time()) if now is None else now
    Store.open(path).close()
    con = connect(path)
    con.execute("PRAGMA synchronous = OFF")
    con.execute("PRAGMA foreign_keys = OFF")
    con.execute("PRAGMA cache_size = -262144")
    indexes = con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    con.execute("BEGIN IMMEDIATE")
    for name, _ in indexes:
        con.execute(f"DROP INDEX {name}")
    counter: Counter[str] = Counter()
    people: dict[str, tuple[str, str, int, int, int]] = {}
    tickets = _tickets(n, now, random.Random(seed))
    while some := list(itertools.islice(tickets, 20_000)):
        _insert(con, some)
        for row in some:
            counter[row["status"]] += 1
            people[row["requester"]] = (row["requester"], row["requester_name"], now - 900 * DAY, now, 1)
    con.executemany("INSERT INTO counter VALUES (?, ?)", counter.items())
    con.executemany("INSERT INTO contact (email, name, first_seen, last_seen, tickets) VALUES (?, ?, ?, ?, ?)", people.values())
    for _, sql in indexes:
        con.execute(sql)
    con.execute("COMMIT")
    con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    con.close()


def _tickets(n: int, now: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Ticket columns and what belongs to them, oldest first."""
    for i in range(n):
        created = now - 900 * DAY + i * 900 * DAY // n
        active = dice.random() < 0.08
        status = dice.choice(("new", "open", "open", "pending")) if active else "closed" if dice.random() < 0.9 else "solved"
        who = dice.randrange(max(n // 5, 1))
        waits = active and status != "pending"
        body = " ".join(dice.choices(WORDS, k=25))
        number = "".join(CROCKFORD[i >> shift & 31] for shift in (20, 15, 10, 5, 0))
        yield {
            "id": i + 1,
            "key": f"{i:032x}",
            "number": number,
            "status": status,
            "priority": dice.choice(("normal", "normal", "high", "low", "urgent")),
            "channel": "email",
            "requester": f"customer{who}@company{who % 97}.example",
            "requester_name": f"Customer {who}",
            "created_at": created,
            "updated_at": created + 3600,
            "last_inbound_at": created,
            "waiting_since": created if waits else None,
            "snoozed_until": now + dice.randrange(DAY, 30 * DAY) if active and dice.random() < 0.02 else None,
            "wake_on": "",
            "first_reply_agent": "",
            "solved_at": None if active else created + 7200,
            "solved_by": "",
            "opened_by": "inbound",
            "messages_in": 1,
            "due_at": now + dice.randrange(-20 * DAY, 5 * DAY) if waits else FAR_FUTURE,
            "merged_into": "",
            "queue": "",
            "subject": dice.choice(SUBJECTS).format(n=i),
            "type": "",
            "assignee": dice.choice(AGENTS),
            "tags": dice.choice(TAGS),
            "active": int(active),
            "body": body,
        }


_ZERO = ("closed_by_clock", "historical", "thanks", "messages_out", "notes", "reopens", "real_reopens", "closed_without_reply", "attachments")  # fmt: skip  # noqa: E501


def _insert(con: sqlite3.Connection, rows: list[dict[str, Any]]) -> None:
    marks = ", ".join("?" * len(TICKET_COLUMNS))
    con.executemany(
        f"INSERT INTO ticket ({', '.join(TICKET_COLUMNS)}, version) VALUES ({marks}, 1)",
        [[row.get(c, 0 if c in _ZERO else None) for c in TICKET_COLUMNS] for row in rows],
    )
    con.executemany(
        "INSERT INTO ticket_tag VALUES (?, ?, ?, ?)",
        [(row["id"], tag, row["active"], row["due_at"]) for row in rows for tag in row["tags"].split()],
    )
    con.executemany(
        "INSERT INTO mail (id, sha256, content_hash, message_id, size, internaldate, seen_at, source, event_mark, truncated,"
        " quarantine) VALUES (?, ?, ?, ?, 1000, ?, ?, 'inbox', 0, 0, '')",
        [(r["id"], r["key"] * 2, r["key"] * 2, f"{r['id']}@bench.example", r["created_at"], r["created_at"]) for r in rows],
    )
    con.executemany(
        "INSERT INTO event (id, at, agent, ticket, type, data, cause, v) VALUES (?, ?, 'system', ?, 'opened', ?, 'new', 1)",
        [(f"e{row['id']:035d}", row["created_at"], row["key"], f'{{"number":"{row["number"]}"}}') for row in rows],
    )
    ids = {row["id"]: row["created_at"] << BITS | row["id"] & (1 << BITS) - 1 for row in rows}
    con.executemany(
        "INSERT INTO message (id, ticket_id, mail_id, at, kind, author, author_name, recipients, subject, message_id, snippet,"
        " attachments, automatic, rule, flags)"
        " VALUES (?, ?, ?, ?, 'inbound', ?, ?, 'support@desk.example', ?, ?, ?, 0, '', 'new', '')",
        [
            (ids[r["id"]], r["id"], r["id"], r["created_at"], r["requester"], r["requester_name"], r["subject"],
             f"{r['id']}@bench.example", r["body"][:100])
            for r in rows
        ],
    )  # fmt: skip
    con.executemany("INSERT INTO body VALUES (?, ?)", [(ids[row["id"]], row["body"]) for row in rows])
    indexed = sorted(search.indexed(ids[row["id"]], row["subject"], row["requester"], row["body"]) for row in rows)
    con.executemany(search.INSERT, indexed)


def measure(path: Path, now: int, rounds: int = 200) -> list[tuple[str, float, float, float]]:
    """(what, p50, p99, p99 of processor time) in milliseconds."""
    reader = Reader(path)
    dice = random.Random(2)
    last = int(reader.con.execute("SELECT max(id) FROM ticket").fetchone()[0])
    found = [
        (
            "floor: one row by its key",
            *timed(
                lambda: reader.con.execute("SELECT * FROM ticket WHERE id = ?", (dice.randrange(last) + 1,)).fetchone(), rounds
            ),
        ),
        ("first page, all open", *timed(lambda: reader.page("view:open", "nadia", now), rounds)),
        ("first page, all", *timed(lambda: reader.page("view:all", "nadia", now), rounds)),
    ]
    ids = reader.ids("view:open", "nadia", now)
    places = [(row.due_at, row.id) for row in reader.rows(dice.sample(list(ids), min(len(ids), 500)))]
    found.append(
        ("page from the middle", *timed(lambda: reader.page("view:open", "nadia", now, after=dice.choice(places)), rounds))
    )
    found += [
        (f"count of view {view.id}", *timed(partial(reader.count, view.query, "nadia", now), rounds))
        for view in reader.views("nadia", {"vip": "is:open tag:vip"}, now)
    ]
    found += [
        (f"search: {words}", *timed(partial(reader.search, words), rounds))
        for words in ("facture", "order refund", '"mot passe"', "fac", "customer42")
    ]
    found.append(("128 rows by id", *timed(lambda: reader.rows(ids[:128]), rounds)))
    found.append(("thread", *timed(lambda: reader.thread(dice.randrange(last) + 1), rounds)))
    found.append(("every id, all", *timed(lambda: reader.ids("", "nadia", now), 3)))
    reader.close()
    return found


def timed(call: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """p50 and p99 of a call, and p99 of its processor time (what a busy machine does not disturb), in milliseconds."""
    call()
    walls, works = [], []
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.thread_time()
        call()
        works.append((time.thread_time() - worked) * 1000)
        walls.append((time.perf_counter() - begun) * 1000)
    return _at(walls, 0.5), _at(walls, 0.99), _at(works, 0.99)


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("tickets", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--keep", type=Path, help="fill this file (or use it where it is there) and leave it")
    given = parser.parse_args()
    now = int(time.time())
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "desk.db"
        if not path.exists():
            begun = time.perf_counter()
            fill(path, given.tickets, now=now)
            print(f"filled {given.tickets:,} tickets in {time.perf_counter() - begun:.1f} s, {path.stat().st_size >> 20} MB\n")
        rows = measure(path, now)
        floor = rows[0][1]
        print(f"{'':32}{'p50 ms':>10}{'p99 ms':>10}{'p99 cpu':>10}{'x floor':>10}")
        for what, p50, p99, cpu in rows:
            print(f"{what:32}{p50:10.3f}{p99:10.3f}{cpu:10.3f}{p50 / floor:10.1f}")


if __name__ == "__main__":
    main()
