"""A private Cyrus on free loopback ports, plain and TLS, from unpacked Debian packages, run as root or as anybody."""

from __future__ import annotations

import contextlib
import getpass
import grp
import os
import pwd
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import imapclient
import pytest
import trustme

from tests.support.dovecot import ACCENTED, PASSWORD
from tests.support.loopback import free_port, in_a_folder, until_answers
from tests.support.unpacked import Unavailable, environment, unpacked, version
from tui_desk.config.schema import Account

PACKAGES = ("cyrus-imapd", "cyrus-common")
PASSWORDS = {"desk": PASSWORD, "agent": PASSWORD, "customer": PASSWORD, "accent": ACCENTED, "cyrus": "admin"}
_OWNER = "lrswipkxtecdan"


class Cyrus:
    """A running server. `root` is its folder; every mailbox is empty at first and made by its first login."""

    accented = "accent"

    def __init__(self, root: Path, extra: str = "") -> None:
        self.root = root
        self.port, self.tls_port = free_port(), free_port()
        self.ca_file = root / "ca.pem"
        self._place = unpacked("cyrus", PACKAGES)
        self.version = f"Cyrus {version(self._place, 'cyrus-imapd')}"
        self._user = "mail" if os.getuid() == 0 else getpass.getuser()
        self._group = grp.getgrgid(pwd.getpwnam(self._user).pw_gid).gr_name
        self._extra = extra
        self._master: subprocess.Popen[bytes] | None = None
        self._passwords: _Passwords | None = None

    def start(self) -> None:
        """Write the settings and start; returns when both ports answer."""
        for name in ("conf", "spool", "run", "log"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self._write_certificate()
        programs = self._place / "usr/lib/cyrus/bin"
        words: dict[str, object] = {"root": self.root, "bin": programs, "port": self.port, "tls": self.tls_port}
        words |= {"user": self._user, "group": self._group, "extra": self._extra}
        (self.root / "imapd.conf").write_text(_IMAPD % words)
        (self.root / "cyrus.conf").write_text(_SERVICES % words)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", f"{self._user}:{self._group}", self.root], check=True)
        self._passwords = _Passwords(self.root / "run" / "mux")
        command = f"master -C {self.root}/imapd.conf -M {self.root}/cyrus.conf -p {self.root}/run/master.pid -D".split(" ")
        env = {**environment(self._place), "CYRUS_USER": self._user}
        with (self.root / "log" / "master").open("wb") as log:
            self._master = subprocess.Popen(
                command, executable=programs / "master", env=env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        for port in (self.port, self.tls_port):
            until_answers(port)

    def stop(self) -> None:
        """End the master and all that it started (a session of its own)."""
        if self._master is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._master.pid, signal.SIGTERM)
            try:
                self._master.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._master.pid, signal.SIGKILL)
                self._master.wait()
            self._master = None
        if self._passwords is not None:
            self._passwords.close()

    def account(self, user: str = "desk", scheme: str = "imap") -> Account:
        """The settings of `user`'s mailbox; the certificate is trusted."""
        port = self.tls_port if scheme == "imaps" else self.port
        return Account(address=f"{user}@desk.test", imap=f"{scheme}://localhost:{port}", user=user, ca_file=str(self.ca_file))

    def empty(self, user: str = "desk") -> None:
        """Throw the user's mailbox away; the next login makes it again."""
        with self._login("cyrus") as admin:
            for _flags, _delimiter, name in admin.list_folders("", f"user/{user}"):
                self._delete(admin, name)

    def renumber(self, folder: str = "INBOX", user: str = "desk") -> None:
        """Another UIDVALIDITY, and the UIDs from 1: a copy takes the folder's place."""
        with self._login(user) as owner:
            before = owner.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"]
            owner.create_folder("Copy")
            while owner.folder_status("Copy", ["UIDVALIDITY"])[b"UIDVALIDITY"] <= before:  # one more with every deletion
                owner.delete_folder("Copy")
                owner.create_folder("Copy")
            if owner.select_folder(folder, readonly=True)[b"EXISTS"]:
                owner.copy("1:*", "Copy")
            if folder.upper() != "INBOX":
                owner.delete_folder(folder)
                owner.rename_folder("Copy", folder)
                return
        with self._login("cyrus") as admin:
            admin.rename_folder(f"user/{user}", "user/old")
            admin.rename_folder("user/old/Copy", f"user/{user}")
            admin.setacl(f"user/{user}", user, _OWNER)
            while left := admin.list_folders("user/old/", "*"):  # a folder takes those below it along
                name = left[0][2]
                back = name.replace("/old/", f"/{user}/", 1)
                admin.rename_folder(name, back)
            for _flags, _delimiter, name in admin.list_folders(f"user/{user}/", "*"):
                admin.setacl(name, user, _OWNER)
            self._delete(admin, "user/old")

    @contextlib.contextmanager
    def _login(self, user: str) -> Iterator[imapclient.IMAPClient]:
        with imapclient.IMAPClient("localhost", self.port, ssl=False, use_uid=False) as client:
            client.login(user, PASSWORDS[user])
            yield client

    def _delete(self, admin: imapclient.IMAPClient, name: str) -> None:
        admin.setacl(name, "cyrus", _OWNER)
        admin.delete_folder(name)

    def _write_certificate(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(self.root / "server.pem"))


