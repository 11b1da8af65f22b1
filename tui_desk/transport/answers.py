"""What a server's responses say: FETCH, EXAMINE, SEARCH and LIST, from framed responses to our dataclasses. Pure."""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tui_desk.errors import ProtocolError
from tui_desk.i18n import _
from tui_desk.transport.base import Copied, FolderInfo, Selected
from tui_desk.transport.framing import Response, Token, tokens
from tui_desk.transport.sets import expand
from tui_desk.transport.utf7 import decode
from tui_desk.values import dataclass

_FETCH = re.compile(rb"\* \d+ FETCH ", re.IGNORECASE)
_WHOLE = re.compile(
    rb"\* \d+ FETCH \(UID (\d+) FLAGS \(([\\$\w ]*)\) INTERNALDATE \"([^\"\\]+)\" RFC822\.SIZE (\d+) BODY\[\] \{\d+\}"
)
"""A message answered in the order it was asked for, as nearly all are: read in one step."""
_SECTION = re.compile(rb"BODY\[([0-9A-Z.]*)\](?:<(\d+)>)?\Z", re.IGNORECASE)
_EXISTS = re.compile(rb"\* (\d+) EXISTS\Z", re.IGNORECASE)
_CODE = re.compile(rb"\* OK \[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)\]", re.IGNORECASE)
_PERMANENT = re.compile(rb"\* OK \[PERMANENTFLAGS \(([^)]*)\)\]", re.IGNORECASE)
_READ_ONLY = re.compile(rb"[0-9A-Za-z]+ OK \[READ-ONLY\]", re.IGNORECASE)
_COPYUID = re.compile(rb"\[COPYUID (\d+) ([\d:,]+) ([\d:,]+)\]", re.IGNORECASE)
_MODIFIED = re.compile(rb"\[MODIFIED ([\d:,]+)\]", re.IGNORECASE)
_VANISHED = re.compile(rb"\* VANISHED \(EARLIER\) ([\d:,]+)\Z", re.IGNORECASE)
_CHANGES = re.compile(rb"\* (?:\d+ (?:EXISTS|EXPUNGE|FETCH)\b|VANISHED )", re.IGNORECASE)
_LIST = re.compile(rb"\* LIST ", re.IGNORECASE)
_SEARCH = re.compile(rb"\* SEARCH\b([ \d]*)", re.IGNORECASE)
_ESEARCH = re.compile(rb"\* ESEARCH\b.* ALL ([\d:,]+)", re.IGNORECASE)
_DATE = re.compile(rb" ?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\Z")
_MONTHS = {name: n for n, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}

ROLES = ("all", "archive", "drafts", "flagged", "important", "junk", "sent", "trash")
_WELL_KNOWN = {
    "sent": ("sent", "sent items", "sent messages", "sent mail", "éléments envoyés", "messages envoyés", "envoyés"),
    "junk": ("junk", "spam", "junk e-mail", "courrier indésirable", "indésirables"),
    "trash": ("trash", "deleted items", "deleted messages", "corbeille", "éléments supprimés"),
    "drafts": ("drafts", "brouillons"),
    "archive": ("archive", "archives"),
}


@dataclass(frozen=True, slots=True)
class FetchData:
    """The items of one FETCH response; `body` is the one BODY[...] asked for, None where there was none."""

    uid: int
    flags: tuple[str, ...] | None
    internaldate: int
    size: int
    body: bytes | None

    def and_then(self, later: FetchData) -> FetchData:
        """Both answers about one message as one; what came later holds."""
        return FetchData(
            self.uid,
            self.flags if later.flags is None else later.flags,
            later.internaldate or self.internaldate,
            later.size or self.size,
            self.body if later.body is None else later.body,
        )


