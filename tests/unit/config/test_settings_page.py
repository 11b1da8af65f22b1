"""docs/settings.md says what the schema says."""

from __future__ import annotations

from tests.unit.config.settings_page import PAGE, page
from tui_desk.config import schema
from tui_desk.config.manual import extract, manual


def test_every_sentence_goes_to_the_catalogue() -> None:
    with open(schema.__file__, "rb") as file:
        texts = {text for _line, _function, text, _comments in extract(file, (), (), {})}
    sections = manual()
    assert {s.text for s in sections if s.text} | {e.text for s in sections for e in s.entries} <= texts


def test_the_page_is_the_schema() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.unit.config.settings_page"


def test_every_key_and_every_section_is_on_it() -> None:
    text = page()
    for section in manual():
        assert not section.name or f"## [{section.name}]" in text
        for entry in section.entries:
            assert f"| `{entry.name}` |" in text
