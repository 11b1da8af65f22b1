"""What a mail holds and nobody is shown is counted when it is read, kept with its message, and told on its card."""

from __future__ import annotations

import pytest

from tests.store.shelf import POLICY, SETTINGS, Desk
from tui_desk.service.unseen import left_out
from tui_desk.store.admin import rebuild
from tui_desk.store.clerk import Clerk
from tui_desk.store.reading import reading

HEAD = b"From: shop@shop.example\nTo: support@desk.example\nSubject: Offer\nMessage-ID: <o@shop.example>\n"
OFFER = (
    HEAD + b'Content-Type: text/html\n\n<div style="display:none">See inside</div><p>Our offer.</p>'
    b'<img src="https://t.example/o?u=1" width="1" height="1"><img src="https://t.example/2" style="display:none">'
)


def test_it_is_kept_with_the_message_and_made_again(desk: Desk) -> None:
    desk.one(OFFER)
    [message] = desk.reader.thread(1)
    assert message.flags == ("pixels:2", "hidden:9")
    assert message.text.strip() == "Our offer."
    rebuild(desk.store, SETTINGS, POLICY)
    assert desk.reader.thread(1) == [message]


def test_the_clerk_tells_it_too() -> None:
    with Clerk() as clerk:
        read = reading(clerk.read([OFFER])[0])
    assert read.mail is not None
    assert (read.mail.pixels, read.mail.hidden) == (2, 9)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), ""),
        (("thanks", "truncated"), ""),
        (("pixels:1",), "Left out: 1 tracking pixel."),
        (("thanks", "pixels:2", "hidden:40"), "Left out: 2 tracking pixels, hidden text of 40 letters."),
        (("hidden:x", "pixels"), ""),
    ],
)
def test_in_words(flags: tuple[str, ...], said: str) -> None:
    assert left_out(flags) == said
