"""Values and names as they stand in the file and in the environment, against what the schema wants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tui_desk.config import schema
from tui_desk.config.schema import Settings
from tui_desk.i18n import _
from tui_desk.record import kinds

PREFIX = "TUI_DESK_"
RESERVED = frozenset({"TUI_DESK_HOME", "TUI_DESK_PROFILE", "TUI_DESK_COLOR", "TUI_DESK_DEBUG"})
"""Variables that are ours and no settings."""


def variable(key: str) -> str:
    """The environment variable that wins over the dotted `key`."""
    return PREFIX + key.replace(".", "_").replace("-", "_").upper()


def of_sections(kind: str) -> Any:
    """The class of the sections that a field of this kind holds by name (`dict[str, Account]`), None for another kind."""
    return getattr(schema, kind[10:-1], None) if kind.startswith("dict[str, ") else None


def name_of_section(name: str) -> str:
    """What is wrong with the NAME of [accounts.NAME], in a sentence, or ""."""
    if name == schema.MAIN:
        return _("“main” is the name of [account]: choose another.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        return _("“%(name)s” is not a name like billing or billing-fr: small letters, digits and dashes.") % {"name": name}
    return ""


def names_in(environ: Mapping[str, str], group: str, kind: Any) -> list[str]:
    """The names of the sections of `group` that the environment speaks of: TUI_DESK_ACCOUNTS_BILLING_IMAP is of billing."""
    begin = variable(group) + "_"
    names: dict[str, None] = {}
    for name in sorted(environ):
        if name.startswith(begin):
            said = name[len(begin) :]
            keys = [key for key in kinds(kind) if said.endswith(f"_{key.upper()}")]
            if keys:
                names[said[: -1 - len(max(keys, key=len))].lower().replace("_", "-")] = None
    return list(names)


TRUE = ("true", "yes", "on", "1")
FALSE = ("false", "no", "off", "0")


def typed(kind: str, value: Any) -> tuple[Any, str]:
    """A value of the file as the schema wants it, or what is wrong in a sentence."""
    match kind:
        case "str" if isinstance(value, str):
            return value, ""
        case "bool" if isinstance(value, bool):
            return value, ""
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            return value, ""
        case "tuple[str, ...]" if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value), ""
        case "dict[str, str]" if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
            return value, ""
    return None, _("%(wanted)s is wanted here, and this is %(got)s.") % {"wanted": _wanted(kind), "got": _got(value)}


def from_variable(kind: str, said: str) -> tuple[Any, str]:
    """What a variable says as the schema wants it, or what is wrong in a sentence."""
    match kind:
        case "bool" if said.lower() in (*TRUE, *FALSE):
            return said.lower() in TRUE, ""
        case "int" if re.fullmatch(r"-?\d+", said.strip()):
            return int(said), ""
        case "tuple[str, ...]":
            return tuple(part.strip() for part in said.split(",") if part.strip()), ""
        case "str":
            return said, ""
    return None, _("%(wanted)s is wanted here, and this is “%(got)s”.") % {"wanted": _wanted(kind), "got": said}


def _wanted(kind: str) -> str:
    match kind:
        case "str":
            return _("a text in quotes")
        case "bool":
            return _("true or false")
        case "int":
            return _("a whole number")
        case "dict[str, str]":
            return _("a table of texts")
        case _:
            return _("a list of texts")


def _got(value: Any) -> str:
    match value:
        case bool():
            return _("true or false")
        case str():
            return _("a text")
        case int() | float():
            return _("a number")
        case list():
            return _("a list")
        case dict():
            return _("a table")
        case _:
            return _("a date or time")


def unknown(key: str, section: str) -> str:
    """The sentence for a key that is not there, with what was likely meant."""
    import difflib

    home = sections()
    elsewhere = [] if "." in section else [name for name, keys in home.items() if key in keys and name != section]
    if elsewhere:
        place = f"[{elsewhere[0]}]" if elsewhere[0] else _("the top of the file")
        return _("there is no such setting here; it belongs in %(place)s.") % {"place": place}
    group, dot, _name = section.partition(".")
    kind = of_sections(kinds(Settings).get(group, "")) if dot else None
    near = difflib.get_close_matches(key, kinds(kind) if kind else home.get(section, ()), 1, 0.6)
    if near:
        return _("there is no such setting. Did you mean “%(near)s”?") % {"near": near[0]}
    return _("there is no such setting.")


def sections() -> dict[str, list[str]]:
    """The keys of each section; "" for the top of the file."""
    top = kinds(Settings)
    classes = {name: getattr(schema, kind, None) for name, kind in top.items()}
    return {"": list(top), **{name: list(kinds(each)) for name, each in classes.items() if each}}


def strange_variables(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Variables that look like ours and set nothing, with a sentence: most likely a slip of the fingers."""
    import difflib

    known = [variable(f"{s}.{k}" if s else k) for s, keys in sections().items() for k in keys]
    for group, section in ((group, of_sections(kind)) for group, kind in kinds(Settings).items()):
        if section:
            known += [variable(f"{group}.{n}.{k}") for n in names_in(environ, group, section) for k in kinds(section)]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and name not in RESERVED:
            near = difflib.get_close_matches(name, known, 1, 0.6)
            hint = " " + _("Did you mean “%(near)s”?") % {"near": near[0]} if near else ""
            yield name, _("this variable sets nothing.") + hint
