"""Mails for a chaos run: every size, threads, twins, 8-bit, NULs, large ones. The same for the same generator."""

from __future__ import annotations

import base64
import random
import re
from dataclasses import dataclass, field

THREAD = re.compile(rb"^X-Thread: (\d+)\r?$", re.MULTILINE)
LARGE = 1_200_000
"""Bytes of an attachment that is over a size cap of 1 MB."""
_WORDS = ["bonjour", "commande", "facture", "livraison", "order", "invoice", "merci", "réponse", "délai", "écran", "œuvre"]


@dataclass(slots=True)
class Letters:
    """Makes mails. `threads`: each thread's customer and the Message-IDs in it."""

    rng: random.Random
    large: float = 0.015
    """The share of mails over the cap."""
    nuls: float = 0.03
    threads: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    made: int = 0

    def inbound(self) -> bytes:
        """A customer's mail: a new thread, or one more in a thread."""
        return self._mail(reply=bool(self.threads) and self.rng.random() < 0.4, ours=False)

    def ours(self) -> bytes:
        """A colleague's answer, as Sent has it."""
        return self._mail(reply=bool(self.threads), ours=True)

    def _mail(self, *, reply: bool, ours: bool) -> bytes:
        rng, self.made = self.rng, self.made + 1
        number = rng.choice(list(self.threads)) if reply else self.made
        customer, names = self.threads.setdefault(number, (f"c{number}@customer{number}.test", []))
        name = f"<m{self.made}.{rng.randrange(1 << 40):x}@chaos.test>"
        sender, to = ("desk@desk.test", customer) if ours else (customer, "desk@desk.test")
        head = [f"From: {sender}", f"To: {to}", f"Subject: {rng.choice(_WORDS)} {number}", f"X-Thread: {number}"]
        head.append(f"Date: Mon, 16 Nov 2026 {rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02} +0000")
        if names or rng.random() > 0.05:  # a few begin a thread without a Message-ID, and so nobody answers them
            head.append(f"Message-ID: {name}")
            if names:
                head += [f"In-Reply-To: {names[-1]}", f"References: {' '.join(dict.fromkeys((names[0], names[-1])))}"]
            names.append(name)
        else:
            del self.threads[number]
        return "\r\n".join(head).encode() + b"\r\n" + self._rest()

    def _rest(self) -> bytes:
        """The MIME headers and the body."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.03:
            return b"\r\n"  # no body at all
        if kind < 0.05:
            return b""  # not even the empty line
        text = "\r\n".join(" ".join(rng.choices(_WORDS, k=rng.randint(1, 12))) for _ in range(self._lines()))
        if rng.random() < self.large:
            return self._with_file(text, LARGE + rng.randrange(10_000))
        if kind < 0.2:
            return self._with_file(text, rng.randrange(1, 200_000))
        charset, raw = rng.choice([("utf-8", text.encode()), ("iso-8859-1", text.encode("latin-1", "replace"))])
        if rng.random() < self.nuls:
            raw = raw[: len(raw) // 2] + b"\x00" + raw[len(raw) // 2 :]
        if rng.random() < 0.1:
            raw += b"\r\n" + bytes(rng.choices([*range(1, 10), *range(14, 256)], k=rng.randrange(200)))  # bytes of any kind
        if rng.random() < 0.1:
            raw += b"\r\nD1 OK done\r\n* 1 FETCH (UID 1 BODY[] {3}\r\n* BYE\r\n)"  # words of the protocol
        return f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode() + raw + b"\r\n"

    def _lines(self) -> int:
        return self.rng.choice([0, 1, 3, 10, 40, 40, 400, 2500])

    def _with_file(self, text: str, size: int) -> bytes:
        data = base64.encodebytes(self.rng.randbytes(size)).replace(b"\n", b"\r\n")
        return (
            b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
            b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode() + b"\r\n--b\r\n"
            b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
            b'Content-Disposition: attachment; filename="a.bin"\r\n\r\n' + data + b"--b--\r\n"
        )
