"""What a day on a real mailbox brought up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.tui import NOW, TOM, console, copy_of, letter, make_desk, press, screen_text, settings, settle, until
from tests.tui.test_filter import type_in
from tui_desk import clock, i18n
from tui_desk.kpi.measures import Clocks, Spread
from tui_desk.kpi.report import Line
from tui_desk.service.desk import Desk
from tui_desk.service.types import MailboxState
from tui_desk.store.rows import OutboxView
from tui_desk.tui.app import DeskApp
from tui_desk.tui.dashboard import _figure, number
from tui_desk.tui.jobs import MailboxMoved
from tui_desk.tui.screens.composing import ComposeScreen
from tui_desk.tui.screens.outbox import _state
from tui_desk.tui.screens.path import meant
from tui_desk.tui.widgets.composer import Composer
from tui_desk.tui.widgets.status import StatusLine

TOMS = "4P06"


def notices(app: DeskApp) -> list[str]:
    """What was told, oldest first."""
    return [notice.message for notice in app._notifications]


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


async def test_a_mail_that_fails_is_told_with_the_way_to_it(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *"Bonjour", "ctrl+s")
        with desk.store.begin() as connection:
            connection.execute("UPDATE outbox SET state = 'failed', error = '550 no such user'")
        await until(pilot, lambda: any("550 no such user" in told for told in notices(app)))
        assert any("N0PT" in told and "shows it" in told for told in notices(app))
        assert "✗ 1 not sent" in screen_text(app)
        with desk.store.begin() as connection:
            connection.execute("UPDATE outbox SET state = 'uncertain', error = 'cut'")
        await until(pilot, lambda: "? 1 uncertain" in screen_text(app))
        assert "not sent" not in screen_text(app).splitlines()[-2]


async def test_a_refused_mail_is_taken_back_to_be_mended(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *"Bonjour", "ctrl+s")
        with desk.store.begin() as connection:
            connection.execute("UPDATE outbox SET state = 'failed', error = '550 no such user'")
        await press(app, pilot, "g", "o")
        await until(pilot, lambda: "to be mended" in screen_text(app))
        await press(app, pilot, "u")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        assert app.screen.query_one(Composer).draft.body == "Bonjour"


async def test_undo_says_what_it_took_back(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *"Bonjour", "ctrl+s")
        clock.use(lambda: NOW + 16.0)
        await press(app, pilot, "u")
        told = notices(app)[-1]
        assert "tickets" not in told
        assert "#N0PT" in told
        assert "undone: status, assignment" in told
        assert "takes it back" not in told


async def test_another_agents_answer_on_its_way_stops_this_one(desk: Desk, tmp_path: Path) -> None:
    bob = replace(settings(), agent=replace(settings().agent, id="bob"))
    other, _server = make_desk(tmp_path / "desk", bob)
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *"Bonjour")
        draft = replace(other.replies.fresh("N0PT", "reply"), body="Bonjour de Bob")
        await asyncio.to_thread(other.replies.send, draft)
        await until(pilot, lambda: "bob has an answer to this ticket on its way" in screen_text(app))
        await press(app, pilot, "ctrl+s")
        assert [mail.agent for mail in desk.outbox.list()] == ["bob"]
        await press(app, pilot, "ctrl+s")
        assert [mail.agent for mail in desk.outbox.list()] == ["alice", "bob"]
    other.close()


async def test_a_bulk_reply_is_taken_back_by_one_key(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        before = [desk.tickets.by_number(n).row.status for n in ("N0PT", TOMS)]
        desk.replies.save(replace(desk.replies.fresh("N0PT", "reply"), body="by hand"))
        await press(app, pilot, "space", "space", "m", "slash", *"outage", "enter")
        assert "to 2 tickets?" in screen_text(app)
        await press(app, pilot, "enter")
        assert [mail.state for mail in desk.outbox.list()] == ["queued", "queued"]
        assert "2 replies are on their way" in screen_text(app)
        await press(app, pilot, "u")
        assert [mail.state for mail in desk.outbox.list()] == ["cancelled", "cancelled"]
        assert "2 replies taken back" in notices(app)[-1]
        assert [desk.tickets.by_number(n).row.status for n in ("N0PT", TOMS)] == before
        assert [draft.body for draft in desk.replies.drafts()] == ["by hand"]


async def test_what_left_of_a_bulk_reply_is_told(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "space", "space", "m", "slash", *"outage", "enter", "enter")
        first = min(mail.not_before for mail in desk.outbox.list())
        last = max(mail.not_before for mail in desk.outbox.list())
        assert first < last
        clock.use(lambda: float(first))
        await press(app, pilot, "u")
        assert "1 reply taken back, 1 had left already" in notices(app)[-1]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_figure_shows_what_there_is_room_for_and_cuts_none_of_it(lang: str) -> None:
    i18n.activate(lang)
    spread = Spread(13_701, 11_160.0, 7_500.0, 2_459_000.0)
    line = Line("first", "duration", "First response time", None, 13_701, Clocks(spread, spread), None, "", "less")
    shown = {cells: _figure(line, "biz", cells).plain.rstrip() for cells in range(48, 130)}
    assert not [text for text in shown.values() if text.endswith("…")]
    assert shown[76].endswith(number(13_701))
    assert max(map(len, shown.values())) > len(shown[48])


REFUSED = "127.0.0.1 refused the password of desk: [AUTHENTICATIONFAILED] Authentication failed. See the manual of your server."


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (120, 40)])
async def test_a_refusal_is_told_to_its_end_with_the_next_step(desk: Desk, size: tuple[int, int]) -> None:
    async with console(desk, size=size) as (app, pilot):
        await until(pilot, lambda: app.mailbox_state.state == "watching")
        state = MailboxState("refused", NOW - 300, REFUSED, NOW + 300, hint="Check account.user and the password.")
        app.post_message(MailboxMoved(state))
        await until(pilot, lambda: app.mailbox_state == state)
        await until(pilot, lambda: "of your server." in " ".join(str(app.screen.query_one(StatusLine).render()).split()))
        assert any("Check account.user" in told and "tries again" in told for told in notices(app))
        before = len(notices(app))
        app.post_message(MailboxMoved(replace(state, next_try_at=NOW + 600)))
        await until(pilot, lambda: app.mailbox_state.next_try_at == NOW + 600)
        assert len(notices(app)) == before
        app.clear_notifications()
        still = "See the manual of your server. Check account.user and the password."
        await until(pilot, lambda: still in " ".join(screen_text(app).split()))
        await until(pilot, lambda: any(f"tries again in {m}m" in " ".join(screen_text(app).split()) for m in (5, 9, 10)))
        assert app.main.queue.size.height >= 3


async def test_fetching_now_asks_the_watcher(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, _server = make_desk(copy_of(letters_store, tmp_path / "d"))
    async with console(desk) as (app, pilot):
        await until(pilot, lambda: app.mailbox_state.state == "watching")
        since = app.mailbox_state
        await press(app, pilot, "g", "m")
        await until(pilot, lambda: app.mailbox_state is not since and app.mailbox_state.state == "watching")
        assert not any("Another sync" in told for told in notices(app))
    desk.close()


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("~/notes.txt", "~/notes.txt"),
        ("/tmp/a b.pdf", "/tmp/a b.pdf"),
        ("~//tmp/a.pdf", "/tmp/a.pdf"),
        ("~/~/a.pdf", "~/a.pdf"),
        ("~/'/tmp/a b.pdf'", "/tmp/a b.pdf"),
        ('"/tmp/a.pdf"', "/tmp/a.pdf"),
        ("~/file:///tmp/a%20b.pdf", "/tmp/a b.pdf"),
        ("~/", "~/"),
        ("'", "'"),
    ],
)
def test_a_path_pasted_after_the_home_folder_stands_for_itself(typed: str, path: str) -> None:
    assert meant(typed) == path


async def test_a_file_dropped_on_the_terminal_is_attached(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "Devis n 4.pdf"
    file.write_bytes(b"%PDF")
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", "alt+a")
        app.screen.query_one("#path-words", Input).insert_text_at_cursor(f"'{file}' ")
        await press(app, pilot, "enter")
        assert [f.name for f in app.screen.query_one(Composer).draft.files] == ["Devis n 4.pdf"]


async def test_words_looked_for_among_macros_go_with_their_ticket(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "m", "slash", *"outage")
        assert app.main.macros.words == "outage"
        app.main.focus_pane("queue")
        await press(app, pilot, "j")
        assert app.main.macros.words == ""


async def test_a_search_begins_at_its_first_ticket(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "G")
        await type_in(app, pilot, "from:priya")
        assert app.main.queue.cursor == 0
        await press(app, pilot, "enter", "j")
        assert app.main.queue.cursor == 1
        await press(app, pilot, "e")
        assert app.main.queue.cursor == 0
        assert len(app.main.queue.ids) == 1


async def test_what_came_meanwhile_is_said_once(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, server = make_desk(copy_of(letters_store, tmp_path / "d"))
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "r", *"Hello")
        server.deliver(letter(TOM, "Re: Cannot sign in", "It works again!", age=10, id="n9", answers="t1"), at=NOW - 10)
        await until(pilot, lambda: "has written since" in screen_text(app))
        await settle(app, pilot)
        composer = app.screen.query_one(Composer)
        said = "\n".join(line for line in screen_text(app).splitlines()[composer.region.y :])
        assert said.count("It works again!") == 1
    desk.close()


async def test_a_mail_without_a_sender_says_so(tmp_path: Path, still: None) -> None:
    raw = b"Subject: API is slow\r\nTo: support@acme.test\r\nMessage-ID: <nobody@x.test>\r\n\r\nHello\r\n"
    desk, _server = make_desk(tmp_path / "d", more=[raw])
    desk.mailbox.sync()
    async with console(desk) as (app, pilot):
        await type_in(app, pilot, "subject:API")
        assert app.current is not None
        assert screen_text(app).count("no sender") >= 2
    desk.close()


def test_a_mail_that_leaves_in_minutes_says_minutes() -> None:
    now = clock.now()
    waits = OutboxView(
        1, "4F2K", "Re: Facture", ("a@b.example",), "queued", "alice", now + 899, 0, "", now, now, "m@desk.example"
    )
    assert _state(waits) == "leaves in 14 min"
