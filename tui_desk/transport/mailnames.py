"""What folders of mail are called: sent mail is ours; drafts, trash and junk are nobody's business."""

from __future__ import annotations

_SENT = frozenset(
    {
        *("sent", "sent items", "sent messages", "sent mail", "sent-mail", "sentmail"),
        *("envoyés", "éléments envoyés", "messages envoyés", "courrier envoyé", "objets envoyés", "mails envoyés"),
        *("gesendet", "gesendete objekte", "gesendete elemente", "gesendete nachrichten"),
        *("enviados", "elementos enviados", "mensajes enviados", "itens enviados", "enviadas"),
        *("inviata", "posta inviata", "inviati", "verzonden", "verzonden items", "verzonden berichten"),
        *("wysłane", "отправленные", "skickat", "sendt", "sendte elementer", "lähetetyt", "odeslaná pošta", "odoslané"),
        *("已发送", "已发送邮件", "送信済み", "送信済みアイテム", "보낸 편지함"),
    }
)
_PASSED = frozenset(
    {
        *(
            "drafts",
            "draft",
            "templates",
            "outbox",
            "unsent messages",
            "brouillons",
            "modèles",
            "entwürfe",
            "borradores",
            "bozze",
            "concepten",
            "rascunhos",
            "kopie robocze",
        ),
        *("trash", "deleted", "deleted items", "deleted messages", "bin", "corbeille", "éléments supprimés", "papierkorb"),
        *(
            "gelöschte elemente",
            "gelöschte objekte",
            "papelera",
            "elementos eliminados",
            "cestino",
            "prullenbak",
            "lixeira",
            "kosz",
        ),
        *("junk", "junk e-mail", "junk email", "spam", "bulk mail", "indésirables", "courrier indésirable", "pourriel"),
        *("correo no deseado", "posta indesiderata", "ongewenste e-mail", "quarantine"),
    }
)


def sent_name(name: str) -> bool:
    """Whether a file or folder of this name holds what was sent."""
    return _plain(name) in _SENT


def passed_over(name: str) -> bool:
    """Whether a folder of this name holds drafts, what was thrown away, or junk."""
    return _plain(name) in _PASSED


def _plain(name: str) -> str:
    """The last step of a folder's name in small letters: `.INBOX.Sent` and `[Gmail].Sent Mail.mbox` are sent mail."""
    if "&" in name and name.isascii():
        name = _decoded(name)
    name = name.lower()
    for ending in (".gz", ".mbox", ".mbx", ".mbs", ".sbd", ".maildir"):
        name = name.removesuffix(ending)
    return name.rpartition(".")[2].rpartition("/")[2].replace("_", " ").strip()


def _decoded(name: str) -> str:
    """Modified UTF-7 (RFC 3501 5.1.3), in which servers write names on the disk; as it stands where it is none."""
    try:
        text = name.replace("+", "+-").replace("&-", "+ACY-").replace("&", "+").replace(",", "/")
        return text.encode("ascii").decode("utf-7")
    except UnicodeError:
        return name
