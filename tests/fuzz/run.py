"""`make fuzz`: the coverage-guided fuzzer (atheris) on one target of targets.py until its time is over or it finds a crash.

    python -m tests.fuzz.run {mail,html,quotes,threads} CORPUS_DIR [libFuzzer options, such as -max_total_time=900]

The folder is filled with the seeds at first and keeps what is learned. A crash leaves its input beside it as `crash-…`.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import sys
from pathlib import Path

import atheris

import tui_desk

with atheris.instrument_imports(include=["tui_desk.mail", "tui_desk.text"]):
    for module in pkgutil.iter_modules([str(Path(tui_desk.__file__).parent / "mail")], "tui_desk.mail."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)  # many are imported where they are needed: too late to be watched
    from tests.fuzz.seeds import DICTIONARY, MAILS
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Prepare the folder and let it run."""
    if len(sys.argv) < 3 or sys.argv[1] not in TARGETS:
        sys.exit((__doc__ or "").strip())
    name, folder, options = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)
    for seed in MAILS:
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = folder.parent / f"{name}.dict"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in DICTIONARY))
    settings = [
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-max_len=65536",
        f"-dict={words}",
        f"-artifact_prefix={folder.parent}/{name}-",
    ]
    atheris.Setup([sys.argv[0], *settings, *options, str(folder)], TARGETS[name])
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join([f"{chr(92)}x{byte:02x}" for byte in word])


if __name__ == "__main__":
    main()
