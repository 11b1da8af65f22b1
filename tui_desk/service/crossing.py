"""Answers that would cross: another agent's answer to the same ticket waits to leave (behaviour 8.2, a newer message)."""

from __future__ import annotations

from collections.abc import Iterable

from tui_desk.i18n import _
from tui_desk.service.types import Concern, Draft
from tui_desk.store.rows import OutboxView

ON_ITS_WAY = ("queued", "sending", "dot", "uncertain")


def concerns(draft: Draft, agent: str, waiting: Iterable[OutboxView]) -> list[Concern]:
    """A concern that stops, where somebody else's answer is on its way; `waiting` are the mails in `ON_ITS_WAY`."""
    if draft.mode not in ("reply", "reply_all"):
        return []
    others = [mail for mail in waiting if mail.number == draft.ticket and mail.agent != agent]
    if not others:
        return []
    words = _("%(who)s has an answer to this ticket on its way.") % {"who": others[0].agent}
    return [Concern("answer_waiting", words, stops=True)]
