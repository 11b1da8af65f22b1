"""What a macro is, and what can be said against one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

STATES = ("draft", "review", "approved", "retired")
USABLE = frozenset({"review", "approved"})
ACTIONS = ("status", "tag", "priority", "type", "assign")
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Macro:
    """One canned response. `id` is the file's stem; `body` is Markdown with Jinja placeholders."""

    id: str
    title: str
    body: str
    language: str = ""
    """"fr", "en", or "" for any."""
    tags: tuple[str, ...] = ()
    owner: str = ""
    state: str = "approved"
    review_by: date | None = None
    ask: tuple[str, ...] = ()
    """Placeholders that no ticket can fill: the agent does."""
    actions: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """What happens to the ticket when it is sent; `tag` holds tags with spaces between."""
    path: Path = Path()
    body_line: int = 1
    """The line of the file on which the body begins."""

    @property
    def usable(self) -> bool:
        """Offered to agents: neither a draft nor retired."""
        return self.state in USABLE


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence against a macro file. An error keeps the macro from being used."""

    level: Literal["warning", "error"]
    macro: str
    text: str
    path: Path = Path()
    line: int = 0
    """0: the file as a whole."""


@dataclass(frozen=True, slots=True)
class Library:
    """The macros by id, and what was wrong with the files."""

    macros: tuple[Macro, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A macro's text for one ticket; what could not be filled stands in it as `{{ name }}` and is named in `missing`."""

    text: str
    missing: tuple[str, ...] = ()
