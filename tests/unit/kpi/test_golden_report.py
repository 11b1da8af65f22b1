"""The totals of the golden example, read from a store's tables, exactly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.desk.golden import CALENDAR, POLICY, Story, at, stories
from tests.unit.kpi.shelf import shelf
from tui_desk.desk.query import parse
from tui_desk.errors import UsageError
from tui_desk.kpi.export import HEADER, to_dict, to_rows
from tui_desk.kpi.measures import Clocks, Ratio
from tui_desk.kpi.report import LeftOut, Report, report
from tui_desk.store.where import where

NOW = at("15/05 00:00")


@pytest.fixture(scope="module")
def whole() -> Iterator[Report]:
    with shelf(stories().values(), POLICY) as connection:
        yield report(connection, "2025-03..2025-05", NOW, CALENDAR, by=("type", "channel", "agent", "tag"))


def minutes(clocks: Clocks) -> tuple[object, ...]:
    def one(value: float | None) -> float | None:
        return None if value is None else round(value / 60, 1)

    cal, biz = clocks.cal, clocks.biz
    assert cal.n == biz.n
    return cal.n, one(cal.mean), one(biz.mean), one(cal.median), one(biz.median)


def test_durations(whole: Report) -> None:
    f = whole.figures
    assert minutes(f.first_response) == (7, 765.7, 88.6, 90.0, 60.0)
    assert minutes(f.response) == (10, 567.5, 93.5, 90.0, 75.0)
    assert minutes(f.full_resolution) == (8, 1303.8, 291.2, 917.5, 210.0)
    assert minutes(f.net_resolution) == (8, 996.2, 283.8, 302.5, 202.5)


def test_counts(whole: Report) -> None:
    f = whole.figures
    assert (f.created, f.solved, f.one_touch, f.fcr) == (9, 8, Ratio(6, 8), Ratio(6, 8))
    assert (f.reopened_raw, f.reopened, f.reopened.value) == (2, Ratio(1, 8), 0.125)
    assert f.sla_first_reply == Ratio(4, 8)
    assert (f.backlog, f.backlog_ages, f.awaiting) == (1, (1, 0, 0, 0, 0), 1)
    assert f.awaiting_age.median == 15 * 3600
    assert f.response_rate == Ratio(8, 9)
    assert (f.messages_in, f.messages_out) == (13, 11)


def test_p90_is_a_value_that_nine_in_ten_do_not_pass(whole: Report) -> None:
    # first responses in minutes: 20 30 60 90 240 1020 3900
    assert whole.figures.first_response.cal.p90 == 3900 * 60
    # responses: 20 30 45 60 90 90 180 240 1020 3900; the ninth of ten
    assert whole.figures.response.cal.p90 == 1020 * 60


def test_a_time_belongs_to_the_period_in_which_it_ends() -> None:
    with shelf(stories().values(), POLICY) as connection:
        march, april, may = (report(connection, f"2025-0{month}", NOW, CALENDAR).figures for month in (3, 4, 5))
    assert [f.created for f in (march, april, may)] == [1, 2, 6]
    assert [f.solved for f in (march, april, may)] == [1, 1, 6]
    assert [f.response.cal.n for f in (march, april, may)] == [1, 2, 7]
    assert march.backlog == 0
    assert april.backlog == 1  # T3 pends over the end of April


def test_months_and_groups(whole: Report) -> None:
    volume = {month.name: (month.created, month.solved) for month in whole.months}
    assert list(volume) == ["2025-03", "2025-04", "2025-05"]  # none before the first ticket
    assert [volume[name] for name in ("2025-03", "2025-04", "2025-05")] == [(1, 1), (2, 1), (6, 6)]
    (alice,) = whole.leaderboard
    assert (alice.agent, alice.figures.solved, alice.share, alice.few) == ("alice", 8, Ratio(8, 8), False)
    assert [group.name for group in whole.groups["channel"]] == ["email"]
    assert whole.groups["channel"][0].figures == whole.figures


def test_against_the_previous_period() -> None:
    with shelf(stories().values(), POLICY) as connection:
        found = report(connection, "2025-04", NOW, CALENDAR)
        year = report(connection, "2025-05", NOW, CALENDAR, compare="year")
    lines = {line.id: line for line in found.lines}
    assert found.compared is not None
    assert str(found.compared.first) == "2025-03-01"
    assert lines["created"].change() == 1.0
    assert lines["first_response"].change() == pytest.approx((60 - 120) / 120)  # medians: T1 90 and T3 30, against T2 120
    assert year.compared is not None
    assert str(year.compared.first) == "2024-05-01"
    assert year.before is not None
    assert year.before.created == 0


def test_every_figure_has_a_query_that_is_one(whole: Report) -> None:
    for line in whole.lines:
        assert parse(line.query, timezone="Europe/Paris").root is not None


def test_json_and_csv_say_the_same(whole: Report) -> None:
    data = to_dict(whole)
    rows = {row[2]: dict(zip(HEADER, row, strict=True)) for row in to_rows(whole) if row[0] == ""}
    for name, figure in data["figures"].items():
        assert rows[name]["n"] == figure["n"]
        if figure["kind"] == "duration":
            assert rows[name]["cal_median"] == figure["cal"]["median"]
            assert rows[name]["biz_p90"] == figure["biz"]["p90"]
        else:
            assert rows[name]["value"] == figure["value"]


@pytest.mark.parametrize(
    ("figure", "tickets"),
    [
        *(("created", 9), ("response_rate", 8), ("first_response", 7), ("awaiting", 1), ("response", 8), ("first_resolution", 8)),
        *(("full_resolution", 8), ("net_resolution", 8), ("solved", 8), ("closed_by_clock", 0), ("one_touch", 6), ("fcr", 6)),
        *(("reopened", 1), ("sla_first_reply", 8), ("backlog", 1)),
    ],
)
def test_the_query_of_a_figure_lists_its_tickets(whole: Report, figure: str, tickets: int) -> None:
    asked = next(line.query for line in whole.lines if line.id == figure)
    condition = where(parse(asked, timezone="Europe/Paris").root, "alice", NOW)
    with shelf(stories().values(), POLICY) as connection:
        found = connection.execute(f"SELECT COUNT(*) FROM ticket WHERE {condition.sql}", condition.values).fetchone()
    assert found == (tickets,)


@pytest.mark.parametrize("figure", ["messages_in", "messages_out"])
def test_the_query_of_messages_lists_the_tickets_they_are_in(figure: str) -> None:
    told = stories()
    told["x"] = Story("x").c("28/03 09:00").o("01/05 00:00")
    with shelf(told.values(), POLICY) as connection:
        april = report(connection, "2025-04", NOW, CALENDAR)
        asked = next(line.query for line in april.lines if line.id == figure)
        condition = where(parse(asked, timezone="Europe/Paris").root, "alice", NOW)
        found = connection.execute(f"SELECT id FROM ticket WHERE {condition.sql} ORDER BY 1", condition.values).fetchall()
    assert [list(told)[id_ - 1] for (id_,) in found] == ["t1", "t3"]


def test_a_solve_that_stood_at_the_end_counts_though_the_ticket_was_reopened_since() -> None:
    story = (
        Story("t").c("26/05 09:00").o("26/05 10:00").P("26/05 10:00").c("27/05 10:00").o("27/05 11:00", "bob").S("27/05 11:00")
    )
    now = at("10/06 09:00")
    with shelf([story], POLICY) as connection:
        before = report(connection, "2025-05", now, CALENDAR)
    story.c("02/06 09:00").o("02/06 10:00").S("02/06 10:00")
    with shelf([story], POLICY) as connection:
        may, june = (report(connection, f"2025-0{month}", now, CALENDAR) for month in (5, 6))
    assert (may.figures.solved, june.figures.solved) == (1, 1)
    assert minutes(may.figures.full_resolution) == minutes(before.figures.full_resolution) == (1, 1560, 600, 1560, 600)
    assert minutes(may.figures.net_resolution) == minutes(before.figures.net_resolution) == (1, 120, 120, 120, 120)
    assert [line.agent for line in may.leaderboard if line.figures.solved] == ["bob"]


def test_what_is_left_out_is_counted_apart() -> None:
    told = [
        Story("a").c("05/05 10:00").event("05/05 10:30", "status", to="spam"),
        Story("b").c("05/05 10:00").event("05/05 10:30", "status", to="deleted"),
        Story("c").c("05/05 10:00").event("05/05 10:00", "opened", historical=True).o("05/05 10:30").S("05/05 10:30"),
        Story("d").c("05/05 10:00"),
    ]
    with shelf(told, POLICY) as connection:
        found = report(connection, "2025-05", NOW, CALENDAR)
    assert found.left_out == LeftOut(spam=1, deleted=1, historical=1)
    assert (found.left_out.total, found.figures.created, found.figures.solved, found.figures.response.cal.n) == (3, 1, 0, 0)


def test_an_empty_desk_has_a_report() -> None:
    with shelf([], POLICY) as connection:
        found = report(connection, "all", NOW, CALENDAR, by=("type", "channel", "agent", "tag"))
    assert (found.figures.created, found.compared, found.leaderboard) == (0, None, ())
    assert to_dict(found)["figures"]["first_response"]["cal"]["median"] is None


def test_what_figures_are_not_grouped_by() -> None:
    with shelf([], POLICY) as connection, pytest.raises(UsageError, match="mood"):
        report(connection, "month", NOW, CALENDAR, by=("mood",))


def test_a_reply_is_that_of_the_agent_who_wrote_it() -> None:
    story = Story("t").c("05/05 10:00").o("05/05 10:30", "desk@x.test").o("05/05 10:40", "other@x.test")
    story.event("05/05 10:30", "replied", "bob", message_id="t-1@x.test")
    with shelf([story], POLICY) as connection:
        found = report(connection, "2025-05", NOW, CALENDAR, by=("agent",))
    written = {group.name: group.figures.messages_out for group in found.groups["agent"] if group.figures.messages_out}
    assert written == {"bob": 1, "other@x.test": 1}


def test_all_begins_with_the_first_ticket() -> None:
    with shelf(stories().values(), POLICY) as connection:
        found = report(connection, "all", NOW, CALENDAR)
    assert (str(found.period.first), found.compared, found.figures.created) == ("2025-03-28", None, 9)
