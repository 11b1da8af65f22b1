"""What Typer knows of every verb: the table that cli/options.py must equal. Run as a program, it prints that file."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from typer.main import get_group

from tui_desk.cli.verbs import VERBS


def table() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """(options by verb path, verbs of each group)."""
    options: dict[str, tuple[str, ...]] = {}
    subverbs: dict[str, tuple[str, ...]] = {}
    for verb in VERBS.values():
        group: Any = get_group(import_module(f"tui_desk.cli.{verb.module}").app)
        command = group.commands[verb.name]
        if verb.group:
            subverbs[verb.name] = tuple(command.commands)
            for name, inner in command.commands.items():
                options[f"{verb.name} {name}"] = _options(inner)
        else:
            options[verb.name] = _options(command)
    return options, subverbs


def _options(command: Any) -> tuple[str, ...]:
    names = [name for p in command.params if p.param_type_name == "option" for name in (*p.opts, *p.secondary_opts)]
    return tuple(sorted(name for name in names if name.startswith("--") and name != "--help"))


def render() -> str:
    """cli/options.py as it should be."""
    options, subverbs = table()
    lines = ['"""The options of every verb, for completion. Held equal to Typer\'s own by tests/cli/test_completion.py."""', ""]
    for name, mapping in (("OPTIONS", options), ("SUBVERBS", subverbs)):
        lines.append(f"{name}: dict[str, tuple[str, ...]] = {{")
        lines += [f"    {key!r}: {value!r}," for key, value in mapping.items()]
        lines.append("}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render(), end="")
