"""Which way the network goes from here, asked without a packet: another answer means that the network is another."""

from __future__ import annotations

import socket

FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses that nobody has (RFC 5737, 3849): the way to them is the way to everywhere."""


def network(peer: str = "") -> tuple[str, ...]:
    """The addresses we would speak from, to the world and to `peer` (an IP address); "" where there is no way."""
    known = [(socket.AF_INET6 if ":" in peer else socket.AF_INET, peer)] if peer else []
    return tuple(_source(family, address) for family, address in (*FAR, *known))


def _source(family: socket.AddressFamily, address: str) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))  # a datagram socket only looks the route up
            return str(probe.getsockname()[0])
    except OSError:
        return ""
