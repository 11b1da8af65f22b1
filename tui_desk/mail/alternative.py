"""Which of the two texts of a mail is read: its plain text, or that of its HTML (RFC 2046 5.1.4)."""

from __future__ import annotations

import re

_LONGEST_STUB = 1500
_SAMPLE = 60_000
_FAR_MORE = 1.5
_LINK = re.compile(r"https?://\S+")
_MARKUP = re.compile(r"<[^<>]{0,4000}>|&\w{1,10};")
_MADE = ("<http://", "<https://", "<mailto:", "< http://", "< https://")
"""What programs write behind the words of a link when they make text of HTML."""


def better_as_html(html: str, plain: str) -> bool:
    """The `plain` text beside `html` is no text of a person: it is a stub, was cut, or was made of the HTML by a program."""
    if any(mark in plain for mark in _MADE):
        return True
    if len(plain) > _LONGEST_STUB or len(html) < 2 * len(plain):
        return False
    said = sum(map(len, _LINK.sub("", plain).split()))
    body = html[html.find("<body") if "<body" in html else 0 :][:_SAMPLE]
    shown = sum(map(len, _MARKUP.sub(" ", body).split()))
    return shown > _FAR_MORE * said + 20
