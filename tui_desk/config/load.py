"""The settings file and the environment made into `Settings`, or told exactly where they are wrong.

On the path of the fast commands: tomllib and a walk over the schema; lines are looked for only when something is wrong.
A variable TUI_DESK_<SECTION>_<KEY> wins over the file (an empty one is an empty text; lists are separated by commas).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tui_desk.config import schema
from tui_desk.config.rules import RULES
from tui_desk.config.schema import Settings
from tui_desk.config.values import (
    TRUE,
    from_variable,
    name_of_section,
    names_in,
    of_sections,
    strange_variables,
    typed,
    unknown,
    variable,
)
from tui_desk.errors import ConfigError
from tui_desk.i18n import _
from tui_desk.paths import Profile
from tui_desk.record import Record, kinds


class Problem(Record):
    """One thing that is wrong: `source` is the file or the variable, `line` counts from 1 (0: not known), `key` is dotted."""

    source: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = _("%(file)s, line %(line)s") % {"file": self.source, "line": self.line} if self.line else self.source
        return ": ".join(part for part in (place, self.key, self.message) if part)


def load(profile: Profile, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of `profile`. ConfigError with file, line and key of the first thing that is wrong, or when there are none."""
    text = _read(profile)
    table = _table(profile.settings, text)
    problems: list[Problem] = []
    settings = _settings(_Walk(profile.settings, text, table, os.environ if environ is None else environ), problems)
    if problems:
        raise ConfigError(str(problems[0]), _more(len(problems) - 1))
    return settings


def check(profile: Profile, environ: Mapping[str, str] | None = None) -> list[Problem]:
    """Everything that is wrong with the settings of `profile`, in the order of the file; empty when all is well."""
    environ = os.environ if environ is None else environ
    try:
        text = _read(profile)
        table = _table(profile.settings, text)
    except ConfigError as error:
        return [Problem(error.message, 0, "", error.hint)]
    problems: list[Problem] = []
    walk = _Walk(profile.settings, text, table, environ)
    settings = _settings(walk, problems)
    problems.extend(_missing(walk, settings))
    problems.extend(Problem(name, 0, "", wrong) for name, wrong in strange_variables(environ))
    return sorted(problems, key=lambda p: p.line or 1 << 30)


def verify(profile: Profile, text: str) -> list[Problem]:
    """What would be wrong with `text` as the settings file of `profile`, whatever the environment says."""
    problems: list[Problem] = []
    try:
        _settings(_Walk(profile.settings, text, _table(profile.settings, text), {}), problems)
    except ConfigError as error:
        return [Problem(error.message, 0, "", "")]
    return problems


