"""Every key of the main screen does what the help says, on a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tui import console, copy_of, make_desk, press, screen_text, settings
from tui_desk.service.desk import Desk
from tui_desk.tui import actions
from tui_desk.tui.app import DeskApp
from tui_desk.tui.widgets.card import MessageCard

ORDER = ["N0PT", "4P06", "S0B4", "PEN9", "3ZMG", "V0YK", "EE67", "GAYW", "VHW7"]


def at(app: DeskApp) -> str:
    """The number under the cursor."""
    assert app.current is not None
    return app.current.number


def row(desk: Desk, number: str):  # type: ignore[no-untyped-def]
    """A ticket as the store has it."""
    return desk.tickets.by_number(number).row


async def test_first_screen_shows_the_queue_in_order(desk: Desk) -> None:
    async with console(desk) as (app, _pilot):
        assert [r.number for r in desk.queue.rows(app.main.queue.ids)] == ORDER
        assert at(app) == ORDER[0]
        assert app.main.thread.ticket == app.current.id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["j"], 1),
        (["down", "j"], 2),
        (["j", "j", "k"], 1),
        (["j", "up"], 0),
        (["G"], 8),
        (["end"], 8),
        (["G", "g", "g"], 0),
        (["G", "home"], 0),
        (["ctrl+d"], 7),
        (["pagedown"], 7),
        (["G", "ctrl+u"], 1),
        (["G", "pageup"], 1),
        (["n", "n"], 2),
        (["n", "n", "N"], 1),
        (["k"], 0),
        (["G", "j"], 8),
    ],
)
async def test_the_cursor_moves(desk: Desk, keys: list[str], expected: int) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, *keys)
        assert app.main.queue.cursor == expected
        assert app.main.thread.ticket == app.current.id  # type: ignore[union-attr]


async def test_in_and_out_walk_the_panes(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        seen = []
        for key in ("l", "l", "l", "h", "h", "h", "h", "l"):
            await press(app, pilot, key)
            seen.append(app.main.pane)
        assert seen == ["thread", "ticket", "ticket", "thread", "queue", "views", "views", "queue"]


async def test_tab_goes_round_what_is_seen(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        seen = []
        for key in ("tab", "tab", "tab", "tab", "shift+tab"):
            await press(app, pilot, key)
            seen.append(app.main.pane)
        assert seen == ["thread", "ticket", "views", "queue", "views"]


async def test_enter_opens_and_q_goes_back(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "enter")
        assert app.main.thread.has_focus
        await press(app, pilot, "q")
        assert app.main.queue.has_focus


async def test_enter_unfolds_quotes_in_the_thread(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "enter")
        assert "quoted" in screen_text(app)
        assert "pouvez-vous" not in screen_text(app)
        await press(app, pilot, "enter")
        assert "pouvez-vous" in screen_text(app)
        await press(app, pilot, "enter")
        assert "pouvez-vous" not in screen_text(app)


async def test_j_and_k_walk_the_cards_of_a_thread(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "enter")
        thread = app.main.thread
        assert [card.sheet.kind for card in thread.cards] == ["inbound", "inbound"]
        assert thread.index == 1
        await press(app, pilot, "k")
        assert thread.index == 0
        await press(app, pilot, "G")
        assert thread.index == 1
        assert app.main.queue.cursor == 0


async def test_next_hit_keeps_reading(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "enter", "n")
        assert app.focused is app.main.thread
        assert at(app) == ORDER[1]
        assert "status.example" in screen_text(app)


async def test_select_range_and_all(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "space", "x")
        assert app.picked == (ORDER[0], ORDER[1])
        await press(app, pilot, "escape", "V", "j", "j", "k")
        assert app.picked == (ORDER[2], ORDER[3])
        assert "2 selected" in screen_text(app)
        await press(app, pilot, "q", "*")
        assert sorted(app.picked) == sorted(ORDER)
        await press(app, pilot, "*")
        assert app.main.queue.picked == {}


async def test_solve_goes_on_to_the_next(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "e")
        assert row(desk, ORDER[1]).status == "solved"
        assert at(app) == ORDER[2]


async def test_undo_brings_it_back(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "e")
        await press(app, pilot, "u")
        assert row(desk, ORDER[0]).status == "new"


async def test_take_stays_on_the_ticket(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "A")
        assert row(desk, ORDER[0]).assignee == "alice"
        assert at(app) == ORDER[0]


async def test_repeat_does_it_again_elsewhere(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "A", "j", ".")
        assert row(desk, ORDER[1]).assignee == "alice"


async def test_repeat_without_a_first_time_says_so(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, ".")
        assert "nothing to repeat" in screen_text(app)


async def test_bulk_acts_on_the_selection(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "space", "space", "space", "e")
        assert [row(desk, number).status for number in ORDER[:4]] == ["solved", "solved", "solved", "new"]
        assert "3 tickets changed" in screen_text(app)
        assert at(app) == ORDER[3]
        await press(app, pilot, "u")
        assert [row(desk, number).status for number in ORDER[:3]] == ["new", "new", "new"]


async def test_spam_leaves_the_queue(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "!")
        assert row(desk, ORDER[0]).status == "spam"
        assert len(app.main.queue.ids) == 8


async def test_priority_and_status_by_two_keys(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "p", "u")
        assert row(desk, ORDER[0]).priority == "urgent"
        await press(app, pilot, "s", "p")
        assert row(desk, ORDER[0]).status == "pending"


async def test_a_ticket_is_triaged_in_four_keys(desk: Desk) -> None:
    """Taken, made urgent, and on to the next one."""
    async with console(desk) as (app, pilot):
        await press(app, pilot, "A", "p", "u", "j")
        done = row(desk, ORDER[0])
        assert (done.assignee, done.priority) == ("alice", "urgent")


async def test_assign_asks_and_snooze_asks(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "a")
        await pilot.press("b", "o", "b", "enter")
        await press(app, pilot)
        assert row(desk, ORDER[0]).assignee == "bob"
        await press(app, pilot, "z")
        await pilot.press("t")
        await press(app, pilot)
        assert any(row(desk, number).snoozed_until for number in ORDER)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["?"], "Help"),
        (["g", "o"], "Outbox"),
        (["g", "d"], "Figures"),
        (["v"], "Raw"),
        (["w"], "Why"),
        ([":"], "CommandLine"),
        (["ctrl+p"], "PickScreen"),
        (["r"], "ComposeScreen"),
        (["R"], "ComposeScreen"),
        (["f"], "ComposeScreen"),
        (["c"], "ComposeScreen"),
        (["y"], "PickScreen"),
        (["t"], "PickScreen"),
        (["g", "t"], "PickScreen"),
    ],
)
async def test_keys_open_screens(desk: Desk, keys: list[str], name: str) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, *keys)
        assert type(app.screen).__name__ == name


async def test_open_attachment_says_when_there_is_none(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "o")
        assert "No attachments" in screen_text(app)


async def test_a_sequence_shows_what_may_follow_and_can_be_left(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await pilot.press("g")
        await pilot.pause()
        last = screen_text(app).splitlines()[-1]
        assert "g …" in last
        assert "Dashboard" in last
        await press(app, pilot, "escape")
        assert app.screen is app.main
        assert "g …" not in screen_text(app)


async def test_go_views_and_choose_one(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "A", "g", "v")
        assert app.main.pane == "views"
        await press(app, pilot, "k", "k", "k", "enter")
        assert app.main.views.shown == "mine"
        assert len(app.main.queue.ids) == 1
        assert app.main.pane == "queue"


async def test_quit(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert not app.is_running or app.return_code == 0


async def test_macros_get_the_keys_and_give_them_back(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "m")
        assert app.main.macros.has_focus or app.main.macros.has_focus_within
        await press(app, pilot, "escape")
        assert app.main.pane == "queue"
        assert app.focused is app.main.queue


async def test_every_action_of_the_main_screen_has_a_key() -> None:
    assert [a.id for a in actions.MAIN if not a.keys] == []
    assert len({a.id for a in actions.REGISTRY}) == len(actions.REGISTRY)


@pytest.mark.parametrize(("setting", "expected"), [("next", ORDER[2]), ("stay", ORDER[2]), ("list", ORDER[2])])
async def test_after_an_action_by_setting(letters_store: Path, tmp_path: Path, still: None, setting: str, expected: str) -> None:
    """A solved ticket leaves the view, so the next one comes up; "list" leaves the thread too."""
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"), settings(after_action=setting))
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "enter", "e")
        assert at(app) == expected
        assert app.main.pane == ("queue" if setting == "list" else "thread")
    desk.close()


async def test_a_click_moves_the_cursor_and_a_double_click_opens(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await pilot.click("#queue", offset=(10, 4))
        await press(app, pilot)
        assert app.main.queue.cursor == 3
        await pilot.click("#queue", offset=(10, 5), times=2)
        await press(app, pilot)
        assert app.main.pane == "thread"
        assert app.main.query(MessageCard)


async def test_reading_begins_at_what_the_customer_said_last(desk: Desk) -> None:
    desk.tickets.note("N0PT", "asked the bank")
    async with console(desk) as (app, _pilot):
        assert app.current is not None
        assert app.current.number == "N0PT"
        thread = app.main.thread
        assert [card.sheet.kind for card in thread.cards] == ["inbound", "inbound", "note"]
        assert thread.index == 1
        assert thread.card is not None
        assert thread.card.virtual_region.y >= thread.scroll_y
