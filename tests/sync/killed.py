"""A sync that is there to be killed: `python -m tests.sync.killed FOLDER IMAP_URL`; a line for each commit."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.sync.desk import Place
from tui_desk.config.schema import Account
from tui_desk.sync.types import Progress
from tui_desk.transport.imap import ImapMailbox


def told(progress: Progress) -> None:
    """Say that a commit is done."""
    print(progress.done, flush=True)


def main() -> None:
    """Sync once."""
    account = Account(address="desk@desk.test", imap=sys.argv[2], user="desk")
    place = Place(Path(sys.argv[1]), account, window=40, real=True)
    print("ready", flush=True)
    engine = place.engine(ImapMailbox(account, "pw"), wait_for_lock=10)
    engine.run(told)
    engine.close()
    place.close()
    print("done", flush=True)


if __name__ == "__main__":
    main()
