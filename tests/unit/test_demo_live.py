"""New mail arrives while you watch, and customers answer what is sent."""

from __future__ import annotations

import random
import threading
import time

from tui_desk.demo.live import Live
from tui_desk.demo.replies import answer
from tui_desk.demo.write import Letter
from tui_desk.mail.parse import parse
from tui_desk.mail.types import Mail
from tui_desk.transport.memory import MemoryServer

REPLY = (
    b"From: Nadia (Lichen) <bonjour@lichen.example>\r\nTo: Karim Haddad <karim.haddad@courriel.example>\r\n"
    b"Subject: Re: URGENT\r\nMessage-ID: <reply-%d@lichen.example>\r\nReferences: <root@courriel.example>\r\n\r\n"
    b"Bonjour, coupez l'arrivee d'eau.\r\n"
)


def inbox(server: MemoryServer) -> list[Mail]:
    with server.changed:
        return [parse(stored.raw) for stored in server.folders["INBOX"].messages.values()]


def wait_for(server: MemoryServer, wanted: int, seconds: float = 60) -> list[Mail]:
    end = time.monotonic() + seconds
    while len(inbox(server)) < wanted and time.monotonic() < end:
        time.sleep(0.01)
    return inbox(server)


def test_new_mail_keeps_coming_and_never_runs_dry() -> None:
    server = MemoryServer()
    live = Live(server, every=(0.001, 0.002))
    live.start()
    arrived = wait_for(server, 45)
    live.stop()
    assert len(arrived) >= 45
    assert len({mail.message_id for mail in arrived}) == len(arrived)
    assert abs((arrived[0].date or 0) - time.time()) < 60


def test_a_customer_answers_in_the_thread_a_few_times_at_most() -> None:
    server = MemoryServer()
    live = Live(server, every=(900, 901), answers=(0.001, 0.002), seed=5)
    live.start()
    for n in range(8):
        server.sender().send("bonjour@lichen.example", ["karim.haddad@courriel.example"], REPLY % n, lambda: None)
    answers = wait_for(server, 1)
    live.stop()
    assert 1 <= len(answers) <= 2
    for mail in answers:
        assert mail.from_.email == "karim.haddad@courriel.example"
        assert mail.from_.name == "Karim Haddad"
        assert mail.references[0] == "root@courriel.example"
        assert mail.in_reply_to[0].startswith("reply-")


def test_our_own_address_does_not_answer_itself() -> None:
    server = MemoryServer()
    live = Live(server, every=(900, 901), answers=(0.001, 0.002))
    live.start()
    server.sender().send("bonjour@lichen.example", ["bonjour@lichen.example"], REPLY % 1, lambda: None)
    time.sleep(0.1)
    live.stop()
    assert inbox(server) == []


def test_stop_ends_the_thread() -> None:
    live = Live(MemoryServer(), every=(900, 901))
    live.start()
    live.stop()
    assert not any(thread.name == "demo" for thread in threading.enumerate())


def test_all_kinds_of_answers_come_in_both_languages() -> None:
    rng = random.Random(1)
    asked = Letter("q@lichen.example", 0, "Nadia", "bonjour@lichen.example", "", "Pot", "Hello, please press the button.")
    answers = [answer(rng, "a@mail.example", "A", asked, (), language) for language in ("fr", "en", "") for _ in range(60)]
    told = [letter for letter in answers if letter is not None]
    assert len(told) < len(answers)
    assert any(dict(letter.headers).get("Auto-Submitted") == "auto-replied" for letter in told)
    assert any("Merci" in letter.text for letter in told)
    assert any("hank" in letter.text for letter in told)
    assert all(letter.language == "en" for letter in told[-20:])
    assert all(letter.references == ("q@lichen.example",) for letter in told)
