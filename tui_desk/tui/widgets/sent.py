"""Replies that can still be taken back: one line with its seconds, gone when the mail has left."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from tui_desk import clock
from tui_desk.i18n import _, ngettext
from tui_desk.service.types import Sent
from tui_desk.service.words import span
from tui_desk.text import cut


@dataclass(frozen=True, slots=True)
class Leaving:
    """Replies that leave one after the other; one that was written by hand, or those of a bulk act."""

    mails: tuple[Sent, ...]

    @property
    def until(self) -> int:
        """When the last of them leaves."""
        return max(mail.until for mail in self.mails)

    @property
    def waiting(self) -> tuple[Sent, ...]:
        """Those that can still be taken back."""
        now = clock.now()
        return tuple(mail for mail in self.mails if mail.until > now)


class SentNotice(Widget):
    """Hidden while nothing is to be taken back."""

    DEFAULT_CSS = """
    SentNotice { dock: bottom; height: 1; background: $success 30%; color: $foreground; padding: 0 1; display: none; }
    SentNotice.-on { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sent: list[Leaving] = []
        self._timer: Timer | None = None

    @property
    def active(self) -> Leaving | None:
        """The newest replies that can still be taken back."""
        now = clock.now()
        self._sent = [sent for sent in self._sent if sent.until > now]
        return self._sent[-1] if self._sent else None

    def show(self, sent: Leaving) -> None:
        """Count these down."""
        self._sent.append(sent)
        self.add_class("-on")
        if self._timer is None:
            self._timer = self.set_interval(0.5, self._count)
        self.refresh()

    def forget(self, sent: Leaving) -> None:
        """They were taken back."""
        self._sent = [other for other in self._sent if other != sent]
        self._count()

    def _count(self) -> None:
        if self.active is None:
            self.remove_class("-on")
            if self._timer is not None:
                self._timer.stop()
                self._timer = None
        self.refresh()

    def render(self) -> Content:
        """Number, seconds as a bar and as a figure, the key."""
        sent = self.active
        if sent is None:
            return Content("")
        left = max(sent.until - clock.now(), 0)
        many = len(sent.waiting)
        if len(sent.mails) == 1:
            what = _("✓ Reply to #%(number)s is on its way") % {"number": sent.mails[0].number}
        else:
            what = ngettext("✓ %(n)s reply is on its way", "✓ %(n)s replies are on their way", many) % {"n": many}
        when = _("leaves in %(time)s") % {"time": span(left)}
        bar = "▮" * min(left, 15) + "▯" * (15 - min(left, 15))
        key = ("u", "$accent bold")
        words = f" {ngettext('takes it back', 'takes them back', many)}"
        room = self.size.width
        if room < len(what) + len(when) + len(words) + 22:
            return Content.assemble(cut(f"{what} · {span(left)}", max(room - len(words) - 4, 8)), "  ", key, words)
        return Content.assemble(what, "   ", (bar, "$success"), f" {when}   ", key, words)
