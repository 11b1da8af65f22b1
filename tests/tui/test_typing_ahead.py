"""Fast fingers: keys typed before a screen is there go to that screen, never to the tickets below it."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.support.tui import console, press, settle, until
from tui_desk.service.desk import Desk
from tui_desk.tui import console as console_module
from tui_desk.tui.app import DeskApp
from tui_desk.tui.screens.composing import ComposeScreen
from tui_desk.tui.widgets.editor import Editor


def burst(app: DeskApp, *keys: str) -> None:
    """All at once, as from a paste or a slow line."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def _typed(app: DeskApp) -> str:
    """What the menu's line holds, "" while there is none."""
    return app.screen.query_one("#pick-words", Input).value if app.screen.query("#pick-words") else ""


async def test_words_after_the_slash_are_the_filters(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "/", "e", "x", "p", "o", "r", "t", "enter")
        await until(pilot, lambda: app.main.filter_words == "export" and app.main.queue.has_focus)
        await settle(app, pilot)
        assert len(app.main.queue.ids) == 1
        assert {row.status for row in desk.queue.rows(desk.queue.ids("view:all"))} == {"new"}


async def test_keys_after_the_filter_act_on_what_it_found(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "/", *"export", "enter", "e", "j")
        await until(pilot, lambda: desk.queue.ids("status:solved"))
        await press(app, pilot)
        assert app.main.filter_words == "export"
        assert [row.subject for row in desk.queue.rows(desk.queue.ids("status:solved"))] == ["Export is empty"]


async def test_keys_after_escape_act_on_the_ticket_under_the_cursor(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "/", *"zzz", "escape", "j", "A")
        await until(pilot, lambda: desk.queue.ids("assignee:alice"))
        await press(app, pilot)
        assert app.main.filter_words == ""
        assert len(app.main.queue.ids) > 5
        assert len(desk.queue.ids("assignee:alice")) == 1


async def test_the_name_after_a_is_the_agents(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        burst(app, "a", "b", "o", "b")
        await until(pilot, lambda: _typed(app) == "bob")
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


async def test_letters_typed_before_the_text_has_the_focus_are_its(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    focus, waiting = Editor.focus, []

    def late(self: Editor, scroll_visible: bool = True) -> Editor:
        waiting.append(self)
        return self

    monkeypatch.setattr(Editor, "focus", late)
    monkeypatch.setattr(console_module, "FOCUS_SECONDS", 60.0)
    async with console(desk) as (app, pilot):
        burst(app, "r")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen) and bool(waiting))
        burst(app, *"Bonjour")
        await until(pilot, lambda: len(app._early) == 7)
        [editor] = waiting
        focus(editor)
        await until(pilot, lambda: editor.text == "Bonjour")
