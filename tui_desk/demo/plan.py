"""Lays the stories on the last thirty days: every mail with its time and bytes, and what the agents did when."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tui_desk.demo.company import ADDRESS, COLLEAGUES, DOMAIN
from tui_desk.demo.hours import DAY, HOUR, at_work, customer_time, reply_time
from tui_desk.demo.letters import Story, Turn
from tui_desk.demo.write import Letter, desk_address, sender_name, to_bytes
from tui_desk.desk.events import SYSTEM

DAYS = 30
CLOSES = 7
"""Days after which a solved ticket closes by itself (the setting's default)."""
HASTE = 0.25
"""How often an agent solves with the reply, before the customer has said that it helped."""
_STYLES = ("gmail", "gmail", "phone", "outlook", "bare", "gmail")
_LATEST = 240
"""Seconds before now by which everything of the past has happened."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One mail in a folder of the mailbox."""

    folder: str
    at: int
    raw: bytes = field(repr=False)
    flags: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """What an agent did to a ticket, which is found by the Message-ID of its first mail. Becomes an event."""

    message_id: str
    at: int
    agent: str
    type: str
    data: dict[str, Any]


@dataclass(slots=True)
class _Thread:
    """One story while it is laid out."""

    story: Story
    rng: random.Random
    root: str = ""
    last: Letter | None = None
    asked: Letter | None = None
    references: tuple[str, ...] = ()
    mails: list[Posted] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    at: int = 0


def lay_out(stories: Iterable[Story], now: int, rng: random.Random) -> Iterator[tuple[list[Posted], list[Act]]]:
    """The mails and acts of each story, all before `now`."""
    for story in stories:
        yield _one(story, now, random.Random(f"{story.id} {rng.random()}"))  # noqa: S311 - a play, not a secret


def _one(story: Story, now: int, rng: random.Random) -> tuple[list[Posted], list[Act]]:
    """Tried at a date, and moved back half a day at a time until all of it is past."""
    seed = rng.random()
    days = _age(story, rng)
    while True:
        thread = _Thread(story, random.Random(seed))  # noqa: S311
        _tell(thread, customer_time(thread.rng, now - int(days * DAY)))
        if max((posted.at for posted in thread.mails), default=0) <= now - _LATEST and thread.at <= now - _LATEST:
            _end(thread, now)
            return thread.mails, [act for act in thread.acts if act.at <= now]
        days += 0.5


def _age(story: Story, rng: random.Random) -> float:
    """For how many days a story has been going on: what is open is young, with a few that were left lying."""
    match story.end:
        case "new" | "spam":
            return rng.choices((0.05, 0.3, 1.0, 2.5), (5, 4, 2, 1))[0] * rng.uniform(0.3, 1.6)
        case "open" | "in_progress":
            return rng.uniform(0.3, 4)
        case "pending" | "on_hold" | "snoozed":
            return rng.uniform(1, 9)
        case _:
            return rng.uniform(1, DAYS - 1)


def _tell(thread: _Thread, start: int) -> None:
    thread.at = start
    for number, turn in enumerate(thread.story.turns):
        match turn.kind:
            case "customer":
                _customer(thread, turn, number)
            case "agent":
                _agent(thread, turn, number)
            case "note":
                thread.at = at_work(thread.rng, thread.at + thread.rng.randrange(120, 1500))
                thread.acts.append(Act(thread.root, thread.at, turn.agent, "note", {"text": turn.text}))


def _customer(thread: _Thread, turn: Turn, number: int) -> None:
    story, rng = thread.story, thread.rng
    if number:
        hours = float(turn.flag("after") or rng.lognormvariate(0.9, 0.9))
        thread.at += int(hours * HOUR) + rng.randrange(60, 600)
    style = next((flag for flag in turn.flags if "=" not in flag), rng.choice(_STYLES) if number else "plain")
    email = turn.flag("from") or story.email
    letter = Letter(
        message_id=_message_id(rng, email.partition("@")[2]),
        at=thread.at,
        name=story.name if email == story.email else "",
        email=email,
        to=desk_address(),
        subject=story.subject if not number else _re(story.subject),
        text=turn.text,
        language=story.language,
        answers=thread.last,
        references=thread.references,
        style=style,
        attach=tuple(flag[len("attach=") :] for flag in turn.flags if flag.startswith("attach=")),
    )
    thread.root = thread.root or letter.message_id
    thread.asked = letter
    _post(thread, letter, "INBOX", ())


def _agent(thread: _Thread, turn: Turn, number: int) -> None:
    """Triage once, then the reply, then the status that it leaves."""
    story, rng, who = thread.story, thread.rng, COLLEAGUES[turn.agent]
    urgent = {"urgent": 0.4, "high": 0.9}.get(story.priority, 2.2)
    thread.at = reply_time(rng, thread.at, urgent)
    _triage(thread, turn.agent)
    letter = Letter(
        message_id=_message_id(rng, DOMAIN),
        at=thread.at,
        name=sender_name(who.first),
        email=ADDRESS,
        to=f"{story.name} <{story.email}>" if story.name.isascii() and story.name.replace(" ", "").isalpha() else story.email,
        subject=_re(story.subject) if number else story.subject,
        text=f"{turn.text}\n\n{who.first}",
        language=story.language,
        answers=thread.asked,
        references=thread.references,
        style="plain",
    )
    thread.root = thread.root or letter.message_id
    _post(thread, letter, "Sent", ("\\Seen",))
    thread.acts.append(
        Act(thread.root, thread.at, turn.agent, "replied", {"message_id": letter.message_id, "to": [story.email], "macro": ""})
    )
    last = not any(later.kind == "agent" for later in story.turns[number + 1 :])
    thanked = any(later.kind == "customer" for later in story.turns[number + 1 :])
    sure = not thanked or rng.random() < HASTE
    to = "solved" if last and story.end == "solved" and sure else "pending"
    thread.acts.append(Act(thread.root, thread.at + 2, turn.agent, "status", {"to": to}))


def _triage(thread: _Thread, agent: str) -> None:
    story = thread.story
    if any(act.type == "assign" for act in thread.acts) or not thread.root:
        return
    at = thread.at - thread.rng.randrange(60, 240)
    changes: list[tuple[str, dict[str, Any]]] = [("assign", {"to": story.agent or agent})]
    if story.type:
        changes.append(("type", {"to": story.type}))
    if story.priority != "normal":
        changes.append(("priority", {"to": story.priority}))
    if story.tags:
        changes.append(("tag", {"add": list(story.tags), "remove": []}))
    thread.acts += [Act(thread.root, at + n, agent, kind, data) for n, (kind, data) in enumerate(changes)]


def _end(thread: _Thread, now: int) -> None:
    """What is left to do so that the ticket stands as the story says."""
    story, rng = thread.story, thread.rng
    if not thread.root or story.end == "new":
        return
    agent = story.agent or rng.choice(sorted(COLLEAGUES))
    later = rng.randrange(60, 900)
    at = at_work(rng, thread.at) + later
    at = thread.at = at if at <= now - 30 else min(thread.at + later, now - 30)
    _triage(thread, agent)
    asked_last = story.turns[-1].kind == "customer"
    if story.end == "snoozed":
        thread.acts.append(Act(thread.root, at, agent, "snooze", {"until": at_work(rng, now + DAY), "on": "both"}))
    elif story.end == "open":
        thread.acts.append(Act(thread.root, at, agent, "status", {"to": "open"}))
    elif story.end != "pending" and (story.end != "solved" or asked_last):
        thread.acts.append(Act(thread.root, at, agent, "status", {"to": story.end}))
    solved = max((act.at for act in thread.acts if act.data.get("to") == "solved"), default=now)
    if now - solved > CLOSES * DAY:
        thread.acts.append(Act(thread.root, solved + CLOSES * DAY, SYSTEM, "status", {"to": "closed"}))


def _post(thread: _Thread, letter: Letter, folder: str, flags: tuple[str, ...]) -> None:
    thread.mails.append(Posted(folder, letter.at, to_bytes(letter), flags, letter.message_id))
    thread.last = replace(letter, answers=None)
    thread.references = (*thread.references, letter.message_id)


def _message_id(rng: random.Random, domain: str) -> str:
    return f"{hashlib.sha256(str(rng.random()).encode()).hexdigest()[:20]}@{domain}"


def _re(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
