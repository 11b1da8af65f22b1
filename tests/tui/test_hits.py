"""The words of a filter stand out in the thread."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tui import HOUR, TOM, console, letter, make_desk, press, screen_text, until
from tui_desk.service.desk import Desk
from tui_desk.tui.hits import pattern


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("facture", "Ma FACTURE et la facturette", ["FACTURE"]),
        ("factur*", "Ma facture, refacturer", ["factur"]),
        ("payé is:open", "j'ai paye, j'ai payé", ["paye", "payé"]),
        ('"deux fois" paye', "payé deux  fois", ["payé", "deux  fois"]),
        ("parcel -refund", "parcel, refund", ["parcel"]),
        ("oeuf OR c++", "un oeuf", ["oeuf"]),
    ],
)
def test_what_is_marked(words: str, text: str, marked: list[str]) -> None:
    found = pattern(words)
    assert found is not None
    assert found.findall(text) == marked


@pytest.mark.parametrize("words", ["", "is:open", "-refund", "older:", "from:@acme.com"])
def test_no_words_no_marks(words: str) -> None:
    assert pattern(words) is None


async def test_hits_are_marked_and_a_fold_that_hides_one_is_open(desk: Desk) -> None:
    async with console(desk) as (app, pilot):
        await press(app, pilot, "/", *"paiement", "enter")
        card = app.main.thread.cards[-1]
        shown = card.render()
        at = str(shown).index("paiement")
        assert any(span.start == at and "reverse" in str(span.style) for span in shown.spans)  # type: ignore[union-attr]
        await press(app, pilot, "escape")
        assert "paiement" not in str(app.main.thread.cards[-1].render())


async def test_the_thread_begins_where_the_word_stands_however_far_down(tmp_path: Path, still: None) -> None:
    lines = "\n".join(f"Line {n} of a long letter." for n in range(120))
    first = letter(TOM, "A long letter", f"{lines}\nand then a zeppelin came.\n{lines}", age=3 * HOUR, id="long")
    later = letter(TOM, "Re: A long letter", "Any news?", age=HOUR, id="later", answers="long")
    desk, _server = make_desk(tmp_path / "long", more=[first, later])
    desk.mailbox.sync()
    async with console(desk) as (app, pilot):
        await press(app, pilot, "/", *"zeppelin", "enter")
        await until(pilot, lambda: "a zeppelin came" in screen_text(app))
        thread = app.main.thread
        assert thread.index == 0
        await press(app, pilot, "escape", "/", *"news", "enter")
        await until(pilot, lambda: thread.index == 1)
        assert "Any news?" in screen_text(app)
    desk.close()
