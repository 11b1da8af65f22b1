"""Whatever the order of batches, whatever is taken in twice: the same store."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.shelf import NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.desk.events import Event, new_id
from tui_desk.mail import parse
from tui_desk.store.admin import check, rebuild
from tui_desk.store.arrivals import Arrival
from tui_desk.store.write import append


def story(n: int) -> list[bytes]:
    """Threads that overlap; every third answer comes before what it answers, every fifth twice."""
    raws: list[bytes] = []
    for t in range(n):
        ids = [f"{t}.{k}@x" for k in range(3)]
        three = [
            mail(f"Subject {t}", f"question {t}", id=ids[0], at=NOW - 9000 + t, from_=f"c{t % 4}@customer.example"),
            mail(
                f"Re: Subject {t}",
                f"answer {t}",
                id=ids[1],
                in_reply_to=ids[0],
                at=NOW - 8000 + t,
                from_="support@desk.example",
                to=f"c{t % 4}@customer.example",
            ),
            mail(
                f"Re: Subject {t}", "merci", id=ids[2], in_reply_to=ids[1], at=NOW - 7000 + t, from_=f"c{t % 4}@customer.example"
            ),
        ]
        raws += [three[2], three[0], three[1]] if t % 3 == 0 else three
        if t % 5 == 0:
            raws.append(three[0])
    return raws


STORY = story(8)


@cache
def whole(folder: Path) -> str:
    return _exported(folder, [len(STORY)])


def _exported(folder: Path, cuts: list[int], *, twice: bool = False) -> str:
    desk = Desk(folder)
    begin = 0
    for end in (*sorted(cuts), len(STORY)):
        desk.add(*STORY[begin:end])
        if twice:
            desk.add(*STORY[max(begin - 3, 0) : end])
        begin = end
    exported = desk.exported()
    desk.close()
    return exported


@given(st.lists(st.integers(0, len(STORY)), max_size=6), st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_split_gives_the_same(tmp_path_factory: pytest.TempPathFactory, cuts: list[int], twice: bool) -> None:
    base = whole(tmp_path_factory.getbasetemp() / "whole")
    assert base.count('"status":"merged"') > 0
    assert _exported(tmp_path_factory.mktemp("split"), cuts, twice=twice) == base


@given(st.permutations(range(9)), st.integers(1, 9))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_gives_the_same_threads(tmp_path_factory: pytest.TempPathFactory, order: list[int], at_once: int) -> None:
    """One chain where each answers only the one before: nine mails, one ticket, in whatever order they come."""
    raws = [mail("s", f"m{n}", id=f"{n}@x", in_reply_to=f"{n - 1}@x" if n else "", at=NOW - 900 + n) for n in range(9)]
    desk = Desk(tmp_path_factory.mktemp("order"))
    for begin in range(0, 9, at_once):
        desk.add(*(raws[n] for n in order[begin : begin + at_once]))
    assert desk.reader.count("view:all", "me", NOW) == (1, False)
    view = desk.reader.ticket(desk.reader.find("4@x"))
    assert (view.messages_in, view.row.created_at) == (9, NOW - 900)
    assert len(desk.reader.thread(view.row.id)) == 9
    assert [line for line in check(desk.store, POLICY) if line[0] != "ok"] == []
    before = desk.exported()
    rebuild(desk.store, SETTINGS, POLICY)
    assert desk.exported() == before
    desk.close()


def test_a_version_that_reads_better_loses_no_change(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail's hash names its ticket in the log: it stays what it was when the mail came."""
    asked = desk.one(mail(id="q@x", at=NOW - 9000))
    nameless = desk.one(mail("Nameless", id="", at=NOW - 8000))
    append(desk.store, [Event(new_id(), NOW - 7000, "bob", asked.ticket, "status", {"to": "pending"}, "key")], POLICY)
    append(desk.store, [Event(new_id(), NOW - 6000, "bob", nameless.ticket, "note", {"text": "hm"})], POLICY)
    before = desk.exported()
    monkeypatch.setattr(parse, "_content_hash", lambda *_whatever: hashlib.sha256(repr(_whatever).encode()).hexdigest())
    rebuild(desk.store, SETTINGS, POLICY)
    assert desk.exported() == before


def test_rebuild_goes_through_the_past_again(desk: Desk) -> None:
    """A reply that met a closed ticket, one that met an open one, our own mail, notes, undo: byte for byte as before."""
    asked = desk.one(mail(id="q@x", at=NOW - 9000, files=[("a.txt", b"a")]))
    append(desk.store, [Event(new_id(), NOW - 8000, "bob", asked.ticket, "status", {"to": "closed"}, "key")], POLICY)
    follow = desk.one(mail("Re", "again", id="r@x", references=["q@x"], at=NOW - 7000))
    append(desk.store, [Event(new_id(), NOW - 6000, "bob", asked.ticket, "status", {"to": "open"}, "key")], POLICY)
    desk.one(mail("Re", "and again", id="s@x", references=["q@x"], at=NOW - 5000))
    out = mail(
        "Re", "Yes", from_="support@desk.example", to="alice@customer.example", id="o@x", references=["q@x"], at=NOW - 4000
    )
    desk.ingest.add_outgoing(out, ticket=asked.ticket, agent="bob", at=NOW - 4000)
    append(desk.store, [Event(new_id(), NOW - 3000, "bob", follow.ticket, "note", {"text": "hm"})], POLICY)
    before = desk.exported()
    ids = [m.id for m in desk.reader.thread(desk.reader.find(asked.number))]
    seen: list[tuple[int, int]] = []
    assert rebuild(desk.store, SETTINGS, POLICY, lambda done, total: seen.append((done, total))) == 4
    assert seen[-1] == (4, 4)
    assert desk.exported() == before
    assert [m.id for m in desk.reader.thread(desk.reader.find(asked.number))] == ids
    assert desk.reader.find(follow.number) != desk.reader.find(asked.number)


GENERATOR = Path(__file__).parents[3] / "shared" / "tools" / "gen_mailbox.py"


@pytest.mark.skipif(not GENERATOR.exists(), reason="the mailbox generator is not here")
def test_generated_mailbox(desk: Desk) -> None:
    """Threads as the generator meant them; nasty mail too."""
    generator = _generator()
    for profile, least in (("mixed", 0.97), ("nasty", 0.0)):
        messages = list(generator.stream(count=300, seed=3, profile=profile))
        desk.ingest.add([Arrival(m.raw, m.truth["date"]) for m in messages])
        found: dict[int, set[int]] = {}
        for m in messages:
            message_id = str(m.truth["message_id"]).strip("<>")
            row = desk.reader.con.execute("SELECT ticket_id FROM message WHERE message_id = ?", (message_id,)).fetchone()
            if row:
                found.setdefault(m.truth["thread"], set()).add(row[0])
        together = sum(len(tickets) == 1 for tickets in found.values())
        assert together >= least * len(found)
    before = desk.exported()
    rebuild(desk.store, SETTINGS, POLICY)
    assert desk.exported() == before


def _generator() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("gen_mailbox", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gen_mailbox"] = module
    spec.loader.exec_module(module)
    return module
