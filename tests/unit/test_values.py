"""Our dataclasses are the standard library's, to whoever looks: made, compared, shown, replaced, copied and frozen alike."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from tui_desk import values


@values.dataclass(frozen=True, slots=True)
class Ours:
    """A value of ours."""

    name: str
    raw: bytes = values.field(repr=False)
    tags: tuple[str, ...] = ()
    more: dict[str, int] = values.field(default_factory=dict)
    hidden: int = values.field(default=3, repr=False)

    @property
    def loud(self) -> str:
        """Methods stay."""
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The same, made by the standard library."""

    name: str
    raw: bytes = dataclasses.field(repr=False)
    tags: tuple[str, ...] = ()
    more: dict[str, int] = dataclasses.field(default_factory=dict)
    hidden: int = dataclasses.field(default=3, repr=False)


@values.dataclass(slots=True)
class Open:
    """One that changes."""

    count: int = 0
    seen: list[int] = values.field(default_factory=list)


@values.dataclass(frozen=True, slots=True)
class Point:
    """Of what can be hashed."""

    x: int
    y: int = 0


@values.dataclass(frozen=True, slots=True)
class Alone:
    """Of one field."""

    x: int


@values.dataclass(frozen=True, slots=True)
class Empty:
    """Of none."""


GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("a", b"b"), {}),
    (("a",), {"raw": b"b", "hidden": 4}),
    (("a", b"b", ("x",), {"k": 1}, 5), {}),
    ((), {"more": {}, "raw": b"", "name": ""}),
]


@pytest.mark.parametrize(("given", "named"), GIVEN)
def test_made_and_shown_alike(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    ours, theirs = Ours(*given, **named), Theirs(*given, **named)
    assert repr(ours).removeprefix("Ours") == repr(theirs).removeprefix("Theirs")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert dataclasses.astuple(ours) == dataclasses.astuple(theirs)


@pytest.mark.parametrize(("given", "named"), [((), {}), (("a",), {}), (("a", b"b"), {"name": "c"}), (("a", b"b"), {"none": 1})])
def test_what_cannot_be_made(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    for kind in (Ours, Theirs, Ours):
        with pytest.raises(TypeError):
            kind(*given, **named)
    assert Ours("a", b"b").loud == "A", "and it can be made all the same"


def test_one_default_is_made_for_each() -> None:
    assert Ours("a", b"").more is not Ours("a", b"").more
    one, other = Open(), Open()
    one.seen.append(1)
    one.count += 1
    assert (one.count, one.seen, other.count, other.seen) == (1, [1], 0, [])


def test_equal_where_the_class_and_the_values_are() -> None:
    assert Point(1) == Point(1, 0) != Point(1, 1)
    for one, other in [(Point(1), (1, 0)), (Empty(), Point(0)), (Alone(1), Point(1))]:
        assert one != other
    assert Alone(1) == Alone(1) != Alone(2)
    assert Empty() == Empty()
    assert {Point(1), Point(1, 0), Point(2)} == {Point(2), Point(1)}
    assert len({Alone(1), Alone(1), Empty(), Empty()}) == 2
    with pytest.raises(TypeError):
        hash(Open())


def test_frozen() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.y
    with pytest.raises((AttributeError, TypeError)):
        point.z = 2  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        Open().none = 2  # type: ignore[attr-defined]
    assert point == Point(1)


@pytest.mark.parametrize("value", [Ours("a", b"b", more={"k": 1}), Open(2, [1]), Point(1, 2), Alone(7), Empty()], ids=repr)
def test_copied_and_sent_elsewhere(value: object) -> None:
    assert copy.copy(value) == copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value


def test_replaced() -> None:
    for replace in (values.replace, dataclasses.replace):
        assert replace(Ours("a", b"b", hidden=9), name="c") == Ours("c", b"b", hidden=9)
        with pytest.raises(TypeError):
            replace(Point(1), none=1)


def test_known_to_the_standard_library() -> None:
    assert dataclasses.is_dataclass(Ours)
    assert [f.name for f in dataclasses.fields(Point(1))] == ["x", "y"]
    assert [(f.name, f.repr, f.default) for f in dataclasses.fields(Ours)] == [
        (f.name, f.repr, f.default) for f in dataclasses.fields(Theirs)
    ]
    assert getattr(Ours, "__match_args__", ()) == ("name", "raw", "tags", "more", "hidden")
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
        case _:
            pytest.fail("it matches")


def test_making_a_class_loads_nothing() -> None:
    code = (
        "import sys\nfrom tui_desk.values import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: 'int' = 0\n"
        "assert A(1) == A(x=1) != A(), A\nprint(*{'dataclasses', 'inspect'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60).strip() == ""
