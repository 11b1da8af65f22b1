"""The console on a real store: a dozen letters in a mailbox in memory, fetched by the real engine, at a fixed moment."""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

from textual.pilot import Pilot

from tui_desk import clock
from tui_desk.config.schema import Account, Agent, Calendar, Console, Settings
from tui_desk.paths import Profile
from tui_desk.service.desk import Desk
from tui_desk.transport.memory import MemoryServer
from tui_desk.tui.app import DeskApp
from tui_desk.tui.widgets.filter import FilterBar

NOW = 1_790_000_000
"""Monday 21 September 2026, 14:13:20 UTC."""
HOUR = 3600
PDF = b"%PDF-1.4 x" * 90
EVIL = "[/bold] \x1b]52;c;aGVsbG8=\x07 \u202egpj.exe\u202c \x9b31m [red]not red[/red]"

QUOTED = (
    "Merci, voici la date : 12 septembre.\n\nLe 12 sept. 2026 à 09:12, Support Acme <support@acme.test> a écrit :\n"
    "> Bonjour Amélie,\n> pouvez-vous nous dire la date du paiement ?\n\n-- \nAmélie Roux\nAtelier du Canal\n"
)


def letter(
    sender: tuple[str, str],
    subject: str,
    body: str,
    *,
    age: int,
    id: str,
    answers: str = "",
    file: tuple[str, bytes] | None = None,
) -> bytes:
    """A mail to the desk, `age` seconds before NOW."""
    mail = EmailMessage()
    mail["From"] = formataddr(sender)
    mail["To"] = "Support Acme <support@acme.test>"
    if "\x1b" not in subject:
        mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(NOW - age, UTC))
    mail["Message-ID"] = f"<{id}@letters.test>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}@letters.test>"
    mail.set_content(body)
    if file:
        mail.add_attachment(file[1], maintype="application", subtype="pdf", filename=file[0])
    raw = mail.as_bytes()
    if "\x1b" in subject:
        word = base64.b64encode(subject.encode()).decode()
        raw = f"Subject: =?utf-8?B?{word}?=\n".encode() + raw
    return raw


AMELIE, TOM, YAMADA = (
    ("Amélie Roux", "amelie@atelier.example"),
    ("Tom O'Hara", "tom@ohara.example"),
    ("山田 太郎", "yamada@tokyo.example"),
)
PRIYA, EVE, INGRID = (
    ("Priya Natarajan", "priya@northwind.example"),
    ("Eve", "eve@evil.example"),
    ("Ingrid Ødegård", "ingrid@fjord.example"),
)


def letters() -> list[tuple[int, bytes]]:
    """(age in seconds, raw mail), oldest first."""
    return [
        (50 * HOUR, letter(AMELIE, "Facture en double", "Bonjour,\n\nj'ai payé deux fois.\n\nAmélie", age=50 * HOUR, id="a1")),
        (26 * HOUR, letter(AMELIE, "Re: Facture en double", QUOTED, age=26 * HOUR, id="a2", answers="a1")),
        (25 * HOUR, letter(TOM, "Cannot sign in", "Hi,\n\nsee https://status.example/42 please.\n\nTom", age=25 * HOUR, id="t1")),
        (7 * HOUR, letter(YAMADA, "配送先の変更をお願いします", "住所が変わりました。", age=7 * HOUR, id="y1")),
        (
            6 * HOUR,
            letter(PRIYA, "Wrong VAT number", "See the file.", age=6 * HOUR, id="p1", file=("facture.pdf", PDF)),
        ),
        (5 * HOUR, letter(EVE, EVIL, f"Dear support,\n{EVIL}\nbye", age=5 * HOUR, id="e1")),
        (4 * HOUR, letter(INGRID, "Where is my parcel?", "It should be here since Friday.", age=4 * HOUR, id="i1")),
        (3 * HOUR, letter(TOM, "Feature: a dark portal", "Please.", age=3 * HOUR, id="t2")),
        (2 * HOUR, letter(PRIYA, "Export is empty", "The CSV has no lines.", age=2 * HOUR, id="p2")),
        (1 * HOUR, letter(AMELIE, "Changement d'adresse", "Nouvelle adresse : 12 quai de Jemmapes.", age=1 * HOUR, id="a3")),
    ]


def settings(theme: str = "desk-dark", after_action: str = "next") -> Settings:
    """Acme's desk, Alice in front of it."""
    return Settings(
        account=Account(address="support@acme.test", name="Support Acme", imap="memory:", smtp="memory:"),
        agent=Agent(id="alice", name="Alice Martin", team=("bob", "chloe")),
        calendar=Calendar(timezone="Europe/Paris"),
        console=Console(theme=theme, after_action=after_action),
        sync=replace(Settings().sync, poll_seconds=1),
    )


def make_desk(folder: Path, chosen: Settings | None = None, *, more: list[bytes] | None = None) -> tuple[Desk, MemoryServer]:
    """A desk in `folder` on a mailbox with the letters; fetched already where the folder holds a store."""
    server = MemoryServer()
    for age, raw in letters():
        server.deliver(raw, at=NOW - age)
    for raw in more or []:
        server.deliver(raw, at=NOW - 60)
    desk = Desk(Profile("test", folder, folder), chosen or settings(), open_mailbox=server.mailbox, open_sender=server.sender)
    return desk, server


def template(folder: Path) -> Path:
    """A store with the letters in it, to be copied."""
    before = clock.use(lambda: float(NOW))
    try:
        desk, _server = make_desk(folder)
        desk.mailbox.sync()
        desk.close()
    finally:
        clock.use(before)
    return folder


def copy_of(store: Path, folder: Path) -> Path:
    """A copy of a template."""
    shutil.copytree(store, folder, dirs_exist_ok=True)
    return folder


@asynccontextmanager
async def console(desk: Desk, size: tuple[int, int] = (160, 45)) -> AsyncIterator[tuple[DeskApp, Pilot[int]]]:
    """The console running without a terminal, come to rest."""
    app = DeskApp(desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        yield app, pilot


LONG = 60.0
"""Seconds after which a machine is taken to hang; nothing is timed."""


async def until(pilot: Pilot[int], done: Callable[[], object]) -> None:
    """Wait until something holds."""
    app, end = pilot.app, time.monotonic() + LONG
    while not done():
        assert time.monotonic() < end, f"it does not come:\n{screen_text(app) if isinstance(app, DeskApp) else ''}"
        await pilot.pause(0.02)


async def see(app: DeskApp, pilot: Pilot[int], words: str) -> None:
    """Wait until words are on the screen."""
    await until(pilot, lambda: words in screen_text(app))


def _asked(app: DeskApp) -> bool:
    """Whether the filter line has asked for all that was typed into it."""
    timer = app.main.query_one(FilterBar)._timer
    return timer is None or timer._task is None or timer._task.done()


async def settle(app: DeskApp, pilot: Pilot[int]) -> None:
    """Wait until no job is under way, the thread has followed the cursor, and the filter has found what was typed."""
    quiet, end = 0, time.monotonic() + LONG
    while time.monotonic() < end:
        await pilot.pause(0.01)
        quiet = quiet + 1 if app.jobs.idle and app.main.followed_all and _asked(app) else 0
        if quiet >= 3:
            return
    raise AssertionError("the console does not come to rest")


async def press(app: DeskApp, pilot: Pilot[int], *keys: str) -> None:
    """Press keys, then wait for what they cause."""
    await pilot.press(*keys)
    await settle(app, pilot)


def screen_text(app: DeskApp) -> str:
    """What is on the screen, as lines of text."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join(strip.text.rstrip() for strip in strips)
