"""The first own words of a body, where its first lines tell them: of most mails in bulk no more is asked than a snippet.

What it says is what `quote.own_text` begins with (a property test holds them together). Where the first lines leave a doubt
it says nothing, and the whole body is to be cut into segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui_desk.mail.lexicon import EDGE

ENOUGH = 200
"""Characters: more than a snippet shows, and than thanks alone ever are."""
_MOST = 800
_LINE = 70
_AFTER = 12
"""Lines below that are looked at: an attribution begins at most five lines above its end, and ends at most two above a quote;
the header of Lotus Notes begins at most eleven above its "To" (lotus.REACH)."""


def opening(text: str) -> str:
    """The lines that `own_text(text)` begins with, of ENOUGH characters; "" where the first lines do not tell."""
    if len(text) < ENOUGH:
        return ""
    lines = text[: _MOST * 3].split("\n")
    if len(text) > _MOST * 3:
        lines.pop()  # cut
    first, end = _head(lines)
    return "\n".join(lines[first:end]) if end and _own(lines, first, end) else ""


def _head(lines: Sequence[str]) -> tuple[int, int]:
    """The first filled line, and where the lines end that are enough; (0, 0) where they are not."""
    size = first = 0
    for at, line in enumerate(lines):
        if size or (line and not line.isspace()):
            size += len(line)
        else:
            first = at + 1
        if size >= ENOUGH:
            return (first, at + 1) if size <= _MOST else (0, 0)
    return 0, 0


def _own(lines: Sequence[str], first: int, end: int) -> bool:
    """Nothing in these lines or closely below could make one of them anything but own words."""
    from tui_desk.mail import endings, phrases

    window = lines[: end + _AFTER]
    if not any(line and not line.isspace() for line in window[end:]):
        return False  # they may be all there is: a signature, then
    if not all(at >= end and _apart(window, end, at) for at in phrases.candidates(window)):
        return False
    head = lines[first:end]
    if any(line and endings.ending(line)[0] for line in head[1:]) or head[-1].lstrip(EDGE)[:1] == "/":
        return False
    if len(max(head, key=len)) < _LINE and any(map(endings.greeting, head[1:])):
        return False  # greetings, and perhaps thanks
    paragraphs = list(_paragraphs(lines, first, end))
    if not endings.speaks_of_notices([line for paragraph in paragraphs for line in paragraph]):
        return True
    return not any(map(endings.notice, paragraphs))


def _apart(lines: Sequence[str], end: int, at: int) -> bool:
    """A blank line stands between the head and line `at`, and no address that an attribution may go on above it for.

    The header of Lotus Notes begins above blank lines.
    """
    from tui_desk.mail import lotus

    if lotus.addressed(text := lines[at].strip(EDGE)) or lotus.teaser(text):
        return False
    blank = next((n for n in range(end, at) if not lines[n].strip(EDGE)), at)
    return blank < at and not any(line.lstrip(EDGE)[:1] == "<" for line in lines[blank + 1 : at + 1])


def _paragraphs(lines: Sequence[str], first: int, end: int) -> Iterator[Sequence[str]]:
    """Those that begin in the head, whole."""
    at = first
    while at < end:
        below = next((n for n in range(at, len(lines)) if not lines[n].strip()), len(lines))
        yield lines[at:below]
        at = next((n for n in range(below, len(lines)) if lines[n].strip()), end)
