from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.shelf import NOW, Desk
from tui_desk import clock


@pytest.fixture(autouse=True)
def _fixed_clock() -> Iterator[None]:
    before = clock.use(lambda: float(NOW))
    yield
    clock.use(before)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty desk."""
    made = Desk(tmp_path / "desk")
    yield made
    made.close()
