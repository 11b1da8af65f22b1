"""Writing the settings file: a new one with its manual in comments, or one key of an old one with everything else as it was."""

from __future__ import annotations

import os
import re
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import tomlkit

from tui_desk.config.load import verify
from tui_desk.config.manual import ANY, Entry, Section, manual
from tui_desk.config.schema import Settings
from tui_desk.config.values import from_variable, of_sections, unknown
from tui_desk.errors import ConfigError, UsageError
from tui_desk.i18n import _
from tui_desk.paths import Profile
from tui_desk.record import kinds

WIDTH = 100


def create(profile: Profile, settings: Settings) -> Path:
    """Write `settings` as the file of `profile` (mode 0600, in one move); returns its path."""
    return _write(profile, render(settings))


def render(settings: Settings) -> str:
    """The file that says `settings`, each key under its manual; what is the default stands there as a comment."""
    out = [*_comment(_("Settings of TUI Desk. A line that begins with # is a comment: take the # away to change a default.")), ""]
    for section in manual():
        out.extend(_rendered(section, settings))
    return "\n".join(out).rstrip() + "\n"


def set_key(profile: Profile, key: str, said: str) -> Any:
    """Set the dotted `key` to what `said` means, keeping all comments; returns the value. Raises UsageError, ConfigError.

    Nothing is written when the file would be wrong with it. Lists are separated by commas.
    """
    value = _meant(key, said)
    text = profile.settings.read_text(encoding="utf-8-sig") if profile.settings.exists() else render(Settings())
    changed = _with(text, key, value)
    wrong = [problem for problem in verify(profile, changed) if problem.key in (key, key.rpartition(".")[0])]
    if wrong:
        raise ConfigError(f"{key}: {wrong[0].message}")
    _write(profile, changed)
    return value


def _rendered(section: Section, settings: Settings) -> Iterator[str]:
    if section.name.endswith(f".{ANY}"):
        yield from _several(section, settings)
        return
    values: Any = getattr(settings, section.name) if section.name else settings
    if section.name:
        yield from _comment(section.text)
        yield f"[{section.name}]"
    if isinstance(values, dict):
        yield from (f"{tomlkit.key(name).as_string()} = {_toml(value)}" for name, value in values.items())
        yield ""
    for entry in section.entries:
        yield from _comment(entry.text)
        value = getattr(values, entry.name)
        yield f"{'# ' if value == entry.default else ''}{entry.name} = {_toml(value)}"
        yield ""


def _several(section: Section, settings: Settings) -> Iterator[str]:
    """Each [accounts.NAME] with what is not the default in it: the keys stand explained above, under [account]."""
    group = section.name.removesuffix(f".{ANY}")
    yield from _comment(f"[{section.name}] {section.text}")
    yield ""
    for name, values in getattr(settings, group).items():
        yield f"[{group}.{name}]"
        yield from (f"{f.name} = {_toml(value)}" for f in fields(values) if (value := getattr(values, f.name)) != f.default)
        yield ""


def add_section(profile: Profile, name: str, values: Any) -> Path:
    """Write `values` as the new section `name` ("accounts.billing"), all else as it was. Raises ConfigError."""
    text = profile.settings.read_text(encoding="utf-8-sig")
    for key in fields(values):
        if getattr(values, key.name) != key.default:
            text = _with(text, f"{name}.{key.name}", getattr(values, key.name))
    return _checked(profile, text, name)


def remove_section(profile: Profile, name: str) -> bool:
    """Take the section `name` ("accounts.billing") out; False where it is not there."""
    group, _dot, last = name.partition(".")
    document = tomlkit.parse(profile.settings.read_text(encoding="utf-8-sig"))
    sections: Any = document.get(group, {})
    if last not in sections:
        return False
    del sections[last]
    _checked(profile, tomlkit.dumps(document), name)
    return True


def _checked(profile: Profile, text: str, name: str) -> Path:
    for problem in verify(profile, text):
        if problem.key == name or problem.key.startswith(f"{name}."):
            raise ConfigError(f"{problem.key}: {problem.message}")
    return _write(profile, text)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2, break_long_words=False, break_on_hyphens=False)]


def _toml(value: Any) -> str:
    return str(tomlkit.item(_item(value)).as_string())


def _meant(key: str, said: str) -> Any:
    """What `said` means for `key`: UsageError for a key that is not there, ConfigError for a value of another type."""
    table, _dot, name = key.partition(".")
    kind = kinds(Settings).get(table, "")
    if name and kind == "dict[str, str]":
        return said
    section, _dot, last = key.rpartition(".")
    entry = _entries().get(f"{table.removesuffix('s')}.{last}" if of_sections(kind) and section.count(".") == 1 else key)
    if entry is None:
        raise UsageError(f"{key}: {unknown(last, section)}", _("`desk config show` lists them all."))
    value, wrong = from_variable(entry.kind, said)
    if wrong:
        raise ConfigError(f"{key}: {wrong}")
    return value


def _entries() -> dict[str, Entry]:
    return {entry.key: entry for section in manual() for entry in section.entries}


def _with(text: str, key: str, value: Any) -> str:
    """`text` with `key` set: in its place, else where the manual holds its place in a comment, else at the section's end."""
    document = tomlkit.parse(text)
    section, _dot, name = key.rpartition(".")
    if key.partition(".")[0] in _TABLES:  # the name may have dots
        section, _dot, name = key.partition(".")
    where: Any = document
    for part in section.split(".") if section else ():
        where = where.get(part) if where is not None else None
    if where is not None and name in where:
        where[name] = _item(value)
        return tomlkit.dumps(document)
    placed = _uncommented(text, section, name, value)
    if placed is not None:
        return placed
    if where is None:
        group, dot, last = section.partition(".")
        if dot and group not in document:
            document[group] = tomlkit.table(is_super_table=True)
        home: Any = document[group] if dot else document
        where = home[last if dot else group] = tomlkit.table()
    where[name] = _item(value)
    return tomlkit.dumps(document)


_TABLES = frozenset(name for name, kind in kinds(Settings).items() if kind == "dict[str, str]")


def _item(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _uncommented(text: str, section: str, name: str, value: Any) -> str | None:
    """`text` with the comment "# name = ..." of `section` made a setting; None where there is no such comment."""
    here, lines = "", text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
        if header:
            here = header[1]
        elif here == section and re.match(rf"#\s?{re.escape(name)}\s*=", line):
            lines[number] = f"{name} = {_toml(value)}\n"
            return "".join(lines)
    return None


def _write(profile: Profile, text: str) -> Path:
    """Replace the file in one move: a crash leaves the old one or the new one. Mode 0600: a command may name a secret's place."""
    folder = profile.config_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".settings-", suffix=".toml", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, os.path.realpath(profile.settings))
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise ConfigError(
            _("%(file)s cannot be written: %(why)s.") % {"file": profile.settings, "why": error.strerror}
        ) from error
    return profile.settings
