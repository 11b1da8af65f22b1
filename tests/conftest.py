"""No test speaks to this machine's own desk: its home, keyring, language and clock are the test's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tui_desk import clock, i18n

os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

_COLOURS = ("NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR")
_WORLD = (*_COLOURS, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "EDITOR", "VISUAL", "PAGER", "COLUMNS", "LINES")

# The same examples in every CI run, others each time elsewhere: a change is blamed for what it changed, and the search goes on.
settings.register_profile(
    "desk",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("desk")


@pytest.fixture(autouse=True)
def _own_world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty home, English, plain output, and the clock put back afterwards."""
    for name in [name for name in os.environ if name.startswith("TUI_DESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path_factory.mktemp("home")))
    for name in _WORLD:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    i18n.activate("en")
    source = clock.use(lambda: 0.0)
    clock.use(source)
    yield
    clock.use(source)
    i18n.activate("en")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parent.parent
