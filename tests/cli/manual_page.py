"""docs/desk.1 as it should be, made from what Typer knows. Run as a program, it prints the page."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from typer.main import get_group

from tests.cli.commands_page import EXITS
from tui_desk.cli.verbs import SECTIONS, Verb

HEAD = r""".\" Made from what the commands know: python -m tests.cli.manual_page > docs/desk.1
.TH DESK 1 "" "TUI Desk" "User Commands"
.SH NAME
desk, tui\-desk \- a support desk in your terminal, over the mailbox you have
.SH SYNOPSIS
.B desk
.br
.B desk
.I VERB
.RI [ OPTIONS ]
.RI [ ARGUMENTS ]
.SH DESCRIPTION
Customers write to a shared address; TUI Desk turns that mailbox into tickets. With no verb, on a terminal, the console opens.
.PP
TICKET is a number (4F2K, #4F2K), a Message\-ID, or \- for numbers on standard input; where several tickets can stand, so can a
query: is:open assignee:me tag:refund older:3d.
"""

TAIL = r""".SH OPTIONS THAT STAND ANYWHERE
.TP
.BI \-\-profile " NAME"
Which desk, where there are several.
.TP
.BR \-\-color " auto|always|never"
Colours; NO_COLOR is honoured.
.TP
.BR \-\-lang " en|fr"
The language of this command.
.TP
.B \-\-debug
Show where an error comes from.
.SH EXIT STATUS
"""

END = r""".SH ENVIRONMENT
.TP
.B TUI_DESK_HOME
One folder for everything, in place of the XDG folders.
.TP
.B TUI_DESK_PROFILE
As \-\-profile.
.TP
.BI TUI_DESK_ SECTION _ KEY
A setting, in place of the one in the settings file.
.TP
.BR NO_COLOR ", " CLICOLOR_FORCE ", " PAGER ", " EDITOR ", " VISUAL
As everywhere.
.SH FILES
.B desk config path
prints where the settings, the store, themes and macros are.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, verbs in SECTIONS:
        parts.append(f".SH {title.upper()}\n")
        parts += [_verb(verb) for verb in verbs]
    parts.append(TAIL)
    parts += [f".TP\n.B {code}\n{_text(meaning)}\n" for code, meaning in EXITS]
    return "".join([*parts, END])


def _verb(verb: Verb) -> str:
    group: Any = get_group(import_module(f"tui_desk.cli.{verb.module}").app)
    command = group.commands[verb.name]
    if not verb.group:
        return _command(f"desk {verb.name}", command)
    return "".join(_command(f"desk {verb.name} {name}", each) for name, each in command.commands.items())


def _command(path: str, command: Any) -> str:
    arguments = [p.metavar or p.name.upper() for p in command.params if p.param_type_name == "argument"]
    words = f' " {_quoted(" ".join(arguments))}"' if arguments else ""
    first, *more = [part.strip() for part in (command.help or "").split("\n\n")]
    lines = [f".SS {_text(path)}", f'.BI "{_quoted(path)}"{words}', ".PP", _text(first)]
    for example in more:
        lines += [".PP", ".RS 4", ".EX", _text(example), ".EE", ".RE"]
    for param in command.params:
        if param.param_type_name == "option" and "--help" not in param.opts:
            names = ", ".join((*param.opts, *param.secondary_opts))
            lines += [".TP", f".B {_text(names)}", _text(param.help or "")]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Text of one paragraph: backslashes and hyphens as they are, no line a request."""
    line = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{line}" if line.startswith((".", "'")) else line


def _quoted(text: str) -> str:
    return _text(text).replace('"', r"\(dq")


if __name__ == "__main__":
    print(page(), end="")
