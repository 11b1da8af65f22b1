"""Fast fingers: keys typed before a screen is there go to that screen, never to the tickets below it."""

from __future__ import annotations

import pytest
from textual import events

from tests.support.tui import console, press, settle
from tui_desk.service.desk import Desk
from tui_desk.tui.app import DeskApp


def burst(app: DeskApp, *keys: str) -> None:
    """All at once, as from a paste or a slow line."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_words_after_the_slash_are_the_filters(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "/", "e", "x", "p", "o", "r", "t", "enter")
        await pilot.pause(0.3)
        await settle(app, pilot)
        assert app.main.filter_words == "export"
        assert len(app.main.queue.ids) == 1
        assert {row.status for row in desk.queue.rows(desk.queue.ids("view:all"))} == {"new"}


async def test_the_name_after_a_is_the_agents(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "a", "b", "o", "b")
        await pilot.pause(0.5)
        await press(app, pilot, "enter")
        assert desk.tickets.by_number("N0PT").row.assignee == "bob"
        assert desk.tickets.by_number("N0PT").row.status == "new"


@pytest.mark.parametrize("key", ["r", "c", ":", "?", "t", "y", "w"])
async def test_no_ticket_is_solved_by_an_e_typed_too_soon(desk: Desk, key: str) -> None:
    async with console(desk) as (app, pilot):
        burst(app, key, "e", "e", "!", "A")
        await pilot.pause(0.6)
        await settle(app, pilot)
        rows = desk.queue.rows(desk.queue.ids("view:all"))
        assert {(row.status, row.assignee) for row in rows} == {("new", "")}


async def test_three_solved_in_a_row_are_three_tickets(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "e", "e", "e")
        await press(app, pilot)
        done = [row.number for row in desk.queue.rows(desk.queue.ids("view:all")) if row.status == "solved"]
        assert sorted(done) == sorted(["N0PT", "4P06", "S0B4"])
        assert app.current is not None
        assert app.current.number == "PEN9"


async def test_moves_and_acts_in_one_burst_are_in_order(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "j", "j", "A", "j", "A", "g", "g")
        await press(app, pilot)
        taken = [row.number for row in desk.queue.rows(desk.queue.ids("view:all")) if row.assignee == "alice"]
        assert taken == ["S0B4", "PEN9"]
        assert app.main.queue.cursor == 0
