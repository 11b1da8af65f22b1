"""The lines by which mail programs introduce what they quote, forward and sign, in many languages.

The lists are fragments of regular expressions, one phrase each: a new language is a few words more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_END = r"[ \t*]*\r?\Z"


def _any(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


_WROTE = _any(
    *("wrote", "writes", "said", "sent"),
    *(r"a\s+[ée]crit", "écrivait", "écrit"),
    *("schrieb", "geschrieben"),
    *("escribi[óo]", r"ha\s+escrito", r"ha\s+escrit", "escreveu", r"ha\s+scritto", "scrisse", r"a\s+scris"),
    *("schreef", "geschreven"),
    *("skrev", "skrifaði", "kirjoitti"),
    *("napisała?", r"napisał\(a\)", "pisze", "napsala?", r"napsal\(a\)", "написала?", r"написал\(а\)", "пишет", "написав"),
    *("yazdı", "írta", r"đã\s+viết", "έγραψε", "כתב", "写道", "寫道", "のメール", "작성"),
)
_WHEN = _any(
    *(
        "on",
        "at",
        "le",
        "am",
        "um",
        "el",
        "em",
        "no",
        r"il(?:\s+giorno)?",
        "op",
        "den",
        "dne",
        "dnia",
        r"w\s+dniu",
        "în",
        "vào",
        "στις",
        "в",
        "на",
        "在",
    ),
    *(
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "lun",
        "mar",
        "mer",
        "jeu",
        "ven",
        "sam",
        "dim",
        "ma",
        "ti",
        "on",
        "to",
        "fr",
        "lø",
        "sø",
    ),
    *("man", "tir", "ons", "tors?", "fre", "lør", "søn", "mån", "tis", "lör", "sön"),
)
_ATTRIBUTION = re.compile(
    rf"[ \t>-]*(?:{_WHEN}\b|\d{{1,4}}[./\-年 ]).{{3,300}}?(?<!\w){_WROTE}(?!\w).{{0,160}}[:：]{_END}"
    rf"|.{{0,200}}<[^<>@]*@[^<>]*>[^:：]{{0,80}}[:：]{_END}"
    rf"|[ \t>]*-{{2,}}\s?(?:{_WHEN}\b)?.{{2,100}}\s{_WROTE}\s?[-:]{{1,10}}{_END}",
    re.IGNORECASE | re.DOTALL,
)
_ENDS_ATTRIBUTION = re.compile(rf"(?:[:：]|----){_END}")
_ENDINGS = (":", "：", "----", " ", "*", "\t", "\r")
_DATED = re.compile(r"@|\d{1,2}\s?[:.h]\s?\d{2}|\b(?:19|20)\d\d\b")
_WORDS_OF_ORIGINAL = _any(
    *(r"original\s+(?:message|appointment)", r"reply\s+message", r"message\s+d['’\u2032]origine", r"message\s+original"),
    *(
        r"(?:urspr[üu]ngliche|original|antwort|weitere)[\s-]*(?:nachricht|e-?mail|mail)",
        r"mensaje\s+original",
        r"mensagem\s+original",
    ),
    *(r"messaggio\s+originale", r"oorspronkelijk\s+bericht", r"ursprungligt\s+meddelande", r"oprindelig\s+meddelelse"),
    *(r"opprinnelig\s+melding", r"oryginalna\s+wiadomość", r"исходное\s+сообщение", "邮件原件", "原始邮件", "元のメッセージ"),
)
_ORIGINAL = re.compile(rf"[ \t>]*[-_*=─—]{{2,}}\s*{_WORDS_OF_ORIGINAL}\s*[-_*=─—]{{2,}}", re.IGNORECASE)
_WORDS_OF_FORWARD = _any(
    *(r"forwarded\s+(?:message|by|mail)", r"message\s+(?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])", r"courriel\s+transf[ée]r[ée]"),
    *(r"weitergeleitete\s+(?:nachricht|e-?mail)", r"mensaje\s+reenviado", r"mensagem\s+(?:encaminhada|reencaminhada)"),
    *(
        r"messaggio\s+inoltrato",
        r"doorgestuurd\s+bericht",
        r"vidarebefordrat\s+meddelande",
        r"videresendt\s+(?:meddelelse|melding)",
    ),
    *(r"wiadomość\s+przekazana", r"пересылаемое\s+сообщение", "转发的?邮件", "転送メッセージ"),
)
_BEGIN_FORWARD = _any(
    *(r"begin\s+forwarded\s+message", r"d[ée]but\s+du\s+message\s+(?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])"),
    *(r"anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-mail)", r"inicio\s+del\s+mensaje\s+reenviado"),
    *(r"inizio\s+messaggio\s+inoltrato", r"begin\s+doorgestuurd\s+bericht", r"in[íi]cio\s+da\s+mensagem\s+(?:re)?encaminhada"),
)
_FORWARD = re.compile(rf"[ \t>]*(?:[-_*=─—]{{2,}}\s*{_WORDS_OF_FORWARD}|{_BEGIN_FORWARD}\s*[:：])", re.IGNORECASE)
_FROM = _any("from", "de", "von", "da", "van", "fra", "från", "od", "от", "lähettäjä", "kimden", "发件人", "寄件者", "差出人")
_OTHER_FIELDS = _any(
    *(
        "sent",
        "date",
        r"envoy[ée](?:\s+le)?",
        "gesendet",
        "datum",
        r"enviad[oa](?:\s+e[lm])?",
        "fecha",
        "inviato",
        "data",
        "verzonden",
    ),
    *("skickat", "sendt", "dato", "wysłano", "отправлено", "дата", "发送时间", "日期", "送信日時", "日時"),
    *(
        "to",
        "[àa]",
        "an",
        "para",
        "per",
        "aan",
        "till?",
        "do",
        "кому",
        "收件人",
        "宛先",
        "b?cc",
        "cci?",
        "kopie",
        "copia",
        "копия",
        "抄送",
    ),
    *(
        "subject",
        "objet",
        "betreff",
        "asunto",
        "oggetto",
        "assunto",
        "onderwerp",
        "ämne",
        "emne",
        "temat",
        "тема",
        "主题",
        "件名",
    ),
    *("reply-to", "importance", "priority", "attachments?", r"pièces?\s+jointes?", "anlagen?"),
)
_FIELD = re.compile(rf"[ \t>]*[*_]{{0,2}}(?:{_FROM}|{_OTHER_FIELDS})[*_]{{0,2}}[ \u00a0]?[:：]", re.IGNORECASE)
_FROM_FIELD = re.compile(rf"[ \t>]*[*_]{{0,2}}{_FROM}[*_]{{0,2}}[ \u00a0]?[:：]", re.IGNORECASE)
_RULE = re.compile(rf"[ \t>]*[-_*=─—]{{5,}}{_END}")
_SIGNATURE = re.compile(rf"(?:--[ \u00a0]?|__|—|–-){_END}")
_SENT_FROM = _any(
    r"sent\s+(?:from|via|with|using|on)\s+(?:my\s+|the\s+|an?\s+)?[\w ]{2,40}",
    r"get\s+outlook\s+for\s+\w+.*",
    r"envoyé\s+(?:de(?:puis)?|à\s+partir\s+de|avec|via|par)\s+(?:mon|ma|l['’]|un|une|le|la)?\s*[\w' ’-]{2,60}",
    r"(?:téléchargez|obtenez)\s+outlook.*",
    r"provenance\s*:\s*courrier.*",
    r"(?:diese\s+nachricht\s+wurde\s+)?von\s+(?:meinem|meiner)\s+.{2,50}\s+gesendet",
    r"gesendet\s+(?:von|mit|über)\s+[\w -]{2,40}",
    r"enviado\s+(?:desde|do|de|pelo|a\s+partir\s+do)\s+[\w ]{2,50}",
    r"inviato\s+da(?:l|lla)?\s+[\w ]{2,40}",
    r"(?:verzonden|verstuurd)\s+(?:vanaf|van|met|via)\s+[\w ]{2,40}",
    r"(?:skickat|sendt)\s+fr(?:ån|a)\s+[\w ]{2,40}",
)
_MOBILE = re.compile(rf"[ \t]*[-_*>—<(]*[ \t]*{_SENT_FROM}[ \t]*(?:<[^>]*>)?[.)>]?{_END}", re.IGNORECASE)
_GREETINGS = _any(
    *("bonjour", "bonsoir", "salut", "cher", "chère", "madame", "monsieur", "hello", "hi", "hey", "dear"),
    *(
        "hallo",
        r"guten\s+(?:tag|morgen)",
        r"sehr\s+geehrte",
        "hola",
        r"buenos\s+d[íi]as",
        "ciao",
        "buongiorno",
        "ol[áa]",
        "beste",
        "hej",
    ),
)
_GREETING = re.compile(rf"[ \t]*{_GREETINGS}\b.{{0,40}}\Z", re.IGNORECASE)
_CLOSINGS = _any(
    *(
        "cordialement",
        r"bien\s+(?:à\s+vous|cordialement)",
        r"(?:bonne|belle)\s+(?:journée|soirée|fin\s+de)",
        "sincèrement",
        "salutations",
    ),
    *(r"à\s+bientôt", r"(?:kind|best|warm)(?:est)?\s+regards", "regards", "cheers", r"best(?:\s+wishes)?", "sincerely", "yours"),
    *(r"mit\s+freundlichen", r"viele\s+gr[üu](?:ß|ss)e", "lg", "mfg", r"(?:un\s+)?saludos?", "atentamente"),
    *(r"cordiali\s+saluti", "saluti", "atenciosamente", r"met\s+vriendelijke\s+groet", r"med\s+venlig\s+hilsen", "mvh"),
)
_CLOSING = re.compile(rf"[ \t]*{_CLOSINGS}\b.{{0,30}}\Z", re.IGNORECASE)
_STARTS = _any(
    *("sent", "get", "envoyé", "t[ée]l[ée]ch", "obtenez", "provenance", "gesendet", "von m", "enviad", "inviat", "verzonden"),
    *("verstuurd", "skickat", "sendt", "diese nachricht", "begin", rf"{_FROM}[*_]{{0,2}}[ \u00a0]?[:：]"),
)
_INTERESTING = re.compile(
    rf"^[ \t]{{0,3}}(?:[>|»]|[A-Z]{{1,3}}>|-- ?\r?$|[-_*=─—–]{{2}})|[:：][ \t*]*\r?$|^[ \t*_>(<—-]*{_STARTS}",
    re.IGNORECASE,
)


def candidates(lines: Sequence[str]) -> set[int]:
    """The lines that are worth a closer look: by how they begin, and up to three before one that ends an attribution."""
    found = {at for at, line in enumerate(lines) if _INTERESTING.match(line)}
    for at, line in enumerate(lines):
        if line.endswith(_ENDINGS) and _ENDS_ATTRIBUTION.search(line):
            found.update(range(max(at - 3, 0), at + 1))
    return found


def attribution(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` are an attribution ("On ... wrote:"), 0 for none; four at most."""
    joined = ""
    for count, line in enumerate(lines[at : at + 4], 1):
        if not line.strip() or len(line) > 400:
            return 0
        joined = f"{joined}\n{line.lstrip()}" if joined else line
        if _ENDS_ATTRIBUTION.search(line):
            return count if _ATTRIBUTION.match(joined) else 0
    return 0


