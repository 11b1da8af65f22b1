"""The first own words told from the first lines alone: always what the whole body, cut into segments, says too."""

from __future__ import annotations

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from tests.unit.mail.test_quote import ATTRIBUTIONS, SIGNATURES
from tui_desk.mail.opening import ENOUGH, opening
from tui_desk.mail.quote import own_text, says_thanks

PLAIN = "I am writing about the order that did not come, and about the invoice that came twice since"
ODD = (
    "Bonjour Inès,",
    "Hello,",
    "Merci beaucoup !",
    "Cordialement,",
    "Best regards,",
    "Inès Durand",
    "/Inès",
    "-- ",
    "---",
    "> quoted",
    ">",
    "<support@x.test",
    "> wrote:",
    "On Monday 3 May 2024 at 10:00, Bob",
    "bob@x.test wrote:",
    "From: Bob <bob@x.test>",
    "Sent: Monday, 3 May 2024 10:00",
    "Subject: order",
    "________________________________",
    "This e-mail is confidential and intended only for the addressee.",
    "CAUTION: This email originated from outside of the organization.",
    "- a list",
    "Inès Durand/ACME",
    "05/01/2026 10:11",
    "Sent by: Bob",
    "To      Bob/ACME@ACME",
    "An",
    "cc",
    "Thema",
    "Subject",
    "|------+------>",
    "Inès Durand ---05/01/2026 10:11:12---Hello, could you look at it",
    "Am 05.01.2026 um 10:11 schrieb Bob <bob@x.test>",
    "Begin forwarded message:",
    *(line for known in (*ATTRIBUTIONS, *SIGNATURES) for line in known.split("\n")),
)
LINES = st.one_of(st.just(""), st.just(PLAIN), st.just(PLAIN[:40]), st.sampled_from(ODD))


@given(st.lists(LINES, max_size=24), st.integers(0, 4))
@example([PLAIN] * 3 + ["On Monday 3 May 2024 at 10:00, Bob", "<bob@x.test> wrote:", "> quoted"], 0)
@example([PLAIN, PLAIN, PLAIN, "Inès Durand/ACME", "", "05/01/2026 10:11", "", "", "", "", "", "To", "Bob", "Subject", "x"], 0)
@example([PLAIN, PLAIN, "Bob ---05/01/2026 10:11:12---Hello ---", "", "From: Bob <b@x.test>", "Sent: 05/01/2026", "To: a"], 0)
@example(["Hello,"] * 40 + ["Merci !"], 0)
def test_it_says_what_the_whole_body_says(lines: list[str], plain: int) -> None:
    text = "\n".join([*[PLAIN] * plain, *lines])
    head = opening(text)
    event(f"told: {bool(head)}")
    if head:
        own = own_text(text)
        assert own.startswith(head.strip())
        assert not says_thanks(own)


def test_most_bodies_tell() -> None:
    text = "\n".join(["Bonjour,", "", *[PLAIN] * 9, "", "Cordialement,", "Inès"])
    assert opening(text) == "\n".join(["Bonjour,", "", *[PLAIN] * 3])


@pytest.mark.parametrize(
    "text",
    [
        "Merci !",
        "x" * (ENOUGH - 1),
        f"> {PLAIN}\n" * 9,
        f"{PLAIN}\n" * 2 + "Cordialement,\nInès\n" * 3,
        f"Le 3 mai 2024 à 10:00, Bob <b@x.test> a écrit :\n{PLAIN}\n" * 4,
        "y" * 5000,
        " \n" * 5000,
    ],
)
def test_a_doubt_is_told(text: str) -> None:
    assert opening(text) == ""
