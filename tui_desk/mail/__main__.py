"""`python -m tui_desk.mail`: a message on stdin, what the desk reads in it as JSON on stdout.

python -m tui_desk.mail [--charset NAME] < message.eml
python -m tui_desk.mail --thread < paths.json    # a JSON list of files: each one's parent and thread
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tui_desk.i18n import _
from tui_desk.mail.record import record
from tui_desk.mail.tree import of_files


def main() -> None:
    """Read, parse, print."""
    options = argparse.ArgumentParser(prog="python -m tui_desk.mail", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--charset", help=_("Decode the mail again in this charset, whatever it claims."))
    options.add_argument(
        "--thread",
        action="store_true",
        help=_("Standard input is a JSON list of files: print the parent and the thread of each."),
    )
    asked = options.parse_args()
    if asked.thread:
        paths = json.load(sys.stdin)
        answer: object = of_files([(path, Path(path).read_bytes()) for path in paths])
    else:
        answer = record(sys.stdin.buffer.read(), charset=asked.charset)
    json.dump(answer, sys.stdout, ensure_ascii=True, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
