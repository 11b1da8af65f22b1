"""The lines by which mail programs introduce what they quote, forward and sign, in many languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HINT = re.compile(
    r"^[ \t]{0,3}(?:[>|»]|[A-Z]{1,3}>|-- ?\r?$|[-_*=─—]{2,}|(?:\*?(?:From|De|Von|Da|Van|Fra|Från|Od|发件人|寄件者|差出人)\*? ?[:：])"
    r"|.*(?:[:：]|<mailto:[^>]*>)[ \t*]*\r?$|(?:Sent|Get|Envoy|T[ée]l[ée]charg|Obtenez|Provenance|Gesendet|Von meinem|Enviad|Inviato|Verzonden|Verstuurd|Skickat|Sendt|Diese Nachricht))",
    re.MULTILINE,
)
_MAY_BEGIN = re.compile(
    r"[ \t]{0,3}(?:[-_*=─—>]|(?i:from|de|von|da|van|fra|från|od|on|le|am|el|em|op|il|den|at|in|schrieb|sent|get|envoy|t[ée]l[ée]charg"
    r"|obtenez|provenance|gesendet|enviad|inviato|verzonden|verstuurd|skickat|sendt|begin|d[ée]but|inicio|inizio|anfang|diese|date|datum|"
    r"subject|objet|betreff)|发件人|寄件者|差出人|在|\d|.*[:：][ \t*]*\r?$|.*<[^>]*>)"
)

_WROTE = (
    r"wrote|writes|said|a\s+écrit|ha\s+escrito|a\s+ecrit|écrivait|écrit|schrieb|escribi[óo]|escreveu|ha\s+scritto|scrisse|schreef"
    r"|heeft\s+(?:.{0,60}\s+)?(?:het\s+volgende\s+)?geschreven|geschreven|skrev|skrifaði|napisał(?:\(a\))?|napsal\(?a?\)?|kirjoitti"
    r"|написал\(?а?\)?|пишет|写道|寫道|のメール|yazdı|írta|a\s+scris|geschrieben"
)
_ATTRIBUTION = re.compile(
    rf"""(?is)[ \t>]*(?:
      (?:-+\s*)?(?:on|le|am|el|em|op|il(?:\s+giorno)?|den|dnia|в|in|at|a|no|na|vào|den|w\s+dniu|在|ons?|tors?|fre|mån|tis|lör|sön|lun|mar|mer|jeu|ven|sam|dim|\d{{1,4}}[./\- ])
        .{{3,300}}?(?:{_WROTE})\s*(?:[:：]|le\s+.{{5,60}}:)
     |.{{0,120}}?(?:@|<).{{0,200}}?(?:{_WROTE})[^\n:]{{0,80}}[:：]
     |(?:schrieb|escribió)\s.{{3,200}}:
    )[ \t*]*\r?\Z""",
    re.VERBOSE,
)
_ENDS_ATTRIBUTION = re.compile(r"[:：][ \t*]*\r?\Z")
_ORIGINAL = re.compile(
    r"(?i)[ \t>]*[-_*=─—]{2,}\s*(?:original\s+(?:message|appointment|nachricht)|message\s+d['’\u2032]origine|message\s+original"
    r"|urspr[üu]ngliche\s+(?:nachricht|mail)|original-nachricht|mensaje\s+original|mensagem\s+original|messaggio\s+originale"
    r"|oorspronkelijk\s+bericht|reply\s+message|ursprungligt\s+meddelande|oprindelig\s+meddelelse|oryginalna\s+wiadomość|исходное\s+сообщение"
    r"|邮件原件|原始邮件)\s*[-_*=─—]{2,}"
)
_FORWARD = re.compile(
    r"(?i)[ \t>]*(?:[-_*=─—]{2,}\s*(?:forwarded\s+(?:message|by)|message\s+transf[ée]r[ée]|message\s+r[ée]exp[ée]di[ée]|weitergeleitete\s+nachricht"
    r"|mensaje\s+reenviado|mensagem\s+(?:encaminhada|reencaminhada)|messaggio\s+inoltrato|doorgestuurd\s+bericht|vidarebefordrat\s+meddelande"
    r"|videresendt\s+meddelelse|wiadomość\s+przekazana|пересылаемое\s+сообщение|转发的?邮件)"
    r"|(?:begin\s+forwarded\s+message|d[ée]but\s+du\s+message\s+(?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-mail)"
    r"|inicio\s+del\s+mensaje\s+reenviado|inizio\s+messaggio\s+inoltrato|begin\s+doorgestuurd\s+bericht|in[íi]cio\s+da\s+mensagem\s+reencaminhada)\s*[:：])"
)
_FROM = r"from|de|von|da|van|fra|från|od|от|lähettäjä|kimden|发件人|寄件者|差出人"
_FIELD = re.compile(
    rf"(?i)[ \t>]*[*_]{{0,2}}({_FROM}|sent|date|envoy[ée]|gesendet|datum|enviad[oa](?:\s+el|\s+em)?|fecha|inviato|data|verzonden|skickat|sendt|dato|to|[àa]|an|para|per|aan"
    r"|till|til|cc|kopie|copia|subject|objet|betreff|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|发送时间|收件人|抄送|主题|日期|reply-to"
    r"|importance|priority)[*_]{0,2}[ \u00a0]?[:：][*_]{0,2}(?:[ \t\u00a0]|\r?\Z|\*)"
)
_FROM_FIELD = re.compile(rf"(?i)[ \t>]*[*_]{{0,2}}(?:{_FROM})[*_]{{0,2}}[ \u00a0]?[:：]")
_RULE = re.compile(r"[ \t>]*[-_*=─—]{5,}[ \t]*\r?\Z")
_SIGNATURE = re.compile(r"(?:--[ \u00a0]?|---|__|—|–-)[ \t]*\r?\Z")
_MOBILE = re.compile(
    r"(?i)[ \t]*[-_*>—]*[ \t]*(?:sent\s+(?:from|via|with|using|on)\s+(?:my|the|a|an|outlook|mail|yahoo|gmail|samsung|proton|blackberry|iphone|ipad|android|mobile|\w+\s+(?:mail|for))"
    r"|sent\s+from\s+\w+\s*\r?\Z|get\s+outlook\s+for|envoyé\s+(?:de(?:puis)?|à\s+partir\s+de|avec|via|par)\s+(?:mon|ma|l['’]|un|yahoo|outlook|proton|mail|gmail|samsung|téléphone|iphone)"
    r"|(?:téléchargez|obtenez)\s+outlook|provenance\s*:\s*courrier|(?:von\s+meinem\s+.{2,40}\s+gesendet|gesendet\s+(?:von|mit|über))|enviado\s+(?:desde|do|de|pelo)\s+(?:mi|meu|o|correo|yahoo|outlook)"
    r"|inviato\s+da(?:l)?\s+|(?:verzonden|verstuurd)\s+(?:vanaf|van|met|via)\s+|skickat\s+från\s+|sendt\s+fra\s+|diese\s+nachricht\s+wurde\s+von\s+meinem)"
)
_GREETING = re.compile(
    r"(?i)[ \t]*(?:bonjour|bonsoir|salut|hello|hi|dear|hey|hallo|guten (?:tag|morgen)|sehr geehrte|hola|buenos d[íi]as|ciao|buongiorno|ol[áa]|beste|cher|chère|madame|monsieur)\b.{0,40}$"
)
_CLOSING = re.compile(
    r"(?i)[ \t]*(?:cordialement|bien (?:à vous|cordialement)|(?:bonne|belle) (?:journée|soirée|fin de)|sincèrement|salutations|à bientôt|(?:kind|best|warm)(?:est)?\s+regards"
    r"|regards|cheers|best(?: wishes)?|sincerely|yours|mit freundlichen|viele gr[üu](?:ß|ss)e|lg|mfg|(?:un )?saludos?|atentamente|cordiali saluti|saluti|atenciosamente|met vriendelijke groet)\b.{0,30}$"
)


def hint(text: str) -> bool:
    """A line of `text` may introduce or be a quote, a forwarded mail or a signature."""
    return _HINT.search(text) is not None


def may_begin(line: str) -> bool:
    """`line` is worth the closer look."""
    return _MAY_BEGIN.match(line) is not None


def attribution(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` are an attribution ("On ... wrote:"), 0 for none; four at most."""
    joined = ""
    for count, line in enumerate(lines[at : at + 4], 1):
        if not line.strip() or len(line) > 400:
            return 0
        joined = f"{joined}\n{line.lstrip()}" if joined else line
        if _ENDS_ATTRIBUTION.search(line) and _ATTRIBUTION.match(joined):
            return count
    return 0


def header_block(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` are a block of header fields that begins with From (Outlook's), 0 for none."""
    if at >= len(lines) or not _FROM_FIELD.match(lines[at]):
        return 0
    fields, end = 0, at
    while end < min(at + 14, len(lines)):
        line = lines[end]
        if _FIELD.match(line):
            fields += 1
        elif not line.strip() or fields == 0 or _next_field(lines, end) == 0:
            break
        end += 1
    return end - at if fields >= 3 else 0


def _next_field(lines: Sequence[str], at: int) -> int:
    """A field follows within three lines: a long list of recipients was wrapped."""
    following = lines[at + 1 : at + 4]
    return sum(1 for line in following if _FIELD.match(line))


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
    return len(line) < 200 and _MOBILE.match(line) is not None


def greeting(line: str) -> bool:
    """ "Bonjour Inès,"."""
    return _GREETING.match(line) is not None


def closing(line: str) -> bool:
    """ "Cordialement,"."""
    return _CLOSING.match(line) is not None
