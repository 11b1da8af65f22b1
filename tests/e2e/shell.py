"""The shell as a person runs it: a program of its own, its settings in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self


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

    def start(self, *words: str) -> Running:
        """Start it, to be heard, stopped or killed."""
        return Running(self.command(*words), self.env)


class Running:
    """`with shell.start("sync", "--watch") as watch: watch.heard("watching")`. What it says is read as it comes, so that it
    never waits for us, nor we without end for it; at the end of the `with` it is killed where it still runs."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.said: dict[str, list[str]] = {"out": [], "err": []}
        self._heard = {"out": 0, "err": 0}
        streams = {"out": self.process.stdout, "err": self.process.stderr}
        self._readers = [threading.Thread(target=self._read, args=item, daemon=True) for item in streams.items()]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()

    def _read(self, name: str, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self.said[name].append(line)

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def heard(self, word: str, stream: Literal["out", "err"] = "err", seconds: float = 120) -> str:
        """The next line with `word` that it says. AssertionError, with all that it said, where none comes."""
        end = time.monotonic() + seconds
        while True:
            over = not any(reader.is_alive() for reader in self._readers)
            lines = self.said[stream]
            while self._heard[stream] < len(lines):
                self._heard[stream] += 1
                if word in (line := lines[self._heard[stream] - 1]):
                    return line
            assert not over, f"it ended without {word!r}: {self.said}"
            assert time.monotonic() < end, f"{word!r} was not heard: {self.said}"
            time.sleep(0.01)

    def end(self, number: signal.Signals | None = None, seconds: float = 120) -> int:
        """Wait for it to leave, asked to by a signal; its exit code. What it said is in `out` and `err` then."""
        if number is not None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"it does not leave: {self.said}") from None
        self._join()
        return code

    def kill(self) -> int:
        """SIGKILL, if it still runs; how it ended: -SIGKILL, or the code it had left with."""
        self.process.kill()
        code = self.process.wait()
        self._join()
        return code

    def _join(self) -> None:
        for reader in self._readers:
            reader.join(10)

    @property
    def out(self) -> str:
        """What it has printed."""
        return "".join(self.said["out"])

    @property
    def err(self) -> str:
        """What it has told."""
        return "".join(self.said["err"])
