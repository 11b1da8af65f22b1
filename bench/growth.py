"""Whether time and memory grow with the size of a hostile mail and no faster: twice the input, at most 2.3 times the time.

    python -m bench.growth [NAME ...]

CPU time, the best of several rounds, at a size n that takes some 50 ms and at 2n; peak memory above the input (tracemalloc).
"""

from __future__ import annotations

import base64
import sys
import time
import tracemalloc
from collections.abc import Callable

from tui_desk.config.patterns import compiled, found
from tui_desk.mail import flowed, quote, thread, tnef, trust, twice
from tui_desk.mail.addresses import parse as addresses
from tui_desk.mail.headers import date, ids, parameters, words
from tui_desk.mail.html import to_text
from tui_desk.mail.parse import parse

MARK = 2.3
LEAST_SECONDS = 0.03
ROUNDS = 5
AGAIN = 4
MOST_BYTES = 16 << 20
_HEAD = b"From: a@x.test\r\nSubject: s\r\nMessage-ID: <1@x.test>\r\nDate: Mon, 5 Jan 2026 10:00:00 +0000\r\n"


def _plain(body: bytes, more: bytes = b"") -> bytes:
    return _HEAD + more + b"\r\n" + body


def _multipart(body: bytes) -> bytes:
    return _plain(body, b"Content-Type: multipart/mixed; boundary=b\r\n")


def _html(text: str) -> str:
    return f"<html><body>{text}</body></html>"


def _nested(n: int) -> bytes:
    """n levels of multipart, each with a boundary of its own."""
    opened = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i + 1) for i in range(n))
    return _plain(opened, b"Content-Type: multipart/mixed; boundary=b0\r\n")


def _report(kind: bytes, fields: bytes) -> bytes:
    head = b"Content-Type: multipart/report; report-type=x; boundary=b\r\n"
    return _plain(b"--b\r\nContent-Type: message/" + kind + b"\r\n\r\n" + fields + b"\r\n--b--", head)


def _notice(body: bytes) -> bytes:
    return _plain(body).replace(b"From: a@x.test", b"From: MAILER-DAEMON@x.test")


def _tnef(n: int) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"\x02\x0f\x98\x00\x00\x04\x00\x00\x00abcd\x8a\x01" * n


def _encoded(data: bytes, kind: bytes) -> bytes:
    head = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n"
    return _plain(base64.encodebytes(data), head)


def _beside(html: bytes) -> bytes:
    parts = b"--b\r\n\r\n" + b"hi " * 600 + b"\r\n--b\r\nContent-Type: text/html\r\n\r\n" + html + b"\r\n--b--"
    return _plain(parts, b"Content-Type: multipart/alternative; boundary=b\r\n")


_JIRA = compiled(r"\[(JIRA-\d+)\]")
_RECIPIENT = b"Final-Recipient: rfc822; a%d@b.test\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"


Work = tuple[Callable[[int], object], Callable[[object], object]]


def _of(make: Callable[[int], object], work: Callable[..., object]) -> Work:
    return make, work


