"""A folder that cannot be written, whoever runs the tests: root may write anywhere, so root becomes somebody else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def place() -> Iterator[Path]:
    """A folder that every user can reach (pytest's own lies in one that is private)."""
    made = Path(tempfile.mkdtemp(prefix="desk-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Within, this process reads what is in `folder` and writes none of it. What it imports must be imported before."""
    everything = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in everything}
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.getuid() == 0
    if root:
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        if root:
            os.setresuid(0, 0, 0)
        for path, mode in modes.items():
            if path.exists():
                path.chmod(mode)
