"""What is looked at before a reply leaves (behaviour 8.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui_desk.service.preflight import concerns
from tui_desk.service.types import Draft, DraftFile
from tui_desk.store.rows import AttachmentView, MessageView

PEOPLE = frozenset({"zoe@customer.test", "support@desk.test"})
QUESTION = "Bonjour, ma facture est fausse et je voudrais qu'elle soit corrigée avant la fin du mois, merci à vous."
ANSWER = "Bonjour, nous avons corrigé la facture et vous la recevrez avant la fin de la semaine. Merci de votre patience."


def message(id: int, at: int, text: str = QUESTION, *, kind: str = "inbound", automatic: str = "") -> MessageView:
    """One card."""
    return MessageView(
        id, at, kind, "zoe@customer.test", "Zoé", "support@desk.test", "Facture", f"m{id}@x", text, text, automatic, "", (), ()
    )


DRAFT = Draft("4F2K", "reply", ("Zoé <zoe@customer.test>",), subject="Re: Facture", body=ANSWER, answered=1)


def found(draft: Draft, *thread: MessageView) -> dict[str, bool]:
    """The concerns by name, and whether each stops."""
    return {c.id: c.stops for c in concerns(draft, thread or (message(1, 100),), PEOPLE)}


def test_a_reply_that_is_well_raises_no_concern() -> None:
    assert found(DRAFT) == {}


@pytest.mark.parametrize("body", ["", "  \n"])
def test_an_empty_text_stops(body: str) -> None:
    assert found(replace(DRAFT, body=body))["empty"]


@pytest.mark.parametrize("to", [(), ("nobody",), ("a@b@c",), ("Zoé <zoe>",)])
def test_no_recipient_or_none_that_is_an_address_stops(to: tuple[str, ...]) -> None:
    assert found(replace(DRAFT, to=to))["no_recipient"]


@pytest.mark.parametrize("hole", ["{{ first_name }}", "[TODO]", "{% if x %}", "XXX"])
def test_a_placeholder_that_is_left_stops(hole: str) -> None:
    assert found(replace(DRAFT, body=f"{ANSWER} {hole}"))["placeholder"]


def test_the_customers_own_subject_is_no_placeholder_of_ours() -> None:
    assert found(replace(DRAFT, subject="Re: {{ name }} in my invoice")) == {}
    assert found(replace(DRAFT, mode="new", subject="{{ name }}"))["placeholder"]


@pytest.mark.parametrize("words", ["see the attached file", "vous trouverez ci-joint la facture", "en pièce jointe"])
def test_an_attachment_that_is_spoken_of_and_missing_is_told(words: str) -> None:
    assert found(replace(DRAFT, body=f"{ANSWER} {words}")) == {"attachment": False}
    with_file = replace(DRAFT, body=f"{ANSWER} {words}", files=(DraftFile("a.pdf", "/tmp/a.pdf"),))
    assert found(with_file) == {}


def test_another_language_than_the_customers_is_told() -> None:
    english = "Hello, we have corrected the invoice and you will receive it before the end of the week. Thank you."
    assert found(replace(DRAFT, body=english)) == {"language": False}


def test_an_outsider_is_told() -> None:
    assert found(replace(DRAFT, cc=("boss@else.test",))) == {"outsider": False}


def test_a_line_of_a_note_in_the_reply_is_told() -> None:
    note = message(2, 50, "Ce client ment, il a déjà été remboursé.", kind="note")
    copied = replace(DRAFT, body=f"{ANSWER}\n\nCe client ment, il a déjà été remboursé.")
    assert found(copied, message(1, 100), note) == {"note_text": False}


def test_a_newer_message_stops_and_shows_what_came() -> None:
    newer = message(2, 200, "Oubliez, j'ai trouvé.")
    told = concerns(DRAFT, (message(1, 100), newer), PEOPLE)
    assert told[0].id == "newer_message"
    assert told[0].stops
    assert "Oubliez" in told[0].text


def test_automatic_mail_and_notes_do_not_count_as_newer() -> None:
    later = (message(2, 200, automatic="out_of_office"), message(3, 201, kind="note"))
    assert found(DRAFT, message(1, 100), *later) == {}


def test_a_forward_tells_what_it_leaves_on_the_server() -> None:
    away = AttachmentView(0, "logs.zip", "application/zip", 40_000_000, "", inline=False)
    here = AttachmentView(1, "a.pdf", "application/pdf", 40, "f" * 64, inline=False)
    asked = message(1, 100)._replace(attachments=(away, here))
    forward = replace(DRAFT, mode="forward", files=(DraftFile("a.pdf", sha256="f" * 64),))
    assert found(forward, asked) == {"on_server": False}
    assert found(replace(forward, files=(*forward.files, DraftFile("logs.zip", "/tmp/logs.zip"))), asked) == {}
    assert found(DRAFT, asked) == {}
