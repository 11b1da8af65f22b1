"""How a change went, in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tui_desk.i18n import _, ngettext
from tui_desk.service.types import Outcome


def undone(outcomes: Sequence[Outcome]) -> str:
    """What an undo took back."""
    if len(outcomes) == 1:
        of = outcomes[0].number  # of a person, their address
        return f"{'' if '@' in of else '#'}{of}: {outcomes[0].text}"
    words = ngettext("%(n)s ticket is as it was before", "%(n)s tickets are as they were before", len(outcomes))
    return words % {"n": len(outcomes)}


def told(outcomes: Sequence[Outcome], undo_key: str = "") -> tuple[str, bool]:
    """The notice, and whether something went wrong."""
    counts = Counter(outcome.result for outcome in outcomes)
    bad = [outcome for outcome in outcomes if outcome.result in ("failed", "refused")]
    if len(outcomes) == 1:
        words = outcomes[0].text
    else:
        done, same = counts["done"], counts["unchanged"]
        parts = [ngettext("%(n)s ticket changed", "%(n)s tickets changed", done) % {"n": done}]
        if same:
            parts.append(ngettext("%(n)s was so already", "%(n)s were so already", same) % {"n": same})
        if bad:
            parts.append(
                ngettext("%(n)s failed: %(why)s", "%(n)s failed, the first: %(why)s", len(bad))
                % {"n": len(bad), "why": bad[0].text}
            )
        words = ", ".join(parts)
    if counts["done"] and undo_key and not bad:
        words = _("%(what)s  (%(key)s takes it back)") % {"what": words, "key": undo_key}
    return words, bool(bad)
