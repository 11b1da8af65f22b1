"""Names of attachments stay inside the folder they are saved to."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.filename import safe_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../x", "x"),
        ("..\\..\\x.exe", "x.exe"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\a.txt", "a.txt"),
        ("facture n°4.pdf", "facture n°4.pdf"),
        ("日本語.pdf", "日本語.pdf"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("", "attachment"),
        ("..", "attachment"),
        ("...", "attachment"),
        (".bashrc", "bashrc"),
        ("a\0b\nc.pdf", "a_b c.pdf"),
        ("-rf", "rf"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a:b*c?.txt", "a_b_c_.txt"),
        ("trailing. . ", "trailing"),
        ("e\u0301t\u00e9.pdf", "été.pdf"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


@given(
    st.text()
    | st.lists(
        st.sampled_from(["..", "/", "\\", ".", " ", "con", "\0", "a", "\u2044", "\uff0f", "~", "-", "é" * 90, ".pdf"])
    ).map("".join)
)
def test_any_name_stays_inside(name: str) -> None:
    safe = safe_filename(name)
    folder = Path("/folder/of/attachments")
    assert (folder / safe).resolve().parent == folder
    assert safe == safe.strip(". ")
    assert not safe.startswith(("-", "~"))
    assert len(safe.encode()) <= 180
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in '/\\:*?"<>|' for c in safe)
    assert safe_filename(safe) == safe


def test_long_names_keep_their_extension() -> None:
    assert safe_filename("é" * 300 + ".pdf").endswith("é.pdf")
