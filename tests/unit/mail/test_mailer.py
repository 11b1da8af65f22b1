"""Subjects of failure: the quick look for hints finds all that the pattern would find."""

from __future__ import annotations

import pytest

from tui_desk.mail import mailer
from tui_desk.mail.types import Address

SUBJECTS = (
    "Undeliverable: order", "Non-delivery report", "failure notice", "Delayed mail (still being retried)", "Mail not delivered",
    "MAIL SYSTEM ERROR - Returned Mail", "Your message could not be delivered", "Delivery Status Notification (Failure)",
    "Delivery of your message: delivery error", "Message has failure", "E-mail delay", "Message not delivered",
    "Mailer server report", "Returned mail: see transcript", "Returned to sender", "Permanent failure", "Final delivery fail",
    "Warning: message 1a2b delayed 24 hours", "Message non remis", "Non distribué", "NON DÉLIVRÉ", "Avis de non-remise",
    "Message retourné", "Échec de la remise", "ECHEC DE LIVRAISON", "Erreur de distribution", "Problème de transmission",
    "Erreur lors de l'envoi", "Unzustellbar: Bestellung", "Mail konnte nicht zugestellt werden", "Zustellfehler",
    "Zustellung FEHLGESCHLAGEN", "Onbestelbaar: vraag", "No se pudo entregar", "Correo devuelto", "Mancata consegna",
    "Messaggio non recapitato", "Não foi entregue", "配信不能", "配信エラー", "退信", "無法投遞", "無法傳送",
    "Non recapitabile: ordine", "Impossibile recapitare il messaggio", "Não é possível entregar: pedido", "Falha na entrega",
    "Kan inte levereras: order", "Kan ikke leveres: ordre", "Ikke leveret: ordre", "Kan niet worden afgeleverd: order",
    "Ei toimitettu: tilaus", "Niedostarczalne: zam", "Zwrot: wiadomość", "Nedoručitelné: obj", "Kézbesíthetetlen: a",
    "Teslim Edilemedi: a", "Nelivrabil: a", "Недоставленное: заказ", "Не удалось доставить: заказ",
    "Δεν είναι δυνατή η παράδοση: α", "未送达: 订单", "无法投递", "無法傳遞: 訂單", "배달되지 않음: 주문", "반송: 주문",
)  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects_of_failure(subject: str) -> None:
    for written in (subject, subject.upper(), subject.lower(), f"Re: {subject} !"):
        assert mailer.of_failure(written) == bool(mailer._FAILURE.search(written)) is True, written
    assert mailer.suspected({"subject": subject}, Address("jo@post.example"))


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Where is my parcel?",
        "Invoice 12 by mail",
        "Livraison en retard",
        "Delivery on Monday",
        "Kan ikke levere før fredag",
        "未払いの件",
    ],
)
def test_other_subjects(subject: str) -> None:
    assert not mailer.of_failure(subject)
    assert not mailer.suspected({"subject": subject}, Address("jo@post.example"))
