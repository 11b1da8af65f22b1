"""What must hold for any bytes at all: four doors of the mail layer, each with what it promises.

Used by hypothesis in every test run (`test_targets.py`) and by a coverage-guided fuzzer for as long as one likes (`make fuzz`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tui_desk.mail import quote, thread
from tui_desk.mail.html import to_text
from tui_desk.mail.opening import opening
from tui_desk.mail.parse import parse
from tui_desk.mail.record import of_mail
from tui_desk.mail.tree import places
from tui_desk.mail.types import Mail

_SURROGATE = re.compile("[\ud800-\udfff]")
MOST_TEXT = 8
"""Text may be longer than the bytes it comes from (an entity, an encoded word), but not by more than so many times and a page."""


def mail(data: bytes) -> None:
    """`parse` never raises; what it gives can be stored, printed, and is the same again."""
    first = parse(data)
    again = parse(data)
    assert first.content_hash == again.content_hash
    assert first.message_id
    assert len(first.text) <= MOST_TEXT * len(data) + 4096
    told = json.dumps(of_mail(first), ensure_ascii=False)
    assert not _SURROGATE.search(told), "a surrogate"
    assert "\0" not in first.text + first.subject + "".join(a.name for a in first.attachments), "a NUL"
    for attachment in first.attachments:
        if attachment.content_type == "message/rfc822":
            parse(attachment.data)


def html(data: bytes) -> None:
    """HTML becomes text of a bounded size without markup's controls."""
    source = data.decode("utf-8", "replace")
    text = to_text(source)
    assert len(text) <= MOST_TEXT * len(source) + 4096
    assert text == to_text(source)


def quotes(data: bytes) -> None:
    """Segments joined are the body; a reply is made of its lines; what the first lines tell is what the whole says."""
    text = data.decode("utf-8", "replace")
    assert "".join(segment.text for segment in quote.segments(text)) == text
    own = quote.reply(text, signature=True)
    assert len(own) <= len(text)
    quote.is_thanks(text)
    assert quote.own_text(text).startswith(opening(text).strip())
    assert "\n" not in quote.snippet(text)


def threads(data: bytes) -> None:
    """Subjects, ids and trees of any headers: idempotent, without circles, the same threads in any order."""
    for line in data.decode("utf-8", "replace").split("\n"):
        plain = thread.normal_subject(line)
        assert thread.normal_subject(plain) == plain
        thread.numbers_in(line)
        assert thread.verify(b"secret", line).state != "valid"
    mails = [parse(head + b"\r\n\r\n") for head in data.split(b"\n\n")[:20]]
    assert _partition(mails) == _partition(mails[::-1])


def _partition(mails: list[Mail]) -> set[frozenset[str]]:
    """The threads as sets of Message-IDs."""
    threads: dict[str, set[str]] = {}
    for one, place in zip(mails, places(mails), strict=True):
        threads.setdefault(place["thread"], set()).add(one.message_id)
    return {frozenset(names) for names in threads.values()}


TARGETS: dict[str, Callable[[bytes], None]] = {"mail": mail, "html": html, "quotes": quotes, "threads": threads}
