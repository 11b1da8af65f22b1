"""A real mailbox that lives in memory: the demo's server, and the tests' (UIDs, flags, mod-sequences, several sessions).

It keeps the promises of RFC 9051 2.3.1.1 (UIDs only grow, UIDVALIDITY tells when they do not) and, where switched on,
of RFC 7162 (CONDSTORE, QRESYNC). Thread-safe; `deliver` wakes whoever waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace

from tui_desk import clock
from tui_desk.errors import NetworkError
from tui_desk.i18n import _
from tui_desk.transport.base import PIECE, Copied, Fetched, FolderInfo, Marked, Refused, Selected
from tui_desk.transport.message import header_fields, message_id_of
from tui_desk.transport.sections import Sections, cut_down

Delivered = Callable[[str, list[str], bytes], None]
"""Called with envelope sender, recipients and bytes for every mail that is sent."""


@dataclass(slots=True)
class Stored:
    """One message of a folder. `modseq` grows with every change of its flags."""

    raw: bytes
    flags: tuple[str, ...]
    internaldate: int
    modseq: int


@dataclass(slots=True)
class MemoryFolder:
    """One folder and its past: `expunged` remembers (modseq, uid) for QRESYNC."""

    name: str
    role: str = ""
    uidvalidity: int = 1
    uidnext: int = 1
    modseq: int = 1
    messages: dict[int, Stored] = field(default_factory=dict)
    expunged: list[tuple[int, int]] = field(default_factory=list)

    def touch(self) -> int:
        """The next mod-sequence."""
        self.modseq += 1
        return self.modseq

    def add(self, raw: bytes, flags: tuple[str, ...], at: int) -> int:
        """A new message; returns its UID."""
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.messages[uid] = Stored(raw, tuple(sorted(set(flags))), at, self.touch())
        return uid


class MemoryServer:
    """The folders, and what happens to them. Open a session with `mailbox()`, send with `sender()`."""

    def __init__(
        self, *, condstore: bool = True, qresync: bool = True, moves: bool = True, uidplus: bool = True, keywords: bool = True
    ) -> None:
        self.condstore = condstore or qresync
        self.qresync = qresync
        self.moves = moves
        self.uidplus = uidplus
        self.keywords = keywords
        self.created = 0
        """Folders made by sessions: one that is deleted and made again has another UIDVALIDITY (RFC 9051 2.3.1.1)."""
        self.changed = threading.Condition(threading.RLock())
        self.folders: dict[str, MemoryFolder] = {}
        self.routes: list[Delivered] = []
        self.add_folder("INBOX", "inbox")
        self.add_folder("Sent", "sent")

    def add_folder(self, name: str, role: str = "", uidvalidity: int = 1) -> MemoryFolder:
        """A new, empty folder."""
        with self.changed:
            folder = self.folders[name] = MemoryFolder(name, role, uidvalidity)
            return folder

    def deliver(self, raw: bytes, folder: str = "INBOX", flags: tuple[str, ...] = (), at: int | None = None) -> int:
        """A mail arrives; returns its UID and wakes every session that waits on the folder."""
        with self.changed:
            uid = self.folders[folder].add(raw, flags, clock.now() if at is None else at)
            self.changed.notify_all()
            return uid

    def set_flags(self, uid: int, flags: tuple[str, ...], folder: str = "INBOX") -> None:
        """Another mail client changes a message's flags."""
        with self.changed:
            where = self.folders[folder]
            stored = where.messages[uid]
            stored.flags, stored.modseq = tuple(sorted(set(flags))), where.touch()
            self.changed.notify_all()

    def expunge(self, uids: Iterable[int], folder: str = "INBOX") -> None:
        """Another mail client deletes messages for good."""
        with self.changed:
            where = self.folders[folder]
            for uid in uids:
                del where.messages[uid]
                where.expunged.append((where.touch(), uid))
            self.changed.notify_all()

    def renumber(self, folder: str = "INBOX", uidvalidity: int | None = None) -> None:
        """The folder is made anew (a restore, a move): same messages, new UIDVALIDITY, UIDs from 1."""
        with self.changed:
            old = self.folders[folder]
            fresh = self.add_folder(folder, old.role, old.uidvalidity + 1 if uidvalidity is None else uidvalidity)
            for stored in old.messages.values():
                fresh.add(stored.raw, stored.flags, stored.internaldate)
            self.changed.notify_all()

    def on_sent(self, route: Delivered) -> None:
        """Call `route` for every mail that is sent: the demo's customers answer there."""
        self.routes.append(route)

    def mailbox(self) -> MemoryMailbox:
        """A new session, not yet connected."""
        return MemoryMailbox(self)

    def sender(self) -> MemorySender:
        """A new SMTP-like session."""
        return MemorySender(self)


