"""Choosing: one key, a few letters, several at once, a date in words."""

from __future__ import annotations

import pytest
from textual import events

from tests.support.tui import console, press, screen_text, settle
from tests.tui.test_compose import letters
from tui_desk.service.desk import Desk
from tui_desk.service.types import MacroView
from tui_desk.store.rows import QueueRow
from tui_desk.tui.screens.main import MainScreen
from tui_desk.tui.screens.pick import Snooze, TagChange

HOUR = 3600
FIRST = "N0PT"


def row(desk: Desk) -> QueueRow:
    return desk.tickets.by_number(FIRST).row


async def test_a_letter_sets_the_status(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "s", "h")
        assert row(desk).status == "on_hold"
        assert isinstance(app.screen, MainScreen)


async def test_a_letter_sets_the_priority(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "p", "u")
        assert row(desk).priority == "urgent"


async def test_arrows_and_enter_choose_too(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "p", "up", "enter")
        assert row(desk).priority == "high"


async def test_escape_changes_nothing(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "s", "escape", "t", "escape", "a", "escape", "z", "escape")
        assert isinstance(app.screen, MainScreen)
        assert row(desk).status == "new"
        assert desk.reader.last_action("alice") == []


@pytest.mark.parametrize("keys", [("z", "1", "m"), ("s", "o", "s"), ("p", "enter", "enter"), ("a", "enter", "enter", "enter")])
async def test_keys_at_once_choose_once(desk: Desk, keys: tuple[str, ...]) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, keys[0])
        for key in keys[1:]:
            app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await settle(app, pilot)
        assert isinstance(app.screen, MainScreen)
        assert app.screen.is_mounted


async def test_an_agent_is_found_by_letters(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "a", *letters("chl"))
        await press(app, pilot, "enter")
        assert row(desk).assignee == "chloe"
        await press(app, pilot, "k", "a", *letters("nobody"), "enter")
        assert row(desk).assignee == ""


async def test_tags_are_put_on_made_and_taken_off(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "t", *letters("facture"), "enter")
        assert row(desk).tags == ("facture",)
        await press(app, pilot, "t", *letters("vip"), "tab", *letters("fact"), "tab", "enter")
        assert row(desk).tags == ("vip",)


@pytest.mark.parametrize(("keys", "after"), [(["1"], HOUR), (["3"], 3 * HOUR), (["/", *letters("45 min"), "enter"], 2700)])
async def test_snooze(desk: Desk, keys: list[str], after: int) -> None:
    from tui_desk import clock

    async with console(desk) as (app, pilot):
        await press(app, pilot, "z", *keys)
        assert row(desk).snoozed_until == clock.now() + after


async def test_snooze_shows_what_the_words_mean_and_refuses_what_means_nothing(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "z", "/", *letters("demain 14h30"))
        assert "Tue 22 Sep, 14:30" in screen_text(app)
        await press(app, pilot, "ctrl+u", *letters("blah"), "enter")
        assert not isinstance(app.screen, MainScreen)
        assert row(desk).snoozed_until is None


async def test_the_selection_is_counted_in_the_title(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "space", "space", "s")
        assert "Status · 2 tickets" in screen_text(app)
        await press(app, pilot, "p")
        assert [desk.tickets.by_number(n).row.status for n in (FIRST, "4P06")] == ["pending", "pending"]


async def test_a_theme_is_seen_while_the_cursor_is_on_it_and_given_up_with_escape(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        before = app.theme
        await press(app, pilot, "g", "t", "down")
        assert app.theme != before
        await press(app, pilot, "escape")
        assert app.theme == before
        await press(app, pilot, "g", "t", "down", "enter")
        assert app.theme != before


async def test_the_number_is_copied(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "y", "n")
        assert app.clipboard == f"#{FIRST}"
        await press(app, pilot, "y", "a")
        assert app.clipboard == "amelie@atelier.example"


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (300, 100)])
async def test_every_choice_can_be_reached_at_every_size(desk: Desk, size: tuple[int, int]) -> None:
    async with console(desk, size) as (app, pilot):
        await press(app, pilot, "s", *["down"] * 6)
        assert "spam" in screen_text(app)
        await press(app, pilot, "enter")
        assert row(desk).status == "spam"


async def test_two_thousand_five_hundred_macros_are_searched(desk: Desk) -> None:
    from tui_desk.tui.screens.picker import Choice, PickScreen

    macros = [MacroView(f"m{i}", f"Macro number {i} about parcels", "en", (), "") for i in range(2500)]
    async with console(desk) as (app, pilot):
        chosen: list[str | None] = []
        screen = PickScreen("Macros", [Choice(m.id, m.title) for m in macros], lambda values: values[0])
        await app.push_screen(screen, chosen.append)
        await press(app, pilot, *letters("2417 par"))
        assert "Macro number 2417" in screen_text(app)
        await press(app, pilot, "enter")
        assert chosen == ["m2417"]


async def test_words_from_outside_are_text_in_a_picker(desk: Desk) -> None:
    from tui_desk.tui.screens import pick

    async with console(desk) as (app, pilot):
        await app.push_screen(pick.assign(["[red]bob[/red]\x1b[31m", "eve\u202e"], "alice", ""))
        await press(app, pilot)
        shown = screen_text(app)
        assert "[red]bob[/red]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_what_tags_and_snoozes_say() -> None:
    assert TagChange(("a",), ()).add == ("a",)
    assert Snooze(None).until is None
