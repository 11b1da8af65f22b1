"""Completion in real shells on a real terminal: a word, a tab, and the line is what one wanted."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.support.terminal import Terminal

START = {
    "bash": (["bash", "--norc"], 'eval "$(desk completion bash)"'),
    "zsh": (["zsh", "-f"], 'autoload -U compinit; compinit -u -D; eval "$(desk completion zsh)"'),
    "fish": (["fish", "--no-config"], "desk completion fish | source"),
}
LINES = [
    ("desk sol", "desk solve"),
    ("desk list tag:outa", "desk list tag:outage"),
    ("desk list 'is:open tag:outa", "desk list 'is:open tag:outage"),
    ("desk list assignee:nad", "desk list assignee:nadia"),
    ("desk bulk reply --macro charged-t", "desk bulk reply --macro charged-twice"),
    ("desk assign nad", "desk assign nadia"),
]


@pytest.mark.parametrize("shell", sorted(START))
def test_a_tab_completes_verbs_queries_macros_agents_and_tickets(desk: Shell, shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed (apt-get install {shell})")
    number = desk.lines("next", "--ids")[0]
    program = tmp_path / "bin" / "desk"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tui_desk "$@"\n')
    program.chmod(0o755)
    argv, setup = START[shell]
    world = desk.env | {
        "PATH": f"{program.parent}:{desk.env['PATH']}",
        "HOME": str(tmp_path),
        "TUI_DESK_PROFILE": desk.profile,
        "PS1": "$ ",
        "LANG": "C.UTF-8",
    }
    world.pop("PYTHONWARNINGS")
    with Terminal(argv, env=world, columns=100) as term:
        term.send(f"{setup}; echo read''y\r")
        term.wait("ready")
        for typed, wanted in [*LINES, (f"desk show {number[:3]}", f"desk show {number}")]:
            term.send(f"{typed}\t")
            term.wait(f"{wanted}")
            term.send("\x15")
