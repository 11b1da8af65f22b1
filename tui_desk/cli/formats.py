"""What verbs that print lists share: the options for JSON, and a group of verbs that lists where none is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from tui_desk.i18n import _

Json = Annotated[bool, typer.Option("--json", help=_("One JSON object."))]
Jsonl = Annotated[bool, typer.Option("--jsonl", help=_("One JSON object a line."))]


def lists(group: typer.Typer, list_: Callable[[], int]) -> None:
    """Without a verb, `group` does what `list_` does without options."""

    @group.callback()
    def every(ctx: typer.Context) -> int:
        """Without a verb: list."""
        return list_() if ctx.invoked_subcommand is None else 0
