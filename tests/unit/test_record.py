"""Record is a frozen dataclass to those who use it, made without compiling anything."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

import pytest

from tui_desk.record import Record, fresh


class Place(Record):
    """Where something is."""

    room: str
    shelf: int = 1


class Label(Record):
    """The same shape under another name."""

    room: str
    shelf: int = 1


class Box(Record):
    """With a value inside and a dict of its own."""

    place: Place = Place("hall")
    notes: dict[str, str] = fresh(default_factory=dict)


def test_values_are_given_by_place_by_name_or_by_default() -> None:
    assert Place("attic") == Place(room="attic", shelf=1)
    assert (Place("attic", 3).room, Place("attic", shelf=3).shelf) == ("attic", 3)


@pytest.mark.parametrize(("values", "named"), [((), {}), (("a", 1, 2), {}), (("a",), {"room": "b"}), (("a",), {"floor": 2})])
def test_other_values_are_refused(values: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Place(*values, **named)  # type: ignore[arg-type]


def test_the_class_is_part_of_what_it_is() -> None:
    assert Place("attic") != Label("attic")
    assert Place("attic") != ("attic", 1)
    assert len({Place("attic"), Place("attic"), Label("attic")}) == 2


def test_it_is_frozen() -> None:
    place = Place("attic")
    with pytest.raises(AttributeError, match="frozen"):
        place.room = "hall"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del place.room
    assert place == Place("attic")


def test_a_fresh_default_is_not_shared() -> None:
    Box().notes["key"] = "under the mat"
    assert Box().notes == {}


def test_it_matches_by_place() -> None:
    match Place("attic", 3):
        case Label(_room, _shelf):
            found: object = "a label"
        case Place(room, shelf):
            found = (room, shelf)
    assert found == ("attic", 3)


def test_dataclasses_take_it_for_one_of_theirs() -> None:
    box = replace(Box(), place=replace(Place("attic"), shelf=2))
    assert asdict(box) == {"place": {"room": "attic", "shelf": 2}, "notes": {}}
    assert [(field.name, field.type) for field in fields(Place)] == [("room", "str"), ("shelf", "int")]
    assert fields(Place)[1].default == 1


def test_it_says_what_it_is() -> None:
    assert repr(Place("attic")) == "Place(room='attic', shelf=1)"


def test_what_dataclasses_asks_for_is_made_once() -> None:
    """Making it compiles a class: a bulk reply asks for it several times a draft."""
    assert fields(Place)[0] is fields(Place)[0]
    assert [each.name for each in fields(Box)] == ["place", "notes"]
