"""Dataclasses that cost little to make: the standard library compiles six methods a class, and loads `inspect`, at each start.

`@dataclass(frozen=True, slots=True)` here is what it is there, fields with defaults, factories and `repr=False` included, and is
one to mypy and to `dataclasses.replace`, `fields` and `asdict`. All methods but one are written once; `__init__` is compiled when
a value is first made, so that it is as quick as theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


class _Missing:
    """No default."""


MISSING: Any = _Missing()


class _Field:
    def __init__(self, default: Any, factory: Callable[[], Any] | None, shown: bool) -> None:
        self.default = default
        self.factory = factory
        self.shown = shown


@overload
def field(*, default: T, repr: bool = True) -> T: ...
@overload
def field(*, default_factory: Callable[[], T], repr: bool = True) -> T: ...
@overload
def field(*, repr: bool = True) -> Any: ...
def field(*, default: Any = MISSING, default_factory: Callable[[], Any] | None = None, repr: bool = True) -> Any:
    """A field that has more to say than its default."""
    return _Field(default, default_factory, repr)


@dataclass_transform(field_specifiers=(field,))
def dataclass(*, frozen: bool = False, slots: bool = True) -> Callable[[type[T]], type[T]]:
    """Make a class of annotated fields a dataclass with slots. It inherits no fields."""
    if not slots:
        raise TypeError("use the standard library's")
    return lambda cls: _made(cls, frozen)


def replace(value: T, /, **changes: Any) -> T:
    """`value` with other fields."""
    kind: Any = type(value)
    return kind(**{name: getattr(value, name) for name in kind.__match_args__} | changes)  # type: ignore[no-any-return]


def _made(cls: type[T], frozen: bool) -> type[T]:
    body = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    names = tuple(cls.__annotations__)
    given = {name: body.pop(name) for name in names if name in body}
    fields = {name: value if isinstance(value, _Field) else _Field(value, None, True) for name, value in given.items()}
    body |= {"__slots__": names, "__match_args__": names, "__dataclass_fields__": _Fields()}
    body |= {"__given__": fields, "__frozen__": frozen}
    body["__values__"] = attrgetter(*names) if names else staticmethod(lambda _value: ())
    for name, method in (_FROZEN if frozen else _OPEN).items():
        body.setdefault(name, method)
    meta: Any = type(cls)
    made: type[T] = meta(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _first(self: Any, /, *values: Any, **named: Any) -> None:
    """The first `__init__` of a class: it makes the one that stays."""
    kind: Any = type(self)
    kind.__init__ = _init(kind)
    self.__init__(*values, **named)


def _init(kind: Any) -> Any:
    words, lines, known = [], [], {"_missing": MISSING, "_set": object.__setattr__}
    for n, name in enumerate(kind.__match_args__):
        word, value, given = name, name, kind.__given__.get(name)
        if given is not None and given.factory is not None:
            known[f"_f{n}"] = given.factory
            word, value = f"{name}=_missing", f"_f{n}() if {name} is _missing else {name}"
        elif given is not None and given.default is not MISSING:
            known[f"_d{n}"] = given.default
            word = f"{name}=_d{n}"
        words.append(word)
        lines.append(f"_set(self, {name!r}, {value})" if kind.__frozen__ else f"self.{name} = {value}")
    exec(f"def __init__(self, {', '.join(words)}):\n  " + "\n  ".join(lines or ["pass"]), known)  # noqa: S102  (names of fields)
    known["__init__"].__qualname__ = f"{kind.__qualname__}.__init__"
    return known["__init__"]


def _equal(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    values = self.__values__
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(self.__values__(self))


def _repr(self: Any) -> str:
    shown = [name for name in self.__match_args__ if name not in self.__given__ or self.__given__[name].shown]
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__match_args__]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        object.__setattr__(self, name, value)


def _no_set(_self: Any, name: str, _value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_delete(_self: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


_BOTH = {"__init__": _first, "__eq__": _equal, "__repr__": _repr, "__getstate__": _state, "__setstate__": _set_state}
_OPEN = {**_BOTH, "__hash__": None}
_FROZEN = {**_BOTH, "__hash__": _hash, "__setattr__": _no_set, "__delattr__": _no_delete}


class _Fields:
    """What `dataclasses` asks a class for, made when it first asks."""

    def __get__(self, _value: object, kind: Any) -> dict[str, Any]:
        import dataclasses

        like: dict[str, Any] = {"__annotations__": {name: kind.__annotations__[name] for name in kind.__match_args__}}
        for name, given in kind.__given__.items():
            if given.factory is not None:
                like[name] = dataclasses.field(default_factory=given.factory, repr=given.shown)
            elif given.default is not MISSING:
                like[name] = dataclasses.field(default=given.default, repr=given.shown)
            else:
                like[name] = dataclasses.field(repr=given.shown)
        made: dict[str, Any] = dataclasses.dataclass(type(kind.__name__, (), like)).__dataclass_fields__  # type: ignore[attr-defined]
        kind.__dataclass_fields__ = made
        return made
