"""What the sync engine asks of a mailbox, and sending asks of a mail server.

`transport.imap` and `transport.memory` speak `Mailbox`; `transport.smtp` and `transport.memory` speak `Sender`.
One conformance suite (tests/transport) holds for all. Errors are those of `tui_desk.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Protocol

from tui_desk.errors import ProtocolError
from tui_desk.i18n import _
from tui_desk.text import one_line
from tui_desk.values import dataclass, field

PIECE = 512 * 1024
"""Bytes of a part that are in memory at once."""


class Refused(ProtocolError):
    """The mail server answered NO or BAD to a command; `answer` is its text, response code and all."""

    def __init__(self, command: str, answer: str) -> None:
        words = {"command": command, "answer": one_line(answer)}
        super().__init__(_("The mail server refused %(command)s: %(answer)s") % words)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class FolderInfo:
    """One row of LIST. `role` is the special use without its backslash, lower case ("sent", "junk", "inbox", "")."""

    name: str
    role: str = ""
    delimiter: str = "/"


@dataclass(frozen=True, slots=True)
class Selected:
    """What EXAMINE or SELECT answered. `modseq` is 0 without CONDSTORE. `changed` and `vanished` are filled by QRESYNC only
    (else None)."""

    name: str
    uidvalidity: int
    exists: int
    uidnext: int
    modseq: int = 0
    changed: dict[int, tuple[str, ...]] | None = None
    vanished: tuple[int, ...] | None = None
    keeps: frozenset[str] | None = None
    """PERMANENTFLAGS in lower case, with "\\*" where any keyword is kept; None: the server names none, so all are."""
    read_only: bool = False
    """Of SELECT: nothing may be written all the same."""

    def takes(self, flag: str) -> bool:
        """Whether the server keeps this flag or keyword for good (RFC 9051 7.1)."""
        if self.read_only or self.keeps is None:
            return not self.read_only
        return flag.lower() in self.keeps or (not flag.startswith("\\") and "\\*" in self.keeps)


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of a STORE: flags as the server told them, and the UIDs that somebody else had changed meanwhile."""

    flags: dict[int, tuple[str, ...]]
    modified: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Copied:
    """Where messages went: COPYUID (RFC 4315), source to target UID. `uidvalidity` 0: the server does not tell."""

    uidvalidity: int = 0
    uids: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server has it, `size` bytes there. Over the size cap `raw` is its skeleton: `truncated`."""

    uid: int
    flags: tuple[str, ...]
    internaldate: int
    size: int
    raw: bytes = field(repr=False)
    truncated: bool = False


class Mailbox(Protocol):
    """One session with one mailbox. Not thread-safe: one session a thread."""

    def connect(self) -> None:
        """Log in. Raises NetworkError, CertificateError, AuthError."""

    def close(self) -> None:
        """Log out, quietly, whatever the state."""

    def drop(self) -> None:
        """Break the line, from any thread: whoever waits for the server then gets a NetworkError."""

    def folders(self) -> list[FolderInfo]:
        """LIST with special-use attributes (RFC 6154) where the server has them, well-known names elsewhere."""

    def examine(self, folder: str, uidvalidity: int = 0, modseq: int = 0) -> Selected:
        """EXAMINE (never SELECT); with QRESYNC (RFC 7162) when uidvalidity and modseq are known and the server can."""

    def uids(self, first: int = 1) -> list[int]:
        """All UIDs >= first in the examined folder, ascending."""

    def since(self, at: int) -> list[int]:
        """The UIDs of what the server took at `at` (epoch seconds) or later, ascending; by its dates, so a day more may come."""

    def fetch(self, uids: Iterable[int], size_cap: int = 0) -> Iterator[Fetched]:
        """Stream whole messages with BODY.PEEK[], in the server's order. UIDs that are gone are simply not answered.

        Over `size_cap` bytes (0: none) the large parts stay where they are: `raw` is a skeleton (mail.skeleton), or where
        the server's BODYSTRUCTURE makes no sense the first 256 KB, with a field that says so.
        """

    def headers(self, uids: Iterable[int], names: tuple[str, ...]) -> Iterator[Fetched]:
        """Stream only the named header fields (BODY.PEEK[HEADER.FIELDS (...)]) in `raw`."""

    def part_head(self, uid: int, section: str) -> bytes:
        """The header of a message's part (of the message itself for "" and for "1" of one that has no parts); b"" for none."""

    def part(self, uid: int, section: str, start: int = 0) -> Generator[bytes]:
        """Stream a part's bytes from `start` on, encoded as they lie there ("": the whole message), PIECE bytes at a time.

        Nothing comes where there is no such message or part.
        """

    def flags(self, changed_since: int = 0) -> dict[int, tuple[str, ...]]:
        """Flags of every message, or (with CONDSTORE) of those changed since that modseq."""

    def append(self, folder: str, raw: bytes, flags: tuple[str, ...] = (), at: int | None = None) -> int | None:
        """APPEND; the new UID where the server tells it (UIDPLUS, RFC 4315)."""

    def find(self, folder: str, message_id: str) -> list[int]:
        """UIDs in `folder` whose Message-ID header is `message_id`."""

    # What follows is for write-back alone: nothing else changes the server.

    @property
    def moves(self) -> bool:
        """The server has MOVE (RFC 6851). Connected only."""

    @property
    def expunges(self) -> bool:
        """The server has UID EXPUNGE (UIDPLUS, RFC 4315): others' deleted mail can be left alone. Connected only."""

    def select(self, folder: str) -> Selected:
        """SELECT: as `examine`, for writing. Raises Refused."""

    def store(self, uids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = (), unchanged_since: int = 0) -> Marked:
        """UID STORE in the selected folder. With `unchanged_since` (CONDSTORE) what changed after that modseq is left as it is.

        A UID that is gone is left out quietly.
        """

    def move(self, uids: Iterable[int], folder: str) -> Copied:
        """UID MOVE (RFC 6851). Raises Refused."""

    def copy(self, uids: Iterable[int], folder: str) -> Copied:
        """UID COPY. Raises Refused."""

    def expunge(self, uids: Iterable[int]) -> None:
        """UID EXPUNGE (RFC 4315): of these, what is \\Deleted. Never the plain one."""

    def create(self, folder: str) -> None:
        """CREATE and SUBSCRIBE. Raises Refused."""

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """IDLE (RFC 2177) or sleep until the examined folder changes; True when it did. Returns soon after stop() is true."""

    def noop(self) -> None:
        """NOOP: notices a dead link; lets the server tell of changes."""


class Sender(Protocol):
    """One SMTP session."""

    def send(self, sender: str, recipients: list[str], raw: bytes, before_dot: Callable[[], None]) -> str:
        """MAIL, RCPT, DATA; `before_dot` is called when all but the final dot is sent. Returns the server's answer.

        Raises RefusedError for 5xx, TemporaryError for 4xx and for a line cut before `before_dot` returned,
        `UncertainError` (transport.smtp) for a line cut after it, AuthError.
        """

    def close(self) -> None:
        """QUIT, quietly."""
