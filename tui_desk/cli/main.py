"""Where every command begins: the options that stand anywhere, the fast verbs, then Typer; and where errors become sentences."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_desk import __version__

if TYPE_CHECKING:
    from tui_desk.cli.globals import Globals

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _open_closed()
    if words in (["--version"], ["-V"]):
        return _version()
    if "sync" in words and _nothing_new(words):
        return 0
    from tui_desk.cli.globals import Globals, take
    from tui_desk.errors import DeskError

    options = Globals()
    try:
        options, words = take(words)
        code = _run(options, words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe went away (`desk list | head`): that is no error, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except DeskError as error:
        from tui_desk.cli.talk import complain

        return complain(error, debug=options.debug)
    except Exception as error:  # noqa: BLE001  (the edge: nothing but a sentence reaches a person)
        from tui_desk.cli.talk import crash

        return crash(error, options)
    return code


def _open_closed() -> None:
    """Where a stream was closed at the start (`desk sync >&-`), nothing is read from it and what is said goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _version() -> int:
    """What `--version` prints; a disk that is full or a pipe that is closed is no traceback."""
    try:
        print(f"tui-desk {__version__}", flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if isinstance(error, BrokenPipeError):
            return 0
        print(f"desk: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _nothing_new(words: list[str]) -> bool:
    """Whether a plain `sync` has nothing to do; it says so itself. Nothing is imported for it: cron asks every minute."""
    from tui_desk.sync.quick import nothing_new

    if len(words) > 2 and "--profile" in words[:-1]:
        at = words.index("--profile")
        os.environ["TUI_DESK_PROFILE"] = words[at + 1]
        words = words[:at] + words[at + 2 :]
    try:
        said = nothing_new(words)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    if said:
        print(said, file=sys.stderr)
    return said is not None


def _run(options: Globals, words: list[str]) -> int:
    options.apply()
    from tui_desk.cli import fast

    code = fast.run(options, words)
    if code is not None:
        return code
    if not words:
        return _console(options)
    from tui_desk.cli.group import run

    return run(words)


def _console(options: Globals) -> int:
    """No verb: the console on a terminal, which Textual draws on stderr; the help elsewhere."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        from tui_desk.cli.group import run

        return run(["--help"])
    from tui_desk.tui.start import run as console

    return console(options.profile)


if __name__ == "__main__":
    raise SystemExit(main())
