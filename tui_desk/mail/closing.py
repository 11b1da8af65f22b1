"""The end of what a person wrote: "Cordialement, Inès", the lines of a card below it, the notices of a company.

The closing and the name stay in sight (kind "closing"); what stands below them is a signature. A mail is never all closing.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui_desk.mail import endings
from tui_desk.mail.types import SegmentKind

_REACH = 30
"""Lines above the end of a text that are looked at."""
_MAX_FOOTER = 10
_MAX_CARD = 10
_MOST_ENDS = 20
"""Footers and notices below one text: each looks at the paragraph above it, however long that is."""


class Tail:
    """Marks the ends of the runs of own text in `found`."""

    def __init__(self, lines: Sequence[str], found: list[SegmentKind], sender: str = "") -> None:
        self.lines = lines
        self.found = found
        self.names = _names(sender)

    def mark(self) -> None:
        """Mark every run of own text."""
        end = len(self.lines)
        while end > 0:
            if self.found[end - 1] != "text":
                end -= 1
                continue
            start = end - 1
            while start > 0 and self.found[start - 1] == "text":
                start -= 1
            self._run(start, end)
            end = start

    def _run(self, start: int, end: int) -> None:
        first = self._filled_from(start, end)
        if first == end:
            return
        if start == 0:
            first = self._banner(first, end)
        for _ in range(_MOST_ENDS):
            if end <= first:
                break
            last = self._footer(first, self._notice(first, end))
            if last == end:
                break
            end = last
        self._closing(first, end)

    def _filled_from(self, at: int, end: int) -> int:
        while at < end and not self.lines[at].strip():
            at += 1
        return at

    def _end_of_words(self, start: int, end: int) -> int:
        while end > start and not self.lines[end - 1].strip():
            end -= 1
        return end

    def _paragraph_above(self, start: int, end: int) -> int:
        """Where the paragraph begins whose last line is `end` - 1."""
        at = end - 1
        while at > start and self.lines[at - 1].strip():
            at -= 1
        return at

    def _fill(self, start: int, end: int, kind: SegmentKind) -> None:
        self.found[start:end] = [kind] * (end - start)

    def _banner(self, start: int, end: int) -> int:
        """A mail server's warning above the words of a person."""
        last = start
        while last < end and self.lines[last].strip():
            last += 1
        after = self._filled_from(last, end)
        if after == end or last - start > 8 or not endings.notice(self.lines[start:last]):
            return start
        self._fill(start, last, "signature")
        return after

    def _notice(self, start: int, end: int) -> int:
        """A last paragraph that is a notice, with the rule above it."""
        last = self._end_of_words(start, end)
        if last == start:
            return end
        first = self._paragraph_above(start, last)
        if first <= start or not endings.notice(self.lines[first:last]):
            return end
        above = self._end_of_words(start, first)
        if above > start + 1 and (endings.rule(self.lines[above - 1]) or endings.short_rule(self.lines[above - 1])):
            first = above - 1
        self._fill(first, end, "signature")
        return first

    def _footer(self, start: int, end: int) -> int:
        """A rule, and below it no sentence but a link or an address: what a mailing list or a company puts below every mail."""
        last = self._end_of_words(start, end)
        for at in range(last - 1, max(start, last - _MAX_FOOTER) - 1, -1):
            line = self.lines[at]
            if endings.rule(line) or endings.short_rule(line):
                below = self.lines[at + 1 : last]
                few = not endings.rule(line) and len([words for words in below if words.strip()]) < 2
                if at == start or few or not any(map(endings.contact, below)) or not all(map(endings.signature_like, below)):
                    return end
                self._fill(at, end, "signature")
                return at
        return end

    def _closing(self, start: int, end: int) -> None:
        last = self._end_of_words(start, end)
        for at in range(max(start + 1, last - _REACH), last):
            line = self.lines[at]
            if line.strip() and self._closes(line, at, start, last):
                self._close(at, last, end)
                return
        if last - 1 > start and endings.signed(self.lines[last - 1]) and not self._in_list(start, last - 1):
            self._fill(last - 1, end, "closing")
        elif self.names:
            self._name(start, last, end)

    def _name(self, start: int, last: int, end: int) -> None:
        """The sender's own name on a line, as it stands in From, and no sentence below it."""
        for at in range(last - 1, max(start, last - _MAX_CARD), -1):
            line = self.lines[at]
            if line.strip(" \t\r,.*_-").casefold() in self.names:
                self._fill(at, at + 1, "closing")
                self._fill(at + 1, end, "signature" if at + 1 < last else "closing")
                return
            if not endings.signature_like(line):
                return

    def _closes(self, line: str, at: int, start: int, last: int) -> bool:
        kind, more = endings.ending(line)
        if not kind:
            return False
        below = self._filled_from(at + 1, last)
        if kind == "closing":
            return below == last or endings.signature_like(self.lines[below])
        if all(map(_says_nothing, self.lines[start:at])):
            return False
        if below == last:
            return bool(more) or line.rstrip().endswith(",")
        rest = self.lines[below:last]
        return endings.name(rest[0]) and not endings.closing(rest[0]) and all(map(endings.signature_like, rest))

    def _in_list(self, start: int, at: int) -> bool:
        """The line above is a list's too, or introduces one."""
        above = self.lines[self._end_of_words(start, at) - 1].strip()
        return above.endswith((":", "：")) or above[:1] in ("-", "*", "•", "–", "/", "~")

    def _close(self, at: int, last: int, end: int) -> None:
        """From the closing at `at`: it and a name below are the closing, lines as of a card the signature."""
        named = self._filled_from(at + 1, last)
        named = named + 1 if named < last and endings.name(self.lines[named]) else at + 1
        card = named
        while card < last and endings.signature_like(self.lines[card]):
            card += 1
        below = self.lines[card:last]
        if card > at + 1 and card < last and (endings.notice(below) or endings.weak_notice(below[0])):
            card, below = last, below[:0]
        if card < last and any(map(endings.closing, below)):
            return self._close(next(card + n for n, line in enumerate(below) if endings.closing(line)), last, end)
        if card < last:  # words go on below: a postscript
            card = named
        self._fill(at, named, "closing")
        if named < last and card == last:
            self._fill(named, end, "signature")
        elif named == last:
            self._fill(named, end, "closing")
        return None


def _names(sender: str) -> frozenset[str]:
    """How a sender may sign: "Inès Durand", "Inès", "Durand, Inès" turned round."""
    if not sender or "@" in sender or len(sender) > 80:
        return frozenset()
    last, comma, first = sender.partition(",")
    whole = " ".join((f"{first} {last}" if comma else sender).strip("'\" ").casefold().split())
    first_name = whole.split(" ")[0]
    return frozenset({whole, first_name} if len(first_name) > 2 else {whole})


def _says_nothing(line: str) -> bool:
    return not line.strip() or endings.greeting(line)
