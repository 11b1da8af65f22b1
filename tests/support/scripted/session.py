"""One connection: commands in, answers out, and the news of the selected folder in between."""

from __future__ import annotations

import base64
import contextlib
import re
import select
import socket
import ssl
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.support.scripted import fetching
from tests.support.scripted.behaviour import Trouble
from tests.support.scripted.grammar import BadCommand, Word, numbers, search, words
from tests.support.scripted.mailstore import Account, Folder

if TYPE_CHECKING:
    from tests.support.scripted.server import Scripted

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\Z")
_TICK = 0.02
_BEFORE = {"CAPABILITY", "NOOP", "LOGOUT", "ID", "LOGIN", "AUTHENTICATE"}
_SELECTED = {"FETCH", "STORE", "SEARCH", "COPY", "MOVE", "EXPUNGE", "CLOSE", "UNSELECT", "CHECK"}


class Hangup(Exception):
    """This connection is over."""


class No(Exception):
    """The command is answered NO with these words."""


class Session:
    """`quiet`: no troubles on this line."""

    def __init__(self, server: Scripted, sock: socket.socket, *, quiet: bool) -> None:
        self.server, self.does, self._sock, self._quiet = server, server.does, sock, quiet
        self._in = bytearray()
        self._out = bytearray()
        self.account: Account | None = None
        self.folder: Folder | None = None
        self.view: list[int] = []
        self.read_only = True
        self.condstore = self.qresync = False
        self._validity = 0
        self._seen = 0
        """The mod-sequence up to which flags were told."""

    def run(self) -> None:
        """Until one side has enough."""
        with contextlib.suppress(OSError, EOFError, Hangup, ssl.SSLError):
            self.say(b"* OK " + self.does.greeting.encode())
            while True:
                self.flush()
                self._command()
        with contextlib.suppress(OSError):
            self.flush()

    def say(self, line: bytes) -> None:
        """A line more of the answer."""
        self._out += line + b"\r\n"

    def flush(self) -> None:
        """Send what was said."""
        out, self._out = self._out, bytearray()
        if out:
            self._sock.sendall(out)

    # ----------------------------------------------------------------------------------------------------- commands

    def _command(self) -> None:
        tag, pieces = self._read()
        try:
            args = words(pieces)
            name = _text(args.pop(0)).upper()
            by_uid = name == "UID"
            if by_uid:
                name = _text(args.pop(0)).upper()
            self._refuse_early(name)
            trouble = None if self._quiet else self.server.trouble("LOGIN" if name == "AUTHENTICATE" else name)
            if trouble is None or trouble.halfway:
                done = self._do(tag, name, args, by_uid=by_uid)
                if trouble is None:
                    self.say(tag + b" OK " + done)
                else:
                    self._cut_in_half()
            if trouble is not None:
                self._trouble(tag, trouble)
        except No as refusal:
            self.say(tag + b" NO " + str(refusal).encode())
        except (BadCommand, IndexError, ValueError, UnicodeDecodeError) as error:
            self.say(tag + b" BAD " + repr(error).encode())

    def _refuse_early(self, name: str) -> None:
        if self.account is None and name not in _BEFORE:
            raise BadCommand("log in first")
        if self.folder is None and name in _SELECTED:
            raise BadCommand("select a folder first")

    def _trouble(self, tag: bytes, trouble: Trouble) -> None:
        if trouble.answer:
            self.say(trouble.answer % {b"tag": tag})
        if trouble.bye:
            self.say(b"* BYE " + trouble.bye)
        if trouble.bye or not trouble.answer:
            raise Hangup

    def _cut_in_half(self) -> None:
        """Whole answers only."""
        starts = [found.start() for found in re.finditer(rb"^\* \d+ FETCH \(", self._out, re.MULTILINE)]
        del self._out[starts[len(starts) // 2] if len(starts) > 1 else 0 :]

    def _do(self, tag: bytes, name: str, args: list[Word], *, by_uid: bool) -> bytes:
        method = getattr(self, f"do_{name.lower()}", None)
        if method is None or (name in ("ENABLE", "IDLE", "MOVE", "NAMESPACE") and not self.does.can(name)):
            raise BadCommand(f"unknown command {name}")
        if name in _SELECTED:
            code: bytes = method(args, by_uid)
        else:
            code = method(args)
        if name not in ("LOGOUT", "CAPABILITY") and not (name in ("FETCH", "STORE", "SEARCH") and not by_uid):
            self.news()
        return code + name.encode() + b" completed"

    def do_capability(self, _args: list[Word]) -> bytes:
        more = "" if self.account else " AUTH=PLAIN"
        self.say(b"* CAPABILITY " + (self.does.capabilities + more).encode())
        return b""

    def do_noop(self, _args: list[Word]) -> bytes:
        return b""

    def do_check(self, _args: list[Word], _by_uid: bool) -> bytes:
        return b""

    def do_id(self, _args: list[Word]) -> bytes:
        self.say(b"* ID NIL")
        return b""

    def do_logout(self, _args: list[Word]) -> bytes:
        self.say(b"* BYE logging out")
        raise Hangup

    def do_login(self, args: list[Word]) -> bytes:
        return self._log_in(_text(args[0]), _text(args[1]))

    def do_authenticate(self, args: list[Word]) -> bytes:
        if _text(args[0]).upper() != "PLAIN":
            raise No("unknown mechanism")
        if len(args) < 2:
            self.say(b"+ ")
            self.flush()
            args.append(self._line())
        _as, user, password = base64.b64decode(_raw(args[1])).decode().split("\0")
        return self._log_in(user, password)

    def _log_in(self, user: str, password: str) -> bytes:
        if self.server.passwords.get(user) != password:
            raise No("[AUTHENTICATIONFAILED] Invalid credentials (Failure)")
        self.account = self.server.accounts[user]
        return b""

    def do_namespace(self, _args: list[Word]) -> bytes:
        self.say(b'* NAMESPACE (("%s" "%s")) NIL NIL' % (self.does.prefix.encode(), self.does.delimiter.encode()))
        return b""

    def do_enable(self, args: list[Word]) -> bytes:
        asked = {_text(word).upper() for word in args}
        got = [name for name in ("CONDSTORE", "QRESYNC") if name in asked and self.does.can(name)]
        self.condstore = self.condstore or bool(got)
        self.qresync = self.qresync or "QRESYNC" in got
        self.say(b" ".join([b"* ENABLED", *(name.encode() for name in got)]))
        return b""

    # ------------------------------------------------------------------------------------------------------ folders

    def do_list(self, args: list[Word]) -> bytes:
        pattern = re.escape(_text(args[1])).replace(r"\*", ".*").replace("%", f"[^{re.escape(self.does.delimiter)}]*")
        with self._account().lock:
            for folder in self._account().folders.values():
                if re.fullmatch(pattern, folder.name):
                    name = folder.name.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
                    self.say(b'* LIST (%s) "%s" "%s"' % (folder.attributes.encode(), self.does.delimiter.encode(), name))
        return b""

    do_lsub = do_list

    def do_create(self, args: list[Word]) -> bytes:
        name = _text(args[0])
        with self._account().lock:
            if name in self._account().folders:
                raise No("[ALREADYEXISTS] there is one")
            if not name.startswith(self.does.prefix):
                raise No("[CANNOT] not here")
            self._account().create(name)
        return b""

    def do_delete(self, args: list[Word]) -> bytes:
        with self._account().lock:
            del self._account().folders[self._find(_text(args[0])).name]
        return b""

    def do_rename(self, args: list[Word]) -> bytes:
        with self._account().lock:
            folder = self._find(_text(args[0]))
            folders = self._account().folders
            del folders[folder.name]
            folder.name = _text(args[1])
            folders[folder.name] = folder
        return b""

    def do_subscribe(self, _args: list[Word]) -> bytes:
        return b""

    do_unsubscribe = do_subscribe

    def do_status(self, args: list[Word]) -> bytes:
        with self._account().lock:
            folder = self._find(_text(args[0]))
            known = {"MESSAGES": len(folder.messages), "UIDVALIDITY": folder.uidvalidity, "HIGHESTMODSEQ": folder.modseq}
            known |= {
                "UIDNEXT": folder.uidnext,
                "RECENT": 0,
                "UNSEEN": sum("\\Seen" not in m.flags for m in folder.messages.values()),
            }
            asked = [_text(word).upper() for word in _list(args[1])]
            told = " ".join(f"{name} {known[name]}" for name in asked if name in known)
            self.say(b"* STATUS %s (%s)" % (fetching.quoted(folder.name.encode()), told.encode()))
        return b""

    def do_select(self, args: list[Word], *, read_only: bool = False) -> bytes:
        self.folder = None
        with self._account().lock:
            folder = self._find(_text(args[0]))
            if "\\Noselect" in folder.attributes:
                raise No("[NONEXISTENT] no mail in there")
            more = _list(args[1]) if len(args) > 1 else []
            self.condstore = self.condstore or (bool(more) and self.does.can("CONDSTORE"))
            self.folder, self.read_only, self.view = folder, read_only, sorted(folder.messages)
            self._validity, self._seen = folder.uidvalidity, folder.modseq
            self._tell_selected(folder)
            if more and _text(more[0]).upper() == "QRESYNC":
                self._resume(folder, _list(more[1]))
        return b"[READ-ONLY] " if read_only else b"[READ-WRITE] "

    def do_examine(self, args: list[Word]) -> bytes:
        return self.do_select(args, read_only=True)

    def _tell_selected(self, folder: Folder) -> None:
        kept = b"\\Answered \\Flagged \\Deleted \\Seen \\Draft" + (b" \\*" if self.does.keywords else b"")
        self.say(b"* %d EXISTS" % len(self.view))
        self.say(b"* 0 RECENT")
        self.say(b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)")
        self.say(b"* OK [PERMANENTFLAGS (%s)] kept" % kept)
        self.say(b"* OK [UIDVALIDITY %d] UIDs valid" % folder.uidvalidity)
        if self.does.uidnext:
            self.say(b"* OK [UIDNEXT %d] next" % folder.uidnext)
        if self.does.can("CONDSTORE"):
            self.say(b"* OK [HIGHESTMODSEQ %d] highest" % folder.modseq)

    def _resume(self, folder: Folder, known: list[Word]) -> None:
        validity, modseq = int(_text(known[0])), int(_text(known[1]))
        if validity != folder.uidvalidity:
            return
        gone = sorted(uid for uid, when in folder.gone.items() if when > modseq)
        if gone:
            self.say(b"* VANISHED (EARLIER) " + fetching.numbered(gone))
        for uid in self.view:
            if folder.messages[uid].modseq > modseq:
                self.say(self._flags_of(uid))

    def do_close(self, _args: list[Word], _by_uid: bool) -> bytes:
        if not self.read_only:
            self.do_expunge([], False, quiet=True)
        self.folder = None
        return b""

    def do_unselect(self, _args: list[Word], _by_uid: bool) -> bytes:
        self.folder = None
        return b""

    def do_append(self, args: list[Word]) -> bytes:
        raw = _raw(args.pop())
        with self._account().lock:
            folder = self._find(_text(args.pop(0)), b"[TRYCREATE] ")
            flags = self._kept(_list(args.pop(0))) if args and isinstance(args[0], list) else set()
            at = _date(_text(args[0])) if args else int(time.time())
            twins = [uid for uid, message in folder.messages.items() if message.raw == raw] if self.does.one_copy else []
            uid = twins[0] if twins else folder.add(raw, flags, at)
            self._account().lock.notify_all()
        return b"[APPENDUID %d %d] " % (folder.uidvalidity, uid) if self.does.can("UIDPLUS") else b""

    # ----------------------------------------------------------------------------------------------------- messages

    def do_search(self, args: list[Word], by_uid: bool) -> bytes:
        extended = args[0] == b"RETURN" and self.does.can("ESEARCH")
        if extended:
            args = args[2:]
        if args[0] == b"CHARSET":
            args = args[2:]
        with self._account().lock:
            folder = self._selected()
            fits = search(args, len(self.view), max(folder.messages, default=folder.uidnext - 1))
            bounds = [numbers(_raw(args[n + 1]), max(self.view, default=0)) for n, word in enumerate(args[:-1]) if word == b"UID"]
            there = [
                (n, uid) for n, uid in enumerate(self.view, 1) if uid in folder.messages and all(inside(uid) for inside in bounds)
            ]
            there, code = self._limited(there)
            found = [uid if by_uid else n for n, uid in there if fits(n, uid, folder.messages[uid])]
        if extended:
            uid_word = b" UID" if by_uid else b""
            self.say(b"* ESEARCH" + uid_word + (b" ALL " + fetching.numbered(found) if found else b""))
        else:
            self.say(b" ".join([b"* SEARCH", *(b"%d" % n for n in found)]))
        return code

    def do_fetch(self, args: list[Word], by_uid: bool) -> bytes:
        items = [word for word in (args[1] if isinstance(args[1], list) else [args[1]]) if isinstance(word, bytes)]
        since = int(_text(_list(args[2])[1])) if len(args) > 2 and _text(_list(args[2])[0]).upper() == "CHANGEDSINCE" else 0
        with self._account().lock:
            folder = self._selected()
            if since:
                self.condstore = True
                items.append(b"MODSEQ")
            chosen, code = self._limited(self._chosen(args[0], by_uid))
            if self.does.order != "ascending":
                chosen = chosen[::-1]
            poisoned = self.server.poisoned if any(b"[" in item for item in items) and not self._quiet else set()
            for number, uid in chosen:
                message = folder.messages[uid]
                if uid not in poisoned and message.modseq > since and not self._forgotten(folder, uid, items):
                    more = [b"UID"] if by_uid and b"UID" not in items else []
                    for line in fetching.answer(self.does, number, uid, message, more + items):
                        self.say(line)
                    if (
                        not self.read_only
                        and any(item.upper().startswith(b"BODY[") for item in items)
                        and "\\Seen" not in message.flags
                    ):
                        message.flags.add("\\Seen")
                        message.modseq = folder.touch()
        if poisoned & {uid for _n, uid in chosen}:
            raise No("Some messages could not be FETCHed (Failure)")
        return code

    def do_store(self, args: list[Word], by_uid: bool) -> bytes:
        self._writable()
        unchanged = int(_text(_list(args.pop(1))[1])) if isinstance(args[1], list) else 0
        how, flags = _text(args[1]).upper(), self._kept(_list(args[2]) if isinstance(args[2], list) else args[2:])
        modified: list[int] = []
        with self._account().lock:
            folder = self._selected()
            chosen, code = self._limited(self._chosen(args[0], by_uid))
            for number, uid in chosen:
                message = folder.messages[uid]
                if unchanged and message.modseq > unchanged:
                    modified.append(uid if by_uid else number)
                    continue
                before = set(message.flags)
                message.flags = before | flags if how[0] == "+" else before - flags if how[0] == "-" else set(flags)
                if message.flags != before:
                    message.modseq = folder.touch()
                if not how.endswith(".SILENT"):
                    self.say(self._flags_of(uid))
            self._seen = folder.modseq
            self._account().lock.notify_all()
        return code + (b"[MODIFIED " + fetching.numbered(modified) + b"] " if modified else b"")

    def do_copy(self, args: list[Word], by_uid: bool) -> bytes:
        with self._account().lock:
            folder, target = self._selected(), self._find(_text(args[1]), b"[TRYCREATE] ")
            chosen, code = self._limited(self._chosen(args[0], by_uid))
            pairs = [(uid, target.add((m := folder.messages[uid]).raw, m.flags, m.at)) for _n, uid in chosen]
            self._account().lock.notify_all()
        if not pairs or not self.does.can("UIDPLUS"):
            return code
        here, there = (b",".join(b"%d" % pair[side] for pair in pairs) for side in (0, 1))
        return b"[COPYUID %d %s %s] " % (target.uidvalidity, here, there)

    def do_move(self, args: list[Word], by_uid: bool) -> bytes:
        self._writable()
        with self._account().lock:
            chosen, _code = self._limited(self._chosen(args[0], by_uid))
            code = self.do_copy(args, by_uid)
            self.say(b"* OK " + code + b"moved") if code else None
            for _n, uid in chosen:
                self._selected().remove(uid)
        return b""

    def do_expunge(self, args: list[Word], by_uid: bool, *, quiet: bool = False) -> bytes:
        self._writable()
        if by_uid and not self.does.can("UIDPLUS"):
            raise BadCommand("no UIDPLUS")
        with self._account().lock:
            folder = self._selected()
            inside = numbers(_raw(args[0]), max(self.view, default=0)) if by_uid else lambda _uid: True
            for uid in [uid for uid, message in folder.messages.items() if "\\Deleted" in message.flags and inside(uid)]:
                folder.remove(uid)
            self._account().lock.notify_all()
            if quiet:
                self.view = sorted(folder.messages)
        return b""

    # --------------------------------------------------------------------------------------------------------- news

    def do_idle(self, _args: list[Word]) -> bytes:
        self.say(b"+ idling")
        if self.does.idle == "early":
            self.news()
        self.flush()
        while not self._ready():
            if self.does.idle != "silent":
                self.news()
                self.flush()
        if self._line().upper() != b"DONE":
            raise BadCommand("DONE")
        return b""

    def news(self) -> None:
        """What happened to the selected folder since the client was last told."""
        if self.folder is None or self.account is None:
            return
        with self.account.lock:
            folder = self.folder
            if folder.uidvalidity != self._validity or self.account.folders.get(folder.name) is not folder:
                self.say(b"* BYE The folder is another one now")
                raise Hangup
            gone = [uid for uid in self.view if uid not in folder.messages]
            if gone and self.qresync:
                self.say(b"* VANISHED " + fetching.numbered(gone))
                self.view = [uid for uid in self.view if uid in folder.messages]
            for uid in reversed(gone if not self.qresync else []):
                self.say(b"* %d EXPUNGE" % (self.view.index(uid) + 1))
                self.view.remove(uid)
            known, now = set(self.view), sorted(folder.messages)
            if len(now) != len(self.view):
                self.view = now
                self.say(b"* %d EXISTS" % len(now))
            for uid in now:
                if uid in known and folder.messages[uid].modseq > self._seen:
                    self.say(self._flags_of(uid))
            self._seen = folder.modseq

    def _flags_of(self, uid: int) -> bytes:
        items = [b"UID", b"FLAGS", *([b"MODSEQ"] if self.condstore else [])]
        [line] = fetching.answer(self.does, self.view.index(uid) + 1, uid, self._selected().messages[uid], items)
        return line

    # -------------------------------------------------------------------------------------------------------- parts

    def _chosen(self, which: Word, by_uid: bool) -> list[tuple[int, int]]:
        """Sequence numbers and UIDs of what a set names and is there."""
        folder = self._selected()
        largest = max(self.view, default=0) if by_uid else len(self.view)
        inside = numbers(_raw(which), largest)
        return [(n, uid) for n, uid in enumerate(self.view, 1) if inside(uid if by_uid else n) and uid in folder.messages]

    def _limited(self, chosen: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], bytes]:
        """The newest of them, and the code that says where it ended (RFC 9738)."""
        most = self.does.message_limit
        if not most or len(chosen) <= most or self._quiet:
            return chosen, b""
        return chosen[-most:], b"[MESSAGELIMIT %d %d] " % (most, chosen[-most][1])

    def _forgotten(self, folder: Folder, uid: int, items: list[bytes]) -> bool:
        return not self._quiet and any(item.upper().startswith(b"BODY") for item in items) and self.server.forgets(folder, uid)

    def _kept(self, flags: Iterable[Word]) -> set[str]:
        names = {_text(word) for word in flags}
        return names if self.does.keywords else {name for name in names if name.startswith("\\")}

    def _account(self) -> Account:
        if self.account is None:
            raise BadCommand("log in first")
        return self.account

    def _selected(self) -> Folder:
        if self.folder is None or self.folder.uidvalidity != self._validity:
            raise Hangup
        return self.folder

    def _writable(self) -> None:
        if self.read_only:
            raise No("[READ-ONLY] it was examined")

    def _find(self, name: str, code: bytes = b"") -> Folder:
        name = "INBOX" if name.upper() == "INBOX" else name
        if name not in self._account().folders:
            raise No(code.decode() + "[NONEXISTENT] no such folder" if not code else code.decode() + "no such folder")
        return self._account().folders[name]

    # --------------------------------------------------------------------------------------------------------- wire

    def _read(self) -> tuple[bytes, list[bytes]]:
        """A command's tag and its pieces, literals at the odd places."""
        tag, _, rest = self._line().partition(b" ")
        pieces: list[bytes] = []
        while (literal := _LITERAL.search(rest)) is not None:
            size = int(literal[1])
            pieces.append(rest[: literal.start()])
            if literal[2]:
                if not (self.does.can("LITERAL+") or (self.does.can("LITERAL-") and size <= 4096)):
                    self.say(b"* BYE [TOOBIG] a literal has to wait to be asked for")
                    raise Hangup
            else:
                self.say(b"+ go ahead")
                self.flush()
            while len(self._in) < size:
                self._more()
            pieces.append(bytes(self._in[:size]))
            del self._in[:size]
            rest = self._line()
        return tag, [*pieces, rest]

    def _line(self) -> bytes:
        while (end := self._in.find(b"\r\n")) < 0:
            self._more()
        line = bytes(self._in[:end])
        del self._in[: end + 2]
        return line

    def _more(self) -> None:
        data = self._sock.recv(65536)
        if not data:
            raise EOFError
        self._in += data

    def _ready(self) -> bool:
        """Whether there is a line to read; waits a little."""
        if b"\r\n" in self._in:
            return True
        pending = isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()
        if pending or select.select([self._sock], [], [], _TICK)[0]:
            self._more()
        return b"\r\n" in self._in


def _text(word: Word) -> str:
    return _raw(word).decode()


def _raw(word: Word) -> bytes:
    if not isinstance(word, bytes):
        raise BadCommand("a list")
    return word


def _list(word: Word) -> list[Word]:
    if not isinstance(word, list):
        raise BadCommand("no list")
    return word


def _date(text: str) -> int:
    return int(time.mktime(time.strptime("01-Jan-1970", "%d-%b-%Y"))) if not text else fetching.epoch(text)
