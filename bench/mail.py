"""What parsing a mail costs, against the standard library's `policy.default` in the same run.

    python bench/mail.py [MAILDIR]

Without a folder a small mailbox is made up here. CPU time, the best of several rounds, milliseconds a message.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import random
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from tui_desk.mail import parse, quote

_TEXT = """
bonjour je ne peux plus me connecter depuis hier soir votre équipe peut-elle vérifier ma commande the invoice
shows another amount than agreed could you please look into it thank you réinstallation l’erreur apparaît à
chaque fois
"""
_WORDS = _TEXT.split()


def ours(raw: bytes) -> None:
    """What the first sync does with a message before it is stored: parse, text, hash, automatic, snippet."""
    quote.snippet(parse.parse(raw).text)


def standard(raw: bytes) -> None:
    """What the standard library's documentation tells to do."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    if body is not None:
        try:
            body.get_content()
        except (LookupError, KeyError):  # an unknown charset ends it
            return


def compat32(raw: bytes) -> None:
    """The standard library's parser alone: no text, no header decoded."""
    email.message_from_bytes(raw)


def made_up(count: int) -> list[bytes]:
    """Mails of usual shapes: plain, HTML beside text, with an attachment; quoted answers; French and English."""
    chance = random.Random(1)
    return [_mail(chance, number) for number in range(count)]


def _mail(chance: random.Random, number: int) -> bytes:
    lines = [" ".join(chance.choices(_WORDS, k=12)) for _ in range(chance.randint(3, 20))]
    if number % 2:
        lines += ["", "Le 13 mars 2024 à 10:00, Support <support@desk.example> a écrit :"]
        lines += ["> " + " ".join(chance.choices(_WORDS, k=10)) for _ in range(10)]
    mail = EmailMessage()
    mail["Received"] = "from mx.example (mx.example [192.0.2.1]) by in.desk.example with ESMTPS"
    mail["From"] = f'"Inès Durand" <ines{number}@mail.example>'
    mail["To"] = "Support <support@desk.example>"
    mail["Subject"] = "Réclamation n° " + str(number)
    mail["Date"] = "Mon, 01 Jan 2024 17:04:36 +0200"
    mail["Message-ID"] = f"<{number}.{chance.random()}@mail.example>"
    mail.set_content("\n".join(lines))
    if number % 3:
        mail.add_alternative("<html><body><p>" + "</p><p>".join(lines) + "</p></body></html>", subtype="html")
    if number % 10 == 0:
        mail.add_attachment(chance.randbytes(60_000), maintype="application", subtype="pdf", filename="facture.pdf")
    return mail.as_bytes()


def cost(work: Callable[[bytes], None], mails: list[bytes], rounds: int) -> float:
    """Milliseconds of CPU a message, the best round."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for raw in mails:
            work(raw)
        best = min(best, time.process_time() - begun)
    return best / len(mails) * 1000


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("maildir", nargs="?", type=Path, help="a Maildir folder (default: mails made up here)")
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    mails = [path.read_bytes() for path in sorted(asked.maildir.rglob("*")) if path.is_file()] if asked.maildir else made_up(300)
    theirs = cost(standard, mails, max(asked.rounds // 2, 1))
    bare = cost(compat32, mails, asked.rounds)
    own = cost(ours, mails, asked.rounds)
    print(f"{len(mails)} mails, {sum(map(len, mails)) / len(mails):.0f} bytes each")
    print(f"standard library, policy.default and its text   {theirs:8.3f} ms")
    print(f"standard library, compat32, structure only      {bare:8.3f} ms")
    print(f"ours: all fields, text, hash, rules, snippet    {own:8.3f} ms")
    print(f"ratio to policy.default {own / theirs:.3f}, to compat32 {own / bare:.3f}")


if __name__ == "__main__":
    main()
