"""Typer's own few words (Usage, Options, Missing argument) in the active language."""

from __future__ import annotations

from typing import Any

import typer.core
from typer.core import TyperCommand, TyperGroup

from tui_desk.i18n import N_, _

WORDS = (
    N_("Options"),
    N_("Arguments"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("(dynamic)"),
)
"""What typer.core asks gettext for."""


def speak() -> None:
    """Let Typer ask our catalogue for its words."""
    vars(typer.core)["_"] = _


class _Spoken:
    """The usage line and the help option of every command."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """`Usage: desk list [OPTIONS] [QUERY]`."""
        command: Any = self
        formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), prefix=_("Usage: "))

    def get_help_option(self, ctx: Any) -> Any:
        """--help, which says what it does in the reader's language."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("Show this message and exit.")
        return option


class Command(_Spoken, TyperCommand):
    """A verb."""


class Group(_Spoken, TyperGroup):
    """A verb that has verbs of its own."""


class App(typer.Typer):
    """A Typer app whose commands speak."""

    def command(self, name: str | None = None, **options: Any) -> Any:
        """As Typer's, with our kind of command."""
        return super().command(name, **{"cls": Command, **options})


def missing(error: Any) -> str:
    """The sentence for a usage error: Typer's own, but for the ones everybody meets."""
    match type(error).__name__:
        case "MissingParameter" if error.param is not None:
            return _("%(name)s is missing.") % {"name": error.param.get_error_hint(error.ctx).strip("'")}
        case "NoSuchOption":
            return _("There is no option %(name)s.") % {"name": error.option_name}
    return str(error.format_message())
