"""What lint finds, and that the shipped macros give it nothing to find."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tui_desk import paths
from tui_desk.macros.lint import lint
from tui_desk.macros.load import load
from tui_desk.macros.render import render
from tui_desk.macros.types import Library, Macro, Problem
from tui_desk.macros.values import Facts

TODAY = date(2026, 11, 21)
BODY = (
    "If it has not come by then just answer this mail. "
    "We have refunded the amount to your card today and you will see it within five days."
)


def said(*macros: Macro, used: dict[str, int] | None = None) -> list[str]:
    return [f"{p.macro}: {p.text}" for p in lint(Library(macros), TODAY, used)]


def test_overdue_review() -> None:
    macro = Macro("a", "A", BODY, review_by=TODAY - timedelta(days=3))
    assert said(macro) == ["a: should have been reviewed 3 days ago"]
    assert said(replace(macro, review_by=TODAY)) == []


def test_placeholders_nobody_can_fill() -> None:
    assert said(Macro("a", "A", "Hi {{ fist_name }}")) == [
        "a: no ticket can fill {{ fist_name }}; name it in ask if the agent shall"
    ]
    assert said(Macro("a", "A", "Hi {{ amount }}", ask=("amount",))) == []
    assert said(Macro("a", "A", "Hi", ask=("amount",))) == ["a: asks for amount and never uses it"]


def test_a_template_that_cannot_be_read_is_an_error() -> None:
    (problem,) = lint(Library((Macro("a", "A", "{{ oops"),)), TODAY)
    assert problem.level == "error"
    assert "line 1" in problem.text


def test_near_duplicates_are_told_once_a_pair() -> None:
    other = Macro("b", "B", BODY.replace("five", "six"))
    assert said(Macro("a", "A", BODY), other) == ["b: says nearly the same as a"]
    assert said(Macro("a", "A", BODY), Macro("b", "B", "Something else altogether, about warranty and pumps.")) == []


def test_never_used() -> None:
    macros = (Macro("a", "A", "one"), Macro("b", "B", "two"))
    assert said(*macros, used={"a": 4}) == ["b: has never been used"]
    assert said(*macros, used={"a": 3, "gone": 9}) == said(*macros, used={}) == []
    assert said(*macros) == []


def test_retired_ones_are_left_in_peace_and_bad_files_are_passed_on() -> None:
    bad = Problem("error", "x", "is not UTF-8 text")
    retired = Macro("a", "A", "{{ gone }}", state="retired", review_by=TODAY - timedelta(days=900))
    assert lint(Library((retired,), (bad,)), TODAY) == [bad]


def test_the_shipped_macros() -> None:
    library = load([paths.shipped("macros")])
    assert lint(library, TODAY) == []
    by_language = {language: [m for m in library.macros if m.language == language] for language in ("fr", "en")}
    assert min(map(len, by_language.values())) >= 12
    facts = Facts("4F2K", "Pot", "a@b.example", 1_795_219_200, 1_795_000_000, "Amélie Roux", "Nadia B", "Lichen", "d@l.example")
    for macro in library.macros:
        assert set(render(macro, facts).missing) <= set(macro.ask), macro.id
        assert macro.review_by is not None, macro.id
        assert render(macro, facts, dict.fromkeys(macro.ask, "42")).missing == (), macro.id
