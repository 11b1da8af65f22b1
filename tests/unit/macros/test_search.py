"""Ranking: the right macro first, whatever is typed, and fast enough by the work it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk import paths
from tui_desk.macros.load import load
from tui_desk.macros.search import MOST_WORDS, Index, stems
from tui_desk.macros.types import Macro


@pytest.fixture(scope="module")
def shipped() -> Index:
    return Index(load([paths.shipped("macros")]).macros)


@pytest.mark.parametrize(
    ("ticket", "language", "wanted"),
    [
        ("Mon colis n'est toujours pas arrivé, le transporteur se tait", "fr", "retard-livraison"),
        ("Supprimez mon compte et mes données personnelles", "fr", "compte-supprime"),
        ("J'ai oublié mon mot de passe, connexion impossible", "fr", "mot-de-passe"),
        ("Vous pouvez me rembourser ? Je veux mon argent", "fr", "remboursement-precisions"),
        ("My parcel arrived broken, photo attached", "en", "damaged-goods"),
        ("I forgot my password and can't sign in", "en", "password-reset"),
        ("The app crashes with an error", "en", "bug-acknowledged"),
        ("Please cancel my subscription", "en", "cancellation"),
        (
            "Colis livré à un voisin. Quel voisin ? delivery Toujours rien ce matin, c'était un cadeau pour samedi.",
            "fr",
            "colis-perdu",
        ),
    ],
)
def test_the_right_one_is_among_the_first_three(shipped: Index, ticket: str, language: str, wanted: str) -> None:
    assert wanted in [ranked.macro.id for ranked in shipped.rank(ticket, language=language)[:3]]


def test_the_customers_language_comes_first(shipped: Index) -> None:
    top = shipped.rank("password", language="fr", limit=8)
    assert {ranked.macro.language for ranked in top[1:6]} == {"fr"}


def test_use_on_similar_tickets_lifts(shipped: Index) -> None:
    before = [ranked.macro.id for ranked in shipped.rank("parcel", language="en")]
    least = before[-1]
    after = [ranked.macro.id for ranked in shipped.rank("parcel", language="en", used={least: 200})]
    assert after.index(least) < before.index(least)


def test_nothing_in_common_still_offers_something(shipped: Index) -> None:
    assert len(shipped.rank("zzz qqq", language="fr", limit=10)) == 10


@pytest.mark.parametrize(
    ("typed", "wanted"), [("remb", "remboursement-effectue"), ("GARANT", "garantie"), ("résil", "resiliation")]
)
def test_typed_words_are_prefixes_without_case_or_accents(shipped: Index, typed: str, wanted: str) -> None:
    found = [ranked.macro.id for ranked in shipped.rank(words=typed)]
    assert wanted in found


def test_all_typed_words_must_be_there(shipped: Index) -> None:
    assert shipped.rank(words="refund zebra") == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_words_are_ever_syntax(ticket: str, typed: str) -> None:
    index = Index([Macro("a", "Refund", "body AND OR NOT NEAR"), Macro("b", 'quo"te', "(col:umn*)")])
    assert len(index.rank(ticket, words=typed, language="en")) <= 2


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_drafts_and_retired_ones_are_not_offered(state: str) -> None:
    assert Index([Macro("a", "Refund", "x", state=state)]).rank("refund", words="refund") == []


def test_only_the_rarest_words_are_asked_for() -> None:
    index = Index([Macro(f"m{n}", f"title{n}", " ".join(f"w{n}x{k}" for k in range(60))) for n in range(50)])
    query = index._query(" ".join(f"w3x{k}" for k in range(60)))
    assert query.count(" OR ") == MOST_WORDS - 1


def test_stems_join_a_family_of_words() -> None:
    assert stems("rembourser Remboursement") == ["rembou", "rembou"]
