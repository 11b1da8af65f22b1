"""How a server behaves, and the presets. What they do was seen at those providers, or follows from their documents.

Exchange Online: no CONDSTORE, no keywords, sizes that are estimates, throttling with a pause it suggests, BYE afterwards.
Gmail: folders below [Gmail], LITERAL-, one copy of what is put there twice, FETCH that fails half-way, limits per account.
iCloud: CONDSTORE without ENABLE, English folder names without special use, an IDLE that never says anything.
Yahoo: MESSAGELIMIT (RFC 9738), newest first, UIDs that change, EXISTS together with "+ idling", SERVERBUG.
bare: IMAP4rev1 and nothing else, INBOX. before every name, no UIDNEXT, no IDLE, FETCH answers in pieces and out of order.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trouble:
    """What one in `every` commands meets instead of its answer, while troubles are on. "%(tag)s" is the tag."""

    command: str
    every: int
    answer: bytes
    bye: bytes = b""
    """Said before the line is closed; nothing: it stays open."""
    halfway: bool = False
    """Half of the answer comes first."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A kind of server."""

    name: str
    greeting: str
    capabilities: str
    """After the login; before it AUTH=PLAIN is one more."""
    folders: dict[str, str] = field(default_factory=lambda: {"INBOX": "", "Sent": "\\Sent", "Junk": "\\Junk"})
    """Name to attributes."""
    prefix: str = ""
    delimiter: str = "/"
    keywords: bool = True
    uidnext: bool = True
    message_limit: int = 0
    """Messages that FETCH, SEARCH, STORE and COPY deal with at once, the newest first (RFC 9738)."""
    size_error: int = 0
    """Bytes that RFC822.SIZE is wrong by."""
    forgets: int = 0
    """Every so many bodies one is left out, the first time."""
    one_copy: bool = False
    """APPEND of what is there already puts no second one there."""
    idle: str = "tells"
    """tells, early (EXISTS in one piece with "+ idling") or silent."""
    order: str = "ascending"
    """Of FETCH answers: ascending, descending, or pieces (flags and body in two answers, mixed)."""
    troubles: tuple[Trouble, ...] = ()

    def can(self, capability: str) -> bool:
        """Whether it is among the capabilities."""
        return capability in self.capabilities.split(" ")


