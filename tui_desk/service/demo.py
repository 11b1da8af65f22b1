"""The demo: the same code as on a real mailbox, but for the transport. An in-memory mailbox is seeded and synced.

A seeded folder can be used again by another process (`desk demo --seed-only`): its settings name the moment of the seed,
and the same moment gives the same mailbox.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk import clock, i18n
from tui_desk.errors import NotFoundError
from tui_desk.paths import Profile
from tui_desk.service.desk import Desk

if TYPE_CHECKING:
    from tui_desk.transport.memory import MemoryServer

PROFILE = "demo"
SCHEME = "memory:"


def open_demo(folder: Path | None = None, *, live: bool = False) -> Desk:
    """A desk on the sample mailbox. Without a folder, everything is gone when it closes; with `live`, mail keeps coming."""
    from tui_desk.config.write import create
    from tui_desk.demo.settings import settings

    home = folder or _passing()
    profile = Profile(PROFILE, home / PROFILE, home / PROFILE)
    if profile.settings.exists():
        from tui_desk.config.load import load

        desk = Desk(profile, load(profile))
        server = attach(desk)
    else:
        from dataclasses import replace

        now = clock.now()
        chosen = settings()
        chosen = replace(chosen, account=replace(chosen.account, imap=f"{SCHEME}{now}", smtp=SCHEME))
        create(profile, chosen)
        desk = Desk(profile, chosen)
        server = attach(desk)
        _fill(desk, now)
    i18n.activate(desk.settings.language)
    if live:
        _go_on(desk, server())
    if folder is None:
        desk.on_close(lambda: _forget(home))
    return desk


def _passing() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="tui-desk-demo-"))


def _forget(home: Path) -> None:
    import shutil

    shutil.rmtree(home, ignore_errors=True)


def attach(desk: Desk) -> Callable[[], MemoryServer]:
    """Give `desk` the sample mailbox of the moment that its settings name, made when it is first asked for."""

    @cache
    def server() -> MemoryServer:
        from tui_desk.demo.seed import seed
        from tui_desk.transport.memory import MemoryServer

        moment = desk.settings.account.imap.removeprefix(SCHEME)
        made = MemoryServer()
        seed(made, int(moment) if moment.isdigit() else clock.now())
        return made

    desk.connect_to(lambda: server().mailbox(), lambda: server().sender())
    return server


def _fill(desk: Desk, now: int) -> None:
    """Sync the mailbox, then let the agents of the past month do what they did."""
    from tui_desk.demo.seed import acts
    from tui_desk.desk.events import Event, new_id

    engine = desk.mailbox.engine()
    try:
        engine.run()
    finally:
        engine.close()
    events = []
    for act in acts(now):
        try:
            ticket = desk.tickets.by_number(f"<{act.message_id}>")
        except NotFoundError:
            continue
        events.append(Event(new_id(), act.at, act.agent, ticket.key, act.type, act.data, "demo"))
    desk.append(events)


def _go_on(desk: Desk, server: MemoryServer) -> None:
    from tui_desk.demo.live import Live

    live = Live(server)
    live.start()
    desk.on_close(live.stop)
