"""The queue as a window: only what is seen is read and drawn."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from tests.support.tui import console, press, until
from tui_desk import text
from tui_desk.desk.ticket import FAR_FUTURE, PRIORITIES, STATUSES
from tui_desk.service.desk import Desk
from tui_desk.store.rows import QueueRow
from tui_desk.tui.app import DeskApp
from tui_desk.tui.widgets import columns
from tui_desk.tui.widgets.queue import KEPT_PAGES, PAGE
from tui_desk.tui.widgets.tokens import Inks

NOW = 1_790_000_000


def ticket(id: int, **changes: Any) -> QueueRow:
    """A row."""
    given: dict[str, Any] = {
        "subject": f"Subject {id}", "requester": "a@b.example", "requester_name": "A B", "status": "open", "priority": "normal",
        "type": "", "assignee": "", "tags": (), "created_at": NOW - 99, "updated_at": NOW - 99, "due_at": FAR_FUTURE,
        "waiting_since": None, "snoozed_until": None, "messages": 1, "attachments": 0,
    } | changes  # fmt: skip
    return QueueRow(id, f"N{id}", **given)


class Asked:
    """A store of rows that remembers what it was asked for."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, ids: Sequence[int]) -> list[QueueRow]:
        self.calls.append(len(ids))
        return [ticket(id) for id in ids]


async def test_a_hundred_thousand_tickets_are_read_by_the_page(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        queue, asked = app.main.queue, Asked()
        queue._fetch = asked
        queue.show_ids(array("q", range(1, 100_001)))
        await press(app, pilot)
        assert asked.calls == [PAGE]
        queue.move_to(99_999)
        await press(app, pilot)
        assert len(asked.calls) <= 3
        assert app.current is not None
        assert app.current.id == 100_000


async def test_pages_read_are_let_go_again(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        queue = app.main.queue
        queue._fetch = Asked()
        queue.show_ids(array("q", range(1, 100_001)))
        for n in range(0, 60 * PAGE, PAGE):
            queue.row(n)
        assert len(queue._pages) <= KEPT_PAGES
        await press(app, pilot)


def drawn(app: DeskApp, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines of the queue that are drawn from now on."""
    lines: list[int] = []
    draw = app.main.queue.render_line

    def noted(y: int) -> Strip:
        lines.append(y)
        return draw(y)

    monkeypatch.setattr(app.main.queue, "render_line", noted)
    return lines


async def test_a_key_draws_two_lines(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(desk) as (app, pilot):
        lines = drawn(app, monkeypatch)
        await pilot.press("j")
        await pilot.pause(0.05)
        assert sorted(set(lines)) == [1, 2]


async def test_tickets_that_come_draw_only_the_lines_that_are_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a first sync runs, the list is read again every other second."""
    async with console(desk) as (app, pilot):
        queue, asked = app.main.queue, Asked()
        queue._fetch = asked
        ids = array("q", range(1, 5_001))
        queue.show_ids(ids)
        queue.move_to(3)
        await press(app, pilot)
        lines, more = drawn(app, monkeypatch), array("q", [*ids, *range(6_000, 7_000)])
        layouts: list[None] = []
        monkeypatch.setattr(queue.screen, "_refresh_layout", lambda *_a, **_k: layouts.append(None))
        asked.calls.clear()
        queue.show_ids(more, keep=4, rows=asked(queue.wanted(more, 4)))
        app.main.title_queue()
        await pilot.pause(0.1)
        assert (lines, layouts, asked.calls) == ([], [], [PAGE])
        assert queue.vertical_scrollbar.window_virtual_size == queue.virtual_size.height == len(more) + 1

        changed = {5: ticket(5, subject="Another subject")}
        queue.reread([changed.get(id, ticket(id)) for id in queue.wanted(more, 4)])
        await until(pilot, lambda: lines)
        assert set(lines) == {5}


async def test_a_row_that_is_another_is_drawn_as_it_is_now(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        queue = app.main.queue
        queue._fetch = Asked()
        queue.show_ids(array("q", [5, 6]))
        await press(app, pilot)
        assert "Subject 6" in queue.render_line(2).text
        queue.reread([ticket(5), ticket(6, subject="Another subject")])
        assert "Another subject" in queue.render_line(2).text


async def test_the_cursor_stays_on_its_ticket_when_others_come(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        queue = app.main.queue
        queue._fetch = Asked()
        queue.show_ids(array("q", [5, 6, 7, 8]))
        queue.move_to(2)
        queue.show_ids(array("q", [1, 2, 5, 6, 7, 8]), keep=7)
        assert queue.cursor == 4
        queue.show_ids(array("q", [1, 2, 5, 6]), keep=7)
        assert queue.cursor == 3
        queue.show_ids(array("q", []), keep=7)
        assert queue.cursor == 0
        assert queue.current is None
        await press(app, pilot)


words = st.text(max_size=60)


@given(
    st.builds(
        ticket,
        st.integers(1, 9),
        subject=words,
        requester_name=words,
        status=st.sampled_from(STATUSES),
        priority=st.sampled_from(PRIORITIES),
        assignee=words,
        tags=st.lists(words, max_size=3).map(tuple),
        due_at=st.integers(NOW - 10**9, FAR_FUTURE),
        updated_at=st.integers(0, NOW),
        messages=st.integers(0, 5000),
        attachments=st.integers(0, 3),
        snoozed_until=st.none() | st.just(NOW + 5),
    ),
    st.integers(34, 200),
)
def test_a_line_is_as_wide_as_its_place_whatever_is_in_it(row: QueueRow, cells: int) -> None:
    parts = columns.line(row, columns.layout(cells), Inks({}), NOW, cursor=True, picked=True, focused=True)
    assert sum(text.width(part.text) for part in parts) == cells


def test_wide_letters_keep_the_columns() -> None:
    def cells(row: QueueRow) -> list[int]:
        parts = columns.line(row, columns.layout(100), Inks({}), NOW, cursor=False, picked=False, focused=False)
        return [text.width(part.text) for part in parts]

    assert cells(ticket(1, subject="配送先の変更をお願いします" * 9, requester_name="山田 太郎" * 9)) == cells(ticket(1))
