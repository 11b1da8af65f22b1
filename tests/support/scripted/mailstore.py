"""What a scripted server keeps: accounts, folders, messages, and what happened to them and when."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Message:
    """A message in a folder."""

    raw: bytes
    flags: set[str]
    at: int
    modseq: int


@dataclass(slots=True)
class Folder:
    """A folder; UIDs ascend. `gone` is UID to the mod-sequence of its end."""

    name: str
    attributes: str
    uidvalidity: int
    messages: dict[int, Message] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    uidnext: int = 1
    modseq: int = 1

    def touch(self) -> int:
        """The next mod-sequence."""
        self.modseq += 1
        return self.modseq

    def add(self, raw: bytes, flags: Iterable[str], at: int) -> int:
        """One more; returns its UID."""
        uid = self.uidnext
        self.uidnext += 1
        self.messages[uid] = Message(raw, set(flags), at, self.touch())
        return uid

    def remove(self, uid: int) -> None:
        """It is gone."""
        del self.messages[uid]
        self.gone[uid] = self.touch()


class Account:
    """One user's folders. Take `lock` for whatever is done to them; notify it afterwards."""

    def __init__(self, folders: dict[str, str], uidvalidity: int) -> None:
        self.lock = threading.Condition(threading.RLock())
        self.folders = {name: Folder(name, words, uidvalidity + n) for n, (name, words) in enumerate(folders.items())}
        self._last = uidvalidity + len(folders)

    def create(self, name: str) -> None:
        """An empty folder, with a UIDVALIDITY that none had before."""
        self._last += 1
        self.folders[name] = Folder(name, "", self._last)
