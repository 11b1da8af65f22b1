"""Record: a frozen value class that is made at once, for what the fast commands load.

`@dataclass` compiles four or five methods for every class (a millisecond at each start) and imports `inspect` (eight).
A Record's methods are written once, here. To mypy, and to `dataclasses.replace`, `fields` and `asdict`, it is a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, dataclass_transform


class _Fresh:
    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def fresh(*, default_factory: Callable[[], Any]) -> Any:
    """A default that is made anew for each value: `views: dict[str, str] = fresh(default_factory=dict)`."""
    return _Fresh(default_factory)


class _Fields:
    """What `dataclasses` asks a class for, made when it first asks."""

    def __get__(self, _value: object, kind: type[Record]) -> dict[str, Any]:
        known: dict[str, Any] | None = kind.__dict__.get("_fields")
        if known is not None:
            return known
        from dataclasses import dataclass, field

        like: dict[str, Any] = {"__annotations__": {name: kind._kinds[name] for name in kind.__match_args__}}
        for name, default in kind._defaults.items():
            like[name] = field(default_factory=default.make) if isinstance(default, _Fresh) else default
        made: dict[str, Any] = dataclass(frozen=True)(type(kind.__name__, (), like)).__dataclass_fields__  # type: ignore[attr-defined]
        kind._fields = made
        return made


@dataclass_transform(frozen_default=True, field_specifiers=(fresh,))
class Record:
    """Fields are the annotations of the subclass, in their order; two are equal where class and values are."""

    __match_args__: tuple[str, ...] = ()
    __dataclass_fields__ = _Fields()
    _kinds: dict[str, Any]
    _defaults: dict[str, Any]
    _fields: dict[str, Any]
    """The class's own, once `dataclasses` has asked."""

    def __init_subclass__(cls) -> None:
        cls._kinds = cls.__annotations__
        cls.__match_args__ = tuple(cls._kinds)  # type: ignore[misc]
        cls._defaults = {name: cls.__dict__[name] for name in cls._kinds if name in cls.__dict__}

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.__match_args__
        given = dict(zip(names, values, strict=False))
        if len(values) > len(names) or not named.keys() <= set(names[len(values) :]):
            raise TypeError(f"{type(self).__name__}: {names} are wanted, not {values} and {named}")
        given |= named
        if len(given) < len(names):
            for name, default in self._defaults.items():
                if name not in given:
                    given[name] = default.make() if isinstance(default, _Fresh) else default
            if len(given) < len(names):
                raise TypeError(f"{type(self).__name__}: {', '.join(n for n in names if n not in given)} missing")
        self.__dict__.update(given)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name}")

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in self.__match_args__)})"

    def _values(self) -> tuple[Any, ...]:
        return tuple(self.__dict__[name] for name in self.__match_args__)


def kinds(record: type[Record]) -> dict[str, str]:
    """The fields of a Record in their order, each with its type as the source writes it."""
    return record._kinds
