"""Recipients are completed from the people the desk knows."""

from __future__ import annotations

import pytest

from tests.support.tui import console, press, until
from tui_desk.service.desk import Desk
from tui_desk.tui.widgets.people import PeopleInput, completed

KNOWN = [("Amélie Roux", "amelie@atelier.example"), ("Roux, Paul", "paul@roux.example"), ("", "bare@x.example")]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("am", "Amélie Roux <amelie@atelier.example>"),
        ("AMELIE@", "amelie@atelier.example"),
        ("x@y.example, pau", "x@y.example, paul@roux.example"),
        ("x@y.example; ba", "x@y.example; bare@x.example"),
        ("zoe", None),
        ("bare@x.example", None),
        ("", None),
        ("am, ", None),
    ],
)
def test_what_is_offered(typed: str, line: str | None) -> None:
    assert completed(typed, KNOWN) == line


def test_the_store_finds_people_by_name_and_address(desk: Desk) -> None:
    assert desk.tickets.contacts("amelie") == [("Amélie Roux", "amelie@atelier.example")]
    assert desk.tickets.contacts("ROU") == [("Amélie Roux", "amelie@atelier.example")]
    assert desk.tickets.contacts("ødeg") == desk.tickets.contacts("odeg") == [("Ingrid Ødegård", "ingrid@fjord.example")]
    assert desk.tickets.contacts("elie") == []
    assert desk.tickets.contacts("%") == desk.tickets.contacts("_") == desk.tickets.contacts(" ") == []
    assert len(desk.tickets.contacts("t", limit=1)) == 1


async def test_tab_takes_the_offer(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "f")
        to = app.screen.query_one("#to", PeopleInput)
        assert to.has_focus
        await press(app, pilot, *"priya")
        await until(pilot, lambda: to._suggestion)
        await press(app, pilot, "tab")
        assert to.value == "Priya Natarajan <priya@northwind.example>"
        assert to.has_focus
        await press(app, pilot, "tab")
        assert not to.has_focus
