"""Each line of a body gets its kind: own text, quote, attribution, signature, forwarded mail."""

from __future__ import annotations

import re

from tui_desk.mail import phrases
from tui_desk.mail.types import SegmentKind

_QUOTED = re.compile(r"[ \t]{0,3}(?:[>|»]|[A-Z]{1,3}>)")
_MAX_SIGNATURE_LINES = 12


def mark(lines: list[str]) -> list[SegmentKind] | None:
    """The kind of each line; None where all of them are own text."""
    candidates = phrases.candidates(lines)
    return _Marker(lines, candidates).kinds() if candidates else None


class _Marker:
    """Gives each line its kind, top to bottom."""

    def __init__(self, lines: list[str], candidates: set[int]) -> None:
        self.lines = lines
        self.candidates = candidates
        self.last_quoted = max((at for at in self.candidates if _QUOTED.match(lines[at])), default=-1)
        self.found: list[SegmentKind] = ["text"] * len(lines)

    def kinds(self) -> list[SegmentKind]:
        """The kind of each line."""
        marked = 0
        for at in sorted(self.candidates):
            if at >= marked:
                marked = self._mark(at)
        self._join_wrapped()
        self._take_blanks()
        return self.found

    def _mark(self, at: int) -> int:
        """Mark what begins at line `at`; returns the line to go on with."""
        if _QUOTED.match(self.lines[at]):
            return self._fill(at, at + 1, "quote")
        for rule in (self._forward, self._header_block, self._attribution, self._signature):
            end = rule(at)
            if end:
                return end
        return at + 1

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
        start = at
        if phrases.original(self.lines[at]):
            return self._quote_rest(at, at + 1 + phrases.header_block(self.lines, at + 1))
        if phrases.rule(self.lines[at]):
            start = self._next_filled(at + 1)
        length = phrases.header_block(self.lines, start)
        return self._quote_rest(at, start + length) if length else 0

    def _quote_rest(self, at: int, end: int) -> int:
        self._fill(at, end, "attribution")
        return self._fill(end, len(self.lines), "quote")

    def _attribution(self, at: int) -> int:
        """ "On ... wrote:", on up to four lines, before quoted lines; or before the unmarked rest of the mail."""
        length = phrases.attribution(self.lines, at)
        if not length:
            return 0
        end = at + length
        following = self._next_filled(end)
        marked = following < len(self.lines) and _QUOTED.match(self.lines[following])
        if not marked and not phrases.dated(self.lines[at:end]):
            return 0
        self._fill(at, end, "attribution")
        if not marked and not self._quotes_after(following):
            return self._fill(end, len(self.lines), "quote")
        return end

    def _quotes_after(self, at: int) -> bool:
        return self.last_quoted >= at

    def _signature(self, at: int) -> int:
        """From "-- " (or a phone's line) to the next quote or the end."""
        line = self.lines[at]
        if phrases.mobile_signature(line):
            return self._fill(at, at + 1, "signature")
        if not phrases.signature_mark(line):
            return 0
        end = at + 1
        exact = line.rstrip("\r") in ("-- ", "--")
        while end < len(self.lines) and (exact or end - at <= _MAX_SIGNATURE_LINES):
            text = self.lines[end]
            if _QUOTED.match(text) or (end in self.candidates and self._begins_quote(end)):
                break
            end += 1
        if not exact and end - at > _MAX_SIGNATURE_LINES:
            return 0
        return self._fill(at, end, "signature")

    def _begins_quote(self, at: int) -> bool:
        return bool(
            phrases.forward(self.lines[at])
            or phrases.original(self.lines[at])
            or phrases.attribution(self.lines, at)
            or phrases.header_block(self.lines, self._next_filled(at + 1) if phrases.rule(self.lines[at]) else at)
        )

    def _next_filled(self, at: int) -> int:
        while at < len(self.lines) and (not self.lines[at] or self.lines[at].isspace()):
            at += 1
        return at

    def _join_wrapped(self) -> None:
        """One line alone between two quoted lines, no blank line beside it: a quote that was wrapped on its way."""
        found, lines = self.found, self.lines
        for at in range(1, len(lines) - 1):
            alone = found[at] == "text" and found[at - 1] == "quote" and found[at + 1] == "quote"
            if alone and lines[at].strip() and len(lines[at - 1]) > 60 and len(lines[at]) < 40:
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
