"""What a parsed mail is. Text in here is decoded and may still hold control characters: `text.clean()` it to show it."""

from __future__ import annotations

from typing import Literal

from tui_desk.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322 3.4. `email` is lower case."""

    email: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class OnServer:
    """Where the bytes of a part are that was left on the mail server (mail.skeleton)."""

    section: str
    """IMAP's number of the part ("2", "1.3"); "" is the whole message."""
    octets: int
    """Bytes as they lie there, encoded: the server's word."""
    encoding: str = ""

    @property
    def size(self) -> int:
        """Bytes when decoded, roughly: base64 has 57 of them in a line of 78."""
        return self.octets * 57 // 78 if self.encoding == "base64" else self.octets


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body: decoded bytes under the sender's own file name (never a path to write to as it is)."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False
    on_server: OnServer | None = None
    """Set where `data` is not here."""

    @property
    def size(self) -> int:
        """Bytes, decoded; about so many where they are on the server."""
        return len(self.data) if self.on_server is None else self.on_server.size


AutomaticKind = Literal["reply", "bounce", "delay", "out_of_office", "list", "bulk", "report", "feedback", "notification"]


@dataclass(frozen=True, slots=True)
class Automatic:
    """Why a mail is taken to be written by a machine (behaviour 4): the kind, and the rule (header) that said so."""

    kind: AutomaticKind
    rule: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail system reports of a mail of ours: a delivery status (RFC 3464, or in words) or a complaint (RFC 5965)."""

    recipients: tuple[str, ...]
    status: str
    """The enhanced code (RFC 3463), "" where none is given."""
    action: str
    """failed, delayed, or complained (then `diagnostic` is the kind of complaint)."""
    diagnostic: str
    original_message_id: str
    reason: str = "undefined"
    """One word of `mail.reason`: userunknown, mailboxfull, ..."""
    returned_ids: tuple[str, ...] = ()
    """Every Message-ID that the returned mail names, its own first."""
    mark: str = ""
    """Our X-Desk-Outbox in the returned mail."""
    each: tuple[tuple[str, str, str], ...] = ()
    """(address, reason, status) of each recipient that failed, where the report has fields for it."""

    @property
    def final(self) -> bool:
        """The mail was given up: it will not arrive."""
        return self.action == "failed" or (self.action not in ("delayed", "complained") and self.status.startswith("5"))

    @property
    def hard(self) -> bool:
        """The address itself is no good."""
        from tui_desk.mail.reason import HARD

        return self.action != "complained" and self.reason in HARD and not (self.reason == "notaccept" and self.status[:1] == "4")


@dataclass(frozen=True, slots=True)
class Mail:
    """One parsed message. Message-IDs are without angle brackets. Times are epoch seconds, UTC."""

    message_id: str
    """As sent; where there is none, a synthetic one made from the content ("<hash>@synthetic.invalid")."""
    subject: str
    from_: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    sender: Address | None = None
    date: int | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Oldest first, as in the header."""
    thread_index: str = ""
    """Outlook's Thread-Index root, hex, "" where there is none."""
    text: str = ""
    """What a person reads: the plain body, else the HTML body as text. Never trimmed."""
    html: str = ""
    """The HTML body as sent, "" where there is none."""
    attachments: tuple[Attachment, ...] = ()
    content_hash: str = ""
    """SHA-256 (64 hex digits) of what behaviour 1.4 names."""
    automatic: Automatic | None = None
    bounce: Bounce | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """All headers in order, decoded."""
    defects: tuple[str, ...] = ()
    """What was wrong with the bytes, in short words ("charset foo", "10000 parts")."""
    pixels: int = 0
    """Images of the HTML body that nobody is to see: loading them would tell the sender that the mail was opened."""
    hidden: int = 0
    """Letters of the HTML body that nobody was to see and that are left out of `text`."""
    delivered: tuple[str, ...] = ()
    """Whom it was delivered to, by the headers that servers write (Delivered-To and its kin), the first server first."""
    tagged: tuple[str, ...] = ()
    """Addresses with a "+tag" that it was delivered to, by the headers that servers write (Delivered-To and its kin)."""
    mark: str = ""
    """The X-Desk-Outbox of a mail that left from a desk's outbox: servers that rewrite Message-IDs leave it."""

    def header(self, name: str) -> str:
        """The first header `name` (any case), "" where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


SegmentKind = Literal["text", "closing", "quote", "attribution", "signature", "forward"]
"""What a run of lines is: own words, the "Kind regards, Inès" below them, or what stands folded around them."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of lines of a body of one kind. All segments joined give the body back."""

    kind: SegmentKind
    text: str

    @property
    def folded(self) -> bool:
        """Shown folded at first."""
        return self.kind not in ("text", "closing")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to be composed. `body` is Markdown; text and HTML are made from it."""

    from_: Address
    to: tuple[Address, ...]
    subject: str
    body: str
    message_id: str
    date: int
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """More headers (Auto-Submitted, X-Desk-Outbox, ...)."""
    quoted: str = ""
    """What stands under the answer, as `compose.quote` makes it (bare text is quoted with "> "); "" for none."""
