"""Reading in a process of its own: the same store as without, whatever happens to that process."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.shelf import NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.errors import NetworkError
from tui_desk.mail.parse import parse
from tui_desk.store import crew, reading
from tui_desk.store.admin import check
from tui_desk.store.arrivals import Arrival
from tui_desk.store.cards import card
from tui_desk.store.clerk import Clerk, ClerkError, ClerkGoneError
from tui_desk.store.ingest import Ingest


def mails(count: int = 60) -> list[bytes]:
    """Questions and answers, some with a file, one twice."""
    made = [
        mail(
            f"Question {n} é",
            f"Corps {n}\n\n> cité\n",
            id=f"{n}@x",
            references=[f"{n - 1}@x"] if n % 3 else (),
            from_=f"Client {n % 7} <c{n % 7}@customer.example>",
            at=NOW - 9000 + n,
            files=[(f"f{n}.bin", os.urandom(50))] if n % 5 == 0 else (),
            headers=[("Auto-Submitted", "auto-replied")] if n % 11 == 0 else (),
        )
        for n in range(count)
    ]
    return [*made, made[7], b"\xff\x00 no mail at all"]


def batches(raws: list[bytes], size: int) -> Iterator[list[Arrival]]:
    """`raws` as a sync gives them."""
    for at in range(0, len(raws), size):
        yield [Arrival(raw, NOW, "inbox") for raw in raws[at : at + size]]


@pytest.mark.parametrize(("size", "clerk"), [(1000, False), (1000, True), (7, True), (7, False), (1, True)])
def test_any_split_and_any_reader_make_the_same_store(tmp_path: Path, size: int, clerk: bool) -> None:
    raws = mails()
    plain, other = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    plain.add(*raws)
    with Ingest(other.store, SETTINGS, POLICY, clerk=clerk) as ingest:
        verdicts = [v for some in ingest.take(batches(raws, size)) for v in some]
    assert len(verdicts) == len(raws)
    assert other.exported() == plain.exported()
    found = [desk.reader.con.execute("SELECT * FROM message ORDER BY id").fetchall() for desk in (plain, other)]
    assert found[0] == found[1]
    assert [line for line in check(other.store, POLICY) if line[0] == "error"] == []
    plain.close()
    other.close()


def test_flat_readings_lose_nothing_that_is_needed() -> None:
    raw = mail(id="a@x", references=["b@x"], files=[("a.txt", b"abc")], headers=[("Sender", "s@x.example")])
    with Clerk() as clerk:
        [there] = clerk.read([raw])
    assert there == reading.flat(raw)
    read = reading.reading(there)
    assert read.card == card(parse(raw))
    assert read.files == (hashlib.sha256(b"abc").hexdigest(),)


def test_a_clerk_that_is_killed_loses_nothing(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raws = mails()
    killed: list[int] = []
    real = Clerk.read

    def dies(self: Clerk, asked: list[bytes]) -> list[reading.Flat]:
        self.start()
        if len(killed) < 3 and len(asked) > 1 and self._process is not None:
            killed.append(self._process.pid)
            self._process.kill()
        return real(self, asked)

    monkeypatch.setattr(Clerk, "read", dies)
    with Ingest(desk.store, SETTINGS, POLICY, clerk=True) as ingest:
        kinds = [v.kind for some in ingest.take(batches(raws, 8)) for v in some]
    assert len(killed) == 3
    assert len(kinds) == len(raws)
    assert "quarantined" not in kinds
    plain = Desk(tmp_path / "plain")
    plain.add(*raws)
    assert desk.exported() == plain.exported()
    plain.close()


def test_a_mail_that_kills_its_reader_is_quarantined_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Clerk.read

    def poisoned(self: Clerk, asked: list[bytes]) -> list[reading.Flat]:
        if any(b"poison" in raw for raw in asked):
            self.close()
            raise ClerkGoneError("killed")
        return real(self, asked)

    monkeypatch.setattr(Clerk, "read", poisoned)
    raws = [mail(id=f"{n}@x", body="poison" if n == 17 else f"Hello {n}") for n in range(30)]
    with Ingest(desk.store, SETTINGS, POLICY, clerk=True) as ingest:
        verdicts = [v for some in ingest.take(batches(raws, 10)) for v in some]
    assert [n for n, v in enumerate(verdicts) if v.kind == "quarantined"] == [17]
    assert verdicts[17].rule == crew.KILLS
    with Ingest(desk.store, SETTINGS, POLICY, clerk=True) as ingest:
        assert {v.kind for some in ingest.take(batches(raws, 10)) for v in some} == {"duplicate", "quarantined"}


def test_without_a_clerk_to_start_we_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ClerkError, match="nowhere"):
        Clerk().read([b"x"])
    with Ingest(desk.store, SETTINGS, POLICY, clerk=True) as ingest:
        kinds = [v.kind for some in ingest.take(batches(mails(20), 5)) for v in some]
    assert len(kinds) == 22


def test_what_came_before_a_break_is_kept(desk: Desk) -> None:
    def breaks() -> Iterator[list[Arrival]]:
        yield from batches(mails(20), 5)
        raise NetworkError("gone")

    with Ingest(desk.store, SETTINGS, POLICY, clerk=True) as ingest, pytest.raises(NetworkError):
        list(ingest.take(breaks()))
    assert desk.reader.con.execute("SELECT count(*) FROM mail").fetchone()[0] == 21


def children() -> set[int]:
    """The processes that are ours."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc here")
def test_no_clerk_is_left(desk: Desk) -> None:
    before, threads = children(), threading.active_count()
    with Ingest(desk.store, SETTINGS, POLICY, clerk=True) as ingest:
        taken = ingest.take(batches(mails(), 4))
        for _ in range(3):
            next(taken)
        assert len(children() - before) == 1
        taken.close()
        assert children() <= before
    assert threading.active_count() == threads


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc here")
def test_the_same_clerk_reads_on_until_it_may_rest(desk: Desk) -> None:
    before = children()
    with Ingest(desk.store, SETTINGS, POLICY, clerk=True) as ingest:
        list(ingest.take(batches(mails(30), 8)))
        [clerk] = children() - before
        list(ingest.take(batches(mails(60)[30:], 40)))
        assert children() - before == {clerk}
        ingest.rest()
        assert children() <= before
        ingest.add([Arrival(raw, NOW, "inbox") for raw in mails(70)[60:]])
        assert children() <= before


def test_the_clerk_ends_with_us_and_minds_no_ctrl_c() -> None:
    program = (
        "import time; from tui_desk.store.clerk import Clerk\n"
        "c = Clerk(); c.read([b'Subject: x\\n\\nx']); print(c._process.pid, flush=True); time.sleep(60)"
    )
    ours = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert ours.stdout is not None
    clerk = int(ours.stdout.readline())
    os.kill(clerk, signal.SIGINT)
    time.sleep(0.2)
    os.kill(clerk, 0)
    ours.kill()
    ours.wait()
    ours.stdout.close()
    for _ in range(200):
        if _gone(clerk):
            break
        time.sleep(0.05)
    assert _gone(clerk)


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True
