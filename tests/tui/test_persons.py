"""Addresses of one person, merged and parted in the console."""

from __future__ import annotations

from tests.support.tui import console, press, screen_text, settle
from tui_desk.service.desk import Desk
from tui_desk.tui.screens.confirm import ConfirmScreen
from tui_desk.tui.screens.main import MainScreen

AMELIE, TOM = "amelie@atelier.example", "tom@ohara.example"


def of(desk: Desk, email: str) -> int:
    """How many tickets the query finds."""
    return len(desk.queue.ids(f"from:{email}"))


async def test_one_person_after_a_question_and_two_again_after_undo(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        assert app.current is not None
        asked = app.current.requester
        other = TOM if asked != TOM else AMELIE
        before = of(desk, asked), of(desk, other)
        await press(app, pilot, "P", *other.partition("@")[0], "enter")
        assert isinstance(app.screen, ConfirmScreen)
        assert [address for address in (asked, other) if address not in screen_text(app)] == []
        await press(app, pilot, "escape")
        assert (of(desk, asked), of(desk, other)) == before
        await press(app, pilot, "P", *other.partition("@")[0], "enter", "enter")
        assert isinstance(app.screen, MainScreen)
        assert of(desk, asked) == of(desk, other) == sum(before)
        assert "2 addresses" in screen_text(app)
        assert other in screen_text(app)  # the side bar tells it
        await press(app, pilot, "u")
        assert (of(desk, asked), of(desk, other)) == before


async def test_what_was_merged_is_parted_where_it_was_merged(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        assert app.current is not None
        asked = app.current.requester
        other = TOM if asked != TOM else AMELIE
        desk.contacts.merge(asked, [other])
        await press(app, pilot, "P")
        assert "part again" in screen_text(app)
        await press(app, pilot, "enter")
        assert desk.tickets.contact(asked).others == ()
        assert "a person of its own again" in screen_text(app)


async def test_the_line_speaks_as_the_shell_does(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ":", *f"contacts merge {AMELIE} {TOM}", "enter", "enter")
        assert desk.tickets.contact(AMELIE).others == (TOM,)
        await press(app, pilot, ":", *f"contacts unmerge {TOM}", "enter")
        assert desk.tickets.contact(AMELIE).others == ()
        await press(app, pilot, ":", *"contacts merge", "enter")
        assert "contacts [merge ADDRESS OTHER" in screen_text(app)
        await press(app, pilot, ":", *"contacts merge a@x.example nobody@x.example", "enter", "enter")
        await settle(app, pilot)
        assert "has written yet" in screen_text(app)