CASES: dict[str, Work] = {
    "mail: one long header": _of(lambda n: _plain(b"x", b"X-Long: " + b"a" * n + b"\r\n"), parse),
    "mail: many headers": _of(lambda n: _plain(b"x", b"X-A: b\r\n" * n), parse),
    "mail: folded header": _of(lambda n: _plain(b"x", b"Subject: a" + b"\r\n b" * n + b"\r\n"), parse),
    "mail: encoded words": _of(lambda n: _plain(b"x", b"Subject:" + b" =?utf-8?q?=C3=A9?=" * n + b"\r\n"), parse),
    "mail: broken encoded words": _of(lambda n: _plain(b"x", b"Subject:" + b" =?utf-8?q?=C3" * n + b"\r\n"), parse),
    "mail: headers to be guessed": _of(lambda n: _plain(b"x", (b"X-A:" + b" =?utf-8?q?=C4=E3" * 120 + b"\r\n") * n), parse),
    "mail: parts to be guessed": _of(
        lambda n: _multipart((b"--b\r\n\r\n" + b"\xc4\xe3 \xba\xc3\xa1 " * 99 + b"\r\n") * n), parse
    ),
    "mail: recipients": _of(lambda n: _plain(b"x", b"To: " + b"Jo <a@b.test>, " * n + b"\r\n"), parse),
    "mail: open quotes in To": _of(lambda n: _plain(b"x", b'To: "' + b'a"b(<' * n + b"\r\n"), parse),
    "mail: references": _of(lambda n: _plain(b"x", b"References:" + b" <a@b.test>" * n + b"\r\n"), parse),
    "mail: parts": _of(lambda n: _multipart(b"--b\r\n\r\nx\r\n" * n), parse),
    "mail: boundary-like lines": _of(lambda n: _multipart(b"--bx\r\n" * n), parse),
    "mail: levels": _of(_nested, parse),
    "mail: rfc822 in rfc822": _of(
        lambda n: _plain(b"Content-Type: message/rfc822\r\n\r\n" * n, b"Content-Type: message/rfc822\r\n"), parse
    ),
    "mail: base64 pieces": _of(lambda n: _plain(b"YQ==\r\n" * n, b"Content-Transfer-Encoding: base64\r\n"), parse),
    "mail: quoted-printable": _of(
        lambda n: _plain(b"=C3=A9=\r\n" * n, b"Content-Transfer-Encoding: quoted-printable\r\n"), parse
    ),
    "mail: uuencode begins": _of(lambda n: _plain(b"begin 644 a\r\n" * n), parse),
    "mail: yEnc begins": _of(lambda n: _plain(b"=ybegin line=128 size=3 name=a\r\n" * n), parse),
    "mail: 8-bit noise": _of(lambda n: _plain(bytes(range(128, 256)) * n), parse),
    "mail: flowed": _of(lambda n: _plain(b"> a \r\n" * n, b"Content-Type: text/plain; format=flowed\r\n"), parse),
    "mail: UTF-7": _of(lambda n: _plain(b"+AOk-" * n, b"Content-Type: text/plain; charset=utf-7\r\n"), parse),
    "mail: references, each another": _of(
        lambda n: _plain(b"x", b"References:" + b"".join(b"\r\n <%d.a@b.test>" % i for i in range(n)) + b"\r\n"), parse
    ),
    "mail: a sentence in In-Reply-To": _of(
        lambda n: _plain(b"x", b"In-Reply-To: Message from Bob " + b"<b@x.test> of Monday <1.2345@x> " * n + b"\r\n"), parse
    ),
    "mail: Thread-Index": _of(lambda n: _plain(b"x", b"Thread-Index: " + b"AdExample" * n + b"\r\n"), parse),
    "mail: tagged addresses": _of(lambda n: _plain(b"x", b"Delivered-To: " + b"a+desk@x.test, " * n + b"\r\n"), parse),
    "mail: pieces of a file's name": _of(
        lambda n: _multipart(
            b"--b\r\nContent-Disposition: attachment" + b"".join(b";\r\n filename*%d=a" % i for i in range(n)) + b"\r\n\r\nx\r\n"
        ),
        parse,
    ),
    "mail: recipients of a report": _of(
        lambda n: _report(b"delivery-status", b"Reporting-MTA: dns; a\r\n\r\n" + b"".join(_RECIPIENT % i for i in range(n))),
        parse,
    ),
    "mail: a long diagnostic": _of(
        lambda n: _report(b"delivery-status", b"Diagnostic-Code: smtp; 550 " + b"user unknown " * n), parse
    ),
    "mail: feedback fields": _of(
        lambda n: _report(b"feedback-report", b"Feedback-Type: abuse\r\nOriginal-Rcpt-To: a@b.test\r\n" * n), parse
    ),
    "mail: a notice in words": _of(lambda n: _notice(b"<a@b.test>:\r\nSorry, no mailbox here. (#5.1.1)\r\n\r\n" * n), parse),
    "mail: codes": _of(lambda n: _notice(b"550 5.1.1 " * n), parse),
    "mail: uuencode without an end": _of(lambda n: _plain((b"begin 644 a\r\nM" + b"A" * 60 + b"\r\n") * n), parse),
    "mail: uuencoded files": _of(lambda n: _plain((b"begin 644 a\r\nM" + b"A" * 60 + b"\r\n`\r\nend\r\n") * n), parse),
    "mail: yEnc files": _of(lambda n: _plain(b"=ybegin line=128 size=3 name=a\r\nabc\r\n=yend size=3\r\n" * n), parse),
    "mail: TNEF": _of(lambda n: _encoded(_tnef(n), b"application/ms-tnef"), parse),
    "mail: signed envelope": _of(lambda n: _encoded(b"\x30\x80" * n, b"application/pkcs7-mime; name=smime.p7m"), parse),
    "mail: ISO 2022": _of(lambda n: _plain(b'\x1b$B$"\x1b(B' * n, b"Content-Type: text/plain; charset=iso-2022-jp\r\n"), parse),
    "mail: images beside a text": _of(lambda n: _beside(b"<img src=http://x width=1 " * n), parse),
    "mail: one image beside a text": _of(lambda n: _beside(b"<img " + b'a="' * n), parse),
    "html: nested tables": _of(lambda n: _html("<table><tr><td>" * n), to_text),
    "html: nested lists": _of(lambda n: _html("<ul><li>x" * n), to_text),
    "html: nested quotes": _of(lambda n: _html("<blockquote>x" * n), to_text),
    "html: inline tags": _of(lambda n: _html("<b><i><span style='color:red'>x" * n), to_text),
    "html: unclosed tags": _of(lambda n: "<" * n, to_text),
    "html: entities": _of(lambda n: _html("&amp;&#233;&bogus;" * n), to_text),
    "html: comments": _of(lambda n: _html("<!--[if mso]>x<![endif]-->" * n), to_text),
    "html: style closed": _of(lambda n: _html("<style>" + "}" * n + "</style>x"), to_text),
    "html: style rules": _of(lambda n: _html("<style>" + ".a,.b{display:none}" * n + "</style>x"), to_text),
    "html: attributes": _of(lambda n: _html("<p " + "a=b " * n + ">x</p>"), to_text),
    "html: table of many cells": _of(lambda n: _html("<table><tr>" + "<td>a</td>" * n + "</tr></table>"), to_text),
    "html: rowspans": _of(lambda n: _html("<table>" + "<tr><td rowspan=1000 colspan=1000>a" * n), to_text),
    "html: blank runs": _of(lambda n: _html("<br> \n\t&nbsp;" * n), to_text),
    "html: links": _of(lambda n: _html("<a href='https://x.test/'>y</a> " * n), to_text),
    "html: nested links": _of(lambda n: _html("<a href='https://x.test/'>x<table><tr><td>" * n), to_text),
    "html: lines below many columns": _of(lambda n: _html("<table><tr><td>x</td><td>" * 90 + "a<br>" * n), to_text),
    "html: formatting left open": _of(lambda n: _html("<b><p></b>" * n), to_text),
    "html: comments left open": _of(lambda n: _html("<!--" * n), to_text),
    "html: styles left open": _of(lambda n: _html("<style>" * n), to_text),
    "html: templates": _of(lambda n: _html("<template>" * n + "x"), to_text),
    "html: hidden in hidden": _of(lambda n: _html("<div style='display:none'>" * n + "x"), to_text),
    "html: a style of many rules": _of(lambda n: _html("<p style='" + "color:red;" * n + "'>x"), to_text),
    "quote: quoted lines": _of(lambda n: "> a\n" * n, quote.segments),
    "quote: levels on one line": _of(lambda n: "> " * n + "a", quote.segments),
    "quote: attribution-like": _of(lambda n: "On Monday, Bob\n" * n, quote.segments),
    "quote: wrote-like": _of(lambda n: "On a, b wrote:\n" * n, quote.segments),
    "quote: a écrit-like": _of(lambda n: "Le lundi 5 janvier 2026 a\n" * n, quote.segments),
    "quote: field-like": _of(lambda n: "From: a\nSent: b\n" * n, quote.segments),
    "quote: tables of Notes": _of(lambda n: "Bob/ACME\n05/01/2026 10:11\nTo\nBob\ncc\n\n" * n, quote.segments),
    "quote: wrote on": _of(lambda n: ("Bob <b@x.test> wrote 1 " + "1 1 " * 30 + "1\n\n") * n, quote.segments),
    "quote: first words": _of(lambda n: "Bob ---05/01/2026 10:11---" * n, quote.segments),
    "quote: footers": _of(lambda n: "-----\nhttp://x.test\n" * n, quote.segments),
    "quote: notices": _of(lambda n: "-----\nCONFIDENTIAL: http://x.test\n\n" * n, quote.segments),
    "quote: a sender's name": _of(lambda n: "Bob\nBob Smith\n" * n, lambda text: quote.segments(text, sender="Bob Smith")),
    "quote: closings": _of(lambda n: "Best regards,\nBob\n+33 1 23 45 67\n\n" * n, quote.segments),
    "quote: bullets": _of(lambda n: "- a thing\n* another\n\n" * n, quote.segments),
    "quote: rules": _of(lambda n: "-- \n_____\n" * n, quote.segments),
    "quote: one long line": _of(lambda n: "On Mon, Jan 5, 2026 " * n, quote.segments),
    "quote: colons": _of(lambda n: "a: " * n + "\n:" * n, quote.segments),
    "thread: prefixes": _of(lambda n: "Re: AW: Fwd[2]: " * n, thread.normal_subject),
    "thread: prefixes in brackets": _of(lambda n: "[Fwd: " * n + "a" + "]" * n, thread.normal_subject),
    "thread: tags": _of(lambda n: "a+desk" * n + "@x.test", lambda address: thread.verify(b"k", address)),
    "thread: another system's ids": _of(lambda n: "[JIRA-1" * n, lambda subject: found(_JIRA, subject)),
    "thread: numbers": _of(lambda n: "[#" * n + "#4F2K" * n, thread.numbers_in),
    "headers: ids": _of(lambda n: "<" * n + "a@b>" * n, ids),
    "headers: dates": _of(lambda n: "Mon, 5 " * n + "10:00 Jan 2026", date),
    "headers: comments of a date": _of(lambda n: "5 Jan 2026 10:00:00 " + "(a)" * n, date),
    "headers: authentication": _of(
        lambda n: _plain(b"x", b"Authentication-Results: mx.test" + b"; spf=pass (a(b)) dkim=fail" * n + b"\r\n"),
        lambda raw: trust.signs(parse(raw), {"acme.test"}),
    ),
    "letters: read wrong twice": _of(lambda n: "RÃ©servÃ© Ã  \n" * n, twice.body),
    "letters: right and wrong": _of(lambda n: "é Ã©\n> Ã© Ã©\n" * n, twice.body),
    "letters: one long line": _of(lambda n: "Ã©" * n + "é", twice.body),
    "flowed: paragraphs": _of(lambda n: "> a \n>> b \n" * n, flowed.reflowed),
    "TNEF: attributes": _of(_tnef, tnef.unpack),
    "headers: words": _of(lambda n: "=?utf-8?b?" * n, words),
    "headers: parameters": _of(lambda n: "a/b" + '; x*0="a' * n, parameters.__wrapped__),
    "headers: addresses": _of(lambda n: "(" * n + "<" * n + '"' * n, addresses),
}