def from_table(table: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from a table that is not a file's (the demo, a wizard's answers). ConfigError for what is wrong."""
    problems: list[Problem] = []
    settings = _settings(_Walk(Path("settings.toml"), "", dict(table), environ or {}), problems)
    if problems:
        raise ConfigError(str(problems[0]))
    return settings


class _Walk:
    """What is walked: the file, its text (for line numbers), its table, the environment."""

    def __init__(self, file: Path, text: str, table: dict[str, Any], environ: Mapping[str, str]) -> None:
        self.file = file
        self.text = text
        self.table = table
        self.environ = environ

    def problem(self, key: str, message: str) -> Problem:
        from tui_desk.config.lines import line_of

        return Problem(str(self.file), line_of(self.text, key), key, message)


def _read(profile: Profile) -> str:
    try:
        return profile.settings.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            _("There are no settings yet: %(file)s is not there.") % {"file": profile.settings},
            _("Run `desk init` to set the desk up, or `desk demo` to look around."),
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = Problem(str(profile.settings), line, "", _("this is not UTF-8 text."))
        raise ConfigError(str(problem)) from None
    except OSError as error:
        raise ConfigError(_("%(file)s cannot be read: %(why)s.") % {"file": profile.settings, "why": error.strerror}) from None


def _table(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)", str(error))
        said = str(error)[: where.start()] if where else str(error)
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        raise ConfigError(str(Problem(str(file), line, "", _("this is not TOML: %(why)s.") % {"why": said}))) from None


def _settings(walk: _Walk, problems: list[Problem]) -> Settings:
    values: dict[str, Any] = {}
    problems.extend(walk.problem(key, unknown(key, "")) for key in walk.table if key not in _TOP)
    for name, kind in _TOP.items():
        section = getattr(schema, kind, None)
        if section:
            found = _section(walk, name, section, walk.table.get(name, {}), problems)
        elif several := of_sections(kind):
            found = _sections(walk, name, several, problems)
        else:
            found = _plain(walk, "", name, kind, walk.table, problems)
        if found is not _ABSENT:
            values[name] = found
    return Settings(**values)


def _sections(walk: _Walk, group: str, kind: Any, problems: list[Problem]) -> Any:
    """[accounts.NAME] and its kin: a section for each name that the file or the environment has."""
    tables = walk.table.get(group, {})
    if not isinstance(tables, dict):
        problems.append(
            walk.problem(group, _("this is a section: write [%(name)s] on a line of its own.") % {"name": f"{group}.NAME"})
        )
        tables = {}
    found: dict[str, Any] = {}
    for name in dict.fromkeys((*tables, *names_in(walk.environ, group, kind))):
        if wrong := name_of_section(name):
            problems.append(walk.problem(f"{group}.{name}", wrong))
        else:
            found[name] = _section(walk, f"{group}.{name}", kind, tables.get(name, {}), problems)
    return found


def _section(walk: _Walk, name: str, kind: Any, table: Any, problems: list[Problem]) -> Any:
    if not isinstance(table, dict):
        problems.append(walk.problem(name, _("this is a section: write [%(name)s] on a line of its own.") % {"name": name}))
        table = {}
    known = kinds(kind)
    problems.extend(walk.problem(f"{name}.{key}", unknown(key, name)) for key in table if key not in known)
    values = {key: _plain(walk, name, key, wanted, table, problems) for key, wanted in known.items()}
    return kind(**{key: value for key, value in values.items() if value is not _ABSENT})


_ABSENT = object()
_TOP = kinds(Settings)


def _plain(walk: _Walk, section: str, name: str, kind: str, table: Mapping[str, Any], problems: list[Problem]) -> Any:
    """The value of one key, from the environment or the file; `_ABSENT` (the default) where it is not there or wrong."""
    key = f"{section}.{name}" if section else name
    said = walk.environ.get(variable(key))
    if said is None and name not in table:
        return _ABSENT
    value, wrong = typed(kind, table[name]) if said is None else from_variable(kind, said)
    rule = RULES.get(key) or RULES.get(_like(section, name))
    if not wrong and rule is not None:
        wrong = rule(value, {**table, **_plaintext_flag(walk.environ, section)})
    if wrong:
        problems.append(walk.problem(key, wrong) if said is None else Problem(variable(key), 0, key, wrong))
        return _ABSENT
    return value


def _like(section: str, name: str) -> str:
    """The key that a key of [accounts.NAME] or [oauths.NAME] is like."""
    group, dot, _name = section.partition(".")
    return f"{group.removesuffix('s')}.{name}" if dot else ""


def _plaintext_flag(environ: Mapping[str, str], section: str) -> dict[str, bool]:
    """allow_plaintext from the environment: the rule of the server URLs asks for it."""
    said = environ.get(variable(f"{section}.allow_plaintext"))
    return {} if said is None else {"allow_plaintext": said.lower() in TRUE}


def _more(n: int) -> str:
    return _("Run `desk config check` to see all of them.") if n else ""


def _missing(walk: _Walk, settings: Settings) -> Iterator[Problem]:
    for key in ("address", "imap", "smtp"):
        if not getattr(settings.account, key) and not walk.table.get("account", {}).get(key):
            yield Problem(str(walk.file), 0, f"account.{key}", _("this setting is missing: the desk cannot work without it."))
    for name, account in settings.accounts.items():
        for key in ("address", "imap"):
            if not getattr(account, key):
                yield walk.problem(f"accounts.{name}.{key}", _("this setting is missing: the account cannot work without it."))
    for name in settings.oauths:
        if name not in settings.accounts:
            yield walk.problem(f"oauths.{name}", _("there is no account of this name."))
