"""The query language: what is read, what is refused and where, and that nothing else ever comes out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.desk.keys import KEYS, VALUES
from tui_desk.desk.query import And, Not, Or, Query, complete, parse
from tui_desk.desk.terms import (
    STATES,
    Age,
    Count,
    Due,
    Equals,
    Has,
    Leaf,
    Requester,
    State,
    Subject,
    When,
    Words,
)
from tui_desk.desk.ticket import STATUSES
from tui_desk.errors import UsageError


def epoch(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("is:open", State("open")),
        ("IS:On-Hold", State("on_hold")),
        ("is:mine", Equals("assignee", ("me",))),
        ("assignee:me", Equals("assignee", ("me",))),
        ("assignee:none", Equals("assignee", ("",))),
        ("status:new,open", Equals("status", ("new", "open"))),
        ("priority:urgent", Equals("priority", ("urgent",))),
        ("tag:#Refund", Equals("tag", ("refund",))),
        ("#4f2k", Equals("number", ("4F2K",))),
        ("number:4F2K", Equals("number", ("4F2K",))),
        ("from:@Acme.com", Requester("domain", "acme.com")),
        ("from:Zoe@acme.com", Requester("address", "zoe@acme.com")),
        ("requester:Zoé", Requester("part", "zoe")),
        ('subject:"Œuf cassé"', Subject("oeuf casse")),
        ("has:attachment", Has("attachment")),
        ("older:3d", Age("created", ">", 3 * 86400)),
        ("newer:2w", Age("created", "<", 14 * 86400)),
        ("waiting:>2h", Age("waiting", ">", 7200)),
        ("updated:3d", Age("updated", "<", 3 * 86400)),
        ("sla:<1h", Due("<", 3600)),
        ("sla:breached", Due("<", 0)),
        ("replies:<=1", Count("replies", "<=", 1)),
        ("created:2025", When("created", epoch(2025, 1, 1), epoch(2026, 1, 1))),
        ("created:2025-12", When("created", epoch(2025, 12, 1), epoch(2026, 1, 1))),
        ("solved:2025-05-01..2025-05-03", When("solved", epoch(2025, 5, 1), epoch(2025, 5, 4))),
        ("created:..2025-04", When("created", None, epoch(2025, 5, 1))),
        ("created:>=2025-05-01", When("created", epoch(2025, 5, 1), None)),
        ("created:>2025-05-01", When("created", epoch(2025, 5, 2), None)),
        ('"Exact  Wörds"', Words("exact  words", phrase=True)),
        ("Rembours*", Words("rembours", prefix=True)),
        ("https://x.test/a", Words("https://x.test/a")),
        ("12:30", Words("12:30")),
        ("e-mail", Words("e-mail")),
    ],
)
def test_one_term(text: str, leaf: Leaf) -> None:
    assert parse(text).root == leaf


def test_dates_are_of_the_zone() -> None:
    assert parse("created:2025-05-01", timezone="Europe/Paris").root == When(
        "created", epoch(2025, 4, 30, 22), epoch(2025, 5, 1, 22)
    )


def test_the_example_of_the_manual() -> None:
    root = parse('is:open assignee:me from:@acme.com "exact words" -tag:vip (priority:high OR is:breached)', me="alice").root
    assert root == And(
        (
            State("open"),
            Equals("assignee", ("alice",)),
            Requester("domain", "acme.com"),
            Words("exact words", phrase=True),
            Not(Equals("tag", ("vip",))),
            Or((Equals("priority", ("high",)), State("breached"))),
        )
    )


def test_or_binds_tighter_than_the_space_between_terms() -> None:
    a, b, c = Words("a"), Words("b"), Words("c")
    assert parse("a b OR c").root == And((a, Or((b, c))))
    assert parse("(a AND b) OR c").root == Or((And((a, b)), c))
    assert parse("a -(b c)").root == And((a, Not(And((b, c)))))
    assert parse("NOT a").root == Not(a)
    assert parse("or").root == Words("or")


def test_nothing_asked_is_everything() -> None:
    assert parse("  ").root is None


def test_a_view_is_its_query() -> None:
    views = {"mine": "is:mine", "late": "view:mine is:breached"}
    assert parse("view:late", views=views).root == And((Equals("assignee", ("me",)), State("breached")))


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("is:open stauts:new", 9, "status:"),
        ("is:opne", 4, "open"),
        ("priority:hihg", 10, "high"),
        ("zzzz:1", 1, '"zzzz:1"'),
        ("is:open (tag:a", 9, ""),
        ("tag:a)", 6, ""),
        ("()", 1, ""),
        ("a OR", 5, ""),
        ("OR a", 1, ""),
        ('a "b', 3, ""),
        ("tag:", 1, ""),
        ("is:", 1, "is:open"),
        ("older:soon", 7, ""),
        ("created:2025-13", 9, ""),
        ("created:0000", 9, ""),
        ("replies:many", 9, ""),
        ("...", 1, ""),
        ("view:nope", 1, ""),
        ("(" * 500 + "a" + ")" * 500, 42, ""),
    ],
)
def test_refused_with_the_column(text: str, column: int, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(text)
    assert error.value.message.startswith(f"Column {column}:")
    assert hint in error.value.hint


def test_a_view_that_names_itself_is_refused() -> None:
    with pytest.raises(UsageError):
        parse("view:a", views={"a": "view:b", "b": "view:a"})


_pieces = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [*(f"{key}:" for key in KEYS), "view:", "(", ")", " ", "-", '"', "OR", "AND", "NOT ", "..", "<", ">=", ",", "#", "*"]
    ),
    st.sampled_from([value for values in VALUES.values() for value in values]),
    st.from_regex(r"[0-9]{1,12}[smhdwy]?", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", fullmatch=True),
)


@given(st.lists(_pieces, max_size=12).map("".join))
def test_any_text_is_a_query_or_a_usage_error(text: str) -> None:
    outcome: Query | UsageError
    try:
        outcome = parse(text, timezone="Europe/Paris")
    except UsageError as error:
        outcome = error
    assert isinstance(outcome, Query) or outcome.message.startswith("Column ")


@given(st.text(max_size=30), st.integers(-5, 40))
def test_completion_never_raises_and_begins_within_the_text(text: str, position: int) -> None:
    start, _found = complete(text, position)
    assert 0 <= start <= len(text)


@pytest.mark.parametrize(
    ("text", "start", "first"),
    [
        ("st", 0, "status:"),
        ("is:open -sta", 8, "-status:"),
        ("is:op", 0, "is:open"),
        ("status:new,pe", 0, "status:new,pending"),
        ("tag:re", 0, "tag:refund"),
        ("(vi", 1, "view:"),
    ],
)
def test_completion(text: str, start: int, first: str) -> None:
    begin, found = complete(text, values={"tag": ("refund",), "view": ("open",)})
    assert (begin, found[0]) == (start, first)


def test_every_key_and_state_is_in_the_manual() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "query.md").read_text(encoding="utf-8")
    assert [key for key in [*KEYS, "view"] if f"`{key}:`" not in manual] == []
    assert [state for state in STATES if state not in STATUSES and f"`{state}`" not in manual] == []
