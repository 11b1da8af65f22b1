"""What the documents say is so: commands, keys, settings, version, the README's lines, the links."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.support import pages
from tui_desk import __version__
from tui_desk.cli.verbs import SECTIONS
from tui_desk.config.manual import manual
from tui_desk.tui.actions import REGISTRY

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
VERBS = {verb.name for _title, verbs in SECTIONS for verb in verbs}
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["keys", "settings"])
def test_pages_made_from_the_code_are_up_to_date(page: str) -> None:
    wanted = {"keys": pages.keys, "settings": pages.settings}[page]()
    assert read(f"docs/{page}.md") == wanted, f"run: python -m tests.support.pages {page} > docs/{page}.md"


def test_every_command_is_documented() -> None:
    text = read("docs/commands.md")
    assert [verb for verb in sorted(VERBS) if f"### desk {verb}\n" not in text] == []


def test_every_key_is_documented() -> None:
    text = read("docs/keys.md")
    assert [action.id for action in REGISTRY if f"`{action.id}`" not in text] == []


def test_every_setting_is_documented() -> None:
    text = read("docs/settings.md")
    for section in manual():
        assert not section.name or f"## [{section.name}]" in text
        assert [entry.key for entry in section.entries if f"| `{entry.name}` |" not in text] == []


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == __version__


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_shown_exist(page: Path) -> None:
    for block in re.findall(r"```(?:sh|console|bash)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for verb in re.findall(r"(?:^|\| |\$ )(?:desk|tui-desk) ([a-z]\w*)", block, re.MULTILINE):
            assert verb in VERBS, f"{page.name}: desk {verb}"


def test_make_targets_that_are_shown_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8"))) <= targets, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_layers_that_are_drawn_are_those_that_are_held() -> None:
    contract = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    rooms = {room.strip().removeprefix("tui_desk.") for layer in contract["layers"] for room in layer.split("|")}
    text = read("docs/architecture.md")
    assert [room for room in sorted(rooms) if f"`{room}" not in text] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "adr").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
