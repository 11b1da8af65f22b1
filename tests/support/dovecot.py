"""A private Dovecot on free loopback ports, plain and TLS, run as root or as anybody (Debian: dovecot-core, dovecot-imapd)."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.support.loopback import free_port, in_a_folder, until_answers
from tui_desk.config.schema import Account

USERS = ("desk", "agent", "customer", "müller")
PASSWORD = "pw"
ACCENTED = "clé-ß"
PASSWORDS = {"müller": ACCENTED}
HOW = "no Dovecot here: apt-get install dovecot-core dovecot-imapd"


class Dovecot:
    """A running server. `root` is its folder; every mailbox is empty at first."""

    accented = "müller"

    def __init__(self, root: Path, extra: str = "") -> None:
        self.root = root
        self.port, self.tls_port = free_port(), free_port()
        self.authority = trustme.CA()
        self.ca_file = root / "ca.pem"
        self._as_root = os.getuid() == 0
        told = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=False, env=_environment()).stdout
        self.version = f"Dovecot {told.split(' ')[0].strip()}"
        self._extra = extra

    def start(self) -> None:
        """Write the settings and start; returns when both ports answer."""
        for name in ("run", "state", "mail", "log"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self.authority.cert_pem.write_to_path(str(self.ca_file))
        certificate = self.authority.issue_cert("localhost")
        certificate.private_key_and_cert_chain_pem.write_to_path(str(self.root / "server.pem"))
        self._write_users()
        (self.root / "dovecot.conf").write_text(self._settings())
        subprocess.run(["dovecot", "-c", self.root / "dovecot.conf"], check=True, env=_environment())
        for port in (self.port, self.tls_port):
            until_answers(port)

    def stop(self) -> None:
        """Stop the master process that `start` started."""
        try:
            pid = int((self.root / "run" / "master.pid").read_text())
        except (OSError, ValueError):
            return
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)

    def account(self, user: str = "desk", scheme: str = "imap") -> Account:
        """The settings of `user`'s mailbox; the certificate is trusted."""
        port = self.tls_port if scheme == "imaps" else self.port
        return Account(address=f"{user}@desk.test", imap=f"{scheme}://localhost:{port}", user=user, ca_file=str(self.ca_file))

    def doveadm(self, *words: str) -> str:
        """Run doveadm against this server."""
        command = ["doveadm", "-c", str(self.root / "dovecot.conf"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=_environment()).stdout

    def empty(self, user: str = "desk") -> None:
        """Throw the user's mailbox away."""
        folder = self.root / "mail" / user
        self.doveadm("kick", user) if self._connected(user) else None
        shutil.rmtree(folder, ignore_errors=True)

    def renumber(self, folder: str = "INBOX", user: str = "desk", uidvalidity: int = 0) -> None:
        """Another UIDVALIDITY (lower by one where none is given), every UID as it was."""
        if not uidvalidity:
            told = self.doveadm("-f", "flow", "mailbox", "status", "-u", user, "uidvalidity", folder)
            uidvalidity = int(told.rpartition("uidvalidity=")[2]) - 1
        self.doveadm("mailbox", "update", "-u", user, "--uid-validity", str(uidvalidity), folder)

    def _connected(self, user: str) -> bool:
        return any(line.startswith(f"{user} ") for line in self.doveadm("who", user).splitlines()[1:])

    def _write_users(self) -> None:
        runs_as = pwd.getpwnam("mail" if self._as_root else getpass.getuser())
        group = grp.getgrgid(runs_as.pw_gid)
        if self._as_root:
            os.chown(self.root / "mail", runs_as.pw_uid, group.gr_gid)
        lines = [
            f"{user}:{{PLAIN}}{PASSWORDS.get(user, PASSWORD)}:{runs_as.pw_uid}:{group.gr_gid}::{self.root}/mail/{user}::"
            for user in USERS
        ]
        (self.root / "users").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _settings(self) -> str:
        me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        internal = (
            "default_login_user = dovenull\ndefault_internal_user = dovecot"
            if self._as_root
            else f"default_login_user = {me}\ndefault_internal_user = {me}\ndefault_internal_group = {group}\n"
            "service anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n}"
        )
        words = {"root": self.root, "port": self.port, "tls": self.tls_port, "internal": internal, "extra": self._extra}
        return _SETTINGS % words


_SETTINGS = """
base_dir = %(root)s/run
state_dir = %(root)s/state
log_path = %(root)s/log/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <%(root)s/server.pem
ssl_key = <%(root)s/server.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_chars =
auth_failure_delay = 0
%(internal)s
mail_location = sdbox:%%h/sdbox
first_valid_uid = 1
mail_privileged_group =
mail_fsync = never
mailbox_list_index = yes
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = username_format=%%u %(root)s/users
}
userdb {
  driver = passwd-file
  args = username_format=%%u %(root)s/users
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Drafts {
    special_use = \\Drafts
  }
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
}
service imap-login {
  inet_listener imap {
    port = %(port)d
  }
  inet_listener imaps {
    port = %(tls)d
  }
  process_min_avail = 1
  service_count = 0
}
service imap {
  process_limit = 200
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
%(extra)s
"""


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}


def running(extra: str = "") -> Iterator[Dovecot]:
    """A server for as long as the generator lives; skips the test where there is none."""
    if not shutil.which("dovecot", path=_environment()["PATH"]):
        pytest.skip(HOW)
    yield from in_a_folder("desk-dovecot-", lambda root: Dovecot(root, extra))


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """One Dovecot for the whole run."""
    yield from running()


@pytest.fixture
def dovecot(dovecot_server: Dovecot) -> Dovecot:
    """The Dovecot, every mailbox empty."""
    for user in USERS:
        dovecot_server.empty(user)
    return dovecot_server
