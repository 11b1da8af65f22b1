"""Events in, tickets out: one transaction, one place that writes tickets, and counts that agree with what is there."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tui_desk
from tests.store.shelf import NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.desk.events import Event, new_id
from tui_desk.store.admin import check, rebuild
from tui_desk.store.write import append, undo


def event(key: str, kind: Any, data: dict[str, Any], at: int = NOW, agent: str = "bob") -> Event:
    return Event(new_id(), at, agent, key, kind, data, "test")


def test_only_write_py_writes_tickets() -> None:
    writes = re.compile(r"(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+ticket\b", re.IGNORECASE)
    package = Path(tui_desk.__file__).parent
    found = {str(p.relative_to(package)) for p in package.rglob("*.py") if writes.search(p.read_text("utf-8"))}
    assert found == {"store/write.py"}


def test_an_event_counts_once(desk: Desk) -> None:
    key = desk.one(mail(id="q@x")).ticket
    solved = event(key, "status", {"to": "solved"})
    assert append(desk.store, [solved, solved], POLICY) == [solved]
    before = desk.exported()
    assert append(desk.store, [solved], POLICY) == []
    assert desk.exported() == before


def test_undo_and_undo_of_undo(desk: Desk) -> None:
    key = desk.one(mail(id="q@x")).ticket
    before = json.loads(desk.exported())
    done = append(desk.store, [event(key, "tag", {"add": ["vip"], "remove": []}), event(key, "assign", {"to": "eve"})], POLICY)
    undone = undo(desk.store, [e.id for e in done], "bob", NOW + 5, POLICY)
    after = json.loads(desk.exported())
    for name in ("tags", "assignee", "status"):
        assert after[name] == before[name]
    assert [v.undone for v in desk.reader.events(1) if v.type in ("tag", "assign")] == [True, True]
    undo(desk.store, [undone[0].id], "bob", NOW + 6, POLICY)
    assert (desk.reader.tags(), desk.reader.assignees()) in (([("vip", 1)], []), ([], ["eve"]))


def test_notes_stand_as_long_as_their_event(desk: Desk) -> None:
    key = desk.one(mail(id="q@x")).ticket
    [note] = append(desk.store, [event(key, "note", {"text": "Elle a déjà été \x1b[31m remboursée"})], POLICY)
    thread = desk.reader.thread(1)
    assert [m.kind for m in thread] == ["inbound", "note"]
    assert "\x1b" not in thread[1].text
    assert [h.message_id for h in desk.reader.search("remboursee")] == [thread[1].id]
    undo(desk.store, [note.id], "bob", NOW + 1, POLICY)
    assert [m.kind for m in desk.reader.thread(1)] == ["inbound"]
    assert desk.reader.search("remboursee") == []
    assert [line for line in check(desk.store, POLICY) if line[0] == "error"] == []


def test_event_of_an_unknown_ticket_is_set_aside(desk: Desk) -> None:
    append(desk.store, [event("nobody", "status", {"to": "solved"})], POLICY)
    assert desk.reader.count("", "me", NOW) == (0, False)
    append(desk.store, [event("nobody", "opened", {"number": "ABCD"}, NOW - 10)], POLICY)
    assert desk.reader.ticket(desk.reader.find("abcd")).row.status == "solved"


def test_watchers_learn_what_changed(desk: Desk) -> None:
    first, second = desk.add(mail(id="a@x"), mail(id="b@x", body="b"))
    mark, ids = desk.reader.changed(0)
    assert sorted(ids) == [1, 2]
    assert desk.reader.changed(mark) == (mark, [])
    append(desk.store, [event(second.ticket, "priority", {"to": "high"})], POLICY)
    assert desk.reader.changed(mark) == (mark + 1, [2])
    assert first.ticket != second.ticket


KEYS = st.integers(0, 3)
CHANGES = st.one_of(
    st.tuples(
        st.just("status"), st.sampled_from(["open", "pending", "solved", "closed", "spam", "on_hold"]).map(lambda s: {"to": s})
    ),
    st.tuples(st.just("assign"), st.sampled_from(["bob", "eve", None]).map(lambda s: {"to": s})),
    st.tuples(st.just("tag"), st.sampled_from(["vip", "x", "y"]).map(lambda s: {"add": [s], "remove": ["x"]})),
    st.tuples(st.just("note"), st.text(min_size=1, max_size=20).map(lambda s: {"text": s})),
    st.tuples(st.just("snooze"), st.sampled_from([None, NOW + 50]).map(lambda s: {"until": s, "on": "both"})),
    st.tuples(st.just("mail"), st.sampled_from(["in", "out", "auto"]).map(lambda s: {"kind": s})),
)


@given(st.lists(st.tuples(KEYS, CHANGES), max_size=25), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_counted_is_what_is_there(tmp_path_factory: pytest.TempPathFactory, steps: list[Any], undone: bool) -> None:
    """After any story: counters, tags, rollups and rows equal those that a rebuild makes, and the export is the same."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    try:
        keys = [v.ticket for v in desk.add(*(mail(id=f"{n}@x", body=f"b{n}", at=NOW - 9000 + n) for n in range(4)))]
        for n, (which, (kind, data)) in enumerate(steps):
            if kind == "mail":
                _write(desk, which, n, data["kind"])
            else:
                append(desk.store, [event(keys[which], kind, data, NOW - 5000 + n)], POLICY)
        if undone and (last := desk.reader.last_action("bob")):
            undo(desk.store, [last[0][0]], "bob", NOW, POLICY)
        before, counted = desk.exported(), _counted(desk.store.path)
        assert [line for line in check(desk.store, POLICY) if line[0] != "ok"] == []
        rebuild(desk.store, SETTINGS, POLICY)
        assert desk.exported() == before
        assert _counted(desk.store.path) == counted
        assert [line for line in check(desk.store, POLICY) if line[0] != "ok"] == []
    finally:
        desk.close()


def _write(desk: Desk, which: int, n: int, kind: str) -> None:
    at = NOW - 5000 + n
    if kind == "out":
        raw = mail(
            "Re",
            f"answer {n}",
            from_="support@desk.example",
            to="alice@customer.example",
            id=f"o{n}@x",
            references=[f"{which}@x"],
            at=at,
        )
        desk.one(raw, "sent")
    else:
        headers = [("Auto-Submitted", "auto-replied")] if kind == "auto" else []
        desk.one(mail("Re", f"more {n}", id=f"i{n}@x", references=[f"{which}@x"], at=at, headers=headers))


def _counted(path: Path) -> dict[str, list[Any]]:
    con = sqlite3.connect(path)
    found = {
        table: con.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}").fetchall()
        for table, columns in {
            "counter": "status, tickets",
            "rollup": "day, agent, measure, bucket, n, total",
            "ticket_tag": "tag, active, due_at",
            "contact": "email, name, first_seen, last_seen, tickets",
            "cycle": "asked_at, answered_at, agent, cal, biz, dropped",
            "status_span": "status, state_type, began_at, ended_at",
            "message": "id, kind, at, rule, flags",
        }.items()
    }
    assert sum(n for _, n in found["counter"]) == con.execute("SELECT count(*) FROM ticket").fetchone()[0]
    con.close()
    return found
