"""Each line of a body gets its kind: own text, quote, attribution, signature, forwarded mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui_desk.mail import endings, introduction, lotus, phrases
from tui_desk.mail.closing import Tail
from tui_desk.mail.types import SegmentKind

_QUOTED = re.compile(r"[ \t]{0,3}(?:[>»]|\|(?!.*\|[ \t]*\r?\Z)|[A-Z]{1,3}>(?!\S))(?![ \t]*:[ \t]*\r?\Z)(?!.*<<[ \t]*\r?\Z)")
_PGP = "-----BEGIN PGP SIGNATURE"
_MAX_PGP_LINES = 60
_MAX_SIGNATURE_LINES = 12
_OPEN_LINK = re.compile(r"[(<\[]\s*(?:https?:|mailto:|www\.)[^)>\]]*\Z", re.IGNORECASE)
_LINK_ALONE = re.compile(r"\s*[(<\[]?(?:https?:|mailto:|www\.)\S*[)>\]]?\s*>?\s*\Z", re.IGNORECASE)


def mark(lines: Sequence[str], sender: str = "") -> list[SegmentKind]:
    """The kind of each line; `sender`: the name that may stand below the own words."""
    return _Marker(lines).kinds(sender)


def quoted(line: str) -> bool:
    """`line` begins with a quote mark."""
    return _QUOTED.match(line) is not None


class _Marker:
    """Gives each line its kind, top to bottom."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.candidates = phrases.candidates(lines)
        self.quoted = self._quoted()
        self.last_quoted = max(self.quoted, default=-1)
        self.first_filled = self._next_filled(0)
        self.found: list[SegmentKind] = ["text"] * len(lines)

    def kinds(self, sender: str) -> list[SegmentKind]:
        """The kind of each line."""
        marked = 0
        for at in self._looked_at():
            if at >= marked:
                marked = self._mark(at, marked) or marked
        if self.quoted:
            self._join_wrapped()
        Tail(self.lines, self.found, sender).mark()
        if self.candidates:
            self._take_blanks()
        return self.found

    def _quoted(self) -> set[int]:
        """The lines with a quote mark; not the ends of addresses that were wrapped ("<support@x.test\\n> wrote:")."""
        lines = self.lines
        found: set[int] = set()
        for at in self.candidates:
            if _QUOTED.match(lines[at]):
                first = at - 1 not in found and at - 2 not in found
                if not (first and at and introduction.ends_address(lines[at - 1], lines[at])):
                    found.add(at)
        return found

    def _looked_at(self) -> list[int]:
        """The candidates, and the line above each run of quoted lines: it may introduce them without a colon."""
        above = set()
        for at in self.quoted:
            if at and at - 1 not in self.quoted:
                before = at - 1 if self.lines[at - 1].strip() else at - 2
                if before >= 0 and before not in self.quoted:
                    above.add(before)
        return sorted(above.union(self.candidates)) if above else self.candidates

    def _mark(self, at: int, free: int) -> int:
        """Mark what begins (an attribution: ends) at line `at`, nothing above line `free`; the line to go on with, 0 for none."""
        if at in self.quoted and not self._introduces(at):
            return self._fill(at, at + 1, "quote")
        for rule in (self._forward, self._header_block, self._signature):
            end = rule(at)
            if end:
                return end
        return self._lotus(at, free) or self._attribution(at, free)

    def _introduces(self, at: int) -> bool:
        """A program that marks its own attribution as quoted: "> On ... wrote:" right at the top of the quote."""
        if at - 1 in self.quoted or not self.lines[at].rstrip().endswith((":", "：")):
            return False
        return introduction.attribution(self.lines, at, quoted=at + 1 in self.quoted) == at

    def _fill(self, start: int, end: int, kind: SegmentKind) -> int:
        self.found[start:end] = [kind] * (end - start)
        return end

    def _forward(self, at: int) -> int:
        """A forwarded mail runs to the end."""
        if phrases.forward(self.lines[at]):
            return self._fill(at, len(self.lines), "forward")
        return 0

    def _header_block(self, at: int) -> int:
        """Outlook's way: a rule or "Original Message", then From, Sent, To, Subject; all after it is quoted."""
        lines = self.lines
        if phrases.original(lines[at]) or phrases.reply_above(lines[at]):
            return self._quote_rest(at, at + 1 + phrases.header_block(lines, at + 1))
        ruled = endings.rule(lines[at])
        start = self._next_filled(at + 1) if ruled else at
        length = phrases.header_block(lines, start, ruled=ruled)
        return self._quote_rest(self._teased(at), start + length) if length else 0

    def _teased(self, at: int) -> int:
        """Where the header of line `at` begins: Notes puts a line of the mail's first words above it."""
        for above in range(at - 1, max(at - 3, -1), -1):
            if self.lines[above].strip():
                return above if self.found[above] == "text" and lotus.teaser(self.lines[above]) else at
        return at

    def _lotus(self, at: int, free: int) -> int:
        """The header of Lotus Notes, whose "To" is line `at`; its frame may have looked like a quote."""
        found = lotus.header(self.lines, at)
        if found is None or any(self.found[n] != "text" and not lotus.frame(self.lines[n]) for n in range(found[0], free)):
            return 0
        return self._quote_rest(*found)

    def _quote_rest(self, at: int, end: int) -> int:
        """All from line `end` is quoted; but where nothing stands above, what follows is what this mail is about."""
        self._fill(at, end, "attribution")
        return end if at <= self.first_filled else self._fill(end, len(self.lines), "quote")

    def _attribution(self, at: int, free: int) -> int:
        """ "On ... wrote:", on up to five lines, before quoted lines; or before the unmarked rest of the mail."""
        following = self._next_filled(at + 1)
        marked = following in self.quoted
        start = introduction.attribution(self.lines, at, quoted=marked)
        if start is None or start < free:
            return 0
        if start > free and endings.rule(self.lines[start - 1]):
            start -= 1
        self._fill(start, at + 1, "attribution")
        if marked or self.last_quoted > at or start <= self.first_filled:
            return at + 1
        return self._fill(at + 1, len(self.lines), "quote")

    def _signature(self, at: int) -> int:
        """From "-- " (or a phone's line) to the next quote or the end."""
        line = self.lines[at]
        if line.startswith(_PGP):
            ends = (
                below
                for below in range(at, min(at + _MAX_PGP_LINES, len(self.lines)))
                if self.lines[below].startswith("-----END PGP")
            )
            return self._fill(at, next(ends, at) + 1, "signature")
        if endings.mobile_signature(line):
            return self._fill(at, at + 1, "signature")
        if not endings.signature_mark(line):
            return 0
        exact = line.rstrip("\r") in ("-- ", "--", "--\u00a0")
        last = len(self.lines) if exact else min(at + _MAX_SIGNATURE_LINES + 2, len(self.lines))
        end = next((below for below in range(at + 1, last) if self._ends_signature(below)), last)
        if not exact and end - at > _MAX_SIGNATURE_LINES:
            return 0
        return self._fill(at, end, "signature")

    def _ends_signature(self, at: int) -> bool:
        """A quote, a forwarded mail or an attribution begins at line `at`."""
        lines = self.lines
        if at in self.quoted:
            return True
        if not lines[at].strip():
            return False
        head = self._next_filled(at + 1) if endings.rule(lines[at]) else at
        if phrases.forward(lines[at]) or phrases.original(lines[at]) or phrases.header_block(lines, head):
            return True
        for end in range(at, min(at + 4, len(lines))):
            if lines[end].rstrip().endswith((":", "：", "---")) or end + 1 in self.quoted or end + 2 in self.quoted:
                following = self._next_filled(end + 1)
                return introduction.attribution(lines, end, quoted=following in self.quoted) == at
        return False

    def _next_filled(self, at: int) -> int:
        while at < len(self.lines) and (not self.lines[at] or self.lines[at].isspace()):
            at += 1
        return at

    def _join_wrapped(self) -> None:
        """One line alone between two quoted lines, no blank line beside it: a quoted line that was wrapped on its way."""
        found, lines = self.found, self.lines
        for at in range(1, len(lines) - 1):
            alone = found[at] == "text" and found[at - 1] == "quote" and found[at + 1] == "quote"
            if alone and lines[at].strip() and _goes_on(lines[at - 1].rstrip(), lines[at]):
                found[at] = "quote"

    def _take_blanks(self) -> None:
        """Blank lines go with what stands before and after them, where both are folded; else with the own text."""
        found, lines = self.found, self.lines
        at, count = 0, len(lines)
        while at < count:
            if found[at] != "text" or lines[at].strip():
                at += 1
                continue
            end = at
            while end < count and found[end] == "text" and not lines[end].strip():
                end += 1
            before = found[at - 1] if at else "text"
            after = found[end] if end < count else before
            if before != "text" and after != "text":
                self._fill(at, end, before if before == after else after if before == "attribution" else before)
            at = end


def _goes_on(above: str, line: str) -> bool:
    """`line` is the rest of the quoted line `above`: a link that was cut, or a long line whose last words fell off."""
    if _OPEN_LINK.search(above) or _LINK_ALONE.match(line):
        return True
    text = line.strip()
    if len(above) > 60 and len(text) < 40:
        return True
    return len(above) > 60 and len(text) < 75 and above[-1] not in ".!?:" and text[0].islower()