def fetch_data(response: Response) -> FetchData | None:
    """What a FETCH response holds; None for any other response and for one without UID."""
    if len(response.parts) == 3 and response.parts[2] == b")" and (whole := _WHOLE.fullmatch(response.line)) is not None:
        uid, words, date, size = whole.groups()
        try:
            return FetchData(int(uid), flag_names([*words.split()]), epoch(date), int(size), response.parts[1])
        except ValueError as error:
            raise _odd(response) from error
    start = _FETCH.match(response.line)
    if start is None:
        return None
    try:
        (items,) = tokens(response.parts, start.end())
        if isinstance(items, bytes):
            raise TypeError
        found = {_bytes(name).upper(): value for name, value in zip(items[::2], items[1::2], strict=True)}
        body = next((_bytes(value) for name, value in found.items() if name.startswith(b"BODY[")), None)
        flags = found.get(b"FLAGS")
        return FetchData(
            uid=int(_bytes(found.get(b"UID", b"0"))),
            flags=None if flags is None else flag_names(flags),
            internaldate=epoch(_bytes(found[b"INTERNALDATE"])) if b"INTERNALDATE" in found else 0,
            size=int(_bytes(found.get(b"RFC822.SIZE", b"0"))),
            body=b"" if body == b"NIL" else body,
        )
    except (ValueError, TypeError) as error:
        raise _odd(response) from error


def items(response: Response) -> dict[bytes, Token]:
    """All that a FETCH response says of a message, by name in upper case; {} for any other response."""
    start = _FETCH.match(response.line)
    if start is None:
        return {}
    try:
        (found,) = tokens(response.parts, start.end())
        if isinstance(found, bytes):
            raise TypeError
        return {_bytes(name).upper(): value for name, value in zip(found[::2], found[1::2], strict=True)}
    except (ValueError, TypeError) as error:
        raise _odd(response) from error


def sections(found: Mapping[bytes, Token]) -> dict[str, bytes]:
    """The BODY[...] items among `found`, by what stands in the brackets; NIL is no bytes."""
    named = ((_SECTION.match(name), value) for name, value in found.items())
    return {m[1].decode("ascii"): b"" if value == b"NIL" else _bytes(value) for m, value in named if m is not None}


def pieces(response: Response, uid: int) -> dict[int, bytes]:
    """The BODY[...]<at> items that a response holds for message `uid`, by the byte where each begins."""
    found = items(response)
    if found.get(b"UID") != b"%d" % uid:
        return {}
    named = ((_SECTION.match(name), value) for name, value in found.items())
    return {int(m[2] or 0): b"" if value == b"NIL" else _bytes(value) for m, value in named if m is not None}


def flag_names(words: Token) -> tuple[str, ...]:
    """Flags, sorted, without \\Recent: that one is about the session, not the message."""
    if isinstance(words, bytes):
        raise TypeError
    names = {_bytes(word).decode("utf-8", "replace") for word in words}
    return tuple(sorted(name for name in names if name.lower() != "\\recent"))


@lru_cache(maxsize=512)
def epoch(date: bytes) -> int:
    """INTERNALDATE ("17-Jul-1996 02:44:25 -0700") as epoch seconds. Raises ValueError."""
    found = _DATE.match(date)
    if found is None or found.group(2).lower() not in _MONTHS:
        raise ValueError(date)
    day, month, year, hour, minute, second, sign, off_hours, off_minutes = found.groups()
    offset = (int(off_hours) * 60 + int(off_minutes)) * 60 * (-1 if sign == b"-" else 1)
    return timegm((int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second))) - offset


def selected(name: str, responses: Iterable[Response], quick: bool) -> Selected:
    """What EXAMINE answered; `quick`: it was asked with QRESYNC, so `changed` and `vanished` are facts."""
    numbers = {b"UIDVALIDITY": 0, b"UIDNEXT": 0, b"HIGHESTMODSEQ": 0, b"EXISTS": 0}
    changed: dict[int, tuple[str, ...]] = {}
    vanished: list[int] = []
    keeps: frozenset[str] | None = None
    read_only = False
    for response in responses:
        if code := _CODE.match(response.line):
            numbers[code.group(1).upper()] = int(code.group(2))
        elif exists := _EXISTS.match(response.line):
            numbers[b"EXISTS"] = int(exists.group(1))
        elif gone := _VANISHED.match(response.line):
            uids = expand(gone.group(1))
            quick = quick and uids is not None
            vanished += uids or ()
        elif kept := _PERMANENT.match(response.line):
            keeps = frozenset(kept.group(1).decode("utf-8", "replace").lower().split())
        elif _READ_ONLY.match(response.line):
            read_only = True
        elif (item := fetch_data(response)) and item.uid and item.flags is not None:
            changed[item.uid] = item.flags
    return Selected(
        name=name,
        uidvalidity=numbers[b"UIDVALIDITY"],
        exists=numbers[b"EXISTS"],
        uidnext=numbers[b"UIDNEXT"],
        modseq=numbers[b"HIGHESTMODSEQ"],
        changed=changed if quick else None,
        vanished=tuple(vanished) if quick else None,
        keeps=keeps,
        read_only=read_only,
    )


