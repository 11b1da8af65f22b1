"""docs/commands.md as it should be, made from what Typer knows. Run as a program, it prints the page."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from typer.main import get_group

from tui_desk.cli.verbs import SECTIONS, Verb

HEAD = """# Commands

`tui-desk` and `desk` are the same. With no verb, on a terminal: the console.

TICKET is a number (`4F2K`, `#4F2K`), a Message-ID, or `-` for numbers on standard input; where several tickets
can stand, so can a query ([the query language](query.md)). These options stand anywhere: `--profile NAME`,
`--color auto|always|never`, `--lang en|fr`, `--debug`.

"""

EXITS = (
    ("0", "done (an empty list is done; `--fail-empty` for scripts)"),
    ("1", "failed or refused"),
    ("2", "the command's words are off"),
    ("3", "done in part; each failure is told"),
    ("75", "temporary: network, or another desk at work"),
    ("77", "the server refused the login, or it has lapsed"),
    ("78", "settings, or a store newer than the program"),
    ("130", "interrupted"),
)


def page() -> str:
    """The whole page."""
    parts = [HEAD + "| exit code | meaning |\n|---:|---|\n" + "".join(f"| {code} | {meaning} |\n" for code, meaning in EXITS)]
    for title, verbs in SECTIONS:
        parts.append(f"\n## {title}\n")
        parts += [_verb(verb) for verb in verbs]
    return "\n".join(parts)


def _verb(verb: Verb) -> str:
    group: Any = get_group(import_module(f"tui_desk.cli.{verb.module}").app)
    command = group.commands[verb.name]
    if not verb.group:
        return _command(f"desk {verb.name}", command)
    inner = [_command(f"desk {verb.name} {name}", each) for name, each in command.commands.items()]
    return "\n".join([f"### desk {verb.name}\n\n{verb.help}\n", *(text.replace("### ", "#### ", 1) for text in inner)])


def _command(path: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and "--help" not in p.opts]
    words = " ".join(p.metavar or p.name.upper() for p in arguments)
    lines = [f"### {path}", "", (command.help or "").strip(), "", f"    {path} {words}".rstrip()]
    if options:
        lines += ["", "| option | |", "|---|---|"]
        lines += [f"| `{'`, `'.join((*p.opts, *p.secondary_opts))}` | {_cell(p)} |" for p in options]
    return "\n".join([*lines, ""])


def _cell(param: Any) -> str:
    return (param.help or "").replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
