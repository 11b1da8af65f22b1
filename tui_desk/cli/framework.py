"""Typer's own few words (Usage, Options, Missing argument) in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import typer.core
from typer.core import TyperCommand, TyperGroup

from tui_desk.errors import UsageError
from tui_desk.i18n import N_, _
from tui_desk.text import one_line

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

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters; an option's value is named (`--limit N`, `--file FILE`), not typed (`<int range>`)."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if param.param_type_name == "option" and not param.metavar and not getattr(param, "is_flag", False):
                kind = param.type.name
                param.metavar = _("N") if kind.startswith("int") else _("FILE") if kind == "path" else _("TEXT")
        return params

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

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb named by the first word. Raises UsageError that names the nearest ones."""
        known(args[0], self.list_commands(ctx), ctx.command_path)
        return super().resolve_command(ctx, args)


class App(typer.Typer):
    """A Typer app whose commands speak."""

    def command(self, name: str | None = None, **options: Any) -> Any:
        """As Typer's, with our kind of command."""
        return super().command(name, **{"cls": Command, **options})


def known(name: str, names: Iterable[str], path: str) -> None:
    """Raise UsageError where `name` is none of the `names` of commands below `path`."""
    if name.startswith("-") or name in names:
        return
    near = get_close_matches(name, list(names), 3, 0.6)
    help_ = _("`%(command)s --help` lists them.") % {"command": path}
    hint = _("Did you mean %(names)s?") % {"names": ", ".join(near)} if near else help_
    raise UsageError(_("There is no command “%(name)s”.") % {"name": one_line(f"{path} {name}".removeprefix("desk "))}, hint)


def meant(error: Any) -> str:
    """The option that a person may have meant, as a hint; "" where there is none."""
    near = getattr(error, "possibilities", None)
    return _("Did you mean %(names)s?") % {"names": ", ".join(near)} if near else ""


def missing(error: Any) -> str:
    """The sentence for a usage error: Typer's own, but for the ones everybody meets."""
    match type(error).__name__:
        case "MissingParameter" if error.param is not None and error.param.secondary_opts:
            return _("Say one of: %(names)s.") % {"names": ", ".join((*error.param.opts, *error.param.secondary_opts))}
        case "MissingParameter" if error.param is not None:
            return _("%(name)s is missing.") % {"name": error.param.get_error_hint(error.ctx).strip("'")}
        case "NoSuchOption":
            return _("There is no option %(name)s.") % {"name": error.option_name}
        case "BadOptionUsage" if "requires an argument" in error.message:
            return _("%(option)s needs a value.") % {"option": error.option_name}
        case "UsageError" if "unexpected extra" in error.message:
            return _("That is a word too many: %(words)s") % {
                "words": error.message.partition("(")[2].partition("(")[2].rstrip(")")
            }
        case "UsageError" if error.message.startswith("Missing command"):
            return _("%(command)s what? One of: %(names)s.") % {
                "command": error.ctx.command_path,
                "names": ", ".join(error.ctx.command.list_commands(error.ctx)),
            }
        case "BadParameter" if getattr(error.param, "type", None) is not None and error.param.type.name.startswith("int"):
            return _("%(name)s is a whole number, from %(least)s on.") % {
                "name": next((name for name in error.param.opts if name.startswith("--")), error.param.metavar),
                "least": getattr(error.param.type, "min", None) or 0,
            }
    return str(error.format_message())
