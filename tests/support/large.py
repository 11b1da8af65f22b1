"""Mail over the size cap: a large attachment first, the text behind it, small ones beside."""

from __future__ import annotations

import base64
import random
from email import policy
from email.message import EmailMessage

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
TEXT = "Bonjour, le journal est joint.\r\nMerci, Zoé\r\n"


def blob(size: int, seed: int = 1) -> bytes:
    """Bytes that look like nothing."""
    return random.Random(seed).randbytes(size)


def large(
    size: int, n: int = 1, name: str = "journal.bin", *, text: str = TEXT, more: tuple[tuple[str, bytes], ...] = (), seed: int = 1
) -> bytes:
    """multipart/mixed: an attachment of `size` bytes, then the text, then a small picture and `more`."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Zoé <zoe@example.org>", "desk@desk.test", f"Journal {n}"
    mail["Date"], mail["Message-ID"] = "Thu, 19 Nov 2026 10:00:00 +0000", f"<large{n}@example.org>"
    mail["Content-Type"] = 'multipart/mixed; boundary="=-outer"'
    mail["MIME-Version"] = "1.0"
    parts = [_file(name, blob(size, seed), "application/octet-stream"), _text(text), _file("logo.png", PNG, "image/png")]
    parts += [_file(other, data, "application/octet-stream") for other, data in more]
    head = mail.as_bytes().split(b"\r\n\r\n", 1)[0]
    return head + b"\r\n\r\npreamble\r\n" + b"".join(b"--=-outer\r\n" + part + b"\r\n" for part in parts) + b"--=-outer--\r\n"


def _text(text: str) -> bytes:
    inner = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text
    html = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>" + text + "</p>"
    boundary = "Content-Type: multipart/alternative; boundary=inner\r\n\r\n"
    return f"{boundary}--inner\r\n{inner}\r\n--inner\r\n{html}\r\n--inner--\r\n".encode()


def _file(name: str, data: bytes, kind: str) -> bytes:
    head = f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
    head += f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    return head.encode() + base64.encodebytes(data).replace(b"\n", b"\r\n")
