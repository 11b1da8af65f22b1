"""Sessions with a real server, and everything that can go wrong on the way: each with its error, sentence and exit code."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from tests.support.dovecot import PASSWORDS, Dovecot
from tests.support.proxy import Fault, FaultProxy
from tui_desk.config.schema import Account
from tui_desk.errors import AuthError, CertificateError, ConfigError, NetworkError, ProtocolError
from tui_desk.transport.base import Fetched
from tui_desk.transport.imap import ImapMailbox

RAW = b"Subject: x\r\nMessage-ID: <x@x>\r\n\r\n" + b"0123456789abcde\r\n" * 400


@pytest.mark.parametrize("scheme", ["imap", "imaps", "imap+starttls"])
def test_every_way_in(dovecot: Dovecot, scheme: str) -> None:
    with closing(ImapMailbox(dovecot.account(scheme=scheme), "pw")) as mailbox:
        mailbox.connect()
        mailbox.append("INBOX", RAW)
        assert mailbox.examine("INBOX").exists == 1
        (item,) = mailbox.fetch([1])
        assert item.raw == RAW


def test_words_that_are_not_ascii(dovecot: Dovecot) -> None:
    with closing(ImapMailbox(dovecot.account("müller"), PASSWORDS["müller"])) as mailbox:
        mailbox.connect()
        assert mailbox.examine("INBOX").exists == 0


def test_a_folder_with_any_name(dovecot: Dovecot) -> None:
    dovecot.doveadm("mailbox", "create", "-u", "desk", 'Éléments envoyés & "plus"')
    with closing(ImapMailbox(dovecot.account(), "pw")) as mailbox:
        mailbox.connect()
        assert 'Éléments envoyés & "plus"' in [info.name for info in mailbox.folders()]
        assert mailbox.append('Éléments envoyés & "plus"', RAW) == 1
        assert mailbox.examine('Éléments envoyés & "plus"').exists == 1


@pytest.mark.parametrize("password", ["wrong", "clé-ß", 'qu"ote\\'])
def test_a_wrong_password(dovecot: Dovecot, password: str) -> None:
    with pytest.raises(AuthError) as told:
        ImapMailbox(dovecot.account(), password).connect()
    assert told.value.exit_code == 77
    assert "localhost" in told.value.message
    assert password not in told.value.message
    assert told.value.hint


def test_an_unknown_host() -> None:
    with pytest.raises(NetworkError) as told:
        ImapMailbox(Account(imap="imaps://nowhere.invalid", user="x"), "pw").connect()
    assert told.value.exit_code == 75
    assert "nowhere.invalid" in told.value.message


def test_nobody_listens(dovecot: Dovecot) -> None:
    with FaultProxy(1) as proxy:
        port = proxy.port
    with pytest.raises(NetworkError) as told:
        ImapMailbox(Account(imap=f"imap://127.0.0.1:{port}", user="x"), "pw").connect()
    assert "refused" in told.value.message


def test_a_certificate_that_nobody_trusts(dovecot: Dovecot) -> None:
    account = replace(dovecot.account(scheme="imaps"), ca_file="")
    with pytest.raises(CertificateError) as told:
        ImapMailbox(account, "pw").connect()
    assert told.value.exit_code == 78
    assert "ca_file" in told.value.hint
    starttls = replace(account, imap=dovecot.account(scheme="imap+starttls").imap)
    with pytest.raises(CertificateError):
        ImapMailbox(starttls, "pw").connect()


def test_a_certificate_for_another_host(dovecot: Dovecot, tmp_path: Path) -> None:
    account = dovecot.account(scheme="imaps")
    with pytest.raises(CertificateError):
        ImapMailbox(replace(account, imap=account.imap.replace("localhost", "127.0.0.1")), "pw").connect()
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with pytest.raises(CertificateError):
        ImapMailbox(replace(account, ca_file=str(other)), "pw").connect()


def test_a_ca_file_that_is_none(dovecot: Dovecot, tmp_path: Path) -> None:
    for content in (None, "nonsense"):
        file = tmp_path / "ca.pem"
        if content:
            file.write_text(content)
        with pytest.raises(ConfigError) as told:
            ImapMailbox(replace(dovecot.account(scheme="imaps"), ca_file=str(file)), "pw").connect()
        assert "ca.pem" in told.value.message


def test_tls_spoken_to_a_plain_port(dovecot: Dovecot) -> None:
    account = replace(dovecot.account(), imap=f"imaps://localhost:{dovecot.port}")
    with pytest.raises(NetworkError) as told:
        ImapMailbox(account, "pw").connect()
    assert "secure" in told.value.message


def test_a_plain_line_off_loopback_is_refused() -> None:
    with pytest.raises(ConfigError):
        ImapMailbox(Account(imap="imap://mail.example.org"), "pw")
    ImapMailbox(Account(imap="imap://mail.example.org", allow_plaintext=True), "pw")


@pytest.fixture
def behind(dovecot: Dovecot) -> Iterator[tuple[Account, list[Fault]]]:
    """An account behind a proxy, and the faults of its connections to come."""
    with closing(ImapMailbox(dovecot.account(), "pw")) as mailbox:
        mailbox.connect()
        for _ in range(5):
            mailbox.append("INBOX", RAW)
    faults: list[Fault] = []
    with FaultProxy(dovecot.port, lambda _n: faults.pop(0) if faults else Fault()) as proxy:
        yield replace(dovecot.account(), imap=f"imap://127.0.0.1:{proxy.port}"), faults


def test_a_cut_in_a_literal(behind: tuple[Account, list[Fault]]) -> None:
    account, faults = behind
    faults.append(Fault(cut_in_literal=2))
    mailbox = ImapMailbox(account, "pw")
    mailbox.connect()
    mailbox.examine("INBOX")
    got: list[Fetched] = []
    with pytest.raises(NetworkError) as told:
        got.extend(mailbox.fetch(range(1, 6)))
    assert "cut" in told.value.message
    with pytest.raises(NetworkError):
        mailbox.noop()
    mailbox.connect()
    mailbox.examine("INBOX")
    assert [item.raw for item in mailbox.fetch(range(1, 6))] == [RAW] * 5
    mailbox.close()


@pytest.mark.parametrize("at", [0, 10, 60])
def test_a_cut_during_the_login_is_no_wrong_password(behind: tuple[Account, list[Fault]], at: int) -> None:
    account, faults = behind
    faults.append(Fault(cut_after=at) if at != 60 else Fault(refuse=True))
    with pytest.raises(NetworkError):
        ImapMailbox(account, "pw").connect()


def test_bytes_of_nobody_are_never_mail(behind: tuple[Account, list[Fault]]) -> None:
    account, faults = behind
    quiet = len(RAW) * 5
    for at in range(300, quiet, 977):
        faults.append(Fault(inject_at=at))
        mailbox = ImapMailbox(account, "pw", read_seconds=1)
        got: list[bytes] = []
        try:
            mailbox.connect()
            mailbox.examine("INBOX")
            got.extend(item.raw for item in mailbox.fetch(range(1, 6)))
        except (NetworkError, ProtocolError):
            pass
        finally:
            mailbox.close()
        changed = [raw for raw in got if raw != RAW]
        assert all(len(raw) == len(RAW) for raw in changed), "a frame was shifted"
        assert len(changed) <= 1


def test_an_answer_in_little_pieces(behind: tuple[Account, list[Fault]]) -> None:
    account, faults = behind
    faults.append(Fault(piece=11))
    with closing(ImapMailbox(account, "pw")) as mailbox:
        mailbox.connect()
        mailbox.examine("INBOX")
        assert [item.raw for item in mailbox.fetch(range(1, 6))] == [RAW] * 5


def test_a_server_that_falls_silent(behind: tuple[Account, list[Fault]]) -> None:
    account, faults = behind
    faults.append(Fault(silent_after=3000))
    mailbox = ImapMailbox(account, "pw", read_seconds=0.5)
    mailbox.connect()
    mailbox.examine("INBOX")
    with pytest.raises(NetworkError) as told:
        list(mailbox.fetch(range(1, 6)))
    assert "answer" in told.value.message


def test_a_dead_line_is_noticed_while_waiting(behind: tuple[Account, list[Fault]]) -> None:
    account, _faults = behind
    with FaultProxy(int(account.imap.rsplit(":", 1)[1])) as proxy:
        mailbox = ImapMailbox(replace(account, imap=f"imap://127.0.0.1:{proxy.port}"), "pw", poll_seconds=0.2)
        mailbox.connect()
        mailbox.examine("INBOX")
        proxy.cut_all()
        with pytest.raises(NetworkError):
            mailbox.wait(30, lambda: False)


def test_idle_is_told_at_once(dovecot: Dovecot) -> None:
    """Nothing but IDLE can tell here: the poll is a minute away."""
    with (
        closing(ImapMailbox(dovecot.account(), "pw", poll_seconds=60)) as mailbox,
        closing(ImapMailbox(dovecot.account(), "pw")) as other,
    ):
        mailbox.connect()
        mailbox.examine("INBOX")
        other.connect()
        sent: list[float] = []

        def deliver() -> bool:
            if not sent:
                other.append("INBOX", RAW)
                sent.append(time.monotonic())
            return False

        assert mailbox.wait(50, deliver)
        assert time.monotonic() - sent[0] < 30
