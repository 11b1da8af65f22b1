"""Fills a macro for a ticket: sandboxed and strict. What cannot be filled is named, never left blank.

Values never pass through the template compiler, so nothing in a customer's mail can become template code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from tui_desk.errors import MacroError
from tui_desk.i18n import _
from tui_desk.macros.types import Filled, Macro
from tui_desk.macros.values import Facts, inert, values
from tui_desk.text import clean, one_line

if TYPE_CHECKING:
    from jinja2 import Template, TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment

_HOLE = re.compile(r"\{\{ (\w+) \}\}")


def render(macro: Macro, facts: Facts, given: Mapping[str, str] | None = None) -> Filled:
    """`macro` for the ticket of `facts`; `given` fills what `ask` names. MacroError where the template itself is wrong."""
    known: dict[str, object] = dict(values(facts, macro.language))
    known.update({name: inert(one_line(value)) for name, value in (given or {}).items() if value.strip()})
    text = _run(macro, known)
    return Filled(text, tuple(dict.fromkeys(_HOLE.findall(text))))


def names(macro: Macro) -> frozenset[str]:
    """Every name the template speaks of. MacroError where it cannot be read."""
    from jinja2 import TemplateSyntaxError, meta

    try:
        return frozenset(meta.find_undeclared_variables(_environment().parse(macro.body)))
    except TemplateSyntaxError as error:
        raise _wrong(macro, error) from error


def _run(macro: Macro, known: Mapping[str, object]) -> str:
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        return clean(_template(macro.body).render(known)).strip()
    except TemplateSyntaxError as error:
        raise _wrong(macro, error) from error
    except (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        sentence = _("The macro %(macro)s cannot be filled: %(why)s") % {"macro": macro.id, "why": one_line(str(error))}
        raise MacroError(sentence, _("Look at %(file)s.") % {"file": macro.path}) from error


def _wrong(macro: Macro, error: TemplateSyntaxError) -> MacroError:
    place = {"file": macro.path, "line": macro.body_line + error.lineno - 1, "why": one_line(error.message or "")}
    hint = _("Correct the file, then try again; desk macros lint looks at all of them.")
    return MacroError(_("%(file)s, line %(line)s: %(why)s") % place, hint)


@lru_cache(maxsize=256)
def _template(body: str) -> Template:
    return _environment().from_string(body)


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Hole(StrictUndefined):
        """Shows itself as the placeholder it is; false in a condition, an error in anything else."""

        def __str__(self) -> str:  # type: ignore[override]
            return f"{{{{ {self._undefined_name} }}}}"

        def __bool__(self) -> bool:  # type: ignore[override]
            return False

    environment = ImmutableSandboxedEnvironment(undefined=Hole, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    environment.globals.clear()
    return environment
