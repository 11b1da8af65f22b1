"""docs/settings.md, made from the schema: `python -m tests.unit.config.settings_page` writes it anew."""

from __future__ import annotations

from pathlib import Path

from tui_desk import i18n
from tui_desk.config.manual import Entry, Section, manual
from tui_desk.config.values import variable

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"

_HEAD = """\
# Settings

One file a profile: `desk config path` tells where it is, `desk config check` tells what is wrong with it (file, line, key),
`desk config set KEY VALUE` changes one key and keeps your comments. `desk init` writes the file with this manual in it.

A variable of the environment wins over the file; its name stands beside each key. Lists are separated by commas there.
The password is in the keyring or printed by `account.password_command`: it is never in the file, and no variable holds it.

Made from `tui_desk/config/schema.py` by `python -m tests.unit.config.settings_page`; a test holds the two equal.
"""


def page() -> str:
    """The whole page, in English."""
    i18n.activate("en")
    return "\n".join([_HEAD, *(line for section in manual() for line in _section(section))]).rstrip() + "\n"


def _section(section: Section) -> list[str]:
    title = f"## [{section.name}]" if section.name else "## At the top of the file"
    lines = [title, ""]
    if section.text:
        lines += [section.text[0].upper() + section.text[1:], ""]
    if section.entries:
        lines += ["| key | default | variable | what it does |", "|---|---|---|---|", *map(_row, section.entries), ""]
    return lines


def _row(entry: Entry) -> str:
    return f"| `{entry.name}` | {_default(entry.default)} | `{variable(entry.key)}` | {entry.text.replace('|', chr(92) + '|')} |"


def _default(value: object) -> str:
    match value:
        case bool():
            return "`true`" if value else "`false`"
        case "" | ():
            return ""
        case tuple():
            return ", ".join(f"`{one}`" for one in value)
        case _:
            return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
