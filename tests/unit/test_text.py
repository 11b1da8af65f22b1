"""Nothing that a terminal obeys passes `clean`, however it is written; and what people write passes unchanged."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk import text

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x9b31m\x9d52;c;x\x9c",
    "a\x08\x08b\x7f\x00",
    "invoice\u202efdp.exe",
    "\u2066isolate\u2069 \u061c",
    "\ud83d broken \udc80",
    "zero\u200bwidth\ufeff\u2060\u00ad",
    "z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" * 3,
    "\U000e0041\U000e0042 tags",
]
ORDINARY = [
    "plain\n\ttext",
    "J’ai « reçu » l’œuvre — 12\u202f€\u00a0!",
    "日本語のテスト。한국어 ไทย ภาษาไทย",
    "क्षत्रिय नमस्ते",
    "שָׁלוֹם مَرْحَبًا",
    "Tiếng Việt, décomposé e\u0301",
    "family 👨\u200d👩\u200d👧 and ❤\ufe0f",
    "می\u200cخواهم",
]
MIXED = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b\x9b\r\n\t\u200b\u200c\u200d\u202e\u0301\u0489\ud800\U000e0041\U00010a01aé "))
)


def live(shown: str) -> list[str]:
    """What of `shown` a terminal would obey, or hide."""
    kept = "\n\t\u200c\u200d"
    return [c for c in shown if c not in kept and (unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in BIDI)]


BIDI = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_hostile_passes(hostile: str) -> None:
    for shown in (text.clean(hostile), text.one_line(hostile)):
        assert not live(shown)
        assert "\x1b" not in shown
        shown.encode()


@pytest.mark.parametrize("ordinary", ORDINARY)
def test_what_people_write_passes_unchanged(ordinary: str) -> None:
    assert text.clean(ordinary) == ordinary


@given(MIXED)
def test_nothing_live_survives_and_twice_is_once(given_text: str) -> None:
    shown = text.clean(given_text)
    assert not live(shown)
    assert text.clean(shown) == shown
    line = text.one_line(given_text)
    assert not live(line)
    assert "\n" not in line
    assert "\t" not in line
    assert text.one_line(line) == line
    assert text.clean(line) == line


@given(st.text(st.characters(categories=("Cf", "Cc", "Cs", "Zl", "Zp", "Zs"))))
def test_of_invisible_characters_nothing_is_left_that_acts(given_text: str) -> None:
    assert not live(text.clean(given_text))
    assert "\u200d" not in text.clean("a" + "".join(c for c in given_text if c in "\u200c\u200d") + "b")


@given(st.text(st.sampled_from("e\u0301\u0323\u20dd\u0489\u200d\U00010a0d\U0001e8d0 a"), min_size=1))
def test_marks_on_one_letter_are_capped(given_text: str) -> None:
    run = longest = 0
    for char in text.clean(given_text):
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") or char == "\u200d" else 0
        longest = max(longest, run)
    assert longest <= 4


def test_line_ends_become_newlines() -> None:
    assert text.clean("a\r\nb\rc\u2028d\x0ce") == "a\nb\nc\nd\ne"
    assert text.one_line(" a\r\nb \t c\u2029d ") == "a b c d"


def test_escape_is_shown_not_dropped() -> None:
    assert text.clean("\x1b[31m") == "\ufffd[31m"


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Réclamation ŒUVRE", "reclamation oeuvre"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ﬁn ①", "fin 1"),
        ("K\u212a", "kk"),
    ],
)
def test_fold(written: str, searched: str) -> None:
    assert text.fold(written) == searched


@given(st.text())
def test_fold_twice_is_fold_once(given_text: str) -> None:
    assert text.fold(text.fold(given_text)) == text.fold(given_text)


@given(st.text(st.characters(codec="cp1252"), min_size=101, max_size=300))
def test_a_long_western_text_is_folded_as_its_letters_are(given_text: str) -> None:
    assert text.fold(given_text) == "".join(map(text.fold, given_text))


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))), st.integers(0, 40))
def test_cut_never_grows_over_its_cells(given_text: str, cells: int) -> None:
    line = text.one_line(given_text)
    assert text.width(text.cut(line, cells)) <= cells
    if text.width(line) <= cells:
        assert text.cut(line, cells) == line


def test_the_quick_width_is_the_width() -> None:
    from rich.cells import cell_len

    wrong = [hex(code) for code in range(0x20, 0x3000) if text.width(chr(code)) != cell_len(chr(code)) and code != 0x7F]
    assert wrong == []
    assert text.width("日本") == 4
    assert text.cut("日本語", 5) == "日本…"
    assert text.cut("abcdef", 4) == "abc…"


def test_marks_are_where_they_are_looked_for() -> None:
    planes = [*text._WITH_MARKS, range(0x10000, 0x1F000)]
    looked_at = {code for plane in planes for code in plane}
    marks = {code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)) in ("Mn", "Me")}
    assert marks <= looked_at


@pytest.mark.parametrize(
    ("given_text", "wanted"), [("a@x.example", "a@x.example"), (" a  b ", "a b"), ("a\tb\nc", "a b c"), (" ", ""), ("", "")]
)
def test_one_line(given_text: str, wanted: str) -> None:
    assert text.one_line(given_text) == wanted
