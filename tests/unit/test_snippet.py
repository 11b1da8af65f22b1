"""The words around a hit: what was searched for is seen, whatever stands before it."""

from __future__ import annotations

import pytest

from tui_desk.store.snippet import around, pattern, window
from tui_desk.text import fold, width

LONG = "Bonjour,\n\n" + "Une phrase de plus, pour ne rien dire. " * 30


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("facture", LONG + "La Facture est jointe.", "Facture"),
        ("facture", "Deux factures, puis une autre facture.", "facture"),
        ("factur", "Deux factures.", "factures"),
        ("oeuvre", "Œuf, œil, cœur, sœur, nœud, œuvre et chef-d'œuvre", "œuvre"),
        ("strasse", "Grüße aus der Königstraße, die Straße ist lang", "Straße"),
        ('"deux fois"', "deux. Payé deux\n fois", "deux fois"),
        ("F-2188", "facture 2188, facture F 2188", "F 2188"),
        ("payé deux", "deux " + "x " * 200 + "j'ai paye les deux", "paye"),
        ("al", "Alors, al dente", "al"),
        ("c++ code", "the code in C++", "code"),
    ],
)
def test_what_is_found(words: str, text: str, found: str) -> None:
    wanted = pattern(words)
    assert wanted is not None
    hit = around(text, wanted)
    assert hit.found == found
    assert found in hit.line
    assert len(hit.line) <= 162
    assert "\n" not in hit.line


def test_what_is_not_there_is_not_shown() -> None:
    wanted = pattern("facture")
    assert wanted is not None
    assert around("refacturer", wanted) == ("", "")
    assert pattern("  ?! ") is None


@pytest.mark.parametrize("cells", [8, 12, 20, 40, 200])
def test_a_narrow_window_shows_what_was_found(cells: int) -> None:
    for line, found in (
        (LONG.replace("\n", " ") + "la Facture ici, et plus " + LONG, "Facture"),
        ("日本語" * 30 + "請求書", "請求書"),
    ):
        shown = window(line, found, cells)
        assert width(shown) <= cells
        assert found[: cells // 2] in shown
    assert window("short", "", 9) == "short"
    assert window("voulez-vous une facture pro forma", "facture", 18) == "…une facture pro…"


def test_a_terminal_line_and_a_folded_one_agree() -> None:
    for text in ("ŒœßŁ", "é" * 50 + " œuf", "İstanbul kebab"):
        for word in text.split():
            wanted = pattern(word)
            assert wanted is not None
            assert fold(around(text, wanted).found) == fold(word)
