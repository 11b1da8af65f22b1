"""Other systems' ids in subjects (a tracker's "[JIRA-123]"), by the patterns of the settings (behaviour 3.3).

Whoever names the same id is in the same ticket, participant or not: a tracker writes from an address that takes no part in
what the customer wrote, so participation cannot be asked for. Who must not be believed is kept out by the sender's address.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tui_desk.mail.types import Mail
from tui_desk.values import dataclass

if TYPE_CHECKING:
    import re

    from tui_desk.config.schema import Settings

PREFIX = "external-ref:"


@dataclass(frozen=True, slots=True)
class ExternalRefs:
    """The patterns, each with a short name of its own: two systems may count with the same numbers."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...] = ()
    senders: frozenset[str] = frozenset()
    """Addresses and "@domains" whose subjects are searched; empty: everybody's."""

    @classmethod
    def from_settings(cls, settings: Settings) -> ExternalRefs:
        """Those of [threading]. Raises PatternError for what `config check` refuses."""
        threading = settings.threading
        if not threading.external_ref:
            return cls()
        from tui_desk.config.patterns import compiled

        named = tuple((hashlib.sha256(text.encode()).hexdigest()[:8], compiled(text)) for text in threading.external_ref)
        senders = frozenset(sender.lower() for sender in threading.external_ref_from)
        return cls(named, senders | settings.own_addresses if senders else senders)

    def names(self, mail: Mail) -> tuple[str, ...]:
        """The ids in the subject of `mail`, as references are kept; the first of each pattern."""
        if not self.patterns or not self._believed(mail.from_.email):
            return ()
        from tui_desk.config.patterns import found

        ids = ((name, found(pattern, mail.subject)) for name, pattern in self.patterns)
        return tuple(dict.fromkeys(f"{PREFIX}{name}:{one}" for name, one in ids if one))

    def _believed(self, sender: str) -> bool:
        return not self.senders or sender in self.senders or f"@{sender.rpartition('@')[2]}" in self.senders


NONE = ExternalRefs()
"""No pattern is set."""
