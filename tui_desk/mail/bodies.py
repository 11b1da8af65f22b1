"""Which parts of a message are its body, and which its attachments (RFC 2046, 2183, 2387)."""

from __future__ import annotations

import re

from tui_desk.mail import charset as charsets
from tui_desk.mail import enclosed, headers, pixels, skeleton, smime, twice
from tui_desk.mail.alternative import better_as_html
from tui_desk.mail.mime import Part, tree
from tui_desk.mail.types import Attachment, OnServer

MAX_BODY = 2 << 20
"""Bytes of one text part that are read as body; a longer part is cut there and kept whole as an attachment."""

_PARAM = re.compile(r"(?is)<param>[^<]*</param>")
_COMMAND = re.compile(r"(?<!<)</?[A-Za-z][A-Za-z0-9-]{0,60}>")
_MOST_ENVELOPES = 3
_KEPT = ("-- ", "  ")
_DATA_TEXT = frozenset({"text/calendar", "text/csv", "text/rfc822-headers", "text/x-vcard", "text/vcard", "text/directory"})
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "image/jpeg": ".jpg",
    "message/delivery-status": ".txt",
    "message/global": ".eml",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
}
_BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown"})
"""Texts that are read as body where nothing says that they are files."""
_NAMED_BODY = frozenset({"text/plain", "text/html"})
_SPECIAL = frozenset({"message/delivery-status", "message/global-delivery-status"})


class Body:
    """What was read of the tree: `plain` and `html` as sent, `text` for people, the attachments."""

    __slots__ = ("attachments", "hidden", "html", "pixels", "plain", "special", "text")

    def __init__(self) -> None:
        self.plain = self.html = self.text = ""
        self.hidden = self.pixels = 0
        self.attachments: list[Attachment] = []
        self.special = False


def read(root: Part, defects: list[str], charset: str | None, *, partial: bool = False) -> Body:
    """The body and the attachments of the message `root`; `partial`: of a skeleton (mail.skeleton)."""
    reader = _Reader(defects, charset, partial=partial)
    pieces = reader.pieces(root, inside="")
    if reader.packed and not any(text.strip() for piece in pieces for text in piece):
        pieces = reader.packed
    body = reader.body
    if root.content_type == "multipart/report" or root.first.get("x-failed-recipients"):
        body.special = True
    if len(pieces) == 1:
        body.plain, body.html = pieces[0]
    else:
        body.plain = _joined([plain for plain, _ in pieces])
        body.html = _joined([html for _, html in pieces])
    body.text = body.plain if not body.html else _joined([_readable(plain, html, body, defects) for plain, html in pieces])
    if charset is None and (mended := twice.body(body.text)) != body.text:
        body.text = mended
        defects.append("letters mended")
    return body


def _readable(plain: str, html: str, body: Body, defects: list[str]) -> str:
    """The plain text; that of the HTML where there is none, or where it is better to read; `body` is told what is left out."""
    if not html:
        return plain
    if plain and not plain.isspace() and not better_as_html(html, plain):
        if found := pixels.count(html):
            body.pixels += found
            defects.append(f"tracking pixels: {found}")
        return plain
    from tui_desk.mail.html import read  # its parser is not needed for most mails

    reading = read(html)
    body.pixels += reading.pixels
    if not reading.text and plain:
        return plain
    body.hidden += reading.hidden
    defects += reading.notes
    return reading.text


def _joined(texts: list[str]) -> str:
    """One text of several, each beginning on a line of its own."""
    present = [text for text in texts if text]
    return "".join([text if text.endswith("\n") else text + "\n" for text in present[:-1]] + present[-1:])


