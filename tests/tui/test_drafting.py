"""Recipients as they are typed, what changed in them, macros and files in a draft; finding lines by letters."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tui_desk.service.types import Draft, MacroView
from tui_desk.tui import drafting, match

ANN, BOB, EVE = "Ann <ann@x.test>", "bob@x.test", '"Eve, the boss" <eve@y.test>'


def test_people_are_read_from_a_line() -> None:
    assert drafting.people(f"{ANN}, {BOB}; {EVE},, ") == (ANN, BOB, EVE)
    assert drafting.people("ann@x.test, Ann <ANN@x.test>") == ("ann@x.test",)
    assert drafting.people(drafting.line((ANN, EVE))) == (ANN, EVE)


def test_changes_are_told_against_the_plain_answer() -> None:
    draft = Draft("4F2K", "reply", (ANN,), (BOB,), dropped=(EVE,), added=(BOB,))
    plain = drafting.Plain.of(draft)
    assert drafting.with_people(draft, plain, (ANN, EVE), ()).added == ()
    changed = drafting.with_people(draft, plain, (BOB,), ())
    assert (changed.added, changed.dropped) == ((BOB,), (ANN, EVE))


def test_a_forward_has_no_plain_answer_to_differ_from() -> None:
    draft = Draft("4F2K", "forward")
    changed = drafting.with_people(draft, drafting.Plain.of(draft), (BOB,), ())
    assert (changed.to, changed.added, changed.dropped) == ((BOB,), (), ())


def test_a_macro_is_remembered_once_with_its_status() -> None:
    macro = MacroView("m", "M", "en", (), "text", actions={"status": "solved"})
    draft = drafting.with_macro(drafting.with_macro(Draft("4F2K", "reply"), macro), macro)
    assert (draft.macros, draft.status_after) == (("m",), "solved")


def test_a_file_is_attached_once() -> None:
    path = Path("/tmp/a.pdf")
    draft = drafting.with_file(drafting.with_file(Draft("4F2K", "reply"), path), path)
    assert [(f.name, f.content_type) for f in draft.files] == [("a.pdf", "application/pdf")]


def test_only_what_was_written_is_worth_keeping() -> None:
    fresh = Draft("4F2K", "reply", (ANN,))
    assert not drafting.written(Draft("4F2K", "reply", (ANN,), body="  \n"), fresh)
    assert not drafting.written(Draft("4F2K", "reply", (BOB,)), fresh)
    assert drafting.written(Draft("4F2K", "reply", (ANN,), body="x"), fresh)


def test_lines_are_found_by_words_starts_and_letters() -> None:
    lines = ["Solved", "Solve — and on to the next", "Dissolve", "Say so later", "Résolu"]

    def found(words: str) -> list[str]:
        return [line for line, _spans in match.ranked(words, lines, str)]

    assert found("sol")[:2] == ["Solved", "Solve — and on to the next"]
    assert found("sol")[2] in ("Dissolve", "Résolu")
    assert found("resolu") == ["Résolu"]
    assert found("next solve") == ["Solve — and on to the next"]
    assert found("") == lines
    assert found("xyz") == []


def test_the_nearest_word() -> None:
    assert match.nearest("stauts", ["status", "solve"]) == "status"
    assert match.nearest("qqq", ["status"]) is None


@given(st.text(max_size=12), st.text(max_size=40))
def test_what_is_marked_lies_in_the_line(words: str, line: str) -> None:
    hit = match.score(words, line)
    if hit is not None:
        assert all(0 <= start < end <= len(line) for start, end in hit[1])
