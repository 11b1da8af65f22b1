"""The servers that end-to-end tests use, and a desk set up on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.e2e.world import put
from tests.support.dovecot import PASSWORD, Dovecot, dovecot, dovecot_server
from tests.support.smtp import RealSmtp, real_smtp

__all__ = ["dovecot", "dovecot_server"]


@pytest.fixture
def smtp(dovecot: Dovecot) -> Iterator[RealSmtp]:
    """A mail server; what is for customer@ reaches the customer's real mailbox."""

    def route(_sender: str, recipients: list[str], raw: bytes) -> None:
        if "customer@desk.test" in recipients:
            put(dovecot, "customer", raw)

    with real_smtp() as server:
        server.routes.append(route)
        yield server


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """The file that the password command prints."""
    path = tmp_path / "secret"
    path.write_text(f"{PASSWORD}\n")
    return path


@pytest.fixture
def desk(dovecot: Dovecot, smtp: RealSmtp, secret: Path, tmp_path: Path) -> Shell:
    """A desk set up by a script, with no question."""
    shell = Shell(tmp_path / "home")
    shell.run(
        "init",
        *("--address", "desk@desk.test", "--imap", f"imaps://localhost:{dovecot.tls_port}", "--ca-file", str(dovecot.ca_file)),
        *("--smtp", f"smtp://127.0.0.1:{smtp.port}", "--user", "desk", "--password-command", f"cat {secret}"),
        *("--agent", "alice", "--name", "Support"),
    )
    return shell
