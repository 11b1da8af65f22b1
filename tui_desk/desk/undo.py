"""Which events stand: an undone event is as if it had never been, and so is an undo that is itself undone."""

from __future__ import annotations

from collections.abc import Sequence

from tui_desk.desk.events import UNDOABLE, Event


def standing(events: Sequence[Event]) -> list[Event]:
    """`events` without the undone ones and without the undo events, in the same order.

    An undo stands when no standing undo names it. Undo events that name each other in a ring undo nothing.
    """
    undos = {event.id: target for event in events if event.type == "undo" and (target := _target(event))}
    if not undos:
        return [event for event in events if event.type != "undo"]
    gone = _undone(undos)
    return [event for event in events if event.type != "undo" and (event.id not in gone or event.type not in UNDOABLE)]


def _undone(undos: dict[str, str]) -> set[str]:
    """The ids that standing undo events name. Settled from those that nobody undoes; no recursion, a chain may be long."""
    open_questions = dict.fromkeys(undos, 0)
    for target in undos.values():
        if target in open_questions:
            open_questions[target] += 1
    settled = [undo for undo, count in open_questions.items() if count == 0]
    gone: set[str] = set()
    done = set(settled)
    while settled:
        undo = settled.pop()
        target = undos[undo]
        if undo not in gone:
            gone.add(target)
        if target in open_questions and target not in done:
            open_questions[target] -= 1
            if target in gone or open_questions[target] == 0:
                done.add(target)
                settled.append(target)
    return gone


def _target(event: Event) -> str:
    data: object = event.data
    target = data.get("event") if isinstance(data, dict) else None
    return target if isinstance(target, str) else ""
