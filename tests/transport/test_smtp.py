"""SmtpSender against real servers: every way a mail can go, and what is said when it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.loopback import free_port
from tests.support.smtp import Certificates, Stub, real_smtp, stub_smtp
from tui_desk.config.schema import Account, Settings
from tui_desk.errors import (
    AuthError,
    CertificateError,
    ConfigError,
    NetworkError,
    RefusedError,
    TemporaryError,
    UncertainError,
)
from tui_desk.transport import envelope
from tui_desk.transport.smtp import SmtpSender

RAW = b"From: support@acme.test\r\nTo: zoe@customer.test\r\nSubject: Hello\r\nMessage-ID: <1@acme.test>\r\n\r\nHi Zo\r\n"


def sender(port: int, *, scheme: str = "smtp", password: str = "secret", ca_file: str = "", seconds: float = 20.0) -> SmtpSender:
    account = Account(address="support@acme.test", smtp=f"{scheme}://127.0.0.1:{port}", ca_file=ca_file)
    return SmtpSender(
        Settings(account=account), password, connect_seconds=seconds, command_seconds=seconds, answer_seconds=seconds
    )


def send(
    smtp: SmtpSender, raw: bytes = RAW, to: tuple[str, ...] = ("zoe@customer.test",), dot: Callable[[], None] = lambda: None
) -> str:
    try:
        return smtp.send("support@acme.test", list(to), raw, dot)
    finally:
        smtp.close()


def test_a_mail_arrives_as_it_was_written() -> None:
    with real_smtp() as server:
        answer = send(sender(server.port), to=("zoe@customer.test", "max@customer.test"))
        assert answer == "250 2.0.0 Ok: queued as 000001"
        assert server.taken[0].sender == "support@acme.test"
        assert server.taken[0].recipients == ("zoe@customer.test", "max@customer.test")
        assert server.taken[0].raw == RAW


def test_several_mails_go_through_one_session() -> None:
    with stub_smtp() as stub:
        smtp = sender(stub.port)
        for _ in range(3):
            smtp.send("support@acme.test", ["zoe@customer.test"], RAW, lambda: None)
        smtp.close()
        assert (len(stub.taken), stub.sessions) == (3, 1)


@pytest.mark.parametrize(
    "body",
    [
        b".\r\n",
        b"..\r\n",
        b"a\r\n.\r\nb\r\n",
        b"a\n.\nMAIL FROM:<x@y.z>\n",
        b"a\r.\rb",
        b"\r\n\r\n",
        b"no end",
        b"",
        b".",
        b"a\r\n.b\r\n..c",
    ],
)
def test_dots_and_line_ends_cannot_end_a_mail_early(body: bytes) -> None:
    with real_smtp() as server:
        send(sender(server.port), RAW + b"\r\n" + body)
        lines = (RAW + b"\r\n" + body).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        expected = b"\r\n".join(lines)
        assert [t.raw for t in server.taken] == [expected if expected.endswith(b"\r\n") else expected + b"\r\n"]


def test_the_dot_comes_after_before_dot() -> None:
    with stub_smtp() as stub:
        seen: list[int] = []
        send(sender(stub.port), dot=lambda: seen.append(len(stub.taken)))
        assert (seen, len(stub.taken)) == ([0], 1)


def test_what_before_dot_raises_stops_the_mail() -> None:
    def full() -> None:
        raise RuntimeError("disk full")

    with stub_smtp() as stub:
        smtp = sender(stub.port)
        with pytest.raises(RuntimeError, match="disk full"):
            smtp.send("support@acme.test", ["zoe@customer.test"], RAW, full)
        assert stub.taken == []
        assert send(smtp).startswith("250")
        assert len(stub.taken) == 1


@pytest.mark.parametrize(
    ("stub", "error"),
    [
        (Stub(greeting="554 go away"), RefusedError),
        (Stub(greeting="421 busy"), TemporaryError),
        (Stub(greeting="cut"), NetworkError),
        (Stub(greeting="hello there"), TemporaryError),
        (Stub(mail="550 no such sender"), RefusedError),
        (Stub(mail="451 later"), TemporaryError),
        (Stub(mail="cut"), NetworkError),
        (Stub(rcpt="550 5.1.1 no such user"), RefusedError),
        (Stub(rcpt="450 greylisted"), TemporaryError),
        (Stub(rcpt="421 shutting down"), TemporaryError),
        (Stub(data="554 no"), RefusedError),
        (Stub(data="451 later"), TemporaryError),
        (Stub(data="cut"), NetworkError),
        (Stub(dot="554 5.7.1 spam", takes=False), RefusedError),
        (Stub(dot="452 disk full", takes=False), TemporaryError),
        (Stub(dot="421 going down", takes=False), TemporaryError),
        (Stub(dot="cut"), UncertainError),
        (Stub(dot="what?"), UncertainError),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, Stub) else value.__name__,
)
def test_each_refusal_has_its_error(stub: Stub, error: type[Exception]) -> None:
    with stub_smtp(replace(stub)) as server:
        dots: list[int] = []
        with pytest.raises(error) as caught:
            send(sender(server.port), dot=lambda: dots.append(1))
        assert not isinstance(caught.value, UncertainError) or error is UncertainError
        assert len(dots) == (1 if stub.dot != "250 taken" else 0)


@pytest.mark.parametrize("stub", [Stub(greeting="hang"), Stub(mail="hang"), Stub(data="hang")], ids=["greeting", "mail", "data"])
def test_a_server_that_hangs_is_given_up(stub: Stub) -> None:
    with stub_smtp(stub) as server, pytest.raises(NetworkError, match="does not answer"):
        send(sender(server.port, seconds=0.3))


def test_a_server_that_hangs_at_the_dot_leaves_a_riddle() -> None:
    with stub_smtp(Stub(dot="hang")) as server:
        with pytest.raises(UncertainError):
            send(sender(server.port, seconds=0.3))
        assert len(server.taken) == 1


def test_a_cut_in_the_middle_of_a_large_mail_is_certain() -> None:
    with stub_smtp(Stub(cut_after=100_000)) as server:
        with pytest.raises(NetworkError):
            send(sender(server.port), RAW + b"x" * 76 + b"\r\n" + (b"y" * 998 + b"\r\n") * 20_000)
        assert server.taken == []


def test_a_server_that_speaks_before_the_dot_has_not_taken_the_mail() -> None:
    with stub_smtp(Stub(speak_in_data="451 4.3.0 timeout")) as server:
        smtp, dots = sender(server.port), list[int]()
        with pytest.raises((TemporaryError, UncertainError)):
            send(smtp, RAW + b"x\r\n" * 500_000, dot=lambda: dots.append(1))
        assert server.taken == []


def test_the_servers_words_are_told_and_harmless() -> None:
    with stub_smtp(Stub(rcpt="550 5.1.1 \x1b]52;c;eA==\x07 no such user")) as server:
        with pytest.raises(RefusedError) as caught:
            send(sender(server.port))
        assert "no such user" in caught.value.message
        assert "zoe@customer.test" in caught.value.message
        assert caught.value.message.isprintable()


def test_one_refused_recipient_stops_the_mail_for_all() -> None:
    with real_smtp() as server:
        server.refuse["gone@customer.test"] = "550 5.1.1 no such user"
        smtp = sender(server.port)
        with pytest.raises(RefusedError, match=r"gone@customer\.test"):
            smtp.send("support@acme.test", ["zoe@customer.test", "gone@customer.test"], RAW, lambda: None)
        assert server.taken == []
        assert send(smtp).startswith("250")
        assert len(server.taken) == 1


@pytest.mark.parametrize("refusal", ["550 5.1.1 not here", "450 4.2.0 greylisted"])
def test_a_copy_to_ourselves_that_is_refused_keeps_nothing_from_the_customer(refusal: str) -> None:
    with real_smtp() as server:
        server.refuse["support@acme.test"] = refusal
        smtp = sender(server.port)
        smtp.send("support@acme.test", ["zoe@customer.test", "support@acme.test"], RAW, lambda: None)
        assert [taken.recipients for taken in server.taken] == [("zoe@customer.test",)]
        with pytest.raises((RefusedError, TemporaryError), match=r"support@acme\.test"):
            smtp.send("support@acme.test", ["support@acme.test"], RAW, lambda: None)
        smtp.close()


def test_a_recipient_who_is_put_off_puts_the_mail_off_for_all() -> None:
    with real_smtp() as server:
        server.refuse["slow@customer.test"] = "451 4.2.0 come again"
        smtp = sender(server.port)
        with pytest.raises(TemporaryError, match=r"slow@customer\.test"):
            smtp.send("support@acme.test", ["zoe@customer.test", "slow@customer.test"], RAW, lambda: None)
        assert server.taken == []


def test_login_with_letters_beyond_ascii() -> None:
    with real_smtp(users={"support@acme.test": "naïve-пароль"}) as server:
        assert send(sender(server.port, password="naïve-пароль")).startswith("250")
        assert server.logins == ["support@acme.test"]


def test_a_wrong_password_is_an_auth_error_without_the_password() -> None:
    with real_smtp(users={"support@acme.test": "right"}) as server:
        with pytest.raises(AuthError) as caught:
            send(sender(server.port, password="wr0ng-secret"))
        assert caught.value.exit_code == 77
        assert "support@acme.test" in caught.value.message
        assert "wr0ng" not in caught.value.message + caught.value.hint
        assert server.taken == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_tls_is_verified_against_the_companys_authority(tmp_path: Path, scheme: str) -> None:
    ours = Certificates.make(tmp_path)
    tls = {"tls" if scheme == "smtps" else "starttls": ours.context}
    with real_smtp(users={"support@acme.test": "secret"}, **tls) as server:
        assert send(sender(server.port, scheme=scheme, ca_file=str(ours.ca_file))).startswith("250")
        with pytest.raises(CertificateError, match="not trusted") as caught:
            send(sender(server.port, scheme=scheme))
        assert caught.value.exit_code == 78
        assert (len(server.taken), server.logins) == (1, ["support@acme.test"])


def test_a_certificate_for_another_host_is_not_trusted(tmp_path: Path) -> None:
    theirs = Certificates.make(tmp_path, "mail.elsewhere.test")
    with real_smtp(tls=theirs.context) as server, pytest.raises(CertificateError):
        send(sender(server.port, scheme="smtps", ca_file=str(theirs.ca_file)))


def test_starttls_is_not_given_up_where_the_server_hides_it() -> None:
    with real_smtp(users={"support@acme.test": "secret"}) as server:
        with pytest.raises(ConfigError, match="STARTTLS"):
            send(sender(server.port, scheme="smtp+starttls"))
        assert (server.logins, server.taken) == ([], [])


def test_a_plain_line_off_loopback_is_refused() -> None:
    with pytest.raises(ConfigError, match="readable"):
        SmtpSender(Settings(account=Account(address="a@b.c", smtp="smtp://192.0.2.1:25")), "x")


def test_nobody_listens_and_no_such_host() -> None:
    with pytest.raises(NetworkError, match="refused the connection"):
        send(sender(free_port()))
    account = Account(address="a@b.c", smtp="smtps://no-such-host.invalid")
    with pytest.raises(NetworkError, match="not known"):
        send(SmtpSender(Settings(account=account), "x"))


def test_smtputf8_where_it_is_needed() -> None:
    with real_smtp() as server:
        send(sender(server.port), to=("zoé@customer.test",))
        send(sender(server.port), to=("zoe@müller.test",))
        assert [t.recipients for t in server.taken] == [("zoé@customer.test",), ("zoe@xn--mller-kva.test",)]


def test_a_server_without_smtputf8_is_told_of() -> None:
    with stub_smtp() as server, pytest.raises(RefusedError, match="SMTPUTF8"):
        send(sender(server.port), to=("zoé@customer.test",))


@pytest.mark.parametrize("address", ["", "zoe", "zoe@", "a@b.c>\r\nRCPT TO:<x@y.z", "a b@c.d", "@b.c", "a@" + "é" * 80 + ".test"])
def test_an_address_cannot_be_a_command(address: str) -> None:
    with real_smtp() as server:
        with pytest.raises(RefusedError):
            send(sender(server.port), to=(address,))
        assert server.taken == []


def test_no_recipient_is_refused() -> None:
    with real_smtp() as server, pytest.raises(RefusedError):
        send(sender(server.port), to=())


def test_a_mail_over_the_servers_limit_is_refused_before_it_is_sent() -> None:
    with stub_smtp(Stub(ehlo="250-stub\r\n250 SIZE 1000000")) as server:
        with pytest.raises(RefusedError, match="too large"):
            send(sender(server.port), RAW + b"x" * 1_000_001)
        assert send(sender(server.port)).startswith("250")


def test_eight_bit_bytes_arrive_unharmed() -> None:
    raw = RAW + "déjà vu — 日本\r\n".encode()
    with real_smtp() as server:
        send(sender(server.port), raw)
        assert server.taken[0].raw == raw


def test_bytes_are_dotted_once() -> None:
    assert envelope.dotted(b"a\n.b\r\n..\rc") == b"a\r\n..b\r\n...\r\nc\r\n"
    assert envelope.dotted(b"") == b"\r\n"
