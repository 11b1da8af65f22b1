"""Keeps the sample mailbox alive: new mail while you watch, and customers who answer what you send."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from typing import Protocol

from tui_desk import clock
from tui_desk.demo.company import DOMAIN
from tui_desk.demo.letters import Story, stories
from tui_desk.demo.replies import answer
from tui_desk.demo.write import Letter, desk_address, to_bytes
from tui_desk.transport.memory import Delivered

_PATIENCE = 2
"""How often one customer answers before they are content."""


class Server(Protocol):
    """What `transport.memory.MemoryServer` offers of itself here."""

    def deliver(self, raw: bytes, folder: str = "INBOX", flags: tuple[str, ...] = (), at: int | None = None) -> int:
        """A mail arrives."""

    def on_sent(self, route: Delivered) -> None:
        """Call `route` for every mail that is sent."""


class Live:
    """A daemon thread that delivers: a new mail every `every` seconds, an answer `answers` seconds after a reply."""

    def __init__(
        self, server: Server, *, seed: int = 1, every: tuple[float, float] = (20, 60), answers: tuple[float, float] = (6, 18)
    ) -> None:
        self._server = server
        self._rng = random.Random(seed)  # noqa: S311 - a play, not a secret
        self._every, self._answers = every, answers
        self._known = {story.email: story for name in ("fr", "en", "short", "live") for story in stories(name)}
        self._fresh = list(stories("live"))
        self._rng.shuffle(self._fresh)
        self._changed = threading.Condition()
        self._due: list[tuple[float, Letter]] = []
        self._answered: dict[str, int] = {}
        self._round = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="demo", daemon=True)

    def start(self) -> None:
        """Begin to deliver, and listen for what is sent."""
        self._server.on_sent(self.sent)
        with self._changed:
            self._arrange_next()
        self._thread.start()

    def stop(self) -> None:
        """Deliver nothing more; returns when the thread has ended."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join(timeout=2)

    def sent(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """A reply has left the desk: its customers may answer."""
        mail = message_from_bytes(raw, policy=default)
        body = mail.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
        asked = Letter(
            message_id=str(mail["Message-ID"] or "").strip("<> "),
            at=clock.now(),
            name=parseaddr(str(mail["From"] or ""))[0],
            email=sender,
            to="",
            subject=str(mail["Subject"] or ""),
            text="\n".join(line for line in text.splitlines() if not line.startswith(">")).strip(),
        )
        earlier = tuple(str(mail["References"] or "").replace("<", " ").replace(">", " ").split())
        for email in dict.fromkeys(address.lower() for address in recipients):
            if not email.endswith(f"@{DOMAIN}"):
                self._arrange_answer(email, asked, earlier)

    def _arrange_answer(self, email: str, asked: Letter, earlier: tuple[str, ...]) -> None:
        """Put a customer's answer on the list; most answer once, some twice, a few never."""
        with self._changed:
            times = self._answered[email] = self._answered.get(email, 0) + 1
            who = self._known.get(email)
            letter = answer(self._rng, email, who.name if who else "", asked, earlier, who.language if who else "")
            if times > _PATIENCE or letter is None:
                return
            delay = self._rng.uniform(*self._answers) + 0.1 * self._answers[0] * len(self._due)
            self._due.append((time.monotonic() + delay, letter))
            self._changed.notify()

    def _arrange_next(self) -> None:
        """Put the next new customer on the list."""
        if self._round and self._round % len(self._fresh) == 0:
            self._rng.shuffle(self._fresh)
        story = self._fresh[self._round % len(self._fresh)]
        self._round += 1
        self._due.append((time.monotonic() + self._rng.uniform(*self._every), _first(story, self._round)))

    def _run(self) -> None:
        with self._changed:
            while not self._stopped:
                self._due.sort(key=lambda due: due[0])
                wait = self._due[0][0] - time.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
                _, letter = self._due.pop(0)
                if not letter.references:
                    self._arrange_next()
                self._server.deliver(to_bytes(_now(letter)))


def _first(story: Story, number: int) -> Letter:
    turn = story.turns[0]
    return Letter(
        message_id=f"live.{clock.now():x}.{number}@{story.email.partition('@')[2]}",
        at=0,
        name=story.name,
        email=story.email,
        to=desk_address(),
        subject=story.subject,
        text=turn.text,
        language=story.language,
        style=next((flag for flag in turn.flags if "=" not in flag), "plain"),
        attach=tuple(flag[len("attach=") :] for flag in turn.flags if flag.startswith("attach=")),
    )


def _now(letter: Letter) -> Letter:
    """The letter, dated as it is delivered."""
    return replace(letter, at=clock.now())
