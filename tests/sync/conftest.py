"""The servers that sync tests use, and a desk that sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.backends import backend
from tests.support.dovecot import dovecot, dovecot_server
from tests.support.servers import mail_servers
from tests.support.smtp import Stub, stub_smtp
from tests.sync.sending import Sending

__all__ = ["backend", "dovecot", "dovecot_server", "mail_servers"]


@pytest.fixture
def sending(tmp_path: Path) -> Iterator[Callable[..., Sending]]:
    """Makes desks on a port; their stores are closed at the end."""
    with ExitStack() as stack:

        def make(port: int, **account: Any) -> Sending:
            made = Sending(tmp_path, port, **account)
            stack.callback(made.store.close)
            return made

        yield make


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server that sends, or fails as it is told to."""
    with stub_smtp() as server:
        yield server


@pytest.fixture
def desk(sending: Callable[..., Sending], stub: Stub) -> Sending:
    """A desk that sends by `stub`."""
    return sending(stub.port)
