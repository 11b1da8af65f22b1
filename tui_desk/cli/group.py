"""Typer, lazily: the root group knows every verb's name and help, and loads one module when its verb is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer

from tui_desk.cli.framework import App, Group, known, meant, missing, speak
from tui_desk.cli.verbs import SECTIONS, VERBS
from tui_desk.errors import Interrupted, UsageError
from tui_desk.i18n import _
from tui_desk.text import one_line

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
# Typer carries its own copy of click and exports neither its base error nor its "show the help" error.
_CLICK_ERROR: type[Exception] = typer.BadParameter.__mro__[2]


def new_app(**options: Any) -> typer.Typer:
    """A Typer app in the manner of this shell: plain help, no completion options of its own."""
    return App(cls=Group, add_completion=False, rich_markup_mode=None, context_settings=SETTINGS, **options)


class DeskGroup(Group):
    """The root: verbs in sections, nothing imported before it is needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every verb."""
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The verb's command, its module loaded now."""
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        from typer.main import get_group

        return get_group(import_module(f"tui_desk.cli.{verb.module}").app).commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command named by the first word. Raises UsageError that names the nearest verbs."""
        known(args[0], VERBS, "desk")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The verbs, by section; then what holds everywhere."""
        for title, verbs in SECTIONS:
            _section(formatter, _(title), [(verb.name, _(verb.help)) for verb in verbs])
        _section(formatter, _("Options that stand anywhere"), _everywhere())
        _section(formatter, _("Exit codes"), _exit_codes())


def run(words: list[str]) -> int:
    """Run `words`; errors in them become UsageError."""
    speak()
    words = _in_full(words)
    root = DeskGroup(
        name="desk",
        help=_("A support desk in your terminal, over the mailbox you have. With no verb: the console."),
        epilog=_("Begin with `desk demo`, then `desk init`. `desk VERB --help` shows options and examples."),
        context_settings=SETTINGS,
        subcommand_metavar=_("VERB ..."),
        options_metavar="",
        rich_markup_mode=None,
    )
    try:
        # Not `root.main`: it takes a reader that went away (`desk kpi | head -1`) for a failure.
        with root.make_context("desk", list(words)) as context:
            result = root.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except (typer.Abort, EOFError) as error:
        raise Interrupted("") from error
    except _CLICK_ERROR as error:
        return _usage(error)
    return result if isinstance(result, int) else 0


def _in_full(words: list[str]) -> list[str]:
    """What people type for short: `desk help sync`, `desk macros --json` for `desk macros list --json`."""
    match words:
        case ["help", *rest]:
            return [*rest, "--help"]
        case [("macros" | "outbox") as verb, *rest] if not rest or (rest[0][:1] == "-" and rest[0] not in ("-h", "--help")):
            return [verb, "list", *rest]
    return words


def _usage(error: Any) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(context.get_help() if context else error.format_message(), file=sys.stderr)
        return UsageError.exit_code
    hint = meant(error) or _("`%(command)s --help` shows how.") % {"command": context.command_path if context else "desk"}
    raise UsageError(one_line(missing(error)), hint) from error


def _section(formatter: Any, title: str, rows: list[tuple[str, str]]) -> None:
    with formatter.section(title):
        formatter.write_dl(rows)


def _everywhere() -> list[tuple[str, str]]:
    return [
        ("--profile NAME", _("Which desk, where there are several.")),
        ("--color auto|always|never", _("Colours; NO_COLOR is honoured.")),
        ("--lang en|fr", _("The language of this command.")),
        ("--debug", _("Show where an error comes from.")),
        ("--version", _("Print the version.")),
    ]


def _exit_codes() -> list[tuple[str, str]]:
    return [
        ("0", _("done (an empty list is done)")),
        ("1", _("failed or refused")),
        ("2", _("the command's words are off")),
        ("3", _("done in part; each failure is told")),
        ("75", _("temporary: network, or another desk at work")),
        ("77", _("the server refused the login, or it has lapsed")),
        ("78", _("settings, or a store newer than the program")),
        ("130", _("interrupted")),
    ]
