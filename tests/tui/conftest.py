"""A store with ten letters, made once; each test has a copy, at a moment that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tui import NOW, copy_of, make_desk, template
from tui_desk import clock
from tui_desk.service.desk import Desk


@pytest.fixture(scope="session")
def letters_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template."""
    return template(tmp_path_factory.mktemp("letters"))


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at NOW."""
    clock.use(lambda: float(NOW))


@pytest.fixture
def desk(letters_store: Path, tmp_path: Path, still: None) -> Iterator[Desk]:
    """A desk of the test's own."""
    made, _server = make_desk(copy_of(letters_store, tmp_path / "desk"))
    yield made
    made.close()
