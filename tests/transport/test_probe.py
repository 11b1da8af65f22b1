"""The probe's own way to connect: as socket.create_connection does, every address in turn."""

from __future__ import annotations

import socket

import pytest

from tui_desk.transport.probe import unchanged

FOLDERS = [(b"INBOX", frozenset((b"MESSAGES 1", b"UIDNEXT 2")))]


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_name_is_tried_at_each_of_its_addresses(monkeypatch: pytest.MonkeyPatch, family: int, address: str) -> None:
    """Whichever of a name's addresses the server listens at is found."""
    import _socket

    if family == socket.AF_INET6 and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with socket.socket(family) as server:
        try:
            server.bind((address, 0))
        except OSError:
            pytest.skip(f"{address} cannot be bound here")
        server.listen()
        port = server.getsockname()[1]
        both = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]
        monkeypatch.setattr(_socket, "getaddrinfo", lambda *_asked: both)
        from tui_desk.transport.probe import _connect_plain

        with_address = _connect_plain("desk.test", port)
        assert with_address.getpeername()[0] == address
        with_address.close()


def test_nobody_there_is_no_answer() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
    assert unchanged(("127.0.0.1", port, "plain", ""), (b"desk", b"pw"), FOLDERS) is False
    assert unchanged(("no-such-host.invalid", 143, "plain", ""), (b"desk", b"pw"), FOLDERS) is False
