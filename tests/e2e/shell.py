"""The shell as a person runs it: a program of its own, its settings in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Shell:
    """`desk` in a home of its own; English, no colours, no editor, no keyring."""

    def __init__(self, home: Path, profile: str = "e2e") -> None:
        self.home, self.profile = home, profile
        keep = {key: value for key, value in os.environ.items() if not key.startswith(("TUI_DESK_", "LC_", "LANG"))}
        self.env = {
            **keep,
            "TUI_DESK_HOME": str(home),
            "TUI_DESK_LANGUAGE": "en",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "NO_COLOR": "1",
            "PYTHONWARNINGS": "error",
        }
        for name in ("EDITOR", "VISUAL", "TUI_DESK_PROFILE"):
            self.env.pop(name, None)

    def command(self, *words: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "tui_desk", "--profile", self.profile, *words]

    def run(self, *words: str, stdin: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run to the end; its exit code must be `code`."""
        done = subprocess.run(
            self.command(*words), input=stdin, capture_output=True, text=True, env=self.env, timeout=120, check=False
        )
        assert done.returncode == code, f"desk {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    def lines(self, *words: str, stdin: str = "") -> list[str]:
        """What it prints, line by line."""
        return self.run(*words, stdin=stdin).stdout.splitlines()

    def json(self, *words: str) -> Any:
        """What it prints with --json."""
        return json.loads(self.run(*words, "--json").stdout)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start it, to be watched or killed."""
        return subprocess.Popen(self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env)
