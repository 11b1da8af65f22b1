"""French and English told apart by their small words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, je ne peux plus me connecter depuis hier.", "fr"),
        ("J’ai été débité deux fois", "fr"),
        ("Hello, I cannot log in since yesterday.", "en"),
        ("Could you please look into this?", "en"),
        ("Merci !", "fr"),
        ("Thanks", "en"),
        ("4F2K 0x80070005", ""),
        ("", ""),
        ("日本語", ""),
    ],
)
def test_guess(text: str, language: str) -> None:
    assert guess(text) == language


@given(st.text())
def test_guess_never_raises(text: str) -> None:
    assert guess(text) in ("fr", "en", "")
