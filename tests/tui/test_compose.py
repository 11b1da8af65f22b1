"""Writing: replies, notes, forwards; drafts that stay; macros; what is said before a mail leaves; taking it back."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from tests.support.tui import NOW, TOM, console, copy_of, letter, make_desk, press, screen_text, settle, until
from tui_desk import clock
from tui_desk.service.desk import Desk
from tui_desk.tui.app import DeskApp
from tui_desk.tui.screens.composing import ComposeScreen
from tui_desk.tui.screens.main import MainScreen
from tui_desk.tui.widgets.sent import SentNotice

AMELIES = "N0PT"
TOMS = "4P06"


def composing(app: DeskApp) -> ComposeScreen:
    assert isinstance(app.screen, ComposeScreen)
    return app.screen


async def saved(app: DeskApp, pilot) -> None:  # type: ignore[no-untyped-def]
    """Wait until the autosave has happened."""
    await until(pilot, lambda: composing(app)._keeping.at_rest)
    await settle(app, pilot)


def letters(text: str) -> list[str]:
    return [{" ": "space", "\n": "enter"}.get(letter, letter) for letter in text]


async def test_a_reply_is_written_beside_the_thread_and_queued(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r")
        screen = composing(app)
        assert screen.composer.draft.to == ("Amélie Roux <amelie@atelier.example>",)
        assert "Merci, voici la date" in screen_text(app)
        await press(app, pilot, *letters("Bonjour, c'est fait. Bonne journee"), "ctrl+s")
        if isinstance(app.screen, ComposeScreen):
            await press(app, pilot, "ctrl+s")
        assert isinstance(app.screen, MainScreen)
        [mail] = desk.outbox.list()
        assert (mail.state, mail.recipients, mail.number) == ("queued", ("amelie@atelier.example",), AMELIES)
        assert desk.tickets.by_number(AMELIES).row.status == "pending"
        assert desk.replies.drafts() == []
        assert "takes it back" in screen_text(app)


async def test_u_takes_the_reply_back_into_the_composer(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("Bonjour, c'est fait"), "ctrl+s")
        if isinstance(app.screen, ComposeScreen):
            await press(app, pilot, "ctrl+s")
        assert app.screen.query_one(SentNotice).active is not None
        await press(app, pilot, "u")
        assert composing(app).composer.draft.body == "Bonjour, c'est fait"
        assert [mail.state for mail in desk.outbox.list()] == ["cancelled"]
        assert desk.tickets.by_number(AMELIES).row.status == "new"
        await press(app, pilot, "escape")
        assert app.screen.query_one(SentNotice).active is None


async def test_when_the_window_is_over_u_is_the_ordinary_undo(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("Bonjour, c'est fait"), "ctrl+s")
        if isinstance(app.screen, ComposeScreen):
            await press(app, pilot, "ctrl+s")
        clock.use(lambda: NOW + 16.0)
        await press(app, pilot, "u")
        assert isinstance(app.screen, MainScreen)
        assert [mail.state for mail in desk.outbox.list()] != ["cancelled"]


async def test_keys_typed_before_the_composer_is_there_are_written_in_it(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        app.simulate_key("r")
        for key in letters("eat!"):
            app.simulate_key(key)
        await settle(app, pilot)
        assert composing(app).composer.editor.text == "eat!"
        assert desk.tickets.by_number(AMELIES).row.status == "new"


async def test_the_last_letter_is_sent_however_fast_the_hands(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "c")
        for key in (*letters("Vu-avec-la-compta"), "ctrl+s"):
            app.simulate_key(key)
        await settle(app, pilot)
        assert isinstance(app.screen, MainScreen)
        assert desk.tickets.thread(desk.tickets.find(AMELIES))[-1].text == "Vu-avec-la-compta"


async def test_a_choice_is_taken_by_all_of_its_letters(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        for key in ("a", *letters("chloe"), "enter"):
            app.simulate_key(key)
        await settle(app, pilot)
        assert desk.tickets.by_number(AMELIES).row.assignee == "chloe"


async def test_escape_keeps_the_draft_and_says_so(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("A moitie"), "escape")
        assert isinstance(app.screen, MainScreen)
        assert [d.body for d in desk.replies.drafts()] == ["A moitie"]
        assert any("draft is kept" in n.message for n in app._notifications)
        await press(app, pilot, "r")
        assert composing(app).composer.editor.text == "A moitie"


async def test_nothing_written_leaves_no_draft(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", "x", "backspace")
        await saved(app, pilot)
        await press(app, pilot, "escape")
        assert desk.replies.drafts() == []


async def test_a_draft_is_saved_as_it_is_typed(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("Bonj"))
        await saved(app, pilot)
        assert [d.body for d in desk.replies.drafts()] == ["Bonj"]
        await press(app, pilot, *letters("our"))
        await saved(app, pilot)
        assert [d.body for d in desk.replies.drafts()] == ["Bonjour"]
        assert "saved" in screen_text(app).splitlines()[0]


async def test_a_thrown_away_draft_is_asked_for_and_gone(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("Non"))
        await saved(app, pilot)
        await press(app, pilot, "alt+q", "n")
        assert composing(app).composer.editor.text == "Non"
        await press(app, pilot, "alt+q", "y")
        assert isinstance(app.screen, MainScreen)
        assert desk.replies.drafts() == []


async def test_a_note_has_no_recipients_and_leaves_no_mail(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "c")
        screen = composing(app)
        assert not screen.query_one("#to-field").display
        assert "only the team" in screen_text(app)
        await press(app, pilot, *letters("Vu avec la compta"), "ctrl+s")
        assert isinstance(app.screen, MainScreen)
        assert desk.outbox.list() == []
        thread = desk.tickets.thread(desk.tickets.find(AMELIES))
        assert (thread[-1].kind, thread[-1].text) == ("note", "Vu avec la compta")


async def test_an_empty_reply_is_not_sent_however_often(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", "ctrl+s", "ctrl+s", "ctrl+s")
        assert "nothing written" in screen_text(app)
        assert "all the same" not in screen_text(app)
        assert desk.outbox.list() == []


async def test_added_and_dropped_recipients_are_marked(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", "alt+r", "end", *letters(", boss@acme.example"))
        assert composing(app).composer.draft.added == ("boss@acme.example",)
        assert "+ boss@acme.example added" in screen_text(app)
        await press(app, pilot, "ctrl+u", *letters("boss@acme.example"))
        draft = composing(app).composer.draft
        assert (draft.to, draft.dropped) == (("boss@acme.example",), ("Amélie Roux <amelie@atelier.example>",))
        assert "− Amélie Roux" in screen_text(app)


async def test_an_outsider_is_warned_of_and_a_second_send_sends(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", "alt+r", "end", *letters(", boss@other.example"), "alt+r", *letters("Bonjour"), "ctrl+s")
        assert "▲" in screen_text(app)
        assert "boss@other.example" in screen_text(app)
        assert desk.outbox.list() == []
        await press(app, pilot, "ctrl+s")
        assert len(desk.outbox.list()) == 1


async def test_a_newer_message_stops_the_send_and_is_shown(letters_store: Path, tmp_path: Path, still: None) -> None:
    desk, server = make_desk(copy_of(letters_store, tmp_path / "desk"))
    async with console(desk) as (app, pilot):
        await press(app, pilot, "j", "r", *letters("Hello Tom, please try again"))
        number = composing(app).number
        raw = letter(TOM, "Re: Cannot sign in", "It works again, forget it.", age=60, id="t9", answers="t1")
        server.deliver(raw, at=NOW - 60)
        await until(pilot, lambda: "It works again" in screen_text(app))
        await press(app, pilot, "ctrl+s")
        shown = screen_text(app)
        assert "■" in shown
        assert "It works again, forget it." in shown
        assert desk.outbox.list() == []
        await press(app, pilot, "escape")
        assert "■" not in screen_text(app)
        assert isinstance(app.screen, ComposeScreen)
        await press(app, pilot, "ctrl+s", "ctrl+s")
        assert [mail.number for mail in desk.outbox.list()] == [number]
    desk.close()


async def test_a_macro_is_inserted_at_the_cursor_and_acts_on_send(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("Avant. "), "alt+m", *letters("panne"))
        macro = composing(app).pane.current
        assert macro is not None
        assert "panne" in macro.title.lower() or "panne" in macro.id
        await press(app, pilot, "enter")
        composer = composing(app).composer
        filled = desk.macros.render(macro.id, AMELIES)
        assert composer.editor.text.startswith("Avant. ")
        assert filled.text.splitlines()[0] in composer.editor.text
        assert composer.draft.macros == (macro.id,)
        assert app.focused is composer.editor
        assert macro.actions["tag"].split()[0] in screen_text(app)
        for _n in range(3):
            if isinstance(app.screen, ComposeScreen):
                while composing(app).composer.editor.next_hole():
                    await press(app, pilot, *letters("4512"))
                await press(app, pilot, "ctrl+s")
        row = desk.tickets.by_number(AMELIES).row
        assert set(macro.actions["tag"].split()) <= set(row.tags)
        assert row.status == macro.actions.get("status", "pending")


async def test_what_a_macro_cannot_fill_is_flagged_selected_and_stops(desk: Desk, tmp_path: Path) -> None:
    folder = desk.profile.config_dir / "macros"
    folder.mkdir(parents=True, exist_ok=True)
    head = '+++\ntitle = "Trou"\nlanguage = "fr"\nask = ["order"]\n+++\n'
    (folder / "trou.md").write_text(head + "La commande {{ order }} part ce soir.\n")
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", "alt+m", *letters("trou"), "enter")
        composer = composing(app).composer
        assert composer.editor.selected_text == "{{ order }}"
        assert "Still to be filled in: order" in screen_text(app)
        await press(app, pilot, "ctrl+s")
        assert "■" in screen_text(app)
        assert desk.outbox.list() == []
        await press(app, pilot, "escape", "alt+n", *letters("4512"))
        assert composer.editor.text == "La commande 4512 part ce soir."


async def test_a_macro_from_the_main_screen_opens_a_reply(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "m", "enter")
        screen = composing(app)
        assert screen.composer.draft.mode == "reply"
        assert screen.composer.draft.macros
        assert screen.composer.editor.text


async def test_files_are_attached_by_path_and_shown(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "facture corrigée.pdf"
    file.write_bytes(b"%PDF-1.4")
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("Voici"), "alt+a")
        app.screen.query_one("#path-words").value = f"{tmp_path}/fac"  # type: ignore[attr-defined]
        await settle(app, pilot)
        await press(app, pilot, "tab", "enter")
        composer = composing(app).composer
        assert [f.path for f in composer.draft.files] == [str(file)]
        assert "facture corrigée.pdf" in screen_text(app)
        await press(app, pilot, "alt+x")
        assert composer.draft.files == ()


async def test_a_forward_begins_with_its_recipients(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "f")
        screen = composing(app)
        assert app.focused is screen.query_one("#to")
        assert screen.composer.draft.subject.lower().startswith(("fwd", "tr"))
        await press(app, pilot, *letters("expert@partner.example"), "alt+r", *letters("Pour avis"))
        await press(app, pilot, "ctrl+s")
        if isinstance(app.screen, ComposeScreen):
            await press(app, pilot, "ctrl+s")
        assert [m.recipients for m in desk.outbox.list()] == [("expert@partner.example",)]
        assert desk.tickets.by_number(AMELIES).row.status == "new"


async def test_what_the_ticket_becomes_is_chosen(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("Bonjour"), "alt+t")
        assert composing(app).composer.draft.status_after == "solved"
        assert "then solved" in screen_text(app)
        await press(app, pilot, "alt+t", "alt+t", "alt+t")
        assert composing(app).composer.draft.status_after == "pending"
        await press(app, pilot, "alt+s")
        if isinstance(app.screen, ComposeScreen):
            await press(app, pilot, "ctrl+s")
        assert desk.tickets.by_number(AMELIES).row.status == "solved"


async def test_readline_keys(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "r", *letters("one two three"), "ctrl+w")
        editor = composing(app).composer.editor
        assert editor.text == "one two "
        await press(app, pilot, "ctrl+a", "ctrl+y")
        assert editor.text == "threeone two "
        await press(app, pilot, "ctrl+a", "alt+f", "ctrl+k")
        assert editor.text == "threeone"
        await press(app, pilot, "ctrl+b", "ctrl+b", "ctrl+b", "ctrl+u")
        assert editor.text == "one"
        await press(app, pilot, "alt+e", "ctrl+y")
        assert editor.text == "onethree"
        await press(app, pilot, "ctrl+z")
        assert editor.text == "one"


async def test_pasted_control_characters_are_harmless(desk: Desk) -> None:
    from textual.events import Paste

    async with console(desk) as (app, pilot):
        await press(app, pilot, "r")
        editor = composing(app).composer.editor
        editor.post_message(Paste("a\x1b]52;c;aGk=\x07b\u202egpj"))
        await settle(app, pilot)
        assert "\x1b" not in editor.text
        assert "\u202e" not in editor.text
        assert editor.text.startswith("a")


async def test_hostile_mail_is_answered_like_any_other(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        number = next(r.number for r in desk.queue.rows(app.main.queue.ids) if r.requester == "eve@evil.example")
        app.open_ticket(number)
        await settle(app, pilot)
        await press(app, pilot, "r", *letters("ok"))
        shown = screen_text(app)
        assert "[/bold]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 60), (300, 100)])
async def test_it_fits(desk: Desk, size: tuple[int, int]) -> None:
    async with console(desk, size) as (app, pilot):
        await press(app, pilot, "r", *letters("Bonjour"))
        composer = composing(app).composer
        assert composer.editor.region.height >= 2
        assert "Bonjour" in screen_text(app)
        assert "Send" in screen_text(app)
        await press(app, pilot, "alt+m")
        pane = composing(app).pane
        assert pane.region.width >= 36
        assert pane.region.height >= 6
        await press(app, pilot, "escape")
        assert app.focused is composer.editor


async def test_the_editor_gets_a_private_file_and_gives_it_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from contextlib import nullcontext

    from textual.app import App

    from tui_desk.tui.external import edit

    seen = tmp_path / "seen"
    script = tmp_path / "editor.py"
    script.write_text(
        "import os, sys\n"
        f"open({str(seen)!r}, 'w').write(f'{{os.stat(sys.argv[1]).st_mode}} {{sys.argv[1]}}')\n"
        "open(sys.argv[1], 'a').write(' et fin')\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    app: App[None] = App()
    monkeypatch.setattr(app, "suspend", nullcontext)
    assert edit(app, "début") == "début et fin"
    mode, path = seen.read_text().split()
    assert stat.S_IMODE(int(mode)) == 0o600
    assert not Path(path).exists()