class _Reader:
    """One walk over the tree: text parts become (plain, html) pieces, the rest attachments."""

    def __init__(self, defects: list[str], charset: str | None, *, partial: bool) -> None:
        self.body = Body()
        self.defects = defects
        self.charset = charset
        self.partial = partial
        self.envelopes = 0
        self.packed: list[tuple[str, str]] = []
        """Texts in a winmail.dat: the body where there is no other."""

    def pieces(self, part: Part, inside: str, *, first: bool = True) -> list[tuple[str, str]]:
        """The pieces of body under `part`, a child of a multipart of type `inside` ("" at the top)."""
        if part.children:
            children = _choices(part.children) if part.content_type == "multipart/alternative" else part.children
            found = [
                piece
                for number, child in enumerate(children)
                for piece in self.pieces(child, part.content_type, first=not number)
            ]
            return _alternative(found) if part.content_type == "multipart/alternative" else found
        kind = part.content_type
        if kind.startswith("text/") and (not inside or not self._attached(part, kind, inside, first)):
            text = self._text(part)
            return [("", text)] if kind == "text/html" or (kind == "text/plain" and _page(text)) else [(text, "")]
        if not inside and kind.startswith("multipart/"):
            return [(self._text(part), "")]
        if kind in smime.TYPES and (signed := self._signed(part)) is not None:
            return self.pieces(signed, inside)
        self._attach(part, kind, inside)
        return []

    def _signed(self, part: Part) -> Part | None:
        """The mail in a signed envelope; envelopes in envelopes are opened so deep and no deeper."""
        inner = smime.content(part.body()) if self.envelopes < _MOST_ENVELOPES and self._away(part) is None else None
        if inner is None:
            return None
        self.envelopes += 1
        return tree(inner, self.defects)

    @staticmethod
    def _attached(part: Part, kind: str, inside: str, first: bool) -> bool:
        """Whether a text is a file. The first text of a mail is its body even where it has a name (RFC 8621 4.1.4)."""
        if part.disposition[0] == "attachment" or kind not in _BODY_TYPES:
            return True
        if not part.name or inside == "multipart/alternative":
            return False
        return not (first and kind in _NAMED_BODY)

    def _text(self, part: Part) -> str:
        data, away = part.body(), self._away(part)
        if len(data) > MAX_BODY or away is not None:
            self.defects.append(f"body of {len(data) if away is None else away.octets} bytes")
            name = "body" + _EXTENSIONS.get(part.content_type, ".txt")
            self.body.attachments.append(Attachment(name, part.content_type, data, on_server=away))
            data = data[:MAX_BODY]
            if away is not None:  # a letter cut in two would be taken for another charset
                data = data[: data.rfind(b"\n") + 1] or data
        claimed = part.parameters.get("charset", "")
        if away is None and enclosed.holds(data):
            data = self._take_out(data, claimed)
        if b"\n>From " in data and part.raw.startswith(b"From "):
            data = data.replace(b"\n>From ", b"\nFrom ")  # a mailbox file's mark, no quote
        text = self._decoded(part, data, claimed)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if part.content_type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
            from tui_desk.mail import flowed

            return flowed.as_sent(text, del_sp=part.parameters.get("delsp", "").lower() == "yes")
        text = _hard(text) if " \n" in text else text
        return _bare(text) if part.content_type in ("text/enriched", "text/richtext") else text

    def _decoded(self, part: Part, data: bytes, claimed: str) -> str:
        if data.isascii() and not self.charset and not claimed:
            return charsets.decode(data)[0]
        wanted = self.charset or claimed
        html = part.content_type == "text/html"
        text, used = charsets.decode(data, wanted, html=html, named=part.codecs, sure=bool(self.charset))
        if claimed and used != wanted and not data.isascii():
            self.defects.append(f"charset {claimed[:40]}" if charsets.codec(claimed) is None else "charset does not fit")
        return text

    def _take_out(self, data: bytes, claimed: str) -> bytes:
        """The text without the files in it (uuencode, yEnc), which become attachments."""
        data, files = enclosed.taken_out(data)
        for file in files:
            name = " ".join(charsets.decode(file.name, claimed)[0].split())
            kind = "application/octet-stream"
            self.body.attachments.append(Attachment(name, kind, file.data))
        return data

    def _away(self, part: Part) -> OnServer | None:
        return skeleton.on_server(part) if self.partial else None

    def _attach(self, part: Part, kind: str, inside: str) -> None:
        self.body.special = self.body.special or kind in _SPECIAL
        data = part.body()
        content_id = part.first.get("content-id", "").strip().strip("<>")
        name = part.name
        away = self._away(part)
        if away is None and (kind == "application/ms-tnef" or name.lower() == "winmail.dat"):
            from tui_desk.mail import tnef

            unpacked = tnef.unpack(data)
            if unpacked.files or unpacked.plain.strip() or unpacked.html:
                self.body.attachments += unpacked.files
                self.packed.append((unpacked.plain, unpacked.html))
                return
        shown = bool(content_id) and (inside == "multipart/related" or part.disposition[0] != "attachment")
        inline = part.disposition[0] == "inline" or shown
        self.body.attachments.append(
            Attachment(name or self._made_name(data, kind), kind, data, content_id, inline and kind.startswith("image/"), away)
        )

    def _made_name(self, data: bytes, kind: str) -> str:
        if kind in ("message/rfc822", "message/global"):
            inner = Part(data, 0, len(data), "text/plain").first.get("subject", "")
            subject = " ".join(headers.words(inner).split())
            if subject:
                return subject[:80] + ".eml"
        major, _, minor = kind.partition("/")
        stem = {"message": "message", "image": "image", "text": "text"}.get(major, "attachment")
        short = "." + minor if minor.isalnum() and len(minor) < 6 else ".bin"
        return f"{stem}-{len(self.body.attachments) + 1}{_EXTENSIONS.get(kind, short)}"


def _page(text: str) -> bool:
    """A whole page of HTML that is called plain text."""
    begins = text[:100].lstrip()[:15].lower().startswith(("<html", "<!doctype html"))
    return begins and text[-100:].rstrip()[-7:].lower() == "</html>"


def _choices(children: list[Part]) -> list[Part]:
    """The parts of a multipart/alternative without those that say the same for a watch or a shop window."""
    texts = [child for child in children if child.content_type.startswith("text/") and child.content_type not in _DATA_TEXT]
    good = [child for child in texts if child.content_type in _NAMED_BODY]
    return [child for child in children if child not in texts or child in good] if good else children


def _hard(text: str) -> str:
    """The one blank before a line end left out but for the signature's: a stored line that ends so goes on (flowed.py)."""
    lines = text.split("\n")
    return "\n".join([line[:-1] if line[-1:] == " " and not line.endswith(_KEPT) else line for line in lines])


def _bare(text: str) -> str:
    """text/enriched (RFC 1896) without its commands."""
    return _COMMAND.sub("", _PARAM.sub("", text)).replace("<<", "<")


def _alternative(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One piece of the several of a multipart/alternative: its plain text, and its HTML."""
    if len(pieces) < 2:
        return pieces
    plain = _joined([text for text, html in pieces if not html or text])
    return [(plain, _joined([html for _, html in pieces]))]