def copied(responses: Iterable[Response]) -> Copied:
    """The COPYUID codes of a COPY or MOVE; one that makes no sense tells nothing."""
    uidvalidity, pairs = 0, dict[int, int]()
    for response in responses:
        for said, source, target in _COPYUID.findall(response.line):
            before, after = _in_order(source), _in_order(target)
            if len(before) == len(after):
                uidvalidity = int(said)
                pairs.update(zip(before, after, strict=True))
    return Copied(uidvalidity, pairs)


def _in_order(words: bytes) -> list[int]:
    """The UIDs of a set as it is written: the two sets of a COPYUID answer each other place by place."""
    found: list[int] = []
    for word in words.split(b","):
        first, _colon, last = word.partition(b":")
        found.extend(expand(word) or () if not last or int(first) <= int(last) else (expand(word) or [])[::-1])
    return found


def modified(line: bytes) -> frozenset[int]:
    """The UIDs of a MODIFIED code (RFC 7162)."""
    return frozenset(uid for words in _MODIFIED.findall(line) for uid in expand(words) or ())


def found_uids(responses: Iterable[Response]) -> list[int]:
    """The numbers of SEARCH or ESEARCH responses, ascending."""
    uids: set[int] = set()
    for response in responses:
        if extended := _ESEARCH.match(response.line):
            uids.update(expand(extended.group(1)) or ())
        elif plain := _SEARCH.match(response.line):
            uids.update(map(int, plain.group(1).split()))
    return sorted(uids)


def exists(response: Response) -> int | None:
    """How many messages there are, where the response says so."""
    found = _EXISTS.match(response.line)
    return int(found.group(1)) if found else None


def tells_of_change(response: Response) -> bool:
    """The response says that the folder is no longer what it was."""
    return _CHANGES.match(response.line) is not None


def folder_list(responses: Iterable[Response]) -> list[FolderInfo]:
    """The selectable folders of LIST, with roles: the server's own, else by well-known names."""
    found: list[FolderInfo] = []
    for response in responses:
        if not (start := _LIST.match(response.line)):
            continue
        try:
            attributes, delimiter, raw = tokens(response.parts, start.end())[:3]
            if isinstance(attributes, bytes):
                raise TypeError
            words = {_bytes(word).decode("ascii", "replace").lstrip("\\").lower() for word in attributes}
            name = decode(_bytes(raw))
        except (ValueError, TypeError) as error:
            raise _odd(response) from error
        if not words & {"noselect", "nonexistent"}:
            role = "inbox" if name.upper() == "INBOX" else next((role for role in ROLES if role in words), "")
            found.append(FolderInfo(name, role, "" if delimiter == b"NIL" else _bytes(delimiter).decode("ascii", "replace")))
    return _with_well_known(found)


def _with_well_known(found: list[FolderInfo]) -> list[FolderInfo]:
    """Fill in roles that no folder claims, for servers without RFC 6154."""
    taken = {info.role for info in found}
    for role, names in _WELL_KNOWN.items():
        if role in taken:
            continue
        for place, info in enumerate(found):
            leaf = info.name.rsplit(info.delimiter, 1)[-1] if info.delimiter else info.name
            if not info.role and leaf.lower() in names:
                found[place] = FolderInfo(info.name, role, info.delimiter)
                break
    return found


def _bytes(token: Token) -> bytes:
    if not isinstance(token, bytes):
        raise TypeError(token)
    return token


def _odd(response: Response) -> ProtocolError:
    return ProtocolError(
        _("The mail server's answer makes no sense: %(line)s") % {"line": ascii(response.line[:80].decode("latin-1"))}
    )


def without_modseq(info: Selected) -> Selected:
    """`info` as a server without CONDSTORE would have told it."""
    return Selected(info.name, info.uidvalidity, info.exists, info.uidnext)