class MemoryMailbox:
    """One session with a `MemoryServer`; speaks `transport.base.Mailbox`."""

    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self._connected = False
        self._examined = ""
        self._seen = (0, 0)

    def connect(self) -> None:
        """Log in; there is no password."""
        self._connected = True

    def close(self) -> None:
        """Log out."""
        self._connected, self._examined = False, ""

    def drop(self) -> None:
        """Break the line."""
        self._connected = False
        with self.server.changed:
            self.server.changed.notify_all()

    def folders(self) -> list[FolderInfo]:
        """Every folder with its role."""
        self._check()
        with self.server.changed:
            return [FolderInfo(folder.name, folder.role) for folder in self.server.folders.values()]

    def examine(self, folder: str, uidvalidity: int = 0, modseq: int = 0) -> Selected:
        """Open read-only; `changed` and `vanished` since `modseq` with QRESYNC."""
        self._check()
        with self.server.changed:
            where = self._folder(folder)
            self._examined = folder
            self._seen = self._mark()
            known = self.server.qresync and modseq > 0 and uidvalidity == where.uidvalidity
            return Selected(
                name=folder,
                uidvalidity=where.uidvalidity,
                exists=len(where.messages),
                uidnext=where.uidnext,
                modseq=where.modseq if self.server.condstore else 0,
                changed=_changed(where, modseq) if known else None,
                vanished=tuple(sorted(uid for at, uid in where.expunged if at > modseq)) if known else None,
            )

    def uids(self, first: int = 1) -> list[int]:
        """All UIDs from `first`, ascending."""
        with self._open() as where:
            return [uid for uid in where.messages if uid >= first]

    def since(self, at: int) -> list[int]:
        """Of this day and later."""
        with self._open() as where:
            return [uid for uid, stored in where.messages.items() if stored.internaldate >= at // 86_400 * 86_400]

    def fetch(self, uids: Iterable[int], size_cap: int = 0) -> Iterator[Fetched]:
        """Whole messages; over `size_cap` the skeleton."""
        for uid in uids:
            with self._open() as where:
                stored = where.messages.get(uid)
            if stored is None:
                continue
            size = len(stored.raw)
            over = 0 < size_cap < size
            raw, truncated = cut_down(stored.raw) if over else (stored.raw, False)
            yield Fetched(uid, stored.flags, stored.internaldate, size, raw, truncated)

    def headers(self, uids: Iterable[int], names: tuple[str, ...]) -> Iterator[Fetched]:
        """Only the named header fields."""
        for uid in uids:
            with self._open() as where:
                stored = where.messages.get(uid)
            if stored is not None:
                picked = header_fields(stored.raw, names)
                yield Fetched(uid, stored.flags, stored.internaldate, len(stored.raw), picked)

    def part_head(self, uid: int, section: str) -> bytes:
        """The header of a part."""
        return self._section(uid, section)[0]

    def part(self, uid: int, section: str, start: int = 0) -> Generator[bytes]:
        """A part's bytes, in pieces."""
        body = self._section(uid, section)[1]
        for at in range(start, len(body), PIECE):
            self._check()
            yield body[at : at + PIECE]

    def _section(self, uid: int, section: str) -> tuple[bytes, bytes]:
        with self._open() as where:
            stored = where.messages.get(uid)
        return Sections(stored.raw).of(section) if stored is not None else (b"", b"")

    def flags(self, changed_since: int = 0) -> dict[int, tuple[str, ...]]:
        """Flags of all, or of those changed since a mod-sequence."""
        with self._open() as where:
            return _changed(where, changed_since)

    def append(self, folder: str, raw: bytes, flags: tuple[str, ...] = (), at: int | None = None) -> int | None:
        """Add a message; returns its UID."""
        self._check()
        return self.server.deliver(raw, self._folder(folder).name, flags, at)

    @property
    def moves(self) -> bool:
        """As the server was made."""
        self._check()
        return self.server.moves

    @property
    def expunges(self) -> bool:
        """As the server was made."""
        self._check()
        return self.server.uidplus

    def select(self, folder: str) -> Selected:
        """Open for writing."""
        system = frozenset({"\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"})
        return replace(self.examine(folder), keeps=system | ({"\\*"} if self.server.keywords else set()))

    def store(self, uids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = (), unchanged_since: int = 0) -> Marked:
        """Flags of what stands there and was not changed since."""
        added, taken = set(add), set(remove)
        told: dict[int, tuple[str, ...]] = {}
        modified: set[int] = set()
        with self._open() as where:
            for uid in set(uids) & where.messages.keys():
                stored = where.messages[uid]
                if self.server.condstore and 0 < unchanged_since < stored.modseq:
                    modified.add(uid)
                    continue
                flags = tuple(sorted(set(stored.flags) - taken | added))
                if flags != stored.flags:
                    self.server.set_flags(uid, flags, where.name)
                told[uid] = flags
        return Marked(told, frozenset(modified))

    def move(self, uids: Iterable[int], folder: str) -> Copied:
        """Copy, and gone here."""
        wanted = list(uids)
        with self._open() as where:
            found = self.copy(wanted, folder)
            self.server.expunge([uid for uid in wanted if uid in where.messages], where.name)
            return found

    def copy(self, uids: Iterable[int], folder: str) -> Copied:
        """The same bytes, flags and date in `folder`; told of where the server has UIDPLUS."""
        with self._open() as where:
            target = self._folder(folder)
            pairs = {
                uid: target.add(stored.raw, stored.flags, stored.internaldate)
                for uid in sorted(set(uids))
                if (stored := where.messages.get(uid)) is not None
            }
            self.server.changed.notify_all()
            return Copied(target.uidvalidity, pairs) if self.server.uidplus and pairs else Copied()

    def expunge(self, uids: Iterable[int]) -> None:
        """Of these, what is \\Deleted."""
        with self._open() as where:
            self.server.expunge([u for u in uids if "\\Deleted" in _flags_of(where, u)], where.name)

    def create(self, folder: str) -> None:
        """A new folder; refused where there is one."""
        self._check()
        with self.server.changed:
            if folder in self.server.folders:
                raise Refused(f"CREATE {folder}", "[ALREADYEXISTS]")
            self.server.created += 1
            self.server.add_folder(folder, uidvalidity=1 + self.server.created)

    def find(self, folder: str, message_id: str) -> list[int]:
        """UIDs whose Message-ID is `message_id`, with or without angle brackets."""
        self._check()
        wanted = message_id.strip("<> ")
        with self.server.changed:
            return [uid for uid, m in self._folder(folder).messages.items() if message_id_of(m.raw) == wanted]

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Sleep until the folder changes; looks at `stop` five times a second."""
        deadline = _Deadline(seconds)
        with self._open():
            while (mark := self._mark()) == self._seen and not stop() and (left := deadline.left()) > 0:
                self.server.changed.wait(min(left, 0.2))
                self._check()
            changed, self._seen = mark != self._seen, mark
            return changed

    def noop(self) -> None:
        """Raises NetworkError when the session was closed."""
        self._check()

    def _check(self) -> None:
        if not self._connected:
            raise NetworkError(_("The connection to the mailbox is closed."), _("Connect again."))

    def _folder(self, name: str) -> MemoryFolder:
        try:
            return self.server.folders[name]
        except KeyError:
            raise Refused(f"EXAMINE {name}", "[NONEXISTENT]") from None

    def _open(self) -> _Opened:
        self._check()
        return _Opened(self.server.changed, self._folder(self._examined))

    def _mark(self) -> tuple[int, int]:
        where = self._folder(self._examined)
        return where.uidvalidity, where.modseq


class MemorySender:
    """Sends by handing the mail to the server's routes; speaks `transport.base.Sender`."""

    def __init__(self, server: MemoryServer) -> None:
        self.server = server

    def send(self, sender: str, recipients: list[str], raw: bytes, before_dot: Callable[[], None]) -> str:
        """Every route gets the mail once `before_dot` has returned."""
        before_dot()
        for route in self.server.routes:
            route(sender, recipients, raw)
        return "250 2.0.0 Ok"

    def close(self) -> None:
        """Nothing to close."""


class _Opened:
    """The lock of the server and the examined folder, as one `with`."""

    def __init__(self, lock: threading.Condition, folder: MemoryFolder) -> None:
        self.lock, self.folder = lock, folder

    def __enter__(self) -> MemoryFolder:
        self.lock.acquire()
        return self.folder

    def __exit__(self, *_: object) -> None:
        self.lock.release()


class _Deadline:
    """How much of a wait is left, by the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        import time

        self._now = time.monotonic
        self._end = self._now() + seconds

    def left(self) -> float:
        """Seconds left, negative when over."""
        return self._end - self._now()


def _changed(folder: MemoryFolder, modseq: int) -> dict[int, tuple[str, ...]]:
    return {uid: m.flags for uid, m in folder.messages.items() if m.modseq > modseq}


def _flags_of(folder: MemoryFolder, uid: int) -> tuple[str, ...]:
    stored = folder.messages.get(uid)
    return stored.flags if stored is not None else ()
