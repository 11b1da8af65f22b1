"""The wheel carries what the program needs beside its modules, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `pip install .` builds it. Skips where the build backend cannot be had (no network)."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--disable-pip-version-check", "-w", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode and "hatchling" in done.stderr:
        pytest.skip("hatchling cannot be had here: python -m pip install hatchling")
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("tui_desk-*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize(
    ("folder", "pattern", "shipped"),
    [
        ("macros", "*.md", "tui_desk/shipped/macros"),
        ("themes", "*.toml", "tui_desk/shipped/themes"),
        ("tui_desk/locale/fr/LC_MESSAGES", "*.mo", "tui_desk/locale/fr/LC_MESSAGES"),
        ("tui_desk/store/migrations", "**/*.py", "tui_desk/store/migrations"),
        ("tui_desk/demo/letters", "*.txt", "tui_desk/demo/letters"),
        ("tui_desk/tui", "*.tcss", "tui_desk/tui"),
        ("tui_desk", "py.typed", "tui_desk"),
    ],
)
def test_everything_travels(names: set[str], folder: str, pattern: str, shipped: str) -> None:
    here = {f"{shipped}/{path.relative_to(ROOT / folder).as_posix()}" for path in (ROOT / folder).glob(pattern)}
    assert here
    assert here <= names


def test_the_manual_page_lands_where_man_looks(names: set[str]) -> None:
    assert [name.partition(".data/data/")[2] for name in names if ".data/" in name] == ["share/man/man1/desk.1"]


def test_nothing_else_travels(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"tui_desk"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_licence_and_both_commands_are_in_it(wheel: Path, names: set[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in names)
    with zipfile.ZipFile(wheel) as archive:
        points = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert "desk = tui_desk.cli.main:main" in points
    assert "tui-desk = tui_desk.cli.main:main" in points


def test_it_works_unpacked_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Macros, French and a seeded store, with the wheel in place of the checkout (dependencies are this interpreter's)."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    venv.EnvBuilder(with_pip=False).create(tmp_path / "env")
    packages = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TUI_DESK_")},
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), *packages]),
        "TUI_DESK_HOME": str(tmp_path / "home"),
        "TUI_DESK_PROFILE": "demo",
    }

    def desk(*words: str) -> str:
        command = [str(tmp_path / "env" / "bin" / "python"), "-m", "tui_desk", *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [str(tmp_path / "env" / "bin" / "python"), "-c", "import tui_desk; print(tui_desk.__file__)"],
        capture_output=True, text=True, cwd=tmp_path, env=env, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(tmp_path / "site"))
    desk("demo", "--seed-only", str(tmp_path / "home"))
    assert int(desk("count", "")) > 100 or int(desk("count", "is:open")) > 20
    assert "remboursement-effectue" in desk("macros", "list", "--ids")
    assert "desk-dark" in desk("themes")
    assert "Installer" in desk("--lang", "fr", "--help")
