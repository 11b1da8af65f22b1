"""Runs the benchmarks one after the other, each in an interpreter of its own.

python -m bench              all of them
python -m bench mail store   these
python -m bench chaos --rounds 200    one, with options of its own
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(words: list[str]) -> int:
    """Run those named, or all; 1 where one failed. Options follow the one they are for."""
    at = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    names, options = words[:at], words[at:]
    known = {path.stem: path for path in sorted(HERE.glob("*.py")) if not path.stem.startswith("_")}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no benchmark {unknown[0]}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    if options and len(names) != 1:
        print("Options are for one benchmark: name it first.", file=sys.stderr)
        return 2
    failed = [name for name in names or known if not run(name, known[name], options)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(name: str, path: Path, options: list[str]) -> bool:
    """Run one under a heading that says what it measures."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or name
    print(f"\n== {name}: {said.splitlines()[0]}", flush=True)
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *options], cwd=HERE.parent, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
