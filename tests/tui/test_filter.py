"""The filter line: found as it is typed, counted, and told what is wrong."""

from __future__ import annotations

from tests.support.tui import console, press, screen_text, settle
from tui_desk.service.desk import Desk


async def type_in(app, pilot, words: str) -> None:  # type: ignore[no-untyped-def]
    """Write into the line and let it look."""
    await pilot.press("/")
    for letter in words:
        await pilot.press({" ": "space", ":": "colon"}.get(letter, letter))
    await settle(app, pilot)


async def test_it_finds_while_it_is_typed(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await type_in(app, pilot, "parcel")
        assert len(app.main.queue.ids) == 1
        assert "1 ticket" in screen_text(app)
        await press(app, pilot, "enter")
        assert app.focused is app.main.queue
        assert "/parcel" in screen_text(app)


async def test_escape_brings_everything_back_to_the_same_ticket(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await type_in(app, pilot, "parcel")
        found = app.current
        await press(app, pilot, "escape")
        assert len(app.main.queue.ids) == 9
        assert found is not None
        assert app.current is not None
        assert app.current.id == found.id


async def test_the_query_language_works_inside_the_view(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await type_in(app, pilot, "from:tom@ohara.example")
        assert [r.requester for r in desk.queue.rows(app.main.queue.ids)] == ["tom@ohara.example"] * 2


async def test_a_filter_that_names_a_state_leaves_the_view(desk: Desk) -> None:
    desk.tickets.solve(["N0PT"])
    async with console(desk) as (app, pilot):
        assert len(app.main.queue.ids) == 8
        await type_in(app, pilot, "is:done")
        assert len(app.main.queue.ids) == 1


async def test_what_is_wrong_is_said_inline_and_the_list_stays(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await pilot.press("/")
        app.main.filter.input.value = "older:soon"  # at once: what is typed slowly finds "older" on its way
        await settle(app, pilot)
        assert "✗" in screen_text(app)
        assert len(app.main.queue.ids) == 9
        await press(app, pilot, "escape")
        assert "✗" not in screen_text(app)


async def test_q_drops_a_kept_filter(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await type_in(app, pilot, "parcel")
        await press(app, pilot, "enter", "q")
        assert len(app.main.queue.ids) == 9
        assert not app.main.filter.display


async def test_nothing_found_says_so(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await type_in(app, pilot, "zzzzqqq")
        assert "0 tickets" in screen_text(app)
        assert app.current is None
        await press(app, pilot, "enter", "e", "r", "j", "G", "o", "y", "w", "v", "space", "*")
        assert app.screen is app.main
