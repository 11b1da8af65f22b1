"""A private Postfix on a free loopback port that hands all on by SMTP or LMTP (Debian: postfix; needs root)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.loopback import free_port, until_answers

HOW = "no Postfix here, or not root: apt-get install postfix"
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Postfix:
    """A running server."""

    def __init__(self, root: Path, port: int) -> None:
        self.port = port
        self._root = root

    def idle(self) -> bool:
        """Whether all that it took is delivered."""
        waiting = ("maildrop", "incoming", "active", "deferred", "hold")
        return not any(path.is_file() for name in waiting for path in (self._root / "spool" / name).rglob("*"))


@contextmanager
def postfix(
    next_hop: int, *, size_limit: int = 10_000_000, transport: str = "smtp", aliases: str = "", headers: str = ""
) -> Iterator[Postfix]:
    """A running server; what it takes goes to `next_hop` on loopback. Skips where there is none.

    `aliases`, `headers`: regexp tables of addresses and of what is done to headers (regexp_table(5), header_checks(5)).
    """
    if os.getuid() != 0 or not shutil.which("postfix", path=_PATH):
        pytest.skip(HOW)
    root = Path(tempfile.mkdtemp(prefix="desk-postfix-"))
    root.chmod(0o755)
    port = free_port()
    try:
        _write(root, port, next_hop, size_limit, transport, aliases, headers)
        _run(root, "start")
        try:
            until_answers(port, b"220 ")
            yield Postfix(root, port)
        finally:
            _run(root, "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _write(root: Path, port: int, next_hop: int, size_limit: int, transport: str, aliases: str, headers: str) -> None:
    for name in ("etc", "spool", "data"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")
    where = "inet:127.0.0.1" if transport == "lmtp" else "[127.0.0.1]"
    words = {"root": root, "hop": f"{transport}:{where}:{next_hop}", "size": size_limit}
    (root / "etc" / "aliases").write_text(aliases)
    (root / "etc" / "headers").write_text(headers)
    (root / "etc" / "main.cf").write_text(_MAIN % words)
    (root / "etc" / "master.cf").write_text(_MASTER % {"port": port})


def _run(root: Path, verb: str) -> None:
    subprocess.run(
        ["postfix", "-c", str(root / "etc"), verb], check=True, capture_output=True, env={**os.environ, "PATH": _PATH}, timeout=60
    )


_MAIN = """
compatibility_level = 3.6
queue_directory = %(root)s/spool
data_directory = %(root)s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.desk.test
mydestination =
mynetworks = 127.0.0.0/8
relay_transport = %(hop)s
default_transport = %(hop)s
virtual_alias_maps = regexp:%(root)s/etc/aliases
header_checks = regexp:%(root)s/etc/headers
disable_dns_lookups = yes
smtp_host_lookup = native
smtp_bind_address = 127.0.0.1
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_forbid_bare_newline = reject
message_size_limit = %(size)d
mailbox_size_limit = 0
virtual_mailbox_limit = 0
maillog_file = %(root)s/maillog
maillog_file_prefixes = %(root)s
smtp_tls_security_level = none
alias_maps =
alias_database =
local_recipient_maps =
"""
_MASTER = """
127.0.0.1:%(port)d inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
