"""Whether a mail may be a mail system's report, by who sends it and under which subject: cheap, asked of every mail."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui_desk.mail.types import Address

_MAILER = re.compile(r"mailer[-_ ]?daemon(?:@|\Z)|mail[-_.]?delivery(?:[-_.](?:sub)?system)?@|mdaemon@")
_NAME = re.compile(r"mail delivery (?:sub)?system|mailer[- ]daemon|mail delivery service|delivery subsystem", re.IGNORECASE)
_POSTMASTER = re.compile(r"poo?st[-_]?master@|@|\Z")
_MACHINE = re.compile(
    r"(?:(?:sys)?admin(?:istrator)?|root|daemon|system|(?:do[-_.]?not|no)[-_.]?reply|owner[-_].*|listserv|majordomo|mailman|bounces?)"
    r"(?:[-_+.=].*)?@|.*[-_.](?:admin|owner|request|bounces?|errors?|daemon|postmaster)@"
)
_FAILURES = (
    r"undeliver|non[- ]?deliver|failure notice|delayed mail|not delivered|mail system error|could not (?:be )?deliver",
    r"deliver\w* (?:\w+ )?(?:fail|status|notification|delay|error|problem)",
    r"(?:mail|message|e-mail) (?:\w+ )?(?:fail|delay|error|undeliver|not deliver)|mail(?:er)? (?:server|system|delivery)",
    r"error (?:while )?(?:sending|delivering)|メール.{0,12}(?:送信|配信|配送).{0,8}(?:でき|失敗|エラー)|(?:送信|配送)エラー",
    r"returned (?:mail|message|e-?mail|to sender)|(?:permanent|final) (?:\w+ )?fail|warning: .{0,80}delayed",
    r"non[- ](?:remis|distribu|d[ée]livr)|avis de non|message retourné",
    r"(?:échec|echec|erreur|problème) .{0,12}(?:remise|livraison|distribution|transmission|envoi)",
    r"unzustellbar|nicht zugestellt|zustell(?:ung|fehler|bericht)|fehlgeschlagen|onbestelbaar",
    r"no se (?:pud|puede|ha).{0,12}entreg|devuelto|mancat[ao] (?:recapito|consegna)|non recapitat",
    r"não (?:foi )?(?:entregue|entregad)|não é possível entregar|(?:falha|erro) .{0,12}entrega|配信(?:不能|エラー)|退信",
    r"(?:無法|无法|未能)(?:投遞|傳送|傳遞|送達|投递|发送|送达|传递)|未(?:傳遞|传递|送達|送达)|배달(?:되지|할 수|하지)|반송",
    r"impossibile recapit|non recapitabile|ikke lever(?:et|es)|ei toimitett"
    r"|kan ?(?:niet|inte|ikke) .{0,12}(?:afgeleverd|bezorgd|levereras|leveres|leveret)",
    r"niedostarcz|nie (?:został\w* )?dostarcz|zwrot:|nedoruč|kézbesíthetetlen|teslim edil|nelivra|nu se poate livra",
    r"недостав|не (?:удалось|удается|может быть|было?) доставл?|не доставлен|невозможно доставить|δεν είναι δυνατή η παράδοση",
)
_FAILURE = re.compile("|".join(_FAILURES), re.IGNORECASE)
_HINTS = (
    *("deliver", "fail", "delay", "error", "mail", "returned", "retourn", "remis", "distribu", "livr", "avis", "transmission"),
    *("envoi", "zustell", "zugestellt", "fehlgeschlagen", "onbestelbaar", "entreg", "devuelto", "mancat", "recapit", "lever"),
    *("bezorg", "toimitett", "dostarcz", "zwrot", "teslim", "nelivra"),
)
_FOREIGN_HINTS = ("配信", "配送", "送信", "退信", "無法", "无法", "未", "배달", "반송", "doruč", "kézbes", "достав", "παράδοση")
"""One of these is in all that _FAILURE finds, the latter in what is not ASCII. Looking for them takes a tenth of its time."""


def suspected(headers: Mapping[str, str], sender: Address) -> bool:
    """Whether the mail is worth reading as a report. `headers`: first of each name, names in lower case."""
    if headers.get("return-path") == "<>" or is_machine(sender.email) or is_mailer(sender):
        return True
    subject = headers.get("subject", "")[:400]
    return of_failure(subject) or subject[:9].lower() == "complaint"


def is_mailer(sender: Address) -> bool:
    """Nobody but a mail system writes under this address or name."""
    return bool(_MAILER.match(sender.email) or (sender.name and _NAME.search(sender.name)))


def is_postmaster(email: str) -> bool:
    """A postmaster, or no address at all: a mail system mostly, at times the person who keeps it."""
    return bool(_POSTMASTER.match(email))


def is_machine(email: str) -> bool:
    """Lists, administrators, no-reply: machines of every kind, and some people."""
    return bool(_POSTMASTER.match(email) or _MACHINE.match(email))


def of_failure(subject: str) -> bool:
    """Whether the subject (decoded) speaks of a mail that was not delivered."""
    subject = subject[:400]
    lowered = subject.lower()
    hinted = any(map(lowered.__contains__, _HINTS)) or (not subject.isascii() and any(map(lowered.__contains__, _FOREIGN_HINTS)))
    return hinted and _FAILURE.search(subject) is not None
