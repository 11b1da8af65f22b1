"""Mails that name the same id of another system are one ticket, in whatever order and batches they come."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from tests.store.shelf import NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.config.schema import Settings, Threading
from tui_desk.desk.events import Event, new_id
from tui_desk.store import write
from tui_desk.store.admin import check, rebuild
from tui_desk.store.arrivals import Arrival
from tui_desk.store.ingest import Ingest

JIRA = replace(SETTINGS, threading=Threading((r"\[(JIRA-\d+)\]", r"Case (?P<ref>\d+)")))
TRACKER = "Tracker <jira@corp.example>"
MAILS = (
    mail("Help [JIRA-12]", id="a@x"),
    mail("[jira-12] [JIRA-12] resolved", from_=TRACKER, id="b@x", body="resolved"),
    mail("Re: [JIRA-12] thanks", from_="bob@other.example", id="c@x", body="thanks, but no"),
    mail("[JIRA-13] other", from_=TRACKER, id="d@x", body="other"),
    mail("Case 12", from_=TRACKER, id="e@x", body="of another system"),
    mail("Re: Case 12", from_="bob@other.example", id="f@x", body="about it"),
    mail("JIRA-12 without brackets", from_="eve@other.example", id="g@x", body="no"),
)
TOGETHER = {frozenset({"a@x", "b@x", "c@x"}), frozenset({"d@x"}), frozenset({"e@x", "f@x"}), frozenset({"g@x"})}


def partition(desk: Desk) -> set[frozenset[str]]:
    tickets: dict[int, set[str]] = {}
    for ticket, message_id in desk.reader.con.execute("SELECT ticket_id, message_id FROM message"):
        tickets.setdefault(ticket, set()).add(message_id)
    return {frozenset(ids) for ids in tickets.values()}


@pytest.fixture
def jira(desk: Desk) -> Desk:
    desk.ingest.close()
    desk.ingest = Ingest(desk.store, JIRA, POLICY)
    return desk


def test_the_id_makes_one_ticket_and_why_is_kept(jira: Desk) -> None:
    verdicts = [jira.one(raw) for raw in MAILS]
    assert [v.rule for v in verdicts] == ["new", "external_ref", "external_ref", "new", "new", "external_ref", "new"]
    assert partition(jira) == TOGETHER
    before = jira.exported()
    rebuild(jira.store, JIRA, POLICY)
    assert jira.exported() == before


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
def test_whichever_comes_first_makes_the_ticket(jira: Desk, order: tuple[int, ...]) -> None:
    jira.add(*[MAILS[n] for n in order], *MAILS[3:])
    assert partition(jira) == TOGETHER


def test_in_bulk_it_is_the_same(tmp_path: Path) -> None:
    other = Desk(tmp_path / "bulk")
    with Ingest(other.store, JIRA, POLICY, clerk=True) as ingest:
        list(ingest.take(iter([[Arrival(raw, NOW)] for raw in reversed(MAILS)])))
    assert partition(other) == TOGETHER
    other.close()


def test_references_go_before_it_and_it_goes_before_the_thread_index(jira: Desk) -> None:
    outlook = [("Thread-Index", "AdExampleAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    jira.add(mail("Q", id="q@x", headers=outlook), mail("[JIRA-12]", from_=TRACKER, id="t@x"))
    assert jira.one(mail("Re: [JIRA-12]", "A", id="r@x", in_reply_to="q@x")).rule == "in_reply_to"
    assert jira.one(mail("[JIRA-12]", "B", id="s@x", headers=outlook)).rule == "external_ref"


@pytest.mark.parametrize(
    ("sender", "joins"),
    [
        ("jira@corp.example", True),
        ("bot@tracker.example", True),
        ("support@desk.example", True),
        ("eve@evil.example", False),
        ("x@sub.tracker.example", False),
        ("alice@customer.example", False),
    ],
)
def test_who_may_join_can_be_named(desk: Desk, sender: str, joins: bool) -> None:
    named: Settings = replace(
        JIRA, threading=replace(JIRA.threading, external_ref_from=("JIRA@corp.example", "@tracker.example"))
    )
    with Ingest(desk.store, named, POLICY) as ingest:
        [first] = ingest.add([Arrival(mail("[JIRA-12]", from_=TRACKER, id="a@x"), NOW)])
        [second] = ingest.add([Arrival(mail("[JIRA-12] hello", "B", from_=sender, to="bob@x.example", id="b@x"), NOW)])
    assert (second.ticket == first.ticket) is joins


def test_a_stranger_on_a_closed_ticket_opens_a_follow_up(jira: Desk) -> None:
    first = jira.one(MAILS[0])
    write.append(jira.store, [Event(new_id(), NOW, "me", first.ticket, "status", {"to": "closed"})], POLICY)
    second = jira.one(MAILS[1])
    assert (second.kind, second.rule) == ("ticket", "follow_up")


def test_a_rebuild_by_a_new_pattern_loses_no_number_and_no_change(desk: Desk) -> None:
    first, second = desk.add(*MAILS[:2])
    write.append(desk.store, [Event(new_id(), NOW, "me", second.ticket, "assign", {"to": "zoe"})], POLICY)
    assert first.number != second.number
    rebuild(desk.store, JIRA, POLICY)
    assert partition(desk) == {frozenset({"a@x", "b@x"})}
    ids = {desk.reader.find(number) for number in (first.number, second.number)}
    assert [row.assignee for row in desk.reader.rows(list(ids))] == ["zoe"]
    assert [line for line in check(desk.store, POLICY) if line[0] == "error"] == []
    before = desk.exported()
    rebuild(desk.store, JIRA, POLICY)
    assert desk.exported() == before
    rebuild(desk.store, SETTINGS, POLICY)
    assert partition(desk) == {frozenset({"a@x"}), frozenset({"b@x"})}
