"""Where a process kills itself (SIGKILL): before or after a call, as power cuts do, with no handler and no flush."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn


def _always(*_words: Any) -> bool:
    return True


class Kill(NamedTuple):
    """A call of `where`.`name`, of those whose words `when` says are meant; `first`: before it, not after."""

    where: Any
    name: str
    when: Callable[..., bool] = _always
    first: bool = False


def die() -> NoReturn:
    """Now."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def put(kill: Kill, at: int = 1) -> None:
    """Put the kill at the `at`-th such call; 0: never."""
    real, seen = getattr(kill.where, kill.name), itertools.count(1)

    def armed(*words: Any, **more: Any) -> Any:
        if kill.first and kill.when(*words) and next(seen) == at:
            die()
        result = real(*words, **more)
        if not kill.first and kill.when(*words) and next(seen) == at:
            die()
        return result

    setattr(kill.where, kill.name, armed)