def cost(work: Callable[[object], object], given: object) -> float:
    """Seconds of CPU, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        work(given)
        best = min(best, time.process_time() - begun)
    return best


def measured(make: Callable[[int], object], work: Callable[[object], object]) -> tuple[int, float, float, float]:
    """(bytes at n, seconds at n, growth from n to 2n, peak memory at 2n as a multiple of the input).

    What is over the mark is measured again, some times: another program may have had the machine.
    """
    n = 64
    while cost(work, make(n)) < LEAST_SECONDS and _size(make(n * 2)) < MOST_BYTES // 2:
        n *= 2
    single, double = make(n), make(2 * n)
    once, twice = cost(work, single), cost(work, double)
    for _ in range(AGAIN):
        if twice <= MARK * once:
            break
        once, twice = min(once, cost(work, single)), min(twice, cost(work, double))
    tracemalloc.start()
    work(double)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return _size(single), once, twice / max(once, 1e-6), peak / _size(double)


def _size(given: object) -> int:
    return len(given) if isinstance(given, bytes | str) else 0


def main(names: list[str]) -> int:
    """Measure and print; 1 where something grows faster than it may."""
    slow = 0
    for name, (make, work) in CASES.items():
        if names and not any(wanted in name for wanted in names):
            continue
        size, once, growth, memory = measured(make, work)
        ok = growth <= MARK or once < LEAST_SECONDS / 2
        slow += not ok
        told = f"{once * 1000:8.1f} ms  x2: {growth:5.2f}  memory {memory:5.1f} x"
        print(f"{'ok  ' if ok else 'MISS'} {name:28} {size:>11,} bytes {told}", flush=True)
    print(f"twice the input may take {MARK} times as long: {slow} took longer")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
