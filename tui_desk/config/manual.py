"""The manual of the settings: the docstring under each field of the schema, read from its source.

`config.catalogue` puts the same docstrings into the catalogue, so they are translated whole.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import MISSING, dataclass, fields
from typing import Any

from tui_desk.config import schema
from tui_desk.config.schema import Settings
from tui_desk.config.values import of_sections
from tui_desk.i18n import _

ANY = "NAME"
"""Stands for a section's own name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting: `section` is "" at the top of the file, `kind` is its type as the schema writes it."""

    section: str
    name: str
    kind: str
    default: Any
    text: str

    @property
    def key(self) -> str:
        """Dotted, as `config set` takes it."""
        return f"{self.section}.{self.name}" if self.section else self.name


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the file, in its order; "" is the top, "accounts.NAME" one that can be there several times, with the keys of
    another section."""

    name: str
    text: str
    entries: tuple[Entry, ...]


def manual() -> list[Section]:
    """Every section with every setting, in the order of the schema, in the active language."""
    texts = _docstrings()
    top, sections, tables = list[Entry](), list[Section](), list[Section]()
    for field in fields(Settings):
        kind = str(field.type)
        text = _(texts.get(("Settings", field.name), ""))
        if kind.startswith("dict"):
            several = sections if of_sections(kind) else tables
            several.append(Section(f"{field.name}.{ANY}" if of_sections(kind) else field.name, _bare(text), ()))
        elif hasattr(schema, kind):
            sections.append(_section(field.name, kind, texts))
        else:
            top.append(Entry("", field.name, kind, field.default, text))
    return [Section("", "", tuple(top)), *sections, *tables]


def _section(name: str, kind: str, texts: dict[tuple[str, str], str]) -> Section:
    entries = tuple(
        Entry(name, field.name, str(field.type), None if field.default is MISSING else field.default, _(texts[kind, field.name]))
        for field in fields(getattr(schema, kind))
    )
    return Section(name, _bare(_(texts[kind, ""])), entries)


def _docstrings() -> dict[tuple[str, str], str]:
    """(class, field) -> the string under the field; (class, "") -> the class's own."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(inspect.getsource(schema)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        found[node.name, ""] = ast.get_docstring(node) or ""
        for before, after in zip(node.body, node.body[1:], strict=False):
            match before, after:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[node.name, name] = inspect.cleandoc(text)
    return found


def _bare(text: str) -> str:
    """Without the "[name]: " before it."""
    return re.sub(r"^\[[\w.]+\]: ", "", text)