class _Passwords:
    """What saslauthd does: user, password, service and realm come, each after its length; OK or NO goes back."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o777)
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                asked, _address = self._listener.accept()
            except OSError:
                return
            with asked, contextlib.suppress(OSError, struct.error), asked.makefile("rb") as words:
                user, password, _service, _realm = (words.read(*struct.unpack("!H", words.read(2))).decode() for _ in range(4))
                answer = b"OK" if PASSWORDS.get(user) == password else b"NO"
                asked.sendall(struct.pack("!H", len(answer)) + answer)


_IMAPD = """
configdirectory: %(root)s/conf
partition-default: %(root)s/spool
defaultpartition: default
servername: localhost
admins: cyrus
cyrus_user: %(user)s
cyrus_group: %(group)s
allowplaintext: yes
allowusermoves: yes
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: %(root)s/run/mux
sasl_mech_list: PLAIN LOGIN
tls_server_cert: %(root)s/server.pem
tls_server_key: %(root)s/server.pem
autocreate_quota: 0
autocreate_inbox_folders: Sent | Drafts | Trash | Junk
autocreate_subscribe_folders: Sent | Drafts | Trash | Junk
xlist-sent: Sent
xlist-drafts: Drafts
xlist-trash: Trash
xlist-junk: Junk
munge8bit: no
unixhierarchysep: yes
altnamespace: yes
virtdomains: off
delete_mode: immediate
expunge_mode: immediate
maxlogins_per_user: 0
maxlogins_per_host: 0
imapidlepoll: 60
idlesocket: %(root)s/run/idle
lmtpsocket: %(root)s/run/lmtp
notifysocket: %(root)s/run/notify
mboxname_lockpath: %(root)s/run/lock
proc_path: %(root)s/run/proc
%(extra)s
"""

_SERVICES = """
START {
  recover cmd="%(bin)s/ctl_cyrusdb -C %(root)s/imapd.conf -r"
  idled cmd="%(bin)s/idled -C %(root)s/imapd.conf"
}
SERVICES {
  imap cmd="%(bin)s/imapd -C %(root)s/imapd.conf -U 30" listen="127.0.0.1:%(port)d" prefork=1 maxchild=100
  imaps cmd="%(bin)s/imapd -s -C %(root)s/imapd.conf -U 30" listen="127.0.0.1:%(tls)d" prefork=0 maxchild=100
}
EVENTS {
  checkpoint cmd="%(bin)s/ctl_cyrusdb -C %(root)s/imapd.conf -c" period=30
}
"""


def running(extra: str = "") -> Iterator[Cyrus]:
    """A server for as long as the generator lives; skips the test where its packages cannot be had."""
    try:
        yield from in_a_folder("desk-cyrus-", lambda root: Cyrus(root, extra))
    except Unavailable as error:
        pytest.skip(f"no Cyrus here: {error}")
