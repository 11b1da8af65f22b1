"""A mailbox on an IMAP server (RFC 9051, 3501), by our own framing. `opening` lets us in; where a login is unusual, `auth`.

Folders are opened with EXAMINE and bodies read with BODY.PEEK: nothing changes the server but `append`, and what write-back
alone does after `select`.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING

from tui_desk.config.schema import Account
from tui_desk.errors import NetworkError, ProtocolError
from tui_desk.i18n import _
from tui_desk.transport import answers, endpoint, limits, writing
from tui_desk.transport.answers import FetchData
from tui_desk.transport.base import PIECE, Copied, Fetched, FolderInfo, Marked, Refused, Selected
from tui_desk.transport.framing import Response, quote
from tui_desk.transport.sets import batches
from tui_desk.transport.utf7 import encode
from tui_desk.transport.wire import Wire

if TYPE_CHECKING:
    import imapclient

    from tui_desk.transport.opening import Opened
    from tui_desk.transport.sasl import Bearer

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Messages of one FETCH command; the next command is sent before this one is answered."""
QUIET_SECONDS = 20.0
"""How long a NOOP may take while nothing else is going on: a line that is dead without a word is found out."""
STOP_SECONDS = 0.25
"""How often a wait looks whether it should stop."""

DEAF_SECONDS = 2.0
"""How often a server is asked whose IDLE did not tell of what came last: Courier looks once a minute, iCloud never."""

UNREADABLE = 20
"""Refused messages one after the other from which on it is not they that are at fault."""

_APPENDED = re.compile(r"\[APPENDUID \d+ (\d+)\]", re.IGNORECASE)
_BARE_LF = re.compile(rb"(?<!\r)\n")