_COMMON = "IMAP4rev1 ID NAMESPACE CHILDREN UIDPLUS MOVE UNSELECT"
EXCHANGE = Behaviour(
    name="exchange",
    greeting="The Microsoft Exchange IMAP4 service is ready. [abc==]",
    capabilities=_COMMON + " SASL-IR CLIENTACCESSRULES BACKENDAUTHENTICATE IDLE LITERAL+",
    folders={"INBOX": "\\Marked", "Sent Items": "", "Junk E-mail": "", "Deleted Items": "", "Drafts": ""},
    keywords=False,
    size_error=17,
    troubles=(
        Trouble(
            "FETCH", 5, b"%(tag)s BAD Request is throttled. Suggested Backoff Time: 900 milliseconds", b"Connection closed. 14"
        ),
        Trouble("EXAMINE", 4, b"%(tag)s BAD User is authenticated but not connected."),
        Trouble("SEARCH", 7, b"%(tag)s NO Server Unavailable. 15"),
        Trouble("LOGIN", 9, b"%(tag)s NO [UNAVAILABLE] LOGIN failed, try again later."),
    ),
)
GMAIL = Behaviour(
    name="gmail",
    greeting="Gimap ready for requests from 127.0.0.1",
    capabilities="IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE CONDSTORE ESEARCH"
    " UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584",
    folders={
        "INBOX": "\\HasNoChildren",
        "[Gmail]": "\\HasChildren \\Noselect",
        "[Gmail]/Sent Mail": "\\HasNoChildren \\Sent",
        "[Gmail]/Spam": "\\HasNoChildren \\Junk",
        "[Gmail]/All Mail": "\\All \\HasNoChildren",
    },
    one_copy=True,
    troubles=(
        Trouble("FETCH", 5, b"%(tag)s NO Some messages could not be FETCHed (Failure)", halfway=True),
        Trouble("FETCH", 8, b"%(tag)s NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", b"bye"),
        Trouble("LOGIN", 4, b"%(tag)s NO [ALERT] Too many simultaneous connections. (Failure)"),
        Trouble("SEARCH", 9, b"", b"Session expired, please login again."),
        Trouble("EXAMINE", 6, b"%(tag)s NO System Error (Failure)"),
    ),
)
ICLOUD = Behaviour(
    name="icloud",
    greeting="[CAPABILITY XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR AUTH=PLAIN] (2420B20) iCloud imap",
    capabilities="XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 CONDSTORE UIDPLUS IDLE LITERAL+ NAMESPACE XLIST UNSELECT ESEARCH",
    folders={"INBOX": "", "Sent Messages": "", "Deleted Messages": "", "Junk": "", "Drafts": "", "Archive": ""},
    idle="silent",
    forgets=9,
    troubles=(
        Trouble("FETCH", 4, b"", b"Connection reset by server"),
        Trouble("FETCH", 7, b"%(tag)s NO [UNAVAILABLE] Service temporarily unavailable"),
        Trouble("LOGIN", 5, b"%(tag)s NO [INUSE] Mailbox is locked"),
    ),
)
YAHOO = Behaviour(
    name="yahoo",
    greeting="[CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 ID MOVE NAMESPACE] IMAP4rev1 imapgate-1.9 ready",
    capabilities=_COMMON + " CONDSTORE ENABLE LITERAL- OBJECTID IDLE SPECIAL-USE LIST-EXTENDED ESEARCH MESSAGELIMIT=25",
    folders={"INBOX": "", "Sent": "\\Sent", "Bulk": "\\Junk", "Draft": "\\Drafts", "Trash": "\\Trash"},
    keywords=False,
    message_limit=25,
    idle="early",
    order="descending",
    troubles=(
        Trouble("SEARCH", 20, b"%(tag)s NO [SERVERBUG] UID SEARCH Server error - Please try again later"),
        Trouble("FETCH", 6, b"%(tag)s NO [LIMIT] UID FETCH Rate limit hit", halfway=True),
        Trouble("LOGIN", 6, b"%(tag)s NO [LIMIT] LOGIN Rate limit hit."),
        Trouble("EXAMINE", 7, b"%(tag)s NO [UNAVAILABLE] EXAMINE Server error - Please try again later", b"Disconnected"),
    ),
)
BARE = Behaviour(
    name="bare",
    greeting="IMAP server ready",
    capabilities="IMAP4rev1",
    folders={"INBOX": "", "INBOX.Sent": "", "INBOX.spam": ""},
    prefix="INBOX.",
    delimiter=".",
    uidnext=False,
    order="pieces",
    forgets=5,
    troubles=(
        Trouble("FETCH", 4, b"%(tag)s NO Try again later"),
        Trouble("NOOP", 3, b"", b"Autologout; idle for too long"),
        Trouble("LOGIN", 5, b"", b"Too many connections from your address"),
    ),
)
MODERN = Behaviour(
    name="modern",
    greeting="ready",
    capabilities=_COMMON + " ENABLE CONDSTORE QRESYNC ESEARCH LIST-EXTENDED SPECIAL-USE LITERAL+ IDLE",
    troubles=(
        Trouble("EXAMINE", 5, b"%(tag)s NO [INUSE] Mailbox in use, try again"),
        Trouble("FETCH", 5, b"", b"[UNAVAILABLE] Shutting down for an upgrade", halfway=True),
    ),
)
PRESETS = {preset.name: preset for preset in (EXCHANGE, GMAIL, ICLOUD, YAHOO, BARE, MODERN)}
