"""A message as a card: its head in the room there is, and what stands below its text."""

from __future__ import annotations

import pytest

from tests.support.tui import NOW
from tui_desk.service.unseen import counts
from tui_desk.store.rows import MessageView
from tui_desk.tui.widgets.card import draw, sheet

SHOP = MessageView(
    1, NOW - 3600, "inbound", "shop@shop.example", "Shop", "", "Offer", "o@shop.example", "Our offer.\n", "", "", "new",
    ("pixels:2",), (),
)  # fmt: skip


def lines(message: MessageView, doubts: tuple[str, ...] = (), room: int = 70) -> list[str]:
    """The card, line by line."""
    return draw(sheet(message, "Europe/Paris", doubts), NOW, room, opened=False).plain.split("\n")


def test_what_is_left_out_stands_below_the_text() -> None:
    assert lines(SHOP)[-1] == "◌ Left out: 2 tracking pixels."
    assert "Left out" not in "".join(lines(SHOP._replace(flags=())))
    assert counts(SHOP.flags) == {"pixels": 2}


@pytest.mark.parametrize(
    ("doubts", "room", "head"),
    [
        ((), 72, "← Support <support@acme.test>  1h · Mon 21 Sep, 15:13"),
        (("It is not.",), 72, "← Support <support@acme.test>  billing@acrne.test  1h"),
        (("It is not.",), 90, "← Support <support@acme.test>  billing@acrne.test  1h · Mon 21 Sep, 15:13"),
    ],
)
def test_the_address_of_a_doubtful_sender_comes_before_the_moment(doubts: tuple[str, ...], room: int, head: str) -> None:
    spoofed = SHOP._replace(author="billing@acrne.test", author_name="Support <support@acme.test>")
    assert lines(spoofed, doubts, room)[0] == head
