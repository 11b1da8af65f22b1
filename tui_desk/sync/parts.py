"""A part that stayed on the server, fetched because somebody asks for it: where the message stood, else found by Message-ID."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from tui_desk.errors import Interrupted, NetworkError, NotFoundError, ProtocolError
from tui_desk.i18n import _
from tui_desk.mail import skeleton
from tui_desk.mail.parse import parse
from tui_desk.mail.types import OnServer
from tui_desk.store.rows import Place
from tui_desk.sync.backoff import delays
from tui_desk.sync.types import OnProgress, Progress, Stop
from tui_desk.transport.base import Mailbox, Refused

TRIES = 4
"""How often in a row the line may break without a piece being gained."""
RETRY_SECONDS = 0.25
FIRST = ("archive", "all", "trash", "junk")
"""Roles of folders where a message that left its own is likely to be."""


class Away:
    """One part on the server: of which message, where that stood, and what the part's header said."""

    def __init__(self, raw: bytes, at: OnServer, places: Iterable[Place], name: str) -> None:
        self.at = at
        self.places = list(places)
        self.name = name
        self.message_id = parse(raw, partial=True).message_id
        self._fields = skeleton.names(raw, at.section)

    def fits(self, mailbox: Mailbox, uid: int) -> bool:
        """Whether message `uid` of the examined folder is the one: its Message-ID, and the part's header as we know it."""
        [*heads] = mailbox.headers([uid], ("Message-ID",))
        if not heads or (self.identified and parse(heads[0].raw).message_id != self.message_id):
            return False
        return not self.at.section or skeleton.names_of(self._head(mailbox, uid)) == self._fields

    def _head(self, mailbox: Mailbox, uid: int) -> bytes:
        head = mailbox.part_head(uid, self.at.section)
        return head if head.strip() or self.at.section != "1" else mailbox.part_head(uid, "")

    def progress(self, octets: int) -> Progress:
        """How much of the file so many bytes on the line are: what is shown is the file's size, not that of its encoding."""
        done = min(octets, self.at.octets) * self.at.size // max(self.at.octets, 1)
        return Progress(done, self.at.size, self.name, octets)

    @property
    def identified(self) -> bool:
        """Whether the message bears a Message-ID of its own."""
        return not self.message_id.endswith("@synthetic.invalid")


def pieces(
    open_mailbox: Callable[[], Mailbox],
    away: Away,
    on_progress: OnProgress,
    stop: Stop,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[bytes]:
    """The part's bytes as they lie on the server, over a session of its own. A line that breaks is taken up where it broke.

    Raises NotFoundError where the message is nowhere any more, NetworkError offline, AuthError, ProtocolError,
    Interrupted when `stop` says so.
    """
    done, failures, pauses = 0, 0, delays(RETRY_SECONDS, 5.0)
    on_progress(away.progress(0))
    while True:
        begun = done
        try:
            for piece in _streamed(open_mailbox, away, stop, begun):
                done += len(piece)
                on_progress(away.progress(done))
                yield piece
                _heed(stop)
            break
        except (NetworkError, ProtocolError) as error:
            failures = 1 if done > begun else failures + 1
            if not done or failures >= TRIES or isinstance(error, Refused):
                raise _told(error, away) from error
            pause(next(pauses))
    if not done and away.at.octets:
        raise ProtocolError(
            _("The mail server sent nothing of “%(name)s”.") % {"name": away.name}, _("Try again; your webmail may show it.")
        )


def _streamed(open_mailbox: Callable[[], Mailbox], away: Away, stop: Stop, start: int) -> Iterator[bytes]:
    with closing(open_mailbox()) as mailbox:
        mailbox.connect()
        uid = _found(mailbox, away, stop)
        with closing(mailbox.part(uid, away.at.section, start)) as coming:
            yield from coming


def _told(error: NetworkError | ProtocolError, away: Away) -> NetworkError | ProtocolError:
    if isinstance(error, ProtocolError):
        return error
    hint = _("“%(name)s” is still on the mail server: try again when it can be reached.") % {"name": away.name}
    return NetworkError(error.message, hint)


def _found(mailbox: Mailbox, away: Away, stop: Stop) -> int:
    """The UID of the message, its folder examined. Raises NotFoundError."""
    for place in away.places:
        if _examined(mailbox, place.folder) == place.uidvalidity and away.fits(mailbox, place.uid):
            return place.uid
    for folder in _folders(mailbox, away) if away.identified else ():
        _heed(stop)
        for uid in _bearing(mailbox, folder, away.message_id):
            if _examined(mailbox, folder) and away.fits(mailbox, uid):
                return uid
    raise NotFoundError(
        _("The message is no longer on the mail server, and “%(name)s” with it.") % {"name": away.name},
        _("What is shown of the message stays. Ask the sender for the file."),
    )


def _folders(mailbox: Mailbox, away: Away) -> list[str]:
    """Where to look: its own folders, then those where mail is put away, then the rest."""
    rank = {role: n for n, role in enumerate(FIRST)}
    others = sorted(mailbox.folders(), key=lambda info: rank.get(info.role, len(FIRST)))
    return list(dict.fromkeys([*(place.folder for place in away.places), *(info.name for info in others)]))


def _bearing(mailbox: Mailbox, folder: str, message_id: str) -> list[int]:
    try:
        return mailbox.find(folder, message_id)[::-1]
    except Refused:
        return []


def _examined(mailbox: Mailbox, folder: str) -> int:
    """The folder's UIDVALIDITY; 0 where it is not there any more."""
    try:
        return mailbox.examine(folder).uidvalidity
    except Refused:
        return 0


def _heed(stop: Stop) -> None:
    if stop():
        raise Interrupted(_("Stopped."), _("Nothing was saved; the attachment is still on the mail server."))
