"""Reads the stories in letters/: who wrote what, who answered, how it ended.

== fr | solved | refund | high | refund vip | nadia       language, end, type, priority, tags, agent
From: Bérénice Caron <berenice@boite.example>
Subject: Deux fois débitée
>> html attach=photo.png                                  the customer writes (with flags)
text
<<                                                        the agent answers (`<< theo`: another agent)
-- nadia                                                  a note
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "letters"
_HEADS = re.compile(r"^== ", re.MULTILINE)
_TURNS = re.compile(r"^(>>|<<|--)(?: (.*))?$", re.MULTILINE)

TurnKind = Literal["customer", "agent", "note"]
_KINDS: dict[str, TurnKind] = {">>": "customer", "<<": "agent", "--": "note"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One message or note. `flags` of a customer's: html, outlook, gmail, phone, bare, attach=NAME, from=ADDRESS, after=HOURS."""

    kind: TurnKind
    text: str
    agent: str = ""
    flags: tuple[str, ...] = ()

    def flag(self, name: str) -> str:
        """The value of `name=value`, "" where it is not given."""
        return next((flag[len(name) + 1 :] for flag in self.flags if flag.startswith(f"{name}=")), "")


@dataclass(frozen=True, slots=True)
class Story:
    """A customer's case from the first mail to where it stands."""

    id: str
    language: str
    end: str
    """new, open, in_progress, pending, on_hold, solved, spam, or snoozed."""
    type: str
    priority: str
    tags: tuple[str, ...]
    agent: str
    name: str
    email: str
    subject: str
    turns: tuple[Turn, ...]


@cache
def stories(name: str) -> tuple[Story, ...]:
    """The stories of letters/NAME.txt."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    blocks = [block for block in _HEADS.split(text) if "\n" in block]
    return tuple(_story(f"{name}-{n}", block) for n, block in enumerate(blocks, 1))


def _story(story_id: str, block: str) -> Story:
    first, _, rest = block.partition("\n")
    language, end, kind, priority, tags, agent = (part.strip() for part in first.split("|"))
    head, *_ = _TURNS.split(rest, maxsplit=1)
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    name, _, email = fields["From"].rpartition(" <")
    turns = tuple(_turns(rest, agent))
    return Story(
        story_id, language, end, kind, priority, tuple(tags.split()), agent, name, email.rstrip(">"), fields["Subject"], turns
    )


def _turns(text: str, agent: str) -> Iterator[Turn]:
    parts = _TURNS.split(text)[1:]
    for mark, words, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        kind, flags = _KINDS[mark], tuple((words or "").split())
        who = "" if kind == "customer" else (flags[0] if flags else agent)
        yield Turn(kind, body.strip(), who, flags if kind == "customer" else ())
