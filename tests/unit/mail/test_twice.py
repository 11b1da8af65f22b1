"""Letters that were read in a wrong charset and sent on: mended where it is certain, else left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import twice
from tui_desk.mail.parse import parse

TEXTS = {
    "fr": "Réclamation : l’écran déjà réparé s’éteint « très » souvent, à bientôt",
    "de": "Grüße aus Köln, die Straße heißt jetzt „Äußere Allee“ – schön",
    "es": "¿Cuándo llega el envío? Mañana por la mañana, señor Muñoz",
    "pt": "Não recebi a confirmação, não está na caixa de correio",
    "pl": "Dziękuję za szybką odpowiedź, źle działa łącze",
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "tr": "Şifremi değiştiremiyorum, lütfen yardım edin",
    "el": "Καλημέρα, η παραγγελία δεν ήρθε",
    "ru": "Здравствуйте, заказ не пришёл",
    "he": "שלום, ההזמנה לא הגיעה",
    "ja": "注文した商品がまだ届きません",
    "ko": "주문한 상품이 아직 도착하지 않았습니다",
}


def _wrong(text: str, codec: str) -> str:
    """`text` as a program sees it that takes its UTF-8 for `codec`."""
    return "".join([bytes([byte]).decode(codec, "replace").replace("\ufffd", chr(byte)) for byte in text.encode()])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp1251", "cp1250", "cp1254"])
def test_every_language(text: str, codec: str) -> None:
    assert twice.body(_wrong(text, codec)) == text
    assert twice.line(_wrong(text, codec)) == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_read_wrong_two_times(text: str) -> None:
    assert twice.body(_wrong(_wrong(text, "cp1252"), "cp1252")) == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_right_stays(text: str) -> None:
    assert twice.body(text) == twice.line(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "La page affiche « rÃ©servÃ© » : é arrive comme Ã©.",
        "The page shows cafÃ© to everybody.",
        "MANHÃ… À TARDE",
        "CAFÉ™ et MENÜ“",
        "„Spaß“ – 20 Â°C",
        "Привет, С… и ёлка",
        "Ä“ Ä” ß“ ‘é’",
        "prix : 5Â€",
    ],
)
def test_a_doubt_changes_nothing(text: str) -> None:
    assert twice.body(text) == text


@pytest.mark.parametrize("text", ["MANHÃ…", "CAFÉ™", "MENÜ“", "HEITÄ…", "IRMÃ”", "é comme Ã©", "20 Â°C", "± Ä"])
def test_a_doubt_in_a_line_changes_nothing(text: str) -> None:
    assert twice.line(text) == text


@pytest.mark.parametrize("text", ["Réclamation", "schöne Tage", "Muñoz", "l’écran", "It’s late", "déjà vu"])
def test_one_letter_of_a_subject(text: str) -> None:
    assert twice.line(_wrong(text, "cp1252")) == text


def test_a_blank_that_was_a_letter() -> None:
    assert twice.body("DÃ©jÃ  là".replace("là", "lÃ ") + "\n\nÃ  bientÃ´t\n") == "Déjà là \n\nà bientôt\n"


def test_the_quoted_lines_alone() -> None:
    quoted = "> " + _wrong("Été comme hiver, c'est réglé", "cp1252")
    assert (
        twice.body(f"Merci, ça marche déjà\n\n{quoted}\n> \n") == "Merci, ça marche déjà\n\n> Été comme hiver, c'est réglé\n> \n"
    )


def test_a_mail() -> None:
    wrong = _wrong("Réponse de Zoé", "cp1252")
    head = f'From: "{_wrong("Inès Léa", "cp1252")}" <i@x.test>\r\nSubject: {wrong}\r\n'
    head += "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    mail = parse((head + wrong + "\r\n").encode())
    assert (mail.subject, mail.from_.name, mail.text.strip()) == ("Réponse de Zoé", "Inès Léa", "Réponse de Zoé")
    assert "letters mended" in mail.defects
    as_sent = parse((head + wrong + "\r\n").encode(), charset="utf-8")
    assert as_sent.text.strip() == wrong


@given(st.text())
def test_any_text(text: str) -> None:
    """Nothing is raised, lines stay lines, and text that holds no such pair of letters is the same."""
    assert twice.body(text).count("\n") == text.count("\n")
    assert twice.line(text).count("\n") == text.count("\n")
    if text.isascii():
        assert twice.body(text) == text


@given(st.text(st.characters(max_codepoint=0x17F, categories=["L", "P", "Zs"]), max_size=60))
def test_what_is_mended_is_shorter(text: str) -> None:
    mended = twice.line(text)
    assert mended == text or len(mended) < len(text)
