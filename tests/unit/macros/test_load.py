"""Macro files: what is read, and that one bad file is one problem with its line and hides nothing."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from tui_desk import paths
from tui_desk.macros.load import folders, load

GOOD = """\
+++
title = "Hello"
language = "en"
tags = ["a", "b"]
review_by = 2027-01-31
[actions]
tag = "x y"
+++

Hi {{ first_name }}
"""


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_macro(tmp_path: Path) -> None:
    put(tmp_path, "hello", GOOD)
    (macro,) = load([tmp_path]).macros
    assert (macro.id, macro.title, macro.language, macro.tags) == ("hello", "Hello", "en", ("a", "b"))
    assert macro.review_by == date(2027, 1, 31)
    assert macro.actions == {"tag": "x y"}
    assert macro.state == "approved"
    assert macro.usable
    assert (macro.body, macro.body_line) == ("Hi {{ first_name }}", 10)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("Hi\n", "without front matter", 1),
        ("", "without front matter", 1),
        ('+++\ntitle = "x"\n', "second line of +++", 1),
        ('+++\ntitle = "x"\nlanguage = \n+++\nHi\n', "not TOML", 3),
        ('+++\ntitle = "x"\n+++\n\n', "no text", 3),
        ("+++\ntags = []\n+++\nHi\n", "no title", 0),
        ("+++\ntitle = 3\n+++\nHi\n", "title must be a text", 0),
        ('+++\ntitle = "x"\ntags = "a"\n+++\nHi\n', "tags must be a list", 0),
        ('+++\ntitle = "x"\nlanguage = "de"\n+++\nHi\n', "language must be one of en, fr", 0),
        ('+++\ntitle = "x"\nstate = "done"\n+++\nHi\n', "state must be one of", 0),
        ('+++\ntitle = "x"\nreview_by = "soon"\n+++\nHi\n', "must be a date", 0),
        ('+++\ntitle = "x"\nreview_by = 2027-01-01T10:00:00\n+++\nHi\n', "must be a date", 0),
        ('+++\ntitle = "x"\nlangage = "fr"\n+++\nHi\n', "no key langage", 0),
        ('+++\ntitle = "x"\n[actions]\nstatus = "gone"\n+++\nHi\n', "actions.status must be one of", 0),
        ('+++\ntitle = "x"\n[actions]\nexplode = "yes"\n+++\nHi\n', "no action explode", 0),
        ('+++\ntitle = "x"\nactions = "solve"\n+++\nHi\n', "actions must be a table", 0),
    ],
)
def test_a_bad_file_is_one_problem(tmp_path: Path, text: str, words: str, line: int) -> None:
    put(tmp_path, "good", GOOD)
    bad = put(tmp_path, "bad", text)
    library = load([tmp_path])
    assert [macro.id for macro in library.macros] == ["good"]
    (problem,) = library.problems
    assert (problem.level, problem.macro, problem.path, problem.line) == ("error", "bad", bad, line)
    assert words in problem.text


def test_bytes_that_are_no_text_and_files_too_large(tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes("+++\ntitle = 'é'\n+++\nHi".encode("latin-1"))
    put(tmp_path, "huge", GOOD + "x" * 300_000)
    assert [problem.macro for problem in load([tmp_path]).problems] == ["huge", "latin"]


def test_a_folder_called_like_a_macro_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "odd.md").mkdir()
    library = load([tmp_path])
    assert library.macros == ()
    assert "cannot be read" in library.problems[0].text


def test_a_later_folder_replaces_by_id_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    put(first, "hello", GOOD)
    put(second, "hello", GOOD.replace("Hello", "Mine"))
    library = load([first, tmp_path / "nowhere", second])
    assert [macro.title for macro in library.macros] == ["Mine"]


def test_folders_go_from_shipped_to_profile() -> None:
    profile = paths.profile("acme")
    assert folders(profile) == [
        paths.shipped("macros"),
        Path(os.environ["TUI_DESK_HOME"]) / "macros",
        profile.config_dir / "macros",
    ]
