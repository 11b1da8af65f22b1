"""The head of a message or part: its fields with the folds opened, and where its body begins. Kinder than RFC 5322."""

from __future__ import annotations

import re

MAX_HEAD = 1 << 20
MAX_HEADERS = 2000

_BLANK = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_NAME = re.compile(r"[!-9;-~]+[ \t]*")
_KNOWN = re.compile(
    rb"^(?:From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|Received):[ \t]", re.IGNORECASE | re.MULTILINE
)
_COMMON = frozenset(
    ("From", "To", "Cc", "Subject", "Date", "Message-ID", "Message-Id", "MIME-Version", "Mime-Version", "Content-Type",
     "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Received", "Return-Path", "Delivered-To", "References",
     "In-Reply-To", "Reply-To", "Sender", "User-Agent", "X-Mailer", "DKIM-Signature", "Authentication-Results", "Received-SPF",
     "List-Id", "List-Unsubscribe", "Precedence", "Auto-Submitted", "Thread-Index", "Thread-Topic", "ARC-Seal",
     "ARC-Message-Signature", "ARC-Authentication-Results")
)  # fmt: skip
"""Names as most mails write them: looking them up is cheaper than looking at their letters."""
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]|>?From ")


def read(raw: bytes, start: int, end: int) -> tuple[list[tuple[str, str]], int, bool]:
    """(headers with folds opened, where the body begins, whether bytes outside UTF-8 were met)."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return [], start + (1 if raw[start : start + 1] == b"\n" else 2), False
    blank = _BLANK.search(raw, start, min(end, start + MAX_HEAD))
    body = blank.end() if blank else min(end, start + MAX_HEAD)
    head = raw[start : blank.start() + 1] if blank else raw[start:body]
    found = _fields(head, strict=True)
    if found is None:
        length = _end_of_fields(head)
        if _KNOWN.search(head, length):  # more headers after the broken line: it is a fold that lost its blank
            length = len(head)
        body = start + length if length < len(head) else body
        found = _fields(head[:length], strict=False)
    fields, broken = found or ([], False)
    return fields, body, broken


def _fields(head: bytes, *, strict: bool) -> tuple[list[tuple[str, str]], bool] | None:
    """The fields of a head, and whether it held bytes outside UTF-8; None where a line is no header and `strict` asks."""
    broken = False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text, broken = head.decode("utf-8", "surrogateescape"), True
    if "\0" in text:
        text = text.replace("\0", "")
    broken = broken or "\x1b$" in text  # ISO-2022, bare
    if "\n " in text or "\n\t" in text:
        text = _FOLD.sub(" ", text)
    found: list[tuple[str, str]] = []
    loose: dict[int, list[str]] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon and (name in _COMMON or _NAME.fullmatch(name)):
            found.append((name.rstrip(), value.strip()))
        elif line and not line.isspace() and not line.startswith(("From ", ">From ")):
            if strict:
                return None
            if found:
                loose.setdefault(len(found) - 1, []).append(line.strip())
        if len(found) >= MAX_HEADERS:
            break
    for at, lines in loose.items():
        found[at] = found[at][0], " ".join([found[at][1], *lines])
    return found, broken


def _end_of_fields(head: bytes) -> int:
    """Where the first line begins that is no header: there the body begins (as in the standard library)."""
    at = 0
    for line in head.splitlines(keepends=True):
        if not _HEADER_LINE.match(line):
            return at
        at += len(line)
    return at
