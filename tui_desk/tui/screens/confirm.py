"""A question before something that cannot simply be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_desk.i18n import _
from tui_desk.text import one_line
from tui_desk.tui.screens.once import LeftOnce


class ConfirmScreen(LeftOnce, ModalScreen[bool]):
    """A question with yes and no. `yes`: the words beside enter; `lines`: what it is about."""

    DEFAULT_CSS = """
    ConfirmScreen { align: center middle; }
    ConfirmScreen > #confirm {
        width: 60; max-width: 100%; height: auto; max-height: 90%;
        background: $surface; padding: 1 2; border-left: outer $warning;
    }
    ConfirmScreen #confirm-question { height: auto; text-style: bold; }
    ConfirmScreen #confirm-lines { height: auto; max-height: 10; color: $text-muted; margin-top: 1; }
    ConfirmScreen #confirm-keys { height: 1; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,o,enter", "answer(True)", show=False),
        Binding("n,escape,q", "answer(False)", show=False),
    ]

    def __init__(self, question: str, *, yes: str = "", lines: Sequence[str] = ()) -> None:
        super().__init__()
        self._question = one_line(question)
        self._yes = yes or _("Yes")
        self._about = [one_line(line) for line in lines]

    def compose(self) -> ComposeResult:
        """The question, what it is about, the two keys."""
        with Vertical(id="confirm"):
            yield Static(Content(self._question), id="confirm-question")
            if self._about:
                yield Static(Content("\n".join(self._about)), id="confirm-lines")
            keys = Content.assemble(
                ("enter", "$accent bold"), f" {self._yes}    ", ("esc", "$accent bold"), " " + _("No"),
            )  # fmt: skip
            yield Static(keys, id="confirm-keys")

    def action_answer(self, yes: bool) -> None:
        """The answer."""
        self.dismiss(yes)
