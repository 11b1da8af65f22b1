"""The status line (what the mailbox and the outbox do, and what is wrong) and the keys that help here."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

from tui_desk import clock
from tui_desk.i18n import _, ngettext
from tui_desk.service.standing import standing
from tui_desk.service.types import MailboxState
from tui_desk.text import cut, one_line, width

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

SIGNS = {
    "never": ("○", "$muted"),
    "idle": ("●", "$muted"),
    "syncing": ("⟳", "$primary"),
    "watching": ("●", "$success"),
    "offline": ("▲", "$warning"),
    "refused": ("✗", "$error"),
}
"""Sign and colour of a state."""
STYLES = {"done": "$primary", "age": "$muted", "older": "$secondary", "next": "$muted", "wrong": "$error bold"}


def mailbox_words(state: MailboxState, now: int) -> list[tuple[str, str]]:
    """What the mailbox does, each piece with its style; what is wrong comes last."""
    sign, color = SIGNS[state.state]
    parts: list[tuple[str, str]] = []
    for said in standing(state, now):
        match said.kind:
            case "state":
                parts.append((f"{sign} {said.text}", color))
            case "wrong":
                parts.append((f"✗ {said.text}", STYLES["wrong"]))
            case kind:
                parts.append((said.text, STYLES[kind]))
    return parts


class StatusLine(Static):
    """One line at the bottom of every full screen."""

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._said: Content | None = None

    def on_mount(self) -> None:
        """The times in it go on."""
        self.draw()
        self.set_interval(1, self.draw)

    def on_resize(self) -> None:
        """What fits is another."""
        self.draw()

    def draw(self) -> None:
        """Say how things are."""
        app = cast("DeskApp", self.app)
        now = clock.now()
        left = mailbox_words(app.mailbox_state, now)
        error = left.pop() if app.mailbox_state.error else None
        next_step = one_line(app.mailbox_state.hint) if error and app.mailbox_state.state == "refused" else ""
        wrong: list[tuple[str, str]] = [*filter(None, [error]), *([(next_step, STYLES["next"])] if next_step else [])]
        if app.outbox_waiting:
            left.append((ngettext("%(n)s to send", "%(n)s to send", app.outbox_waiting) % {"n": app.outbox_waiting}, "$primary"))
        if app.outbox_failed:
            words = ngettext("✗ %(n)s not sent", "✗ %(n)s not sent", app.outbox_failed) % {"n": app.outbox_failed}
            left.append((words, "$error bold"))
        if app.outbox_uncertain:
            words = ngettext("? %(n)s uncertain", "? %(n)s uncertain", app.outbox_uncertain) % {"n": app.outbox_uncertain}
            left.append((words, "$warning bold"))
        if app.acks_stopped:
            words = _("! no acknowledgements until %(time)s") % {"time": app.acks_stopped}
            left.append((words, "$warning bold"))
        right = [(text, "$muted") for text in app.whereabouts]
        need = sum(width(text) + 3 for text, _style in left)
        while right and need + sum(width(text) + 3 for text, _style in right) > self.size.width:
            right.pop()
        room = self.size.width - 2 - sum(width(text) + 3 for text, _style in right)
        total = self.size.width - 2
        if not wrong or sum(width(text) + 3 for text, _style in (*left, *wrong)) <= room:
            self._put(_spread([*left, *wrong], right, room, total))
        else:  # lines of its own: a refusal names what is to be done
            if sum(width(text) + 3 for text, _style in left) > room:
                right, room = [], total
            said = Content(" ").join([Content.styled(text, style) for text, style in wrong])
            self._put(Content.assemble(_spread(left, right, room, total), "\n", said))

    def _put(self, content: Content) -> None:
        """Only what changed is painted: this is asked every second."""
        if self._said is None or not content.is_same(self._said):
            self._said = content
            self.update(content)


def _spread(left: list[tuple[str, str]], right: list[tuple[str, str]], room: int, total: int) -> Content:
    shown: list[tuple[str, str]] = []
    used = 0
    for text, style in left:
        if used + 3 >= room:
            break
        if shown:
            shown.append((" · ", "$faint"))
            used += 3
        text = cut(text, room - used)
        shown.append((text, style))
        used += width(text)
    tail: list[tuple[str, str]] = []
    for n, (text, style) in enumerate(right):
        tail += [(" · ", "$faint")] * (n > 0) + [(text, style)]
    gap = total - used - sum(width(text) for text, _style in tail)
    if gap < 1:
        return Content.assemble(*shown)
    return Content.assemble(*shown, " " * gap, *tail)


class KeyHints(Static):
    """The keys of the moment."""

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._hints: list[tuple[str, str]] = []
        self._lead = ""

    def show(self, hints: list[tuple[str, str]], lead: str = "") -> None:
        """Show (key, label) pairs, `lead` before them."""
        if (hints, lead) != (self._hints, self._lead):
            self._hints, self._lead = hints, lead
            self.draw()

    def on_resize(self) -> None:
        """What fits is another."""
        self.draw()

    def draw(self) -> None:
        """Draw as many as fit."""
        parts: list[tuple[str, str]] = []
        room = self.size.width - 2
        if self._lead:
            parts.append((f"{self._lead}  ", "bold $accent"))
            room -= width(self._lead) + 2
        for key, label in self._fitting(room):
            parts += [(key, "bold $primary"), (f" {label}  ", "$muted")]
        self.update(Content.assemble(*parts))

    def _fitting(self, room: int) -> list[tuple[str, str]]:
        """The hints that fit; the last two (help and command) before all others."""
        need = [width(key) + width(label) + 3 for key, label in self._hints]
        if sum(need) - 2 <= room:
            return self._hints
        chosen, left = [], room + 2
        for index in (*range(len(need) - 2, len(need)), *range(len(need) - 2)):
            if index >= 0 and need[index] <= left:
                left -= need[index]
                chosen.append(index)
        return [self._hints[index] for index in sorted(chosen)]
