"""Several addresses of one person: merged, parted again, and all that is asked of them (behaviour 1.9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.shelf import DESK, SETTINGS, mail
from tui_desk.desk import people
from tui_desk.desk.events import Event
from tui_desk.errors import NotFoundError, RefusedError
from tui_desk.paths import Profile
from tui_desk.service import Desk
from tui_desk.store.admin import rebuild
from tui_desk.store.arrivals import Arrival
from tui_desk.store.ingest import Ingest

HOME, WORK, PHONE, MAX = "zoe@home.example", "z.roux@work.example", "zoe@phone.example", "max@home.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(Profile("t", tmp_path, tmp_path), replace(SETTINGS, language="en"))
    raws = [
        mail(f"Question {n}", from_=f"Zoe Roux <{who}>", id=f"{n}@x", at=1_749_000_000 + n)
        for n, who in enumerate((HOME, WORK, PHONE, MAX))
    ]
    with Ingest(made.store, made.settings, made.policy) as ingest:
        ingest.add([Arrival(raw, 1_749_000_000) for raw in raws])
    yield made
    made.close()


def of(desk: Desk, email: str) -> list[str]:
    """Whose tickets the query finds."""
    return sorted(row.requester for row in desk.queue.rows(desk.queue.ids(f"from:{email}")))


def test_merged_addresses_are_one_person(desk: Desk) -> None:
    person = desk.contacts.merge(HOME, [WORK])
    assert (person.email, person.others, person.tickets) == (HOME, (WORK,), 2)
    assert of(desk, HOME) == of(desk, WORK) == sorted([HOME, WORK])
    assert of(desk, MAX) == [MAX]
    view = desk.tickets.contact(WORK)
    assert (view.email, view.others, view.tickets) == (WORK, (HOME,), 2)
    assert sorted(row.requester for row in view.recent) == sorted([HOME, WORK])
    assert sorted(row.requester for row in desk.queue.rows(desk.queue.ids(f"-from:{HOME}"))) == sorted([MAX, PHONE])


def test_unmerge_is_exact(desk: Desk) -> None:
    desk.contacts.merge(WORK, [PHONE])
    desk.contacts.merge(HOME, [PHONE])  # the whole person joins
    assert of(desk, WORK) == sorted([HOME, WORK, PHONE])
    desk.contacts.unmerge(WORK)
    assert of(desk, HOME) == [HOME]
    assert of(desk, PHONE) == sorted([WORK, PHONE])
    desk.contacts.unmerge(PHONE)
    assert [of(desk, email) for email in (HOME, WORK, PHONE)] == [[HOME], [WORK], [PHONE]]


def test_what_cannot_be_merged(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.contacts.merge(HOME, ["nobody@x.example"])
    with pytest.raises(RefusedError, match="ours"):
        desk.contacts.merge(HOME, [DESK])
    with pytest.raises(RefusedError, match="not merged"):
        desk.contacts.unmerge(HOME)
    desk.contacts.merge(HOME, [WORK])
    with pytest.raises(RefusedError) as refused:
        desk.contacts.unmerge(HOME)
    assert WORK in refused.value.hint
    assert desk.contacts.merge(WORK, [HOME]).email == HOME


def test_the_list_shows_a_person_once(desk: Desk) -> None:
    desk.contacts.merge(HOME, [WORK, PHONE])
    assert [p.email for p in desk.contacts.list()] == [MAX, HOME]
    assert [p.email for p in desk.contacts.list("work")] == [HOME]
    assert [p.email for p in desk.contacts.list(merged=True)] == [HOME]
    assert [p.email for p in desk.contacts.list("%")] == []


def test_a_rebuild_keeps_it(desk: Desk) -> None:
    desk.contacts.merge(HOME, [WORK])
    rebuild(desk.store, desk.settings, desk.policy)
    assert of(desk, HOME) == sorted([HOME, WORK])


def test_undo_takes_the_last_of_it_back_exactly(desk: Desk) -> None:
    desk.contacts.merge(WORK, [MAX])
    desk.contacts.merge(HOME, [WORK, PHONE])
    [*undone] = desk.tickets.undo()
    assert sorted(outcome.number for outcome in undone) == sorted([WORK, PHONE])
    assert of(desk, HOME) == [HOME]
    assert of(desk, MAX) == sorted([MAX, WORK])
    desk.contacts.unmerge(MAX)
    [again] = desk.tickets.undo()
    assert (again.number, again.result) == (MAX, "done")
    assert of(desk, MAX) == sorted([MAX, WORK])
    rebuild(desk.store, desk.settings, desk.policy)
    assert of(desk, MAX) == sorted([MAX, WORK])


def test_a_person_takes_part_with_every_address(desk: Desk) -> None:
    row = next(row for row in desk.queue.rows(desk.queue.ids("")) if row.requester == HOME)

    def again(n: int) -> str:
        raw = mail(f"About #{row.number}", from_=f"Zoe <{WORK}>", id=f"again{n}@x", at=1_749_000_100 + n)
        with Ingest(desk.store, desk.settings, desk.policy) as ingest:
            [verdict] = ingest.add([Arrival(raw, 1_749_000_200)])
        return verdict.kind

    assert again(1) == "ticket"
    desk.contacts.merge(HOME, [WORK])
    assert again(2) == "message"
    before = sorted((r.number, r.requester, r.messages) for r in desk.queue.rows(desk.queue.ids("")))
    rebuild(desk.store, desk.settings, desk.policy)
    assert sorted((r.number, r.requester, r.messages) for r in desk.queue.rows(desk.queue.ids(""))) == before


def test_pointers_in_a_ring_end() -> None:
    log = [Event(str(n), n, "a", people.key(a), "joined", {"to": b}) for n, (a, b) in enumerate([("a@x", "b@x"), ("b@x", "a@x")])]
    pointers = people.joined(log)
    assert set(people.addresses("a@x", pointers)) <= {"a@x", "b@x"}
