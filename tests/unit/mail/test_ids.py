"""Message ids as they are really sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.headers import ids, message_id

ODD = [
    ("<a@x>", ("a@x",)),
    (" <a@x>\n\t<b@x> <a@x>", ("a@x", "b@x")),
    ("<a@x>, <b@x>; <c@x>", ("a@x", "b@x", "c@x")),
    ("<a@x><b@x>", ("a@x", "b@x")),
    ("<<a@x>>", ("a@x",)),
    ("<20240101.12345@x>", ("20240101.12345@x",)),
    ("<no-sign-1234>", ("no-sign-1234",)),
    # folded in the middle, and never closed
    ("<a-long-id-of-some\n program@x.example>", ("a-long-id-of-someprogram@x.example",)),
    ("<a@x> <b@", ("a@x",)),
    ("<a@x", ("a@x",)),
    ("<a@x <b@x>", ("a@x", "b@x")),
    ("a@x>", ("a@x",)),
    # without brackets, in quotes, escaped
    ("a@x", ("a@x",)),
    ("a@x b@x", ("a@x", "b@x")),
    ("a@x,b@x", ("a@x", "b@x")),
    ('"<a@x>"', ("a@x",)),
    ('"a@x"', ("a@x",)),
    ("'a@x'", ("a@x",)),
    ('<"a@x">', ("a@x",)),
    ('<"a b"@x>', ('"ab"@x',)),
    ("&lt;a@x&gt;", ("a@x",)),
    ("<mid:a@x>", ("a@x",)),
    ("Message-ID: <a@x>", ("a@x",)),
    ("[a@x]", ("a@x",)),
    ("=?utf-8?q?=3Ca=40x=3E?=", ("a@x",)),
    # sentences
    ('Your message of "Mon, 1 Jan 2024 10:00:00 +0100" <abc@x>', ("abc@x",)),
    ('Your message of "Mon, 1 Jan 2024 10:00:00 +0100"\n\t<abc@x> <b@x>', ("b@x",)),
    ("Message from Bob Roe <bob@x.example> of Monday <199801011234.AA01@x>", ("199801011234.AA01@x",)),
    ("Message from Bob Roe <bob@x.example> of Monday", ()),
    ("Message from bob@x.example of Monday", ()),
    ("Message de Zoé <zoe@x.example> du 1 janvier, <4F2K.1234@x>", ("4F2K.1234@x",)),
    ("<4F2K.1234@x> from bob@x.example", ("4F2K.1234@x",)),
    ("<4F2K.1234@x> (Bob's message of Monday)", ("4F2K.1234@x",)),
    ("4F2K.1234@x (bob@x.example's message of Monday)", ("4F2K.1234@x",)),
    ("your message 4F2K.1234@x of yesterday", ("4F2K.1234@x",)),
    ("Ihre Nachricht vom Montag", ()),
    ("bob@x.example (Bob Roe)", ("bob@x.example",)),
    # what broken programs write into all their mails
    ("<null>", ()),
    ("<undefined> <a@x>", ("a@x",)),
    ("<null@null>", ()),
    ("<None@localhost>", ()),
    ("<@>", ()),
    ("<@x.example>", ()),
    ("null", ()),
    ("<null@x.example>", ("null@x.example",)),
    ("@", ()),
    ("<>", ()),
    ("< >", ()),
    ("", ()),
]


@pytest.mark.parametrize(("value", "found"), ODD, ids=[repr(row[0]) for row in ODD])
def test_what_is_answered(value: str, found: tuple[str, ...]) -> None:
    assert ids(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<a@x> (added by b@y)", "a@x"),
        ("a@x", "a@x"),
        ("<a\n @x>", "a@x"),
        ('"<a@x>"', "a@x"),
        ("nothing like it", "nothinglikeit"),
    ],
)
def test_an_id_is_the_same_where_it_is_borne(value: str, found: str) -> None:
    assert message_id(value) == found


@given(st.text("<>@ab1 \n\"'(),;&lt:=?", max_size=60))
def test_no_header_raises_and_no_id_has_a_space_or_bracket(value: str) -> None:
    for one in ids(value):
        assert one
        assert not set(one) & set("<> \n")


def test_a_long_header_takes_no_long_time() -> None:
    for piece in ("<", "<a", "<a@x>", "from ", "(", "a@x ", "<a@x> from b ", "&lt;", '"'):
        assert len(ids(piece * 200_000)) < 200_000
