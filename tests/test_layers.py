"""The house stands as it is drawn: layers point one way, pure rooms are pure, and fast commands load nothing heavy."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tui_desk"
FAST = frozenset(
    {"sqlalchemy", "sqlmodel", "pydantic", "typer", "textual", "imapclient", "rich", "jinja2", "babel", "keyring", "ssl"}
)
"""What the commands that read at once must not load."""
HELP = frozenset({"sqlalchemy", "sqlmodel", "textual", "imapclient", "jinja2", "keyring"})
IMPURE = frozenset({"os", "socket", "sqlite3", "subprocess", "random", "threading", "imaplib", "smtplib", "pathlib", "asyncio"})


MODULES = "{m.partition('.')[0] for m in sys.modules}"
RUN = f"""
import atexit, json, sys
from tui_desk.cli.main import main
sys.argv[0] = "desk"
atexit.register(lambda: sys.stderr.write("\\n" + json.dumps(sorted({MODULES})) + "\\n"))
raise SystemExit(main())
"""
OPEN = f"""
import sys
from tui_desk.service.desk import Desk
Desk.open().close()
print(*{MODULES})
"""


def loaded(home: Path, *words: str, **environment: str) -> tuple[int, set[str], str]:
    """Run `desk WORDS` in a fresh interpreter: its exit code, the top-level modules it loaded, its output."""
    env = {**os.environ, "TUI_DESK_HOME": str(home), "TUI_DESK_PROFILE": "demo", **environment}
    done = subprocess.run([sys.executable, "-c", RUN, *words], capture_output=True, text=True, env=env, timeout=120, check=False)
    return done.returncode, set(json.loads(done.stderr.strip().splitlines()[-1])), done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded store."""
    folder = tmp_path_factory.mktemp("seeded")
    code, _modules, _out = loaded(folder, "demo", "--seed-only", str(folder))
    assert code == 0
    return folder


def test_import_contracts() -> None:
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    assert lint_imports(config_filename=str(PACKAGE.parent / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("list",),
        ("list", "is:open", "--ids"),
        ("list", "--json"),
        ("count", "is:open"),
        ("search", "basilic"),
        ("next",),
    ],
    ids=" ".join,
)
def test_fast_commands_load_nothing_heavy(home: Path, words: tuple[str, ...]) -> None:
    code, modules, out = loaded(home, *words)
    assert code == 0
    assert out
    assert not modules & FAST


def test_show_loads_nothing_heavy(home: Path) -> None:
    _code, _modules, ids = loaded(home, "list", "--ids")
    code, modules, out = loaded(home, "show", ids.split()[0])
    assert code == 0
    assert out
    assert not modules & FAST


def test_a_terminal_that_speaks_french_stays_fast(home: Path) -> None:
    code, modules, _out = loaded(home, "list", TUI_DESK_LANGUAGE="fr")
    assert code == 0
    assert not modules & FAST


@pytest.mark.parametrize(
    "words", [("_complete", "sh"), ("_complete", "show", ""), ("_complete", "list", "tag:"), ("_complete", "")]
)
def test_completion_loads_nothing_heavy(home: Path, words: tuple[str, ...]) -> None:
    code, modules, out = loaded(home, *words)
    assert code == 0
    assert out
    assert not modules & FAST


def test_help_loads_no_store_and_no_console(home: Path) -> None:
    code, modules, out = loaded(home, "--help")
    assert code == 0
    assert "list" in out
    assert not modules & HELP


def test_the_house_opens_without_the_store(home: Path) -> None:
    """Opening a Desk imports neither SQLAlchemy nor Textual nor imapclient."""
    env = {**os.environ, "TUI_DESK_HOME": str(home), "TUI_DESK_PROFILE": "demo"}
    done = subprocess.run([sys.executable, "-c", OPEN], capture_output=True, text=True, env=env, timeout=60, check=True)
    assert not set(done.stdout.split()) & {"sqlalchemy", "sqlmodel", "textual", "imapclient"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
            if node.module == "tui_desk":
                found |= {f"tui_desk.{alias.name}" for alias in node.names}
            elif node.module == "tui_desk.clock":
                found.add("tui_desk.clock")
    return found


@pytest.mark.parametrize("room", ["mail", "desk"])
def test_pure_rooms_have_no_clock_and_no_files(room: str) -> None:
    edges = {PACKAGE / "desk" / "events.py", PACKAGE / "mail" / "__main__.py"}  # makes uuid7s; reads stdin
    for path in sorted((PACKAGE / room).rglob("*.py")):
        if path not in edges:
            assert not _imports(path) & (IMPURE | {"tui_desk.clock"}), path


def test_only_the_clock_reads_the_wall_clock() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name in ("clock.py", "events.py", "quick.py"):  # quick imports nothing of ours: it answers before we load
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in {
                    ("time", "time"),
                    ("datetime", "now"),
                    ("date", "today"),
                    ("time", "time_ns"),
                }, f"{path}:{node.lineno} reads the wall clock: tui_desk.clock.now()"


def test_faces_have_no_sql_and_no_imap() -> None:
    """Neither face holds SQL or IMAP of its own; only the shell's talk knows what the store's errors are called."""
    for room in ("cli", "tui"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            named = {"sqlite3"} if path.name == "talk.py" else set()
            assert not (_imports(path) - named) & {"sqlite3", "sqlalchemy", "sqlmodel", "imapclient", "smtplib"}, path


EDGES = {
    "cli/main.py",
    "tui/jobs.py",
    "tui/following.py",
    "sync/watch.py",
    "store/reading.py",
    "store/ingest.py",
    "store/batch.py",
}
"""Where a program must go on whatever happened: the command, the console's workers, the sync pass and its mails."""


def test_broad_excepts_stand_at_the_edges_or_clean_up_and_raise() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            name = node.type.id if isinstance(node.type, ast.Name) else ("" if node.type else "bare")
            if name in ("Exception", "BaseException", "bare"):
                raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                edge = path.relative_to(PACKAGE).as_posix() in EDGES and name == "Exception"
                assert raises or edge, f"{path}:{node.lineno}"
