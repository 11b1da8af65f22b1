"""format=flowed (RFC 3676): kept as sent, put together for reading."""

from __future__ import annotations

import pytest

from tui_desk.mail import flowed
from tui_desk.mail.parse import parse


def sent(body: str, more: str = "") -> str:
    return parse(f"Content-Type: text/plain; charset=utf-8; format=flowed{more}\n\n{body}".encode()).text


def test_lines_are_kept_as_sent_and_joined_for_reading() -> None:
    text = sent("My order \nnever came.\n\nRegards\n")
    assert text == "My order \nnever came.\n\nRegards\n"
    assert flowed.reflowed(text) == "My order never came.\n\nRegards\n"


def test_quotes_keep_their_depth() -> None:
    text = sent("> a long \n> question\n>> an older \n>> one\nthe \nanswer\n")
    assert flowed.reflowed(text) == "> a long question\n>> an older one\nthe answer\n"


def test_a_quote_that_goes_on_in_another_depth_ends_there() -> None:
    assert flowed.reflowed("> cut \nmine\n") == "> cut \nmine\n"


def test_the_signature_keeps_its_line() -> None:
    text = sent("the end \n-- \nInès \nDurand\n")
    assert flowed.reflowed(text) == "the end \n-- \nInès Durand\n"


def test_stuffing_is_undone() -> None:
    text = sent(" From here \non\n > not a quote\n")
    assert text == " From here \non\n > not a quote\n"
    assert flowed.reflowed(text) == "From here on\n> not a quote\n"


def test_del_sp_joins_what_was_broken_inside_a_word() -> None:
    assert sent("https://x.test/a \nb\n", "; delsp=yes") == "https://x.test/ab\n"
    text = sent("two  \nwords\n", "; DelSp=Yes")
    assert (text, flowed.reflowed(text)) == ("two \nwords\n", "two words\n")


def test_blanks_at_line_ends_of_other_texts_do_not_join() -> None:
    text = parse(b"From: a@x.test\n\na list \nof lines  \n-- \nsignature\n").text
    assert text == "a list\nof lines  \n-- \nsignature\n"
    assert flowed.reflowed(text) == text


@pytest.mark.parametrize("text", ["", "\n", " \n", ">", "> \n>\n", "-- \n"])
def test_odd_texts(text: str) -> None:
    flowed.reflowed(flowed.as_sent(text, del_sp=True))
