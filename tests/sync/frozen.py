"""A watcher that is there to be stopped: `python -m tests.sync.frozen FOLDER IMAP_URL`; a line for each state."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from tests.sync.desk import Place
from tui_desk.config.schema import Account
from tui_desk.sync import awake
from tui_desk.sync.types import MailboxState
from tui_desk.sync.watch import Watcher
from tui_desk.transport.imap import ImapMailbox


def told(state: MailboxState) -> None:
    """Say how it stands."""
    print(state.state, flush=True)


def main() -> None:
    """Watch until somebody ends it."""
    awake.STILL_SECONDS = 1.0
    account = Account(address="desk@desk.test", imap=sys.argv[2], user="desk")
    place = Place(Path(sys.argv[1]), account)
    Watcher(lambda: place.engine(ImapMailbox(account, "pw")), told, lambda: None).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
