"""The life of a ticket, and the laws of the fold: any order gives the same ticket, any data gives one, undo is exact."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.config.schema import Calendar, Settings, Sla
from tui_desk.desk.events import SYSTEM, Event
from tui_desk.desk.fold import Policy, fold
from tui_desk.desk.ticket import FAR_FUTURE, PRIORITIES, STATUSES, Cycle, FoldMessage, Ticket
from tui_desk.desk.undo import standing
from tui_desk.errors import ConfigError

from .golden import CALENDAR, POLICY, Story, at

# ------------------------------------------------------------------------------------------------------------ status


def test_a_new_ticket_is_owed_a_first_reply() -> None:
    t = Story("k").c("05/05 10:00", subject="Help", author_name="Zoé").ticket()
    assert (t.status, t.requester, t.requester_name, t.subject) == ("new", "k@customer.test", "Zoé", "Help")
    assert t.waiting_since == t.created_at == at("05/05 10:00")
    assert t.due_at == t.first_due_at == at("05/05 11:00")


@pytest.mark.parametrize("status", ["pending", "on_hold", "solved"])
def test_a_customer_s_message_opens_what_waits_or_is_solved(status: str) -> None:
    story = Story("k").c("05/05 10:00").o("05/05 10:30").event("05/05 10:30", "status", to=status).c("06/05 10:00")
    assert story.ticket().status == "open"


@pytest.mark.parametrize("status", ["new", "open", "in_progress", "closed", "spam", "deleted", "merged"])
def test_a_customer_s_message_leaves_the_others_alone(status: str) -> None:
    assert Story("k").c("05/05 10:00").event("05/05 10:30", "status", to=status).c("06/05 10:00").ticket().status == status


def test_an_answer_from_wherever_ends_new() -> None:
    t = Story("k").c("05/05 10:00").o("05/05 10:30", "paul@desk.test").ticket()
    assert t.status == "open"
    assert [(span.status, span.began_at) for span in t.spans] == [("new", at("05/05 10:00")), ("open", at("05/05 10:30"))]
    assert (t.waiting_since, t.reopens) == (None, 0)


def test_an_answer_leaves_a_status_that_was_set() -> None:
    for status in STATUSES:
        story = Story("k").c("05/05 10:00").event("05/05 10:10", "status", to=status).o("05/05 10:30")
        assert story.ticket().status == ("open" if status == "new" else status)
    back = Story("k").c("05/05 10:00").o("05/05 10:30").event("05/05 11:00", "status", to="new")
    assert back.ticket().status == "new"


def test_what_is_no_answer_to_the_requester_leaves_a_ticket_new() -> None:
    asked = Story("k").c("05/05 10:00")
    others = FoldMessage(at("05/05 10:30"), "outbound", "a@x.test", "a", "alice", to_requester=False)
    assert replace(asked, messages=[*asked.messages, others]).ticket().status == "new"
    assert asked.event("05/05 10:20", "note", text="hm").ack("05/05 10:01").ticket().status == "new"


def test_a_message_to_a_closed_ticket_starts_no_clock() -> None:
    t = Story("k").c("05/05 10:00").o("05/05 10:30").event("05/05 11:00", "status", to="closed").c("06/05 10:00").ticket()
    assert (t.waiting_since, t.due_at, len(t.cycles)) == (None, FAR_FUTURE, 1)


def test_automatic_mail_does_nothing() -> None:
    story = Story("k").c("05/05 10:00").o("05/05 10:30").S("05/05 10:30")
    before = story.ticket()
    after = story.c("06/05 10:00", automatic=True).ticket()
    assert after == replace(before, updated_at=at("06/05 10:00"))


def test_a_ticket_that_a_machine_began_owes_no_first_reply() -> None:
    t = Story("k").c("05/05 10:00", automatic=True).ticket()
    assert (t.opened_by, t.due_at, t.first_due_at, t.waiting_since) == ("system", FAR_FUTURE, None, None)


def test_an_acknowledgement_is_no_reply() -> None:
    story = (
        Story("k")
        .c("05/05 10:00")
        .o("05/05 10:00")
        .event("05/05 10:00", "replied", SYSTEM, message_id="k-1@x.test", automatic=True)
    )
    t = story.ticket()
    assert (t.messages_out, t.first_reply_at, t.waiting_since) == (0, None, at("05/05 10:00"))


def test_mail_to_somebody_else_is_no_reply() -> None:
    story = Story("k").c("05/05 10:00").o("05/05 10:30")
    story.messages[1] = replace(story.messages[1], to_requester=False)
    assert story.ticket().first_reply_at is None


def test_replied_tells_which_agent_wrote() -> None:
    t = (
        Story("k")
        .c("05/05 10:00")
        .o("05/05 10:30", "desk@x.test")
        .event("05/05 10:31", "replied", "bob", message_id="k-1@x.test")
        .ticket()
    )
    assert (t.first_reply_agent, t.cycles[0].agent) == ("bob", "bob")


def test_a_reply_that_has_not_left_counts_for_nothing() -> None:
    t = Story("k").c("05/05 10:00").event("05/05 10:30", "replied", "bob", message_id="elsewhere@x.test").ticket()
    assert t.first_reply_at is None


def test_solving_without_a_reply_drops_the_wait() -> None:
    t = Story("k").c("05/05 10:00").S("05/05 10:30").ticket()
    assert t.cycles == (Cycle(at("05/05 10:00"), None, dropped=True),)
    assert (t.closed_without_reply, t.waiting_since, t.due_at) == (1, None, FAR_FUTURE)
    assert (t.one_touch, t.fcr, t.solved_by) == (True, False, "alice")


def test_the_solver_is_who_wrote_last() -> None:
    t = Story("k").c("05/05 10:00").o("05/05 10:30", "bob").S("05/05 10:30").ticket()
    assert t.solved_by == "bob"


def test_closing_by_itself_does_not_take_a_solve_away() -> None:
    t = Story("k").c("05/05 10:00").o("05/05 10:30").S("05/05 10:30").event("12/05 10:30", "status", SYSTEM, to="closed").ticket()
    assert (t.solved_at, t.closed_by_clock, t.fcr) == (at("05/05 10:30"), False, True)
    assert [span.status for span in t.spans] == ["new", "open", "solved", "closed"]


def test_solved_by_the_clock_is_no_first_contact_resolution() -> None:
    t = Story("k").c("05/05 10:00").o("05/05 10:30").event("12/05 10:30", "status", SYSTEM, to="solved").ticket()
    assert (t.closed_by_clock, t.fcr) == (True, False)


def test_thanks_that_goes_on_is_a_real_reopen() -> None:
    story = Story("k").c("05/05 10:00").o("05/05 10:30").S("05/05 10:30").c("05/05 11:00", thanks=True)
    opened = story.ticket()
    assert (opened.status, opened.thanks, opened.reopens, opened.real_reopens, opened.solved_at) == ("open", True, 1, 0, None)
    assert replace(story).o("05/05 11:30").ticket().real_reopens == 1


def test_a_question_after_thanks_is_a_real_reopen() -> None:
    t = (
        Story("k")
        .c("05/05 10:00")
        .o("05/05 10:30")
        .S("05/05 10:30")
        .c("05/05 11:00", thanks=True)
        .c("05/05 11:10")
        .S("05/05 12:00")
        .ticket()
    )
    assert (t.reopens, t.real_reopens, t.thanks) == (1, 1, False)


def test_an_agent_s_reopening_counts() -> None:
    t = Story("k").c("05/05 10:00").o("05/05 10:30").S("05/05 10:30").event("05/05 12:00", "status", to="open").ticket()
    assert (t.reopens, t.real_reopens, t.solved_at, t.first_solved_at) == (1, 1, None, at("05/05 10:30"))


def test_spans_have_no_gap_and_the_last_one_lasts() -> None:
    spans = Story("k").c("05/05 10:00").o("05/05 10:30").P("05/05 10:30").c("06/05 10:00").S("06/05 12:00").ticket().spans
    assert [span.status for span in spans] == ["new", "open", "pending", "open", "solved"]
    assert all(a.ended_at == b.began_at for a, b in itertools.pairwise(spans))
    assert spans[-1].ended_at == FAR_FUTURE


def test_a_reopening_within_a_second_stays_in_the_history() -> None:
    t = Story("k").c("05/05 10:00").S("05/05 10:30").c("06/05 10:00").S("06/05 10:00").ticket()
    assert [span.status for span in t.spans] == ["new", "solved", "open", "solved"]
    assert (t.solved_at, t.spans[-1].began_at) == (at("06/05 10:00"), at("06/05 10:00"))


# --------------------------------------------------------------------------------------------------- clocks and snooze


def test_the_oldest_unanswered_message_is_owed_the_next_reply() -> None:
    t = Story("k").c("05/05 10:00").o("05/05 10:30").c("05/05 16:30").c("06/05 09:10").ticket()
    assert (t.waiting_since, t.due_at) == (at("05/05 16:30"), at("06/05 09:30"))


def test_nothing_is_owed_while_the_customer_is_waited_for() -> None:
    t = Story("k").c("05/05 10:00").event("05/05 10:10", "status", to="on_hold").ticket()
    assert (t.due_at, t.waiting_since) == (FAR_FUTURE, at("05/05 10:00"))


def test_a_change_of_priority_moves_the_promise() -> None:
    policy = replace(POLICY, targets=replace(POLICY.targets, first={"normal": 7200, "urgent": 600}))
    story = Story("k").c("05/05 10:00")
    assert story.ticket(policy).due_at == at("05/05 12:00")
    assert story.event("05/05 10:01", "priority", to="urgent").ticket(policy).due_at == at("05/05 10:10")


@pytest.mark.parametrize(("on", "snoozed"), [("reply", False), ("both", False), ("time", True)])
def test_a_customer_s_message_wakes_as_agreed(on: str, snoozed: bool) -> None:
    story = Story("k").c("05/05 10:00").event("05/05 10:10", "snooze", until=at("09/05 09:00"), on=on)
    assert story.ticket().snoozed_until == at("09/05 09:00")
    assert (story.c("06/05 10:00").ticket().snoozed_until is not None) is snoozed


def test_waking_and_solving_end_a_snooze() -> None:
    story = Story("k").c("05/05 10:00").event("05/05 10:10", "snooze", until=at("09/05 09:00"), on="time")
    assert replace(story, events=[*story.events]).S("05/05 11:00").ticket().snoozed_until is None
    assert story.event("05/05 11:00", "snooze", until=None).ticket().snoozed_until is None


def test_a_ticket_that_an_agent_begins_is_with_whom_the_agent_wrote_to() -> None:
    story = Story("k").o("05/05 10:00")
    assert (
        story.event("05/05 10:00", "replied", "bob", message_id="k-0@x.test", to=["Zoe@x.test"]).ticket().requester
        == "zoe@x.test"
    )
    story.messages[0] = replace(story.messages[0], recipient="yan@x.test")
    t = story.c("05/05 11:00").ticket()
    assert (t.requester, t.opened_by, t.first_due_at) == ("yan@x.test", "outbound", None)
    assert t.due_at == at("05/05 12:00")


# -------------------------------------------------------------------------------------------------------------- tags


def test_tags_are_one_word_each_and_sorted() -> None:
    story = Story("k").c("05/05 10:00").event("05/05 10:10", "tag", add=["#VIP", "Late parcel", "vip"], remove=[])
    assert story.ticket().tags == ("late-parcel", "vip")
    assert story.event("05/05 10:20", "tag", remove=["VIP"]).ticket().tags == ("late-parcel",)


# -------------------------------------------------------------------------------------------------------------- undo


def change(id: str, when: int, type: str, **data: Any) -> Event:
    return Event(id, when, "alice", "k", type, data)


def test_an_undone_event_has_never_been() -> None:
    story = Story("k").c("05/05 10:00").o("05/05 10:30").S("05/05 10:30").c("06/05 10:00", thanks=True)
    undone = replace(story, events=[*story.events, change("u", at("06/05 11:00"), "undo", event="k-e000")]).ticket()
    never = replace(story, events=[]).ticket()
    assert undone == replace(never, updated_at=undone.updated_at)


def test_undo_of_an_undo() -> None:
    events = [change("a", 1, "priority", to="high"), change("b", 2, "undo", event="a"), change("c", 3, "undo", event="b")]
    assert fold("k", "N", events[:2], [], POLICY).priority == "normal"
    assert fold("k", "N", events, [], POLICY).priority == "high"
    assert fold("k", "N", [*events, change("d", 4, "undo", event="c")], [], POLICY).priority == "normal"


def test_undo_by_an_agent_whose_clock_is_slow() -> None:
    events = [change("a", 100, "priority", to="high"), change("b", 7, "undo", event="a"), change("c", 3, "undo", event="b")]
    assert fold("k", "N", events, [], POLICY).priority == "high"


def test_a_ring_of_undos_undoes_nothing_and_a_long_chain_ends() -> None:
    ring = [change("a", 1, "undo", event="b"), change("b", 2, "undo", event="a"), change("s", 3, "undo", event="s")]
    kept = change("x", 0, "priority", to="high")
    assert standing([kept, *ring]) == [kept]
    chain = [change(f"u{n}", n, "undo", event=f"u{n - 1}" if n else "x") for n in range(5000)]
    assert standing([kept, *chain]) == [kept]  # 5,000 undos: the last one stands, and every second below it


def test_what_cannot_be_undone_stays() -> None:
    opened = change("o", 1, "opened", number="4F2K")
    assert standing([opened, change("u", 2, "undo", event="o")]) == [opened]


# -------------------------------------------------------------------------------------------------------------- laws

MOMENTS = st.integers(0, 40).map(lambda n: at("05/05 09:00") + n * 1801)

_messages = st.builds(
    FoldMessage,
    at=MOMENTS,
    kind=st.sampled_from(["inbound", "outbound"]),
    message_id=st.sampled_from(["m1", "m2", "m3", "m4"]),
    content_hash=st.uuids().map(str),
    author=st.sampled_from(["alice", "bob", "zoe@x.test"]),
    to_requester=st.booleans(),
    automatic=st.booleans(),
    thanks=st.booleans(),
)


def _of(type: str, data: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(type), data)


_tags = st.lists(st.sampled_from(["a", "b c", ""]), max_size=2)
_changes = st.one_of(
    _of("status", st.fixed_dictionaries({"to": st.sampled_from(STATUSES)})),
    _of("status", st.fixed_dictionaries({"to": st.sampled_from(["solved", "closed", "pending", "open"])})),
    _of("priority", st.fixed_dictionaries({"to": st.sampled_from(PRIORITIES)})),
    _of("assign", st.fixed_dictionaries({"to": st.sampled_from(["alice", None])})),
    _of("tag", st.fixed_dictionaries({"add": _tags, "remove": _tags})),
    _of(
        "snooze",
        st.fixed_dictionaries(
            {"until": st.one_of(st.none(), MOMENTS), "on": st.sampled_from(["reply", "time", "both", "never"])}
        ),
    ),
    _of("replied", st.fixed_dictionaries({"message_id": st.sampled_from(["m1", "m2"]), "automatic": st.booleans()})),
    _of("undo", st.fixed_dictionaries({"event": st.integers(0, 9).map(lambda n: f"e{n}")})),
    _of("opened", st.fixed_dictionaries({"number": st.just("4F2K"), "historical": st.booleans()})),
    _of("note", st.just({"text": "hm"})),
)
_junk: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["to", "add", "until", "event", "x"]), inner)
    ),
    max_leaves=6,
)
_types = st.sampled_from(
    ["opened", "status", "assign", "priority", "type", "tag", "snooze", "subject", "note", "replied", "delivery", "undo", "claim"]
)


_anything = st.tuples(_types, _junk)


def _log(changes: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[list[Event]]:
    one = st.tuples(MOMENTS, st.sampled_from(["alice", "bob", SYSTEM]), changes)
    return st.lists(one, max_size=10).map(
        lambda rows: [Event(f"e{n}", when, agent, "k", type, given) for n, (when, agent, (type, given)) in enumerate(rows)]
    )


@given(_log(_changes), st.lists(_messages, max_size=8), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_gives_the_same_ticket(
    events: list[Event], messages: list[FoldMessage], random: Random
) -> None:
    ticket = fold("k", "N", events, messages, POLICY)
    again = events + random.sample(events, len(events) // 2)
    random.shuffle(again)
    shuffled = messages[:]
    random.shuffle(shuffled)
    assert fold("k", "N", again, shuffled, POLICY) == ticket


@given(_log(_anything), st.lists(_messages, max_size=4))
def test_no_data_makes_the_fold_raise(events: list[Event], messages: list[FoldMessage]) -> None:
    assert isinstance(fold("k", "N", events, messages, POLICY), Ticket)


@given(_log(_changes), st.lists(_messages, max_size=8))
def test_what_always_holds(events: list[Event], messages: list[FoldMessage]) -> None:
    t = fold("k", "N", events, messages, POLICY)
    assert t.status in STATUSES
    assert (t.solved_at is not None) == (t.state_type == "done")
    assert t.spans[-1].status == t.status
    assert all(a.ended_at == b.began_at and a.began_at <= a.ended_at for a, b in zip(t.spans, t.spans[1:], strict=False))
    assert t.real_reopens <= t.reopens
    assert t.closed_without_reply == sum(c.dropped for c in t.cycles)
    assert all(c.cal is not None and c.biz is not None and c.cal >= c.biz >= 0 for c in t.cycles if c.answered_at is not None)
    assert t.net_resolution_cal is None or t.full_resolution_cal is None or 0 <= t.net_resolution_cal <= t.full_resolution_cal
    assert t.due_at == FAR_FUTURE or (t.waiting_since is not None and t.state_type == "open")
    for cal, biz in ((t.first_response_cal, t.first_response_biz), (t.full_resolution_cal, t.full_resolution_biz)):
        assert (cal is None) == (biz is None)


def test_settings_that_cannot_be_used_are_told() -> None:
    assert Policy.from_settings(Settings()).targets.first_reply("urgent") == 3600
    for settings in (Settings(calendar=Calendar(hours=())), Settings(sla=Sla(first_reply="soon"))):
        with pytest.raises(ConfigError, match="cannot be used"):
            Policy.from_settings(settings)


def test_the_calendar_of_the_golden_example_is_closed_on_the_first_of_may() -> None:
    assert CALENDAR.between(at("01/05 00:00"), at("02/05 00:00")) == 0
