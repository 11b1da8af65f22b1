"""Older mail in the console: it comes beside watching, the status line counts it, a key lets it wait."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.tui import NOW, console, make_desk, press, screen_text, settings
from tests.tui.test_following import until
from tui_desk.tui import commands


def letter(n: int) -> bytes:
    return (
        f"From: Old {n} <old{n}@example.org>\r\nTo: support@acme.test\r\nSubject: Long ago {n}\r\n"
        f"Message-ID: <old{n}@example.org>\r\n\r\nHello\r\n"
    ).encode()


async def test_a_key_lets_older_mail_wait_and_come_again(tmp_path: Path, still: None) -> None:
    chosen = settings()
    desk, server = make_desk(tmp_path / "d", replace(chosen, sync=replace(chosen.sync, window=1)))
    for n in range(6):
        server.deliver(letter(n), at=NOW - (200 + 40 * n) * 86_400)
    desk.mailbox.pause_history(True)
    async with console(desk) as (app, pilot):
        await until(app, pilot, lambda: "6 older mails to come (paused)" in screen_text(app))
        await press(app, pilot, "g", "h")
        await until(app, pilot, lambda: desk.mailbox.history().to_come == 0)
        await until(app, pilot, lambda: "older mail" not in screen_text(app).splitlines()[-2])
        assert len(desk.queue.ids("subject:long")) == 6
        await press(app, pilot, "g", "h")
        await until(app, pilot, lambda: desk.mailbox.history().paused)
    desk.close()


async def test_the_line_lets_older_mail_wait(tmp_path: Path, still: None) -> None:
    desk, _server = make_desk(tmp_path / "d")
    async with console(desk) as (app, pilot):
        for word, paused in (("pause", True), ("resume", False)):
            commands.run(app, f"history {word}")
            await until(app, pilot, lambda paused=paused: desk.mailbox.history().paused == paused)  # type: ignore[misc]
    desk.close()
