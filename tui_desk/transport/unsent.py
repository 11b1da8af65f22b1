"""How much of what was written to a socket its other end has not acknowledged, where the system tells.

`send` returns when the bytes are in our own buffer: on a dead line a whole mail seems to have left.
"""

from __future__ import annotations

import socket
import sys
import time

FIRST_NAP, LONGEST_NAP = 0.001, 0.005
_SO_NWRITE = 0x1024
"""macOS: <sys/socket.h>."""


def drained(sock: socket.socket, seconds: float) -> None:
    """Wait until the other end's system has every byte. Raises TimeoutError; returns at once where no system call tells."""
    deadline, nap = time.monotonic() + seconds, FIRST_NAP
    while _waiting(sock):
        if time.monotonic() > deadline:
            raise TimeoutError("the other end takes nothing")
        time.sleep(nap)
        nap = min(nap * 2, LONGEST_NAP)


def _waiting(sock: socket.socket) -> int:
    """Bytes that are not acknowledged; 0 also where that is not known."""
    try:
        if sys.platform == "darwin":
            return sock.getsockopt(socket.SOL_SOCKET, _SO_NWRITE)
        from fcntl import ioctl
        from termios import TIOCOUTQ  # on Linux the same as SIOCOUTQ

        return int.from_bytes(ioctl(sock.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)
    except (ImportError, OSError, ValueError):
        return 0
