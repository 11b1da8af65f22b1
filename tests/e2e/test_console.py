"""The console as a program in a real terminal, on the sample mailbox."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tui_desk.service.desk import Desk

CONSOLE = [sys.executable, "-m", "tui_desk"]


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """A home with the sample desk as profile "demo"."""
    Desk.demo(tmp_path).close()
    return {"TUI_DESK_HOME": str(tmp_path), "TUI_DESK_PROFILE": "demo", "TUI_DESK_LANGUAGE": "en", "LANG": "C.UTF-8"}


def test_a_morning_in_a_terminal(world: dict[str, str]) -> None:
    with Terminal(CONSOLE, env=world) as term:
        term.wait(r"All open · \d+")
        term.wait("watching|idle")
        before = int(re.search(r"All open · (\d+)", term.text)[1])  # type: ignore[index]
        term.send("j")
        term.send("e")
        term.wait(rf"All open · {before - 1}\b")
        term.wait("takes it back")
        term.send("u")
        term.wait(rf"All open · {before}\b")
        term.send("/")
        term.send("tag:outage")
        term.wait(r"\d+ tickets?")
        term.send("\x1b")
        term.wait(rf"All open · {before}\b")
        term.resize(60, 15)
        term.wait("Subject")
        term.send("\r")
        term.wait("[←→✎] ")
        term.resize(160, 45)
        term.wait("Requester")
        term.send("\x11")
        assert term.end() == 0
        assert b"\x1b[?1049l" in term.raw, "the terminal gets its own screen back"
        assert b"Traceback" not in term.raw


def test_no_color_sends_none(world: dict[str, str]) -> None:
    with Terminal(CONSOLE, env=world | {"NO_COLOR": "1"}) as term:
        term.wait(r"All open · \d+")
        term.send("j")
        term.wait("Requester")
        term.send("\x11")
        assert term.end() == 0
        colored = [
            s
            for s in re.findall(rb"\x1b\[([0-9;]*)m", term.raw)
            if re.search(rb"(^|;)([34]8|3[0-7]|4[0-7]|9[0-7]|10[0-7])(;|$)", s)
        ]
        assert colored == []


def test_nothing_of_a_mail_is_obeyed_by_the_terminal(world: dict[str, str]) -> None:
    """The sample mailbox holds letters that try; every OSC, DCS and C1 byte of the stream would be theirs or Textual's own."""
    with Terminal(CONSOLE, env=world) as term:
        term.wait(r"All open · \d+")
        term.send("/")
        term.send("is:active")
        term.wait(r"\d{2,} tickets")
        term.send("\r")
        for _n in range(60):
            term.send("j")
            term._read(0.02)
        term.wait("Requester")
        term.send("\x11")
        term.end(60)
        assert re.findall(rb"\x1b\](?!2;|11;|10;|4;|22;[a-z-]*(?:\x07|\x1b|$))[^\x07\x1b]*", term.raw) == []
        assert re.findall(rb"\x1b\]52", term.raw) == []
        text = term.raw.decode("utf-8", "replace")
        assert re.findall("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", text) == []


def test_the_first_screen_needs_nothing_heavy(world: dict[str, str]) -> None:
    """Until the first page is painted, neither SQLAlchemy nor imapclient nor Jinja is imported."""
    program = """
import asyncio, sys
from tui_desk.service.desk import Desk
from tui_desk.tui.app import DeskApp

def up(app):
    heavy = {"sqlalchemy", "sqlmodel", "alembic", "imapclient", "jinja2", "babel", "keyring", "markdown_it", "tomlkit"}
    print(sorted(heavy & set(sys.modules)), len(app.main.queue.ids) > 0)
    app.exit(0)

DeskApp.first_screen_is_up = up
asyncio.run(DeskApp(Desk.open()).run_async(headless=True, size=(120, 40)))
"""
    import os

    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | world, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip().endswith("[] True"), done.stdout + done.stderr
