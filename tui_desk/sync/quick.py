"""`desk sync` when there is nothing to do: a stamp of the last pass, and one question to the server.

A complete pass leaves a stamp (`sync.stamp`): what the settings, the environment and the store's files looked like,
until when no clock is due, and the STATUS of every followed folder. While all of that holds and the server still says
the same, nothing can be new. This module reads the stamp and imports next to nothing; it never says so by mistake.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket

NAME = "sync.stamp"
FORM = "tui-desk stamp 1"
left: list[tuple[_socket.socket, bytes, str]] = []
"""Where the answer was no: the line on which we were let in, the capabilities told with it, and the password. For `take`."""
_LANGUAGE = ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES")


def nothing_new(words: list[str]) -> str | None:
    """What to tell when `words` is a plain `sync` and nothing is new ("" for --quiet); None: do the real thing."""
    if words not in (["sync"], ["sync", "--quiet"], ["sync", "-q"]):
        return None
    path = os.path.join(_data_folder(), NAME)
    try:
        with open(path, encoding="utf-8") as file:
            fields = dict(line.split("=", 1) for line in file.read().split("\n") if "=" in line)
        holds = fields["form"] == FORM and fields["state"] == state(fields["settings"], fields["store"])
        if not holds or _now() >= int(fields["until"]):
            return None
        answer = _ask(fields)
    except (OSError, ValueError, KeyError):
        return None
    if answer is None:
        os.unlink(path)  # a refused password is not tried twice at every run
    return (fields["said"] if len(words) == 1 else "") if answer else None


def state(settings: str, store: str) -> str:
    """Everything on this side that a pass depends on: the files as they stand, and the environment."""
    known = [f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith("TUI_DESK_") or k in _LANGUAGE]
    return "\x1f".join([_identity(settings), _identity(store), _identity(store + "-wal"), *known])


def _identity(path: str) -> str:
    """A file's inode, size and time of change; an empty write-ahead log is none."""
    try:
        found = os.stat(path)
    except OSError:
        return "-"
    empty = found.st_size == 0 and path.endswith("-wal")
    return "-" if empty else f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"


def _ask(fields: dict[str, str]) -> bool | None:
    from tui_desk.transport.probe import unchanged

    host, port, security, ca_file = fields["server"].split("\x1f")
    folders = []
    for folder in fields["folders"].split("\x1e"):
        name, *numbers = folder.encode("ascii").split(b"\x1f")
        folders.append((name, frozenset(numbers)))
    password = _password(fields["command"].split("\x1f"))
    kept: list[tuple[_socket.socket, bytes]] = []
    answer = unchanged((host, int(port), security, ca_file), (fields["user"].encode(), password), folders, kept)
    drop()
    left[:] = [(sock, capabilities, password.decode("ascii")) for sock, capabilities in kept]
    return answer


def take() -> tuple[_socket.socket, bytes, str] | None:
    """The line that was left, once: the settings and the environment are still those that it was opened with."""
    return left.pop() if left else None


def drop() -> None:
    """Nobody goes on with it."""
    while left:
        left.pop()[0].close()


def _password(command: list[str]) -> bytes:
    """The first line that `command` prints. Without `subprocess`: importing it costs more than the question."""
    out, into = os.pipe()
    null = os.open(os.devnull, os.O_RDWR)
    try:
        actions = [(os.POSIX_SPAWN_DUP2, fd, n) for n, fd in enumerate((null, into, null))]
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    except BaseException:
        os.close(out)
        raise
    finally:
        os.close(into)
        os.close(null)
    with open(out, "rb") as file:
        said = file.read(65_536)
    _pid, status = os.waitpid(pid, 0)
    if status or not said:
        raise ValueError
    return said.split(b"\n", 1)[0].rstrip(b"\r")


def _data_folder() -> str:
    """Where the profile's store is, as paths.profile has it on Linux; elsewhere no stamp is found, and that is all right."""
    profile = os.environ.get("TUI_DESK_PROFILE") or "default"
    home = os.environ.get("TUI_DESK_HOME")
    if home:
        return os.path.join(os.path.expanduser(home), profile)
    share = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    return os.path.join(share, "tui-desk", profile)


def _now() -> float:
    import time

    return time.time()
