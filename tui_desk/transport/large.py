"""A message over the size cap on an IMAP server: its structure first, then what is worth having at once (mail.skeleton).

Two rounds of questions a message. Whatever the server's answers are worth, no more than `skeleton.ALL` and the headers are
held, and a structure that does not fit the parts leaves us with the first 256 KB.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tui_desk.errors import ProtocolError
from tui_desk.i18n import _
from tui_desk.mail import skeleton, structure
from tui_desk.mail.skeleton import Wanted
from tui_desk.mail.structure import Node
from tui_desk.transport import answers
from tui_desk.transport.base import Fetched, Refused
from tui_desk.transport.framing import Response, Token
from tui_desk.transport.message import KEPT_OF_LARGE

log = logging.getLogger(__name__)

Run = Callable[[bytes], list[Response]]
"""Sends a command and reads all of its responses."""
_FACTS = b"UID FLAGS INTERNALDATE RFC822.SIZE"
_LINE = 3500
"""Characters of the items of one command."""
_PART_HEAD = 16 * 1024
BREAKS = 3
"""After so many lines that broke over a message's structure it is the structure's fault: fewer are the network's."""


class Large:
    """Fetches large messages through `run`. `odd` counts how often the line broke over the structure of each."""

    def __init__(self, run: Run, odd: Counter[int]) -> None:
        self._run = run
        self._odd = odd

    def fetch(self, uid: int) -> Fetched | None:
        """The message's skeleton, all of it where nothing of it is large, or its beginning; None where it is gone."""
        found = None
        if self._odd[uid] < BREAKS:
            self._odd[uid] += 1
            found = self._built(uid)
        if found is None:
            found = self._beginning(uid)
        del self._odd[uid]
        return found

    def _built(self, uid: int) -> Fetched | None:
        item = b"BODYSTRUCTURE BODY.PEEK[HEADER]<0.%d>" % skeleton.HEAD
        try:
            found = self._ask(uid, _FACTS + b" " + item)
            root = structure.read(found.get(b"BODYSTRUCTURE", b""))
            return self._of(uid, found, root) if root is not None and _accounts_for(root, found) else None
        except (ProtocolError, ValueError) as error:
            log.warning("the structure of message %s makes no sense: %s", uid, error)
            return None

    def _of(self, uid: int, found: dict[bytes, Token], root: Node) -> Fetched | None:
        asked = skeleton.plan(root)
        if all(wanted.whole for wanted in asked):
            return self._whole(uid)
        got = self._parts(uid, root, asked)
        heads = {name.removesuffix(".MIME"): data for name, data in got.items() if name.endswith(".MIME")}
        heads[""] = answers.sections(found).get("HEADER", b"")
        raw = skeleton.assemble(root, heads, got, asked)
        return None if raw is None else _fetched(uid, found, raw, truncated=True)

    def _parts(self, uid: int, root: Node, asked: Sequence[Wanted]) -> dict[str, bytes]:
        """Headers and bodies of the parts, a few commands for all of them."""
        got: dict[str, bytes] = {}
        for command in _commands(root, asked):
            got |= answers.sections(self._ask(uid, b"UID " + command))
            if sum(map(len, got.values())) > 2 * skeleton.ALL:
                raise ValueError("more headers than a mail has")
        return got

    def _whole(self, uid: int) -> Fetched | None:
        most = 2 * skeleton.ALL
        found = self._ask(uid, _FACTS + b" BODY.PEEK[]<0.%d>" % most)
        raw = answers.sections(found).get("", b"")
        return _fetched(uid, found, raw, truncated=False) if 0 < len(raw) < most else None

    def _beginning(self, uid: int) -> Fetched | None:
        found = self._ask(uid, _FACTS + b" BODY.PEEK[]<0.%d>" % KEPT_OF_LARGE)
        if not found:
            return None
        raw = skeleton.beginning(answers.sections(found).get("", b""), int(_word(found, b"RFC822.SIZE")))
        return _fetched(uid, found, raw, truncated=True)

    def _ask(self, uid: int, items: bytes) -> dict[bytes, Token]:
        """What the server says of the message. It may refuse or forget it for the moment: then it is asked once more."""
        try:
            said = self._ask_once(uid, items)
        except Refused:
            said = {}
        return said or self._ask_once(uid, items)

    def _ask_once(self, uid: int, items: bytes) -> dict[bytes, Token]:
        """In one answer or in several."""
        said: dict[bytes, Token] = {}
        for response in self._run(b"UID FETCH %d (%s)" % (uid, items)):
            found = answers.items(response)
            if found.get(b"UID") == b"%d" % uid:
                said |= found
        return said


def _accounts_for(root: Node, found: dict[bytes, Token]) -> bool:
    """Whether the parts are about all of the message. Exchange estimates RFC822.SIZE; a forgotten part is to be noticed."""
    size, told = int(_word(found, b"RFC822.SIZE")), sum(leaf.octets for leaf in root.leaves())
    return abs(size - told) <= size // 8 + skeleton.HEAD


def part_head(run: Run, uid: int, section: str) -> bytes:
    """The header of part `section`; that of the message for "", and where it has no parts."""
    name = section + ".MIME" if section else "HEADER"
    item = b"BODY.PEEK[%s]<0.%d>" % (name.encode("ascii"), _PART_HEAD)
    return b"".join(answers.pieces(response, uid).get(0, b"") for response in run(b"UID FETCH %d (%s)" % (uid, item)))


def _commands(root: Node, asked: Sequence[Wanted]) -> Iterator[bytes]:
    """FETCH items for headers and bodies, each command's worth."""
    items = [b"BODY.PEEK[%s.MIME]<0.%d>" % (node.section.encode("ascii"), _PART_HEAD) for node in root.inner()]
    items += [b"BODY.PEEK[%s]<0.%d>" % (w.section.encode("ascii"), w.most) for w in asked if w.most]
    some: list[bytes] = []
    for item in items:
        if some and sum(map(len, some)) + len(item) > _LINE:
            yield b" ".join(some)
            some = []
        some.append(item)
    if some:
        yield b" ".join(some)


def _fetched(uid: int, found: dict[bytes, Token], raw: bytes, *, truncated: bool) -> Fetched:
    try:
        flags, date = answers.flag_names(found[b"FLAGS"]), answers.epoch(_word(found, b"INTERNALDATE"))
        return Fetched(uid, flags, date, int(_word(found, b"RFC822.SIZE")), raw, truncated)
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError(_("The mail server's answer about message %(uid)s makes no sense.") % {"uid": uid}) from error


def _word(found: dict[bytes, Token], name: bytes) -> bytes:
    value = found.get(name)
    if not isinstance(value, bytes):
        raise ValueError(name)
    return value
