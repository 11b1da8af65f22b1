"""What a day on a real mailbox brought up."""

from __future__ import annotations

from pathlib import Path

from tests.support.tui import console, letter, make_desk, press, screen_text
from tests.tui.test_filter import type_in
from tui_desk.service.desk import Desk


async def test_the_cursor_is_in_sight_when_the_filter_goes(tmp_path: Path, still: None) -> None:
    more = [letter(("Zoé", f"zoe{n}@many.example"), f"Number {n}", "hello", age=60 - n, id=f"many{n}") for n in range(40)]
    desk, _server = make_desk(tmp_path / "many", more=more)
    desk.mailbox.sync()
    async with console(desk, size=(120, 40)) as (app, pilot):
        await press(app, pilot, "G")
        last = app.current
        assert last is not None
        await press(app, pilot, "g", "g")
        await type_in(app, pilot, last.requester.split("@")[0])
        await press(app, pilot, "enter")
        assert app.current == last
        await press(app, pilot, "escape")
        assert app.current == last
        queue = app.main.queue
        assert 0 <= queue.cursor - round(queue.scroll_y) < queue.page_lines
    desk.close()


async def test_a_filter_that_finds_nothing_is_no_finished_work(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await type_in(app, pilot, "zzzzqqq")
        assert "Well done" not in screen_text(app)
        assert "No ticket is found so" in screen_text(app)
