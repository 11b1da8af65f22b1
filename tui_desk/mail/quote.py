"""A body in segments: own text, quoted text, the lines that introduce it, signatures, forwarded mail (behaviour 2.3).

Nothing is cut: the segments joined are the body. An answer between quoted lines stays text, so it is never folded away.
The lines are marked in marker.py, by the phrases of phrases.py.
"""

from __future__ import annotations

import re

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


def segments(text: str) -> tuple[Segment, ...]:
    """`text` cut into segments that joined give it back."""
    if not text:
        return ()
    from tui_desk.mail.marker import mark  # its phrases take longer to compile than most commands to run

    lines = text.split("\n")
    kinds = mark(lines)
    if kinds is None:
        return (Segment("text", text),)
    out: list[Segment] = []
    begun = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or kinds[at] != kinds[begun]:
            run = "\n".join(lines[begun:at]) + ("\n" if at < len(lines) else "")
            if run:
                out.append(Segment(kinds[begun], run))
            begun = at
    return tuple(out)


def own_text(text: str) -> str:
    """What the sender wrote here: the text segments, stripped."""
    return "\n\n".join(own for segment in segments(text) if segment.kind == "text" and (own := segment.text.strip()))


def reply(text: str, *, signature: bool = False) -> str:
    """The new text of an answer: no quote, no attribution, no forwarded mail; the signature only if asked for."""
    kept = ("text", "signature") if signature else ("text",)
    return "".join(segment.text for segment in segments(text) if segment.kind in kept).strip()


def snippet(text: str, cells: int = 160) -> str:
    """The first own words on one line of at most `cells` cells; of the whole body where all of it is quoted."""
    head = text[:_SAMPLE]
    line = one_line(own_text(head)[: cells * 4] or head[: cells * 4])
    return cut(line, cells) if width(line) > cells else line


def is_thanks(text: str) -> bool:
    """Thanks and nothing else: under 40 characters without greeting and closing lines, and no question (behaviour 6.2)."""
    if _NEARLY_THANKS.search(text, 0, _SAMPLE) is None:
        return False
    from tui_desk.mail import phrases

    own = own_text(text[:_SAMPLE])
    words = " ".join(line for line in _without_closing(own.split("\n")) if not phrases.greeting(line))
    words = " ".join(words.split())
    return len(words) < 40 and "?" not in words and bool(_THANKS.search(words))


def _without_closing(lines: list[str]) -> list[str]:
    from tui_desk.mail import phrases

    for at, line in enumerate(lines):
        if phrases.closing(line):
            return lines[:at]
    return lines
