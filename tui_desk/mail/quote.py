"""A body in segments: own text, quoted text, the lines that introduce it, signatures, forwarded mail (behaviour 2.3).

Nothing is cut: the segments joined are the body. An answer between quoted lines stays text, so it is never folded away.
The lines are marked in marker.py, by what phrases.py, introduction.py, lotus.py and endings.py know of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_desk.mail.types import Segment
from tui_desk.text import cut, one_line, width

_SAMPLE = 8000
"""Characters of a body that a snippet is made of."""
_THANKS = re.compile(
    r"\b(?:merci|mille mercis|thanks?|thank you|thx|ty|danke|vielen dank|dankesch[öo]n|gracias|grazie|obrigad[oa]|dank(?: je| u)?"
    r"|bedankt|tak|tack)\b",
    re.IGNORECASE,
)
_NEARLY_THANKS = re.compile("merci|thank|thx|ty|dank|gracias|grazie|obrigad|ta[ck]", re.IGNORECASE)
"""In all that _THANKS finds: most mails hold none of it, and are not cut into segments for it."""


def segments(text: str, *, sender: str = "") -> tuple[Segment, ...]:
    """`text` cut into segments that joined give it back. `sender`: the name that may stand below it, where it is known."""
    if not text:
        return ()
    from tui_desk.mail.marker import mark  # what it needs takes longer to make than most commands to run

    lines, joints = _lines(text)
    kinds = mark(lines, sender)
    out: list[Segment] = []
    begun = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or kinds[at] != kinds[begun]:
            run = _joined(lines, joints, begun, at)
            if run:
                out.append(Segment(kinds[begun], run))
            begun = at
    return tuple(out)


def _lines(text: str) -> tuple[list[str], set[int]]:
    """The lines of `text`, one cut in two where an attribution hangs on a person's words; those that go on in the next."""
    from tui_desk.mail import introduction

    lines = text.split("\n")
    if not any(map(introduction.midway, _hanging(text))):
        return lines, set()
    out: list[str] = []
    joints: set[int] = set()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        cut_at = introduction.midway(line) if below.startswith(">") and _may_hang(line) else 0
        if cut_at:
            joints.add(len(out))
            out.append(line[:cut_at])
        out.append(line[cut_at:])
    return out, joints


def _hanging(text: str) -> Iterator[str]:
    """The lines in which an attribution may hang on other words: most bodies have one such line at most."""
    at = text.find(":\n>")
    while at >= 0:
        line = text[text.rfind("\n", 0, at) + 1 : at + 1]
        if _may_hang(line):
            yield line
        at = text.find(":\n>", at + 1)


def _may_hang(line: str) -> bool:
    from tui_desk.mail import marker

    return line.endswith(":") and len(line) <= 600 and not marker.quoted(line)


def _joined(lines: list[str], joints: set[int], begun: int, end: int) -> str:
    """The lines from `begun` to `end` as they stood in the text."""
    if not joints:
        return "\n".join(lines[begun:end]) + ("\n" if end < len(lines) else "")
    return "".join(lines[at] + ("" if at in joints or at + 1 == len(lines) else "\n") for at in range(begun, end))


def own_text(text: str) -> str:
    """What the sender wrote here: the text segments, stripped."""
    return "\n\n".join(own for segment in segments(text) if segment.kind == "text" and (own := segment.text.strip()))


def reply(text: str, *, signature: bool = False, sender: str = "") -> str:
    """The new text of an answer: no quote, no attribution, no forwarded mail; closing and signature only if asked for.

    Where the answer stands between quoted lines, those above each part of it are kept: without them "Yes." says nothing.
    """
    kept = ("text", "closing", "signature") if signature else ("text",)
    parts = segments(text, sender=sender)
    own = [at for at, part in enumerate(parts) if part.kind == "text" and part.text.strip()]
    between = _between(parts, own)
    return "".join(
        part.text for at, part in enumerate(parts) if part.kind in kept or (part.kind == "quote" and at in between)
    ).strip()


def _between(parts: tuple[Segment, ...], own: list[int]) -> range:
    """From the first quote that is answered to the last answer, where own words stand between two quotes."""
    quotes = [at for at, part in enumerate(parts) if part.kind == "quote" and part.text.strip("> \t\r\n")]
    if not any(quotes[0] < at < quotes[-1] and any(map(str.isalnum, parts[at].text)) for at in own if quotes):
        return range(0)
    return range(quotes[0], own[-1])


def snippet(text: str, cells: int = 160) -> str:
    """The first own words on one line of at most `cells` cells; of the whole body where all of it is quoted."""
    head = text[:_SAMPLE]
    line = one_line(own_text(head)[: cells * 4] or head[: cells * 4])
    return cut(line, cells) if width(line) > cells else line


def is_thanks(text: str) -> bool:
    """Thanks and nothing else: under 40 characters without greeting and closing lines, and no question (behaviour 6.2)."""
    return _speaks_of_thanks(text) and says_thanks(own_text(text[:_SAMPLE]))


def says_thanks(own: str) -> bool:
    """`is_thanks` of a text that is all the sender's own."""
    if not _speaks_of_thanks(own):
        return False
    from tui_desk.mail import endings

    words = " ".join(line for line in _without_closing(own.split("\n")) if not endings.greeting(line))
    words = " ".join(words.split())
    return len(words) < 40 and "?" not in words and bool(_THANKS.search(words))


def _speaks_of_thanks(text: str) -> bool:
    return _NEARLY_THANKS.search(text, 0, _SAMPLE) is not None


def _without_closing(lines: list[str]) -> list[str]:
    from tui_desk.mail import endings

    for at, line in enumerate(lines):
        if endings.closing(line):
            return lines[:at]
    return lines