def dated(lines: Sequence[str]) -> bool:
    """An address, a time or a year is in `lines`: a mail program wrote them, not a person ("as I said on the phone:")."""
    return any(_DATED.search(line) for line in lines)


def header_block(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` are a block of header fields that begins with From (Outlook's), 0 for none."""
    if at >= len(lines) or not _FROM_FIELD.match(lines[at]):
        return 0
    fields, end = 0, at
    while end < min(at + 14, len(lines)):
        line = lines[end]
        if _FIELD.match(line):
            fields += 1
        elif not line.strip() or not _field_follows(lines, end):
            break
        end += 1
    return end - at if fields >= 3 else 0


def _field_follows(lines: Sequence[str], at: int) -> bool:
    """A field stands within three lines: a long list of recipients was wrapped."""
    return any(_FIELD.match(line) for line in lines[at + 1 : at + 4])


def original(line: str) -> bool:
    """ "-----Original Message-----"."""
    return _ORIGINAL.match(line) is not None


def forward(line: str) -> bool:
    """ "---------- Forwarded message ---------"."""
    return _FORWARD.match(line) is not None


def rule(line: str) -> bool:
    """A line of dashes or underscores."""
    return _RULE.match(line) is not None


def signature_mark(line: str) -> bool:
    """ "-- " and what people write for it."""
    return _SIGNATURE.match(line) is not None


def mobile_signature(line: str) -> bool:
    """ "Sent from my iPhone"."""
    return len(line) < 120 and _MOBILE.match(line) is not None


def greeting(line: str) -> bool:
    """ "Bonjour Inès,"."""
    return _GREETING.match(line) is not None


def closing(line: str) -> bool:
    """ "Cordialement,"."""
    return _CLOSING.match(line) is not None
