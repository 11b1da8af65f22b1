"""Nothing in a mail reaches the terminal as anything but letters."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest
from rich.console import Console

from tests.support.tui import EVIL, console, copy_of, letter, make_desk, press, screen_text
from tui_desk.service.desk import Desk
from tui_desk.tui.app import DeskApp

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def drawn(app: DeskApp) -> str:
    """Every letter on the screen."""
    return screen_text(app)


async def test_a_hostile_subject_and_body_are_drawn_as_letters(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "j", "j", "j")
        text = drawn(app)
        assert "[/bold]" in text
        assert "[red]not red[/red]" in text
        assert OBEYED.findall(text.replace("\n", "")) == []
        await press(app, pilot, "enter", "l")
        assert OBEYED.findall(drawn(app).replace("\n", "")) == []


async def test_hostile_words_in_notices(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        app.say(EVIL, wrong=True)
        await press(app, pilot)
        text = drawn(app)
        assert "[/bold]" in text
        assert OBEYED.findall(text.replace("\n", "")) == []


@pytest.mark.parametrize("name", ["[bold]Evil[/bold] \x1b[31m", "\u202eevil\u202c", "a" * 4000, "👩‍👩‍👧‍👦" * 50])
async def test_hostile_names_and_file_names(letters_store: Path, tmp_path: Path, still: None, name: str) -> None:
    raw = letter(("X", "x@evil.example"), "Re: hi", "text", age=60, id="z1", file=("../../[/b]\x1b[31mx.pdf", b"x"))
    word = base64.b64encode(name.encode()).decode()
    lines = [
        line if not line.startswith(b"From:") else f"From: =?utf-8?B?{word}?= <x@evil.example>".encode()
        for line in raw.splitlines()
    ]
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"), more=[b"\r\n".join(lines)])
    desk.mailbox.sync()
    async with console(desk) as (app, pilot):
        await press(app, pilot, "G", "enter")
        text = drawn(app)
        assert OBEYED.findall(text.replace("\n", "").replace("\u200d", "")) == []
        assert app.current is not None
        assert app.current.subject == "Re: hi"
    desk.close()


async def test_what_is_written_to_the_terminal_holds_no_sequence_of_the_mails(desk: Desk) -> None:
    """The bytes of a full repaint: no OSC, no C1, nothing but Textual's own colours and moves."""
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "j", "j", "j", "enter")
        out = Console(file=open(os.devnull, "w"), force_terminal=True, color_system="truecolor", width=160)  # noqa: SIM115
        update = app.screen._compositor.render_full_update()
        written = update.render_segments(out)
        out.file.close()
        assert "\x1b]52" not in written
        assert "\x9b" not in written
        assert re.sub(r"\x1b\[[0-9;]*[mH]", "", written).count("\x1b") == 0


async def test_a_doubtful_sender_is_told_beside_the_name_and_on_the_card(
    letters_store: Path, tmp_path: Path, still: None
) -> None:
    raw = b"Reply-To: pay@evil.example\nAuthentication-Results: mx.acme.test; dmarc=fail\n"
    raw += letter(("Acme billing", "support@acrne.test"), "Your invoice", "Pay here.", age=60, id="z2")
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"), more=[raw])
    desk.mailbox.sync()
    async with console(desk) as (app, pilot):
        await press(app, pilot, "G", "enter")
        text = drawn(app)
        for doubt in ("▲ DMARC fails", "▲ acrne.test is not acme.test", "▲ An answer goes to"):
            assert text.count(doubt) == 2, doubt
