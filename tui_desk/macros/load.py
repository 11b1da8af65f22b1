"""Reads macro files. A file that is off is one problem with its line, never a crash, and never hides the others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from tui_desk import paths
from tui_desk.desk.ticket import PRIORITIES, STATUSES
from tui_desk.i18n import LANGUAGES, _
from tui_desk.macros.types import ACTIONS, STATES, Library, Macro, Problem

FENCE = "+++"
BIGGEST = 256 * 1024
"""Bytes: more is not a canned response."""
_KEYS = frozenset({"title", "language", "tags", "owner", "state", "review_by", "ask", "actions"})
_SETTABLE = frozenset(STATUSES) - {"merged", "deleted", "new"}


class _Off(Exception):
    """A file that is off: why, and on which line (0: as a whole)."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.line = line


def folders(profile: paths.Profile | None = None) -> list[Path]:
    """Where macros lie: the shipped ones, the user's, the profile's. A later folder's file replaces an earlier one's."""
    found = [paths.shipped("macros"), paths.config_root() / "macros"]
    return found if profile is None else [*found, profile.config_dir / "macros"]


def load(folders: Iterable[Path]) -> Library:
    """Every macro of `folders`, by id; a folder that is not there holds none."""
    macros: dict[str, Macro] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(folder.glob("*.md")):
            try:
                macros[path.stem] = read(path)
            except _Off as off:
                problems.append(Problem("error", path.stem, str(off), path, off.line))
    return Library(tuple(macros[key] for key in sorted(macros)), tuple(problems))


def read(path: Path) -> Macro:
    """The macro in one file."""
    head, body, body_line = _split(_text(path))
    try:
        fields = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(place[1]) + 1 if place else 0
        why = re.sub(r" \(at [^()]*\)$", "", str(error))
        raise _Off(_("the front matter is not TOML: %(why)s") % {"why": why}, line) from error
    return _macro(path, fields, body, body_line)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > BIGGEST:
            raise _Off(_("larger than %(size)s KB: not a canned response") % {"size": BIGGEST // 1024})
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _Off(_("cannot be read: %(why)s") % {"why": error.strerror or str(error)}) from error
    except UnicodeDecodeError as error:
        raise _Off(_("is not UTF-8 text")) from error


def _split(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line (from 1) on which the body begins."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        raise _Off(_("begins without front matter between two lines of +++"), 1)
    try:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == FENCE)
    except StopIteration:
        raise _Off(_("the second line of +++ is missing"), 1) from None
    first = next((n for n in range(end + 1, len(lines)) if lines[n].strip()), None)
    if first is None:
        raise _Off(_("has no text under the front matter"), end + 1)
    return "\n".join(lines[1:end]) + "\n", "\n".join(lines[first:]).strip(), first + 1


def _macro(path: Path, fields: dict[str, Any], body: str, body_line: int) -> Macro:
    unknown = sorted(set(fields) - _KEYS)
    if unknown:
        raise _Off(_("there is no key %(key)s in a macro") % {"key": unknown[0]})
    review_by = fields.get("review_by")
    if review_by is not None and type(review_by) is not date:
        raise _Off(_("%(key)s must be a date such as 2027-01-31") % {"key": "review_by"})
    title = _word(fields, "title")
    if not title:
        raise _Off(_("has no title"))
    return Macro(
        id=path.stem,
        title=title,
        body=body,
        language=_word(fields, "language", ("", *LANGUAGES)),
        tags=_words(fields, "tags"),
        owner=_word(fields, "owner"),
        state=_word(fields, "state", STATES) or "approved",
        review_by=review_by,
        ask=_words(fields, "ask"),
        actions=_actions(fields.get("actions", {})),
        path=path,
        body_line=body_line,
    )


def _word(fields: dict[str, Any], key: str, allowed: tuple[str, ...] = ()) -> str:
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise _Off(_("%(key)s must be a text") % {"key": key})
    if allowed and value and value not in allowed:
        raise _Off(_("%(key)s must be one of %(words)s") % {"key": key, "words": ", ".join(w for w in allowed if w)})
    return value.strip()


def _words(fields: dict[str, Any], key: str) -> tuple[str, ...]:
    value = fields.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise _Off(_("%(key)s must be a list of texts") % {"key": key})
    return tuple(word.strip() for word in value if word.strip())


def _actions(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(word, str) for word in value.values()):
        raise _Off(_("%(key)s must be a table of texts") % {"key": "actions"})
    for key, allowed in (("status", _SETTABLE), ("priority", frozenset(PRIORITIES))):
        if value.get(key, next(iter(allowed))) not in allowed:
            raise _Off(_("%(key)s must be one of %(words)s") % {"key": f"actions.{key}", "words": ", ".join(sorted(allowed))})
    unknown = sorted(set(value) - set(ACTIONS))
    if unknown:
        raise _Off(_("there is no action %(key)s") % {"key": unknown[0]})
    return dict(value)
