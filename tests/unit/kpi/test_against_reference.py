"""The figures from SQL against the slow reference, on tickets with any life, for any period."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.desk.golden import CALENDAR, POLICY, Story, at
from tests.unit.kpi import reference
from tests.unit.kpi.shelf import shelf
from tui_desk.desk.events import SYSTEM, Event
from tui_desk.desk.ticket import FoldMessage
from tui_desk.kpi.measures import Figures, Spread
from tui_desk.kpi.period import read
from tui_desk.kpi.report import report

BEGIN = at("28/04 08:00")
STEPS = ("c", "c", "o", "o", "thanks", "auto", "solve", "solve", "clock", "close", "pending", "open", "spam", "tag", "nobody")

_lives = st.lists(st.tuples(st.integers(0, 14 * 24 * 2), st.sampled_from(STEPS)), max_size=7)
_births = st.tuples(st.integers(0, 40 * 24 * 2), st.sampled_from(["c", "c", "c", "o", "auto"]), st.booleans())


def told(number: int, birth: tuple[int, str, bool], life: list[tuple[int, str]]) -> Story:
    """A story out of half hours and steps."""
    story = Story(f"t{number}")
    moment = BEGIN + birth[0] * 1800
    for wait, step in [(0, birth[1]), *life]:
        moment += wait * 1800
        step_taken(story, moment, step)
    story.events.append(Event(f"{story.key}-o", BEGIN, SYSTEM, story.key, "opened", {"historical": birth[2] and number % 3 == 0}))
    return story


def step_taken(story: Story, moment: int, step: str) -> None:
    kinds = {"c": "inbound", "thanks": "inbound", "auto": "inbound", "o": "outbound", "nobody": "outbound"}
    if step in kinds:
        n = len(story.messages)
        agent = "alice" if n % 2 else "bob"
        more = {"automatic": step == "auto", "thanks": step == "thanks", "to_requester": step != "nobody"}
        story.messages.append(FoldMessage(moment, kinds[step], f"{story.key}-{n}", f"h{story.key}{n}", agent, **more))  # type: ignore[arg-type]
        return
    to = {"solve": "solved", "clock": "solved", "close": "closed"}.get(step, step)
    type, data = ("tag", {"add": ["a", "b"]}) if step == "tag" else ("status", {"to": to})
    agent = SYSTEM if step in ("clock", "close") else "alice"
    story.events.append(Event(f"{story.key}-e{len(story.events)}", moment, agent, story.key, type, data))


_periods = st.sampled_from(
    [
        "2025-04",
        "2025-05",
        "2025-06",
        "2025-05-05..2025-05-11",
        "2025-05-12",
        "2025-04..2025-05",
        "2025",
        "all",
        "month",
        "7d",
        "2024",
    ]
)


@given(st.lists(st.tuples(_births, _lives), max_size=8), _periods, st.integers(0, 60 * 24 * 3600))
@settings(max_examples=150, deadline=None)
def test_every_figure(made: list[tuple[tuple[int, str, bool], list[tuple[int, str]]]], text: str, later: int) -> None:
    stories = [told(number, *each) for number, each in enumerate(made)]
    tickets = [story.ticket(POLICY) for story in stories]
    now = max([BEGIN, *(t.updated_at for t in tickets)]) + later
    with shelf(stories, POLICY) as connection:
        found = report(connection, text, now, CALENDAR, by=("agent", "tag"), compare=False, history=3)
    period = read(text, now, CALENDAR)
    assert plain(found.figures) == reference.figures(tickets, period.begin, period.end, now)
    month = read(found.months[-1].name, now, CALENDAR)
    last = (found.months[-1].created, found.months[-1].solved)
    assert last == reference.month(tickets, month.begin, month.end, now)
    tagged = {group.name: plain(group.figures) for group in found.groups["tag"]}
    for name, figures in tagged.items():
        of = [t for t in tickets if (name in t.tags if name else not t.tags)]
        assert figures == reference.figures(of, period.begin, period.end, now)
    assert sum(group.figures.solved for group in found.groups["agent"]) == found.figures.solved


def spread(of: Spread) -> tuple[float | None, ...]:
    return (of.n, of.mean, of.median, of.p90) if of.n else (0,)


def plain(f: Figures) -> dict[str, object]:
    return {
        "created": f.created,
        "replied": f.response_rate.part,
        "first_resolution": spread(f.first_resolution.cal),
        "first_response": spread(f.first_response.cal),
        "response": spread(f.response.cal),
        "response_biz": spread(f.response.biz),
        "full": spread(f.full_resolution.cal),
        "full_biz": spread(f.full_resolution.biz),
        "net": spread(f.net_resolution.cal),
        "net_biz": spread(f.net_resolution.biz),
        "solved": f.solved,
        "closed_by_clock": f.closed_by_clock,
        "closed_without_reply": f.closed_without_reply,
        "one_touch": f.one_touch.part,
        "fcr": f.fcr.part,
        "fcr_provisional": f.fcr_provisional,
        "reopened": f.reopened.part,
        "reopened_raw": f.reopened_raw,
        "met": f.sla_first_reply.part,
        "breached": f.sla_first_reply.whole - f.sla_first_reply.part,
        "backlog": f.backlog,
        "old": sum(f.backlog_ages[3:]),
        "awaiting": f.awaiting,
    }
