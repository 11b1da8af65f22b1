"""BODYSTRUCTURE: what real servers say of real mail, and what hostile ones may say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import structure
from tui_desk.mail.structure import Node, Word
from tui_desk.transport.framing import tokens


def read(text: str) -> Node | None:
    """As it stands on the line."""
    [words] = tokens((text.encode(),))
    return structure.read(words)


PLAIN = '("text" "plain" ("charset" "utf-8") NIL NIL "8bit" 46 2 NIL NIL NIL NIL)'
HTML = '("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "QUOTED-PRINTABLE" 53 2 NIL NIL NIL NIL)'
ZIP = '("application" "zip" ("name" "a \\"b\\" (c).zip") "<i@x>" NIL "base64" 54723234 NIL ("attachment" ("filename" "a")) NIL)'


def test_a_message_without_parts_is_part_one() -> None:
    assert read(PLAIN) == Node("1", "text/plain", 46)


def test_parts_are_numbered_as_they_are_asked_for() -> None:
    root = read(
        f'({ZIP}({PLAIN}{HTML} "alternative" ("boundary" "inner") NIL NIL NIL){ZIP} "mixed" ("boundary" "b") NIL NIL NIL)'
    )
    assert root is not None
    assert (root.section, root.kind) == ("", "multipart/mixed")
    assert [(n.section, n.kind, n.octets) for n in root.leaves()] == [
        ("1", "application/zip", 54723234),
        ("2.1", "text/plain", 46),
        ("2.2", "text/html", 53),
        ("3", "application/zip", 54723234),
    ]
    assert [n.section for n in root.inner()] == ["1", "2", "2.1", "2.2", "3"]


def test_a_message_in_the_message_is_one_part() -> None:
    envelope = '("Thu, 19 Nov 2026 10:00:00 +0000" "s" (("Z" NIL "z" "x")) NIL NIL NIL NIL NIL NIL "<i@x>")'
    inner = f'("message" "rfc822" NIL NIL NIL "7bit" 4000 {envelope} ({PLAIN}{ZIP} "mixed" NIL NIL NIL NIL) 80 NIL NIL NIL NIL)'
    root = read(f'({PLAIN}{inner} "mixed" ("boundary" "b"))')
    assert root is not None
    assert [(n.section, n.kind, n.octets) for n in root.leaves()] == [("1", "text/plain", 46), ("2", "message/rfc822", 4000)]


def test_names_may_come_as_literals() -> None:
    words = tokens((b'("text" "plain" ("name" {5}', b'a"(\\)', b') NIL NIL "7bit" 12 1)'))
    assert structure.read(words[0]) == Node("1", "text/plain", 12)


@pytest.mark.parametrize(
    "text",
    [
        "NIL",
        "()",
        "(())",
        '("text")',
        '("text" "plain")',
        '("text" "plain" NIL NIL NIL "7bit")',
        '("text" "plain" NIL NIL NIL "7bit" NIL)',
        '("text" "plain" NIL NIL NIL "7bit" -3)',
        '("text" "plain" NIL NIL NIL "7bit" 99999999999999999999)',
        '("text" "plain" NIL NIL NIL "7bit" (1))',
        '("te\xe9xt" "plain" NIL NIL NIL "7bit" 3)',
        '("multipart" "mixed" NIL NIL NIL "7bit" 3)',
        f"({PLAIN})",
        f"({PLAIN}{PLAIN} (NIL))",
        f'({PLAIN}() "mixed")',
    ],
)
def test_what_makes_no_sense_is_no_structure(text: str) -> None:
    [words] = tokens((text.encode("latin-1"),))
    assert structure.read(words) is None


def test_too_many_parts_are_no_structure() -> None:
    assert read(f'({PLAIN * 900} "mixed")') is not None
    assert read(f'({PLAIN * 10_000} "mixed")') is None


def test_too_deep_is_no_structure() -> None:
    assert read("(" * 50 + PLAIN + ' "mixed")' * 50) is not None
    assert read("(" * 5000 + PLAIN + ' "mixed")' * 5000) is None


WORDS: st.SearchStrategy[Word] = st.recursive(
    st.sampled_from([b"NIL", b"text", b"plain", b"mixed", b"12", b"-1", b"\xff", b"", b"multipart", b"message", b"rfc822"]),
    lambda inner: st.lists(inner, max_size=9),
    max_leaves=60,
)


@given(WORDS)
def test_it_never_raises_and_is_always_bounded(words: Word) -> None:
    root = structure.read(words)
    if root is not None:
        assert all(0 <= leaf.octets < 1 << 40 for leaf in root.leaves())
        assert len({node.section for node in root.inner()}) == len(list(root.inner()))
