"""A reply as bytes: Markdown to text and HTML, threading headers, attachments; CRLF, lines of at most 998 octets (RFC 5322).

Header injection cannot happen: addresses and header names are checked against the grammar, every other value is put on
one line and encoded. Bcc is never written: it belongs to the envelope.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.mail import encode, markdown
from tui_desk.mail.attribution import quote as quote
from tui_desk.mail.thread import normal_subject
from tui_desk.mail.types import Address, Attachment, Outgoing

_FORBIDDEN_WORDS = """
bcc from to cc subject date message-id in-reply-to references mime-version content-type
content-transfer-encoding content-disposition resent-bcc reply-to
"""
_FORBIDDEN = frozenset(_FORBIDDEN_WORDS.split())
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
_ID = re.compile(r"[!-;=?-~]{3,900}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOST_REFERENCES = 40


def compose(mail: Outgoing) -> bytes:
    """`mail` as the bytes to send, CRLF line ends, without Bcc. UsageError for an address or a header that cannot be one."""
    head = [
        f"From: {encode.addresses([mail.from_], 6)}",
        *_recipients("To", mail.to),
        *_recipients("Cc", mail.cc),
        *_recipients("Reply-To", mail.reply_to),
        f"Subject: {encode.text(mail.subject, 9)}",
        f"Date: {encode.date(mail.date)}",
        f"Message-ID: <{_id(mail.message_id)}>",
        *_thread_headers(mail),
        *_more(mail.headers),
        "MIME-Version: 1.0",
    ]
    content = _alternative(mail)
    if mail.attachments:
        content = _multipart("mixed", [content, *(_attachment(attachment) for attachment in mail.attachments)])
    return "\r\n".join(head).encode("ascii") + b"\r\n" + content


def reply_subject(subject: str) -> str:
    """`subject` with one "Re: "."""
    return f"Re: {normal_subject(subject)}"


def forward_subject(subject: str) -> str:
    """`subject` with one "Fwd: "."""
    return f"Fwd: {normal_subject(subject)}"


def _recipients(name: str, addresses: tuple[Address, ...]) -> list[str]:
    return [f"{name}: {encode.addresses(addresses, len(name) + 2)}"] if addresses else []


def _thread_headers(mail: Outgoing) -> list[str]:
    """In-Reply-To and References (RFC 5322 3.6.4): the first and the newest where there are too many.

    Ids that no header can hold, and those we made up, are left out: a stranger's broken Message-ID must not stop the answer.
    """
    references = [reference for reference in dict.fromkeys((*mail.references, mail.in_reply_to)) if _tellable(reference)]
    lines = [f"In-Reply-To: <{mail.in_reply_to}>"] if _tellable(mail.in_reply_to) else []
    if len(references) > _MOST_REFERENCES:
        references = [references[0], *references[1 - _MOST_REFERENCES :]]
    ids = [f"<{reference}>" for reference in references]
    return [*lines, "References: " + "\r\n ".join(ids)] if ids else lines


def _tellable(message_id: str) -> bool:
    return bool(_ID.fullmatch(message_id)) and not message_id.endswith("@synthetic.invalid")


def _id(message_id: str) -> str:
    if not _ID.fullmatch(message_id):
        raise UsageError(_("%(id)r is not a Message-ID.") % {"id": message_id})
    return message_id


def _more(headers: tuple[tuple[str, str], ...]) -> list[str]:
    for name, _value in headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _FORBIDDEN:
            raise UsageError(_("The header %(name)r cannot be set.") % {"name": name})
    return [f"{name}: {encode.text(value, len(name) + 2)}" for name, value in headers]


def _alternative(mail: Outgoing) -> bytes:
    """The body twice: as text, and as the HTML made of the same Markdown."""
    body = _lines(mail.body).rstrip()
    quoted = _lines(mail.quoted).strip("\n")
    if quoted and not any(line.startswith(">") for line in quoted.split("\n")):
        quoted = "\n".join("> " + line if line else ">" for line in quoted.split("\n"))
    text = body + ("\n\n" + quoted if quoted else "") + "\n"
    page = markdown.to_html(body) + (markdown.quote_to_html(quoted) if quoted else "")
    return _multipart("alternative", [_text("plain", text), _text("html", markdown.page(page))])


def _lines(text: str) -> str:
    """Line ends made one kind, half characters made visible, NUL dropped (RFC 5321 allows none)."""
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\0", "")


def _text(kind: str, text: str) -> bytes:
    """A text part: as it is where that is safe, else quoted-printable, else base64."""
    data = text.replace("\n", "\r\n").encode()
    if data.isascii() and all(len(line) <= 78 for line in text.split("\n")) and "From " not in text:
        return _part(f'text/{kind}; charset="us-ascii"', "7bit", data)
    quoted = binascii.b2a_qp(data, istext=True).replace(b"\r\nFrom ", b"\r\n=46rom ")
    if quoted.startswith(b"From "):
        quoted = b"=46rom " + quoted[5:]
    if len(quoted) <= len(data) * 1.6:
        return _part(f'text/{kind}; charset="utf-8"', "quoted-printable", quoted)
    return _part(f'text/{kind}; charset="utf-8"', "base64", _base64(data))


def _attachment(attachment: Attachment) -> bytes:
    kind = attachment.content_type.lower() if _TYPE.fullmatch(attachment.content_type.lower()) else "application/octet-stream"
    more = [
        "Content-Disposition: "
        + ("inline" if attachment.inline else "attachment")
        + encode.parameter("filename", attachment.name)
    ]
    if attachment.content_id and _ID.fullmatch(attachment.content_id):
        more.append(f"Content-ID: <{attachment.content_id}>")
    if kind == "message/rfc822":
        data = re.sub(rb"\r?\n|\r", b"\r\n", attachment.data)
        if b"\0" not in data and all(len(line) <= 998 for line in data.split(b"\r\n")):
            return _part(kind, "7bit" if data.isascii() else "8bit", data, more)
    if kind.startswith(("message/", "multipart/")):  # no base64 in these (RFC 2046 5.2.1)
        kind = "application/octet-stream"
    return _part(kind + encode.parameter("name", attachment.name), "base64", _base64(attachment.data), more)


def _base64(data: bytes) -> bytes:
    encoded = base64.encodebytes(data)
    return encoded.replace(b"\n", b"\r\n")


def _part(content_type: str, encoding: str, data: bytes, more: list[str] | None = None) -> bytes:
    head = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}", *(more or [])]
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + data


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    """The parts between boundaries that none of them holds; the same parts give the same bytes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    boundary = b"=_" + digest.hexdigest()[:32].encode()
    head = b'Content-Type: multipart/%s;\r\n boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return head + body + b"--%s--\r\n" % boundary
