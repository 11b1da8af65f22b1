"""Several mailboxes in the console: views and a column of queues, From in the composer, and which account is in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.tui import NOW, console, make_desk, press, screen_text, settings, until
from tui_desk import clock
from tui_desk.config.schema import Account
from tui_desk.errors import AuthError
from tui_desk.service.desk import Desk
from tui_desk.transport.base import Mailbox
from tui_desk.tui.screens.composing import ComposeScreen

BILLING = Account(
    address="billing@acme.test", name="Billing", aliases=("refunds@acme.test",), imap="imaps://mail.acme.test", smtp="smtps://x"
)
ASKED = (
    b"From: Wei Chen <wei@chen.example>\r\nTo: billing@acme.test\r\nSubject: The VAT is counted twice\r\n"
    b"Message-ID: <wei@chen.example>\r\nDate: Mon, 16 Nov 2026 08:00:00 +0100\r\n\r\nHello, please look at my invoice.\r\n"
)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Desk]:
    """Two accounts, whose mail lies in one mailbox."""
    before = clock.use(lambda: float(NOW))
    desk, _server = make_desk(tmp_path, replace(settings(), accounts={"billing": BILLING}), more=[ASKED])
    desk.mailbox.sync()
    yield desk
    desk.close()
    clock.use(before)


async def test_queues_have_views_a_column_and_a_line_in_the_side_bar(two: Desk) -> None:
    async with console(two) as (app, pilot):
        shown = screen_text(app)
        assert "Queue: support" in shown
        assert "Queue: billing" in shown
        assert "Queue     " in shown
        await press(app, pilot, "slash", *"queue", "colon", *"billing", "enter")
        await until(pilot, lambda: "VAT is counted" in screen_text(app) and "1 ticket" in screen_text(app))


async def test_the_column_gives_way_where_there_is_no_room(two: Desk) -> None:
    async with console(two, (80, 24)) as (app, _pilot):
        assert "Queue" not in screen_text(app)


async def test_from_is_the_address_that_was_written_to_and_can_be_changed(two: Desk) -> None:
    async with console(two) as (app, pilot):
        await press(app, pilot, "slash", *"queue", "colon", *"billing", "enter")
        await until(pilot, lambda: "1 ticket" in screen_text(app))
        await press(app, pilot, "escape", "r")
        assert isinstance(app.screen, ComposeScreen)
        composer = app.screen.composer
        assert composer.draft.from_email == "billing@acme.test"
        sender = app.screen.query_one("#from")
        sender.focus()
        await press(app, pilot, "down")
        assert composer.draft.from_email == "refunds@acme.test"
        await press(app, pilot, "down", "up")
        assert composer.draft.from_email == "refunds@acme.test"
        composer.editor.focus()
        await press(app, pilot, *"Done", "ctrl+s")
        if isinstance(app.screen, ComposeScreen):
            await press(app, pilot, "ctrl+s")
        [mail] = two.outbox.list()
        assert mail.state == "queued"
        from tui_desk.store.outbox import job

        assert job(two.store, mail.id).sender == "refunds@acme.test"
        assert b"From: Billing <refunds@acme.test>" in job(two.store, mail.id).mime


async def test_mail_in_another_s_name_is_stopped(two: Desk) -> None:
    async with console(two) as (app, pilot):
        await press(app, pilot, "r")
        assert isinstance(app.screen, ComposeScreen)
        app.screen.query_one("#from").value = "boss@bank.test"  # type: ignore[attr-defined]
        await press(app, pilot, *"Done", "ctrl+s")
        await until(pilot, lambda: "not an address of this desk" in screen_text(app))
        await press(app, pilot, "ctrl+s")
        assert two.outbox.list() == []


async def test_the_status_line_names_the_account_in_trouble(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = two.open_mailbox

    def refused(account: str = "main") -> Mailbox:
        if account == "billing":
            raise AuthError("The server refuses the password.", "Check account.user.")
        return opened(account)

    monkeypatch.setattr(two, "open_mailbox", refused)
    async with console(two) as (app, pilot):
        await until(pilot, lambda: "billing@acme.test: The server refuses" in screen_text(app))
        assert app.mailbox_state.account == "billing"
        assert app.mailbox_state.hint == "Check accounts.billing.user."


async def test_one_mailbox_shows_none_of_it(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        assert "Queue" not in screen_text(app)
        await press(app, pilot, "r")
        assert isinstance(app.screen, ComposeScreen)
        assert not app.screen.query("#from")