class ImapMailbox:
    """One session; speaks `transport.base.Mailbox`. `without` hides capabilities of the server (upper case)."""

    def __init__(
        self,
        account: Account,
        secret: str | Bearer,
        *,
        poll_seconds: float = 10.0,
        read_seconds: float = 60.0,
        without: frozenset[str] = frozenset(),
        opened: Opened | None = None,
    ) -> None:
        """`opened`: a line that is logged in already, for the first session."""
        self.at = endpoint.parse(account.imap, allow_plaintext=account.allow_plaintext)
        self.capabilities: frozenset[str] = frozenset()
        self._account = account
        self._secret = secret
        self._poll_seconds = poll_seconds
        self._read_seconds = read_seconds
        self._without = without
        self._opened = opened
        self._wire: Wire | None = None
        self._deaf = False
        """What came last, its IDLE did not tell."""
        self._most = 0
        """Messages that one command may name; 0: as many as it likes."""
        self._examined = ""
        self._exists = 0
        self._changed = False
        self._odd: Counter[int] = Counter()
        """Messages over the cap whose structure was asked for and never answered, and how often: it may have broken the line."""

    # ------------------------------------------------------------------------------------------------------ session

    def connect(self) -> None:
        """Connect, secure, log in, ask for the capabilities again and switch on what helps."""
        if self._opened is not None:
            try:
                self._begin()
            except NetworkError:
                pass  # that line was cut meanwhile
            else:
                return
        self._begin()

    def _begin(self) -> None:
        self.close()
        told = self._log_in() or self._asked()
        self.capabilities = frozenset(told.decode("ascii", "replace").upper().split()) - self._without
        self._most = limits.at_once(self.capabilities)
        self._enable()

    def _log_in(self) -> bytes:
        """Open the line; what the server told of its capabilities when it let us in."""
        from tui_desk.transport.opening import open_plainly

        account = self._account
        user = account.user or account.address
        opened, self._opened = self._opened, None
        if opened is None and isinstance(self._secret, str):
            opened = open_plainly(self.at, user, self._secret, account.ca_file)
        if opened is not None:
            self._wire = Wire(opened.sock, self.at, opened.leftover, self._read_seconds)
            return opened.capabilities
        from tui_desk.transport.auth import drop, open_session

        client = open_session(self.at, user, self._secret, account.ca_file)
        self._wire = Wire(client.socket(), self.at, _read_ahead(client), self._read_seconds, lambda: drop(client))
        return b""

    def _asked(self) -> bytes:
        """Capabilities may be others after the login."""
        return b" ".join(r.line[13:] for r in self._run(b"CAPABILITY") if r.line[:13].upper() == b"* CAPABILITY ")

    def _enable(self) -> None:
        """QRESYNC brings CONDSTORE with it; both must be on before the first EXAMINE (RFC 7162)."""
        wanted = next((name for name in ("QRESYNC", "CONDSTORE") if name in self.capabilities), "")
        self._qresync = False
        if wanted and "ENABLE" in self.capabilities:
            answer = self._run(b"ENABLE " + wanted.encode())
            self._qresync = any(b"QRESYNC" in r.line.upper() for r in answer if r.line[:9].upper() == b"* ENABLED")

    def close(self) -> None:
        """Log out, quietly."""
        wire, self._wire = self._wire, None
        if wire is not None and not wire.closed:
            with contextlib.suppress(NetworkError):
                wire.start(b"LOGOUT")
            wire.close()
        self._examined = ""

    def drop(self) -> None:
        """Break the line, from any thread."""
        if (wire := self._wire) is not None:
            wire.sever()

    # ------------------------------------------------------------------------------------------------------ reading

    def folders(self) -> list[FolderInfo]:
        """LIST, with special-use where the server has it (RFC 6154; 5258 for RETURN)."""
        returns = b" RETURN (SPECIAL-USE)" if {"SPECIAL-USE", "LIST-EXTENDED"} <= self.capabilities else b""
        return answers.folder_list(self._run(b'LIST "" "*"' + returns))

    def examine(self, folder: str, uidvalidity: int = 0, modseq: int = 0) -> Selected:
        """EXAMINE; with QRESYNC where it is on and there is something to resume from."""
        return self._open(b"EXAMINE ", folder, uidvalidity, modseq)

    def _open(self, verb: bytes, folder: str, uidvalidity: int = 0, modseq: int = 0) -> Selected:
        resume = self._qresync and uidvalidity > 0 and modseq > 0
        more = b" (QRESYNC (%d %d))" % (uidvalidity, modseq) if resume else b""
        if not more and "CONDSTORE" in self.capabilities and not self._qresync:
            more = b" (CONDSTORE)"
        self._examined = ""
        responses = self._run(verb + _folder(folder) + more)
        info = answers.selected(folder, responses, resume)
        if resume and info.uidvalidity != uidvalidity:
            info = answers.selected(folder, responses, False)
        if not {"QRESYNC", "CONDSTORE"} & self.capabilities and info.modseq:
            info = answers.without_modseq(info)
        self._examined, self._exists, self._changed = folder, info.exists, False
        return info

    def uids(self, first: int = 1) -> list[int]:
        """UID SEARCH; `n:*` always names the last message too, so what is below `first` is dropped."""
        self._ready()
        if self._exists == 0:
            return []
        return [uid for uid in self._search(b"", first) if uid >= first]

    def since(self, at: int) -> list[int]:
        """UID SEARCH SINCE the day before: servers compare dates in a time zone of their own (RFC 9051 6.4.4)."""
        self._ready()
        if self._exists == 0:
            return []
        day = _internaldate(max(at - 86_400, 0)).split(b" ")[-3]
        return self._search(b"SINCE " + day)

    def fetch(self, uids: Iterable[int], size_cap: int = 0) -> Iterator[Fetched]:
        """Whole messages; of those over `size_cap` bytes the skeleton, one by one."""
        wanted = list(uids)
        large = self._larger(wanted, size_cap) if size_cap and wanted else frozenset()
        yield from self._fetch([uid for uid in wanted if uid not in large], b"BODY.PEEK[]")
        if large:
            from tui_desk.transport.large import Large

            reader = Large(self._run, self._odd)
            for uid in [uid for uid in wanted if uid in large]:
                try:
                    item = reader.fetch(uid)
                except Refused as error:
                    log.warning("message %s stays on the server: %s", uid, error)
                    continue
                if item is not None:
                    yield item

    def headers(self, uids: Iterable[int], names: tuple[str, ...]) -> Iterator[Fetched]:
        """Only the named header fields."""
        fields = " ".join(names).encode("ascii")
        yield from self._fetch(list(uids), b"BODY.PEEK[HEADER.FIELDS (%s)]" % fields, most=1000)

    def part_head(self, uid: int, section: str) -> bytes:
        """BODY.PEEK[n.MIME], or the message's header."""
        from tui_desk.transport.large import part_head

        return part_head(self._run, uid, section)

    def part(self, uid: int, section: str, start: int = 0) -> Generator[bytes]:
        """BODY.PEEK[n]<at.PIECE>, one piece ahead of what is taken."""
        wire = self._ready()
        at, tags = start, [wire.start(_piece(uid, section, start))]
        come: dict[int, bytes] = {}  # Dovecot may answer the next command within the answer to this one
        try:
            while tags:
                tags.append(wire.start(_piece(uid, section, at + PIECE)))
                for response in wire.responses(tags[0]):
                    come |= answers.pieces(response, uid)
                del tags[0]
                data = come.pop(at, b"")
                at += len(data)
                if data:
                    yield data
                if len(data) < PIECE:
                    self._note(wire.responses(tags.pop(0)))
        finally:
            if tags:
                wire.close()  # left in the middle: what is still to come belongs to nobody

    def flags(self, changed_since: int = 0) -> dict[int, tuple[str, ...]]:
        """Flags of all messages, or of those changed since a mod-sequence."""
        wire = self._ready()
        since = b" (CHANGEDSINCE %d)" % changed_since if changed_since else b""
        found: dict[int, tuple[str, ...]] = {}

        def ask(uids: bytes) -> bytes:
            line = b""
            for response in wire.responses(wire.start(b"UID FETCH " + uids + b" (UID FLAGS)" + since)):
                item, line = answers.fetch_data(response), response.line
                if item and item.uid and item.flags is not None:
                    found[item.uid] = item.flags
            return line

        if self._exists:
            limits.downwards(ask)
        return found

    def find(self, folder: str, message_id: str) -> list[int]:
        """UID SEARCH HEADER Message-ID; the folder examined before is examined again afterwards."""
        before = self._examined
        if folder != before:
            self.examine(folder)
        try:
            wanted = quote("<" + message_id.strip("<> ") + ">")
            return self._search(b"HEADER Message-ID " + wanted) if wanted.isascii() and self._exists else []
        finally:
            if before and folder != before and not self._ready().closed:
                self.examine(before)

    # ------------------------------------------------------------------------------------------------------ writing

    def append(self, folder: str, raw: bytes, flags: tuple[str, ...] = (), at: int | None = None) -> int | None:
        """APPEND, all or nothing (RFC 9051 6.3.12)."""
        raw = _BARE_LF.sub(b"\r\n", raw)
        date = b' "%s"' % _internaldate(at) if at is not None else b""
        command = b"APPEND " + _folder(folder) + b" (" + " ".join(flags).encode() + b")" + date
        wire = self._ready()
        if "LITERAL+" in self.capabilities:
            tag = wire.start(command + b" {%d+}" % len(raw), raw)
        else:
            tag = wire.start(command + b" {%d}" % len(raw))
            self._note(wire.until_ready(tag))
            wire.send(raw + b"\r\n")
        last = self._note(wire.responses(tag))[-1]
        uid = _APPENDED.search(last.line.decode("latin-1"))
        return int(uid.group(1)) if uid else None

    @property
    def moves(self) -> bool:
        """MOVE."""
        return "MOVE" in self.capabilities

    @property
    def expunges(self) -> bool:
        """UIDPLUS."""
        return "UIDPLUS" in self.capabilities

    def select(self, folder: str) -> Selected:
        """SELECT."""
        return self._open(b"SELECT ", folder)

    def store(self, uids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = (), unchanged_since: int = 0) -> Marked:
        """UID STORE; UNCHANGEDSINCE where the server can."""
        since = unchanged_since if {"CONDSTORE", "QRESYNC"} & self.capabilities else 0
        return writing.store(self._run, uids, tuple(add), tuple(remove), since, self._most)

    def move(self, uids: Iterable[int], folder: str) -> Copied:
        """UID MOVE."""
        return writing.transfer(self._run, b"MOVE", uids, _folder(folder), self._most)

    def copy(self, uids: Iterable[int], folder: str) -> Copied:
        """UID COPY."""
        return writing.transfer(self._run, b"COPY", uids, _folder(folder), self._most)

    def expunge(self, uids: Iterable[int]) -> None:
        """UID EXPUNGE."""
        writing.expunge(self._run, uids, self._most)

    def create(self, folder: str) -> None:
        """CREATE, SUBSCRIBE."""
        writing.create(self._run, _folder(folder))

    # ------------------------------------------------------------------------------------------------------ waiting

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """IDLE and, every `poll_seconds`, a NOOP: some servers tell an idling client only once a minute."""
        end = time.monotonic() + seconds
        wire = self._ready()
        before, wire.patience = wire.patience, min(wire.patience, QUIET_SECONDS)
        while not self._changed and not stop() and (left := end - time.monotonic()) > 0:
            told = self._idle(min(left, self._poll_seconds, DEAF_SECONDS if self._deaf else left), stop)
            self.noop()
            if self._changed and "IDLE" in self.capabilities:
                self._deaf = not told
        wire.patience = before
        changed, self._changed = self._changed, False
        return changed

    def noop(self) -> None:
        """NOOP."""
        self._run(b"NOOP")

    def _idle(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait; True when the server spoke up of itself, and not only when it was told that the waiting is over."""
        wire = self._ready()
        idles = "IDLE" in self.capabilities
        tag = wire.start(b"IDLE") if idles else b""
        if idles:
            self._note(wire.until_ready(tag))
        end = time.monotonic() + seconds
        while not self._changed and not stop() and (left := end - time.monotonic()) > 0:
            response = wire.poll(min(left, STOP_SECONDS))
            if response is not None:
                self._note([response])
        told = self._changed
        if idles:
            wire.send(b"DONE\r\n")
            self._note(wire.responses(tag))
        return told

    # ------------------------------------------------------------------------------------------------------ parts

    def _fetch(self, uids: list[int], item: bytes, *, most: int = AT_ONCE) -> Iterator[Fetched]:
        """Stream one body item; one command is always ahead, so the server works while we do."""
        wire = self._ready()
        todo = list(batches(uids, min(most, self._most or most)))
        tags: list[bytes] = []
        wanted = set(uids)  # of all commands under way: Dovecot begins to answer the next one early
        parts: dict[int, FetchData] = {}
        refused: set[int] = set()
        try:
            for place in range(len(todo)):
                for ahead, _members in todo[len(tags) : place + 2]:
                    tags.append(wire.start(b"UID FETCH " + ahead + b" (UID FLAGS INTERNALDATE RFC822.SIZE " + item + b")"))
                try:
                    yield from self._fetched(wire, tags[place], wanted, parts)
                except Refused as error:
                    refused |= todo[place][1]
                    log.warning("a part of the messages was refused: %s", error)
            todo = []
            yield from self._one_by_one(wire, sorted(refused & wanted), item)
        finally:
            if todo:
                wire.close()  # left in the middle: what is still to come belongs to nobody

    def _one_by_one(self, wire: Wire, uids: list[int], item: bytes) -> Iterator[Fetched]:
        """One that the server cannot read is passed over: the others are not to wait for it. Raises Refused when it is all."""
        in_a_row = 0
        for uid in uids:
            command = b"UID FETCH %d (UID FLAGS INTERNALDATE RFC822.SIZE " % uid + item + b")"
            try:
                yield from self._fetched(wire, wire.start(command), {uid}, {})
                in_a_row = 0
            except Refused as error:
                in_a_row += 1
                log.warning("message %s stays on the server: %s", uid, error)
                if in_a_row >= UNREADABLE:
                    raise

    def _fetched(self, wire: Wire, tag: bytes, wanted: set[int], parts: dict[int, FetchData]) -> Iterator[Fetched]:
        """Messages as soon as they are whole: a server may tell of one in several answers."""
        for response in wire.responses(tag):
            item = answers.fetch_data(response)
            if item is None or (item.uid not in wanted and item.body is None):
                self._note([response])
                continue
            if item.uid not in wanted:
                wire.close()
                raise ProtocolError(_("The mail server sent message %(uid)s, which was not asked for.") % {"uid": item.uid})
            if item.uid in parts:
                item = parts[item.uid].and_then(item)
            if item.body is None or item.flags is None:
                parts[item.uid] = item
                continue
            wanted.discard(item.uid)
            parts.pop(item.uid, None)
            yield Fetched(item.uid, item.flags, item.internaldate, item.size, item.body)

    def _larger(self, uids: list[int], size_cap: int) -> frozenset[int]:
        found: set[int] = set()
        for words, _members in batches(uids, self._most):
            found.update(answers.found_uids(self._run(b"UID SEARCH UID " + words + b" LARGER %d" % size_cap)))
        return frozenset(found)

    def _search(self, key: bytes, first: int = 1) -> list[int]:
        """UID SEARCH, from UID `first` on; nothing is left out where the server deals with the newest only."""
        how = b"RETURN (ALL) " if "ESEARCH" in self.capabilities else b""
        found: set[int] = set()

        def ask(uids: bytes) -> bytes:
            words = key if key and uids == b"1:*" else (b"UID " + uids + b" " + key).rstrip()
            responses = self._run(b"UID SEARCH " + how + words)
            found.update(answers.found_uids(responses))
            return responses[-1].line

        limits.downwards(ask, first)
        return sorted(found)

    def _run(self, command: bytes) -> list[Response]:
        wire = self._ready()
        return self._note(wire.responses(wire.start(command)))

    def _note(self, responses: Iterable[Response]) -> list[Response]:
        """Remember what the responses tell of the examined folder, in passing."""
        told = list(responses)
        for response in told:
            count = answers.exists(response)
            if count is not None:
                self._changed = self._changed or count != self._exists
                self._exists = count
            elif answers.tells_of_change(response):
                self._changed = True
        return told

    def _ready(self) -> Wire:
        if self._wire is None or self._wire.closed:
            raise NetworkError(_("The connection to the mailbox is closed."), _("Connect again."))
        return self._wire


def _folder(name: str) -> bytes:
    """A folder's name in modified UTF-7, quoted (RFC 3501 5.1.3)."""
    return quote(encode(name))


def _piece(uid: int, section: str, at: int) -> bytes:
    return b"UID FETCH %d (BODY.PEEK[%s]<%d.%d>)" % (uid, section.encode("ascii"), at, PIECE)


def _internaldate(at: int) -> bytes:
    day = time.gmtime(at)
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.tm_mon - 1]
    return f"{day.tm_mday:2d}-{month}-{day.tm_year} {day.tm_hour:02d}:{day.tm_min:02d}:{day.tm_sec:02d} +0000".encode()


def _read_ahead(client: imapclient.IMAPClient) -> bytes:
    """What imaplib's buffer holds beyond the answer to the login."""
    sock = client.socket()
    before = sock.gettimeout()
    sock.settimeout(0)
    try:
        return bytes(client._imap._file.peek() if hasattr(client._imap, "_file") else client._imap.file.peek())
    except (OSError, ValueError):
        return b""
    finally:
        sock.settimeout(before)
