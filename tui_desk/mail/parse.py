"""Raw bytes to a `Mail`. `parse` never raises on bad mail: what is wrong is told in `Mail.defects`.

One walk over the bytes (mime.py), charsets by the chain of behaviour 2.1 (charset.py), bodies and attachments (bodies.py).
"""

from __future__ import annotations

import hashlib
import re

from tui_desk.mail import addresses, automatic, bodies, headers, mailer, mime, skeleton, twice
from tui_desk.mail import charset as charset_chain
from tui_desk.mail.types import Address, Attachment, Bounce, Mail

_DELIVERED = frozenset({"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "apparently-to"})
_MOST_DELIVERED = 10
_BOM = b"\xef\xbb\xbf"
"""How some programs begin a file, one with a mail in it too."""
_PLAIN = re.compile(r"\s*[\w.+-]+@[\w.-]+\s*", re.ASCII).fullmatch
_MARK = re.compile(r"[0-9a-f]{8,64}")


def parse(raw: bytes, *, charset: str | None = None, partial: bool = False, headers_too: bool = True) -> Mail:
    """`raw` as a Mail. `charset` is read in place of what the mail claims for its texts (`show --charset`).

    `partial`: it is a skeleton of ours, whose fields that tell of parts on the server are to be believed.
    `headers_too`: False leaves `Mail.headers` empty, where nobody asks for those that have no field of their own.
    """
    defects: list[str] = []
    charset_chain.begin()
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    root = mime.tree(raw.removeprefix(_BOM), defects, charset or "")
    body = bodies.read(root, defects, charset, partial=partial)
    if partial and (whole := skeleton.whole(root)) is not None:
        *_others, last = root.walk()
        if body.attachments and body.attachments[-1].data == last.body():
            body.attachments.pop()  # cut in two where the beginning ends: the whole has it
        body.attachments.append(Attachment("message.eml", "message/rfc822", b"", on_server=whole))
    get = root.first.get
    decoded = tuple([(name, headers.words(value)) for name, value in root.headers]) if headers_too else ()
    from_ = _from(root, defects)
    to = addresses.parse(get("to", ""))
    subject = headers.words(get("subject", ""))
    date = headers.date(get("date", ""))
    if date is None:
        defects.append("bad date" if get("date") else "no date")
    returned = _returned(root, body.text, from_) if body.special or mailer.suspected(root.first, from_) else None
    content_hash = _content_hash(
        from_.email, sorted([address.email for address in to]), str(date) if date is not None else get("date", ""), subject, body
    )
    message_id = headers.message_id(get("message-id", ""))
    if not message_id:
        defects.append("no Message-ID")
    sender = get("sender")
    delivered = _delivered(root)
    return Mail(
        message_id=message_id or synthetic_id(content_hash),
        subject=twice.line(subject),
        from_=from_,
        to=to,
        cc=addresses.parse(get("cc", "")),
        reply_to=addresses.parse(get("reply-to", "")),
        sender=addresses.first(sender) if sender else None,
        date=date,
        in_reply_to=headers.ids(get("in-reply-to", "")),
        references=headers.ids(get("references", "")),
        thread_index=headers.thread_root(get("thread-index", "")),
        text=body.text,
        html=body.html,
        attachments=tuple(body.attachments),
        content_hash=content_hash,
        automatic=automatic.detect(root.first, sender=from_.email, bounce=returned),
        bounce=returned,
        headers=decoded,
        defects=tuple(dict.fromkeys(defects)),
        pixels=body.pixels,
        hidden=body.hidden,
        delivered=delivered,
        tagged=tuple([address for address in delivered if "+" in address]),
        mark=mark if _MARK.fullmatch(mark := get("x-desk-outbox", "").strip()) else "",
    )


def _returned(root: mime.Part, text: str, sender: Address) -> Bounce | None:
    from tui_desk.mail import bounce  # its phrases are compiled when the first report is met

    return bounce.read(root, text, sender)


def synthetic_id(content_hash: str) -> str:
    """The Message-ID of a mail that came without one."""
    return f"{content_hash}@synthetic.invalid"


def _from(root: mime.Part, defects: list[str]) -> Address:
    """The author: of several From headers the first that holds an address."""
    found = addresses.first(root.first.get("from", ""))
    if "@" in found.email:
        return found
    others = [addresses.first(value) for name, value in root.headers if name.lower() == "from"]
    found = next((other for other in others if "@" in other.email), found)
    if not found.email:
        defects.append("no From")
        # Another header's address is taken with its own name: a name of one and an address of another is a made-up person.
        instead = (addresses.first(root.first[name]) for name in ("reply-to", "sender", "return-path") if name in root.first)
        found = next((address for address in instead if "@" in address.email), found)
    return found


def _delivered(root: mime.Part) -> tuple[str, ...]:
    """The addresses that servers say it was delivered to: an alias, a list or a blind copy may have lost them in To.

    Every server writes above what was there, so the last line is the first server's.
    """
    if _DELIVERED.isdisjoint(root.first):
        return ()
    values = [value for name, value in root.headers if name.lower() in _DELIVERED]
    found = [
        email
        for value in values[: -1 - _MOST_DELIVERED : -1]
        for email in ((value.strip().lower(),) if _PLAIN(value) else [a.email for a in addresses.parse(value)])
    ]
    return tuple(dict.fromkeys(found))


def _content_hash(sender: str, to: list[str], date: str, subject: str, body: bodies.Body) -> str:
    """SHA-256 of what makes a message the same message on another delivery (behaviour 1.4): no trace header, no encoding."""
    lines = [sender, ",".join(to), date, " ".join(subject.split())]
    if body.plain:
        lines.append(" ".join(body.plain.split()))
    if body.html:
        lines.append(" ".join(body.html.split()))
    digest = hashlib.sha256("\0".join(lines).encode("utf-8"))
    for attachment in body.attachments:
        if attachment.on_server is not None:
            digest.update(skeleton.identity(attachment.on_server))
            continue
        digest.update(b"\0%d\0" % len(attachment.data))
        digest.update(attachment.data)
    return digest.hexdigest()
