"""What is promised, in business seconds."""

from __future__ import annotations

import re

from tui_desk.config.schema import Sla
from tui_desk.i18n import _
from tui_desk.values import dataclass, field

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 8 * 3600}


def seconds(text: str) -> int | None:
    """ "30m", "4h", "1d 2h" as business seconds (a day is eight hours); None for "". ValueError with a sentence."""
    text = text.strip().lower()
    if not text:
        return None
    if _PART.sub("", text).strip():
        raise ValueError(_("'%(text)s' is not a duration such as '30m', '4h' or '2d'") % {"text": text})
    return round(sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text)))


@dataclass(frozen=True, slots=True)
class Targets:
    """First and next reply, by priority; None where nothing is promised."""

    first: dict[str, int | None] = field(default_factory=dict)
    next: int | None = None

    @classmethod
    def from_settings(cls, sla: Sla) -> Targets:
        """The promises of [sla]. ValueError names the text that cannot be read."""
        return cls(
            first={
                "low": seconds(sla.first_reply_low),
                "normal": seconds(sla.first_reply),
                "high": seconds(sla.first_reply_high),
                "urgent": seconds(sla.first_reply_urgent),
            },
            next=seconds(sla.next_reply),
        )

    def first_reply(self, priority: str) -> int | None:
        """Business seconds until the first reply."""
        return self.first.get(priority, self.first.get("normal"))

    def next_reply(self, priority: str) -> int | None:
        """Business seconds until each further reply: the first reply's where that is sooner (urgent, high)."""
        first = self.first_reply(priority)
        if priority in ("urgent", "high") and self.next is not None and first is not None:
            return min(self.next, first)
        return self.next
