"""Mails to begin from: one of each shape the parser knows, written here."""

from __future__ import annotations

import base64

_HEAD = b"From: =?utf-8?q?In=C3=A8s?= <ines@x.test>\r\nTo: desk@x.test\r\nSubject: =?iso-8859-1?B?Q2Fm6Q==?= [#4F2K]\r\n"
_HEAD += b"Date: Mon, 5 Jan 2026 10:00:00 +0100\r\nMessage-ID: <1@x.test>\r\nMIME-Version: 1.0\r\n"
_TEXT = "Bonjour,\r\n\r\nça marche.\r\n\r\nLe 5 janvier 2026 à 10:00, Support a écrit :\r\n> Et alors ?\r\n\r\n".encode()
_TEXT += b"-- \r\nMarie\r\n"
_NOTES = ("Bonjour,\n\n" + "Je vous écris au sujet de la commande qui n'est pas venue.\n" * 6 + "\n\nInès Durand/ACME\n").encode()
_NOTES += "05/01/2026 10:11\n\nPour      Bob\ncc\nObjet      Facture\n\nEt alors ?\nCafÃ© Ã  la crÃ¨me Ã©tÃ©\n".encode()
_HTML = (
    b"<html><body><p>Hello <b>you</b><table><tr><td>1<td>2</table><blockquote>old</blockquote><img src=x width=1></body></html>"
)
_PNG = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + bytes(range(60)))
_REPORT = b"Reporting-MTA: dns; mx.x.test\r\n\r\nFinal-Recipient: rfc822; gone@x.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"


def _multipart(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts)
    return _HEAD + b"Content-Type: multipart/" + kind + b'; boundary="b1"\r\n\r\n' + body + b"--b1--\r\n"


def _part(kind: bytes, body: bytes, more: bytes = b"") -> bytes:
    return b"Content-Type: " + kind + b"\r\n" + more + b"\r\n" + body


MAILS: tuple[bytes, ...] = (
    _HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + _TEXT,
    _HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + _NOTES,
    _HEAD + b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n>> a \r\n>> b\r\nc \r\nd\r\n",
    _HEAD + b"Content-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + _HTML,
    _HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$s$K$A$O\x1b(B\r\n",
    _HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+AOk-t+AOk-\r\n",
    _HEAD + b"\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n",
    _HEAD + b"\r\n=ybegin line=128 size=3 name=a.bin\r\nABC\r\n=yend size=3\r\n",
    _multipart(b"alternative", _part(b"text/plain", _TEXT), _part(b"text/html", _HTML)),
    _multipart(
        b"mixed",
        _part(b"text/plain", _TEXT),
        _part(b"image/png; name*0*=utf-8''%C3%A9; name*1=a.png", _PNG, b"Content-Transfer-Encoding: base64\r\n"),
        _part(b"message/rfc822", b"Subject: inner\r\nFrom: a@x.test\r\n\r\nhello\r\n"),
    ),
    _multipart(
        b"report; report-type=delivery-status",
        _part(b"text/plain", b"It failed.\r\n"),
        _part(b"message/delivery-status", _REPORT),
    ),
    _multipart(
        b"report; report-type=feedback-report", _part(b"message/feedback-report", b"Feedback-Type: abuse\r\nVersion: 1\r\n")
    ),
    _HEAD + b"Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\nX-Failed-Recipients: a@x.test\r\n\r\nI am away.\r\n",
    _HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22\x01\x00",
)
DICTIONARY: tuple[bytes, ...] = (
    *(
        b"Content-Type: ",
        b"multipart/mixed",
        b"text/html",
        b"boundary=",
        b"charset=",
        b"\r\n--b1\r\n",
        b"--b1--",
        b"=?utf-8?q?",
        b"?=",
        b"=\r\n",
    ),
    *(
        b"Content-Transfer-Encoding: base64",
        b"quoted-printable",
        b"x-uuencode",
        b"begin 644 ",
        b"=ybegin ",
        b"name*0*=",
        b"filename=",
    ),
    *(
        b"message/rfc822",
        b"message/delivery-status",
        b"Final-Recipient: ",
        b"Status: 5.1.1",
        b"References: ",
        b"In-Reply-To: <",
        b"Re: ",
        b"AW: ",
        b"\nTo\n",
        b"\nSubject\n",
        b"05/01/2026 10:11",
        b" wrote:\n",
        b"\n-- \n",
    ),
    *(
        b"iso-2022-jp",
        b"gb18030",
        b"big5",
        b"utf-7",
        b"utf-16",
        b"\x1b$B",
        b"+AOk-",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"<table>",
        b"<td>",
        b"</table>",
    ),
    *(
        b"<blockquote>",
        b"<!--[if mso]>",
        b"display:none",
        b"&#xD800;",
        b"&nbsp;",
        b"<a href=",
        b"\n> ",
        b"\n-- \n",
        b" wrote:\n",
        b" a \xc3\xa9crit :\n",
    ),
    *(b"-----Original Message-----", b"From: ", b"Sent: ", b"\n________________________________\n", b"Begin forwarded message:"),
)
