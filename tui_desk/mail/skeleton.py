"""A large message without its large parts: its own headers and structure, its texts, its small parts, and for each part
that stayed on the server a field that says so (ADR 8).

The skeleton is what is stored, parsed and rebuilt from, like any mail. Its fields are believed only where the store knows
that it made the skeleton itself (`partial`); what a sender writes under that name is made harmless first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tui_desk.mail import mime
from tui_desk.mail.structure import Node
from tui_desk.mail.types import OnServer
from tui_desk.values import dataclass

TEXT = 512 * 1024
"""Bytes kept of a text part, encoded, and of a message inside the message: its header says what came back."""
SMALL = 256 * 1024
"""Any other part up to so many bytes comes along."""
ALL = 2 * 1024 * 1024
"""Bytes of all parts together: after so many even small ones stay on the server."""
HEAD = 256 * 1024
"""Bytes of one header."""
SLACK = 1024
"""Bytes asked for beyond what BODYSTRUCTURE says, to find it out where it says too little."""

_FIELD = b"X-Desk-On-Server"
_NAMED = re.compile(_FIELD, re.IGNORECASE)
_FACTS = re.compile(r"section=([0-9.]*); octets=([0-9]{1,13})\Z")
_ENCODING = re.compile(r"[\w-]+")
_COMPARED = ("content-type", "content-transfer-encoding", "content-disposition")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part to be asked for: the first `most` bytes of it (0: its header only)."""

    section: str
    most: int
    whole: bool
    """It comes as a whole, if BODYSTRUCTURE is right."""


def plan(root: Node) -> list[Wanted]:
    """What to ask for of each leaf: texts first, then what is small, until ALL is reached."""
    room = ALL
    asked: dict[str, Wanted] = {}
    for leaf in sorted(root.leaves(), key=_rank):
        kept = TEXT if _rank(leaf) < 2 else SMALL
        if leaf.octets <= min(kept, room):
            asked[leaf.section] = Wanted(leaf.section, leaf.octets + SLACK, True)
            room -= leaf.octets
        else:
            most = min(kept, room) if _rank(leaf) < 2 else 0
            asked[leaf.section] = Wanted(leaf.section, most, False)
            room -= most
    return [asked[leaf.section] for leaf in root.leaves()]


def _rank(leaf: Node) -> int:
    if leaf.kind in ("text/plain", "text/html"):
        return 0
    return 1 if leaf.kind.startswith(("text/", "message/")) else 2


def assemble(root: Node, heads: Mapping[str, bytes], bodies: Mapping[str, bytes], asked: Sequence[Wanted]) -> bytes | None:
    """The skeleton of the message `root`; None where what came does not fit what BODYSTRUCTURE said.

    `heads`: the header of each section ("" the message's own); `bodies`: what came of each leaf.
    """
    kept: dict[str, tuple[bytes, bool]] = {}
    for wanted in asked:
        data = bodies.get(wanted.section, b"")[: wanted.most]
        here = wanted.whole and len(data) < wanted.most
        kept[wanted.section] = data, here
    out: list[bytes] = []
    if not _write(out, root, "", heads, kept):
        return None
    raw = b"".join(out)
    return raw if _holds(mime.tree(raw, []), root, kept) else None


def _write(
    out: list[bytes], node: Node, head_of: str, heads: Mapping[str, bytes], kept: Mapping[str, tuple[bytes, bool]]
) -> bool:
    head = harmless(heads.get(head_of, b"")).strip(b"\r\n")
    if head:
        out.append(head + b"\r\n")
    if not node.children:
        data, here = kept[node.section]
        out += [b"" if here else _field(node.section, node.octets), b"\r\n", data]
        return True
    boundary = mime.Part(head + b"\r\n\r\n", 0, len(head) + 4, "").parameters.get("boundary", "").rstrip()
    if not boundary:
        return False
    mark = b"\r\n--" + boundary.encode("utf-8", "surrogateescape")
    for child in node.children:
        out += [mark, b"\r\n"]
        if not _write(out, child, child.section, heads, kept):
            return False
    out += [mark, b"--\r\n"]
    return True


def _holds(part: mime.Part, node: Node, kept: Mapping[str, tuple[bytes, bool]]) -> bool:
    """Whether our own reading of the skeleton finds the very parts that the server named."""
    if node.children:
        return len(part.children) == len(node.children) and all(
            _holds(found, told, kept) for found, told in zip(part.children, node.children, strict=True)
        )
    data, here = kept[node.section]
    away = on_server(part)
    told = None if away is None else (away.section, away.octets)
    return (
        not part.children and part.raw[part.start : part.end] == data and told == (None if here else (node.section, node.octets))
    )


def beginning(raw: bytes, octets: int) -> bytes:
    """The first bytes of a message of `octets` bytes, where its structure makes no sense: the whole of it can be asked for."""
    return _field("", octets) + harmless(raw).lstrip(b"\r\n")


def harmless(raw: bytes) -> bytes:
    """`raw` without our field's name, whoever wrote it."""
    return _NAMED.sub(b"X-Said-On-Server", raw)


def _field(section: str, octets: int) -> bytes:
    return _FIELD + b": section=%s; octets=%d\r\n" % (section.encode("ascii"), octets)


def on_server(part: mime.Part) -> OnServer | None:
    """Where the bytes of a skeleton's part are; None for a part that is here."""
    found = _told(part)
    return found if found is not None and found.section else None


def whole(root: mime.Part) -> OnServer | None:
    """Where the whole message is of which only the beginning is here."""
    found = _told(root)
    return found if found is not None and not found.section else None


def _told(part: mime.Part) -> OnServer | None:
    value = part.first.get("x-desk-on-server")
    facts = _FACTS.match(value) if value else None
    if facts is None:
        return None
    encoding = _ENCODING.search(part.first.get("content-transfer-encoding", "").lower()) if facts[1] else None
    return OnServer(facts[1], int(facts[2]), encoding[0] if encoding else "")


def identity(away: OnServer) -> bytes:
    """What a part on the server gives to the content hash: equal for the same part of another delivery."""
    return b"\0on server\0%s\0%d\0" % (away.section.encode("ascii"), away.octets) if away.section else b""


def names(raw: bytes, section: str) -> dict[str, str] | None:
    """The fields of the skeleton's part `section` by which it is known again; None where there is none such."""
    for part in mime.tree(raw, []).walk():
        away = on_server(part)
        if away is not None and away.section == section:
            return _compared(part)
    return None


def names_of(head: bytes) -> dict[str, str]:
    """The same fields of a header as a server sends it."""
    return _compared(mime.Part(harmless(head), 0, len(head), ""))


def _compared(part: mime.Part) -> dict[str, str]:
    return {name: " ".join(part.first[name].split()) for name in _COMPARED if name in part.first}
