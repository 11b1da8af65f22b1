"""What is seen at each size: text pictures kept in golden/ (made again with UPDATE_GOLDEN=1), and live resizing."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.tui import console, press, screen_text, until
from tui_desk.service.desk import Desk
from tui_desk.text import width
from tui_desk.tui.app import DeskApp
from tui_desk.tui.widgets.columns import layout

GOLDEN = Path(__file__).parent / "golden"
SIZES = [(60, 15), (80, 24), (120, 40), (200, 60)]


async def compare(app: DeskApp, pilot: Pilot[int], name: str) -> None:
    """The picture is as it was, but for the shipped macros and the version."""
    app.main.macros.show("", [])
    await pilot.pause()
    await until(pilot, lambda: "mail fetched yet" not in screen_text(app))
    text = re.sub(r"TUI Desk \d+\.\d+\.\d+\w*", "TUI Desk 0.1.0", screen_text(app))
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", SIZES)
async def test_the_picture_at_each_size(desk: Desk, size: tuple[int, int]) -> None:
    async with console(desk, size) as (app, pilot):
        await press(app, pilot, "j", "space", "k")
        await compare(app, pilot, f"queue-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES)
async def test_the_thread_at_each_size(desk: Desk, size: tuple[int, int]) -> None:
    async with console(desk, size) as (app, pilot):
        await press(app, pilot, "enter")
        await compare(app, pilot, f"thread-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [*SIZES, (20, 5), (40, 10), (79, 20), (119, 19), (300, 100)])
async def test_nothing_breaks_and_the_cursor_is_seen(desk: Desk, size: tuple[int, int]) -> None:
    async with console(desk, size) as (app, pilot):
        for keys in (["G"], ["enter"], ["l"], ["g", "v"], ["l"], ["/"], ["escape"]):
            await press(app, pilot, *keys)
            lines = screen_text(app).split("\n")
            assert len(lines) == size[1]
            assert all(width(line) <= size[0] for line in lines)
            assert app.focused is not None


@pytest.mark.parametrize(
    ("size", "panes"),
    [
        ((60, 15), ["queue"]),
        ((79, 40), ["queue"]),
        ((80, 24), ["queue", "thread"]),
        ((119, 30), ["queue", "thread"]),
        ((120, 40), ["views", "queue", "thread", "ticket"]),
        ((300, 100), ["views", "queue", "thread", "ticket"]),
        ((160, 15), ["views", "queue", "ticket"]),
    ],
)
async def test_which_panes_are_seen(desk: Desk, size: tuple[int, int], panes: list[str]) -> None:
    async with console(desk, size) as (app, _pilot):
        seen = [name for name in ("views", "queue", "thread", "ticket") if app.main.query_one(f"#{name}").is_on_screen]
        assert seen == panes


async def test_one_pane_at_a_time_when_it_is_narrow(desk: Desk) -> None:
    async with console(desk, (60, 20)) as (app, pilot):
        for key, pane in (("l", "thread"), ("l", "ticket"), ("h", "thread"), ("h", "queue"), ("h", "views"), ("l", "queue")):
            await press(app, pilot, key)
            seen = [name for name in ("views", "queue", "thread", "ticket") if app.main.query_one(f"#{name}").is_on_screen]
            assert seen == [pane]


async def test_resizing_live_keeps_ticket_and_focus(desk: Desk) -> None:
    async with console(desk, (200, 60)) as (app, pilot):
        await press(app, pilot, "j", "j", "enter")
        before = app.current
        for size in [(60, 15), (100, 30), (300, 100), (20, 5), (160, 45)]:
            await pilot.resize_terminal(*size)
            await press(app, pilot)
            assert app.current == before
            assert app.focused is app.main.thread
            assert app.main.thread.is_on_screen


def test_the_columns_fill_the_width_exactly() -> None:
    for cells in range(30, 320):
        shape = layout(cells)
        assert sum(getattr(shape, name) for name in shape.__slots__) == cells
