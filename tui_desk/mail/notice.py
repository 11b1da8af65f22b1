"""A failure notice in words, as qmail, Exim, Exchange, Notes and the providers write them: who, and what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")
_FAILED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")
_REPLY = re.compile(
    r"(?:(?<=^)|(?<=[\s:>'\"(<;,]))([45]\d\d)(?=[\s-](?!\d{2,}[.:/]))|(?:error[_ ]?code|responsecode)\s*:?\s*([45]\d\d)",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?= [^\d])")
_ADDRESS = re.compile(r"(?<![\w!#$%&'*+/=?^`{|}~.-])[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[\w-]{2,}")
_COPY = re.compile(
    r"^(?:[-=_*|> \t]*"
    r"(?:(?:this|below|included|here|following|the|what follows|ci-dessous)\b(?![^\n]*\breceived\b)[^\n]{0,60}"
    r"\b(?:copy|copie|(?:original|returned) (?:message|e?-?mail|headers?)|(?:message|mail|original|all) headers?|headers? of)\b"
    r"|(?:original|returned|unsent|undelivered|rejected) (?:message|mail|e-?mail)\b|message (?:text|headers?)|(?:message"
    r"|mail) (?:text )?follows"
    r"|(?:le |votre )?message (?:d')?origin\w+|(?:die |ihre )?(?:urspr\w+|original)[ -]?nachricht|the body of the "
    r"message)[^\n]{0,60}$"
    r"|(?:Received|Return-Path): ?\S)",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = {
    "end": "DATA",
    "text": "DATA",
    ".": "DATA",
    "ehlo": "HELO",
    "initial connection": "CONN",
    "connect": "CONN",
    "refused to talk": "CONN",
}
_DELAYED = re.compile(
    r"warning(?: message)? only|do not need to resend|not need to re-?send|(?:will|would) (?:be|keep) (?:re)?tr(?:ied"
    r"|ying)|still (?:being )?(?:retried|undelivered|trying)"
    r"|not yet been delivered|is delayed|has been delayed|delivery (?:is |has been |status notification \()?delay"
    r"|(?:delay)\)|temporary failure report|only a temporary"
    r"|retardé|verzögert|delivery incomplete|demora|ritardo",
    re.IGNORECASE,
)
_TALK = re.compile(r">>> ?(rcpt|mail|data|helo|ehlo|\.)[^\n]*\n\s{0,8}<<<\s?[45]", re.IGNORECASE)
_COMMANDS = (
    re.compile(r"in\s+reply\s+to\s+(?:the\s+)?(?:end\s+of\s+)?(\w+)", re.IGNORECASE),
    re.compile(
        r"\bafter\s+(?:sending\s+)?(?:the\s+)?(rcpt|mail|data|end\s+of\s+data|initial\s+connection|helo|ehlo|connect)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\bfor (rcpt|mail|data|text|helo|ehlo) command", re.IGNORECASE),
    re.compile(r"smtp command[\s:>-]{0,20}(rcpt|mail|data|helo|ehlo)", re.IGNORECASE),
    re.compile(r"\bsmtp:(rcpt|mail|data|helo|ehlo)\b", re.IGNORECASE),
    _TALK,
    re.compile(r"(refused to talk)", re.IGNORECASE),
)
_PIPELINED = re.compile(
    r"<<<\s?5\d\d[^\n]*(?:need rcpt|(?:no )?valid (?:rcpt|recipients?)|recipients? (?:first|required))", re.IGNORECASE
)
"""The answer to DATA where every RCPT before it was refused: commands went in one go, and the first answer is RCPT's."""
_NAMED_LINE = re.compile(r"\n[ \t]*[<\"']?[\w.+=-]+@[\w.-]+[>\"']?:?(?=\s)")
_MOST = 16_384


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says. `words`: the notice before the mail that came back; `said`: the answers of servers in it, in "
    "order."""

    words: str
    said: tuple[str, ...]
    copy: str
    """What stands below: the mail that came back, or its headers."""
    status: str
    reply: str
    command: str
    delayed: bool
    recipients: tuple[str, ...]


def read(text: str, subject: str = "") -> Notice:
    """The notice in `text`, the body that a person would read."""
    text = text[: _MOST * 4]
    begin = _start(text)
    words, copy = text[:begin][:_MOST], text[begin:]
    said = _said(words)
    first = said[0] if said else ""
    reply = _REPLY.search("\n".join(said))
    return Notice(
        words=words,
        said=said,
        copy=copy,
        status=status_in(first) or status_in("\n".join(said)) or status_in(words),
        reply=(reply[1] or reply[2]) if reply else "",
        command=command_in(words),
        delayed=bool(_DELAYED.search(subject) or _DELAYED.search(words)),
        recipients=tuple(dict.fromkeys(found.lower() for found in _ADDRESS.findall(_named(words)))),
    )


def status_in(text: str) -> str:
    """The enhanced code of a failure in `text`: of a server further on (`<421 4.4.2 ...>`), else the first that says "
    "something."""
    quoted = re.search(r"<[45]\d\d ([45]\.\d{1,3}\.\d{1,3}) ", text)
    if quoted:
        return quoted[1]
    found = _FAILED.findall(text)
    return next((code for code in found if not code.endswith(".0.0")), found[0] if found else "")


def any_status(text: str) -> str:
    """The first enhanced code in `text`, of success too; "" where there is none."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def reply_in(text: str) -> str:
    """The first reply code (4xx, 5xx) in `text`."""
    found = _REPLY.search(text)
    return (found[1] or found[2]) if found else ""


def command_in(text: str) -> str:
    """The SMTP command that was refused: CONN, HELO, MAIL, RCPT or DATA; "" where none is named."""
    for pattern in _COMMANDS:
        found = next(iter(pattern.findall(text)[-1 if pattern is _TALK else 0 :]), "")
        if found:
            name = " ".join(found.lower().split())
            name = _NAMES.get(name, "DATA" if name.startswith("end") else name.upper())
            if name == "DATA" and _PIPELINED.search(text):
                return "RCPT"
            if name in ("CONN", "HELO", "MAIL", "RCPT", "DATA"):
                return name
    return ""


def addresses(text: str) -> list[str]:
    """The addresses in `text`, in lower case."""
    return [found.lower() for found in _ADDRESS.findall(text)]


def _start(text: str) -> int:
    """Where the returned mail begins: behind the first words of the notice."""
    for found in _COPY.finditer(text):
        if text[: found.start()].strip("-=_*|> \t\r\n"):
            return found.start()
    return len(text)


def _said(words: str) -> tuple[str, ...]:
    """The answers of servers: each from its code to the end of the paragraph, or to the line that names the next recipient."""
    answers: list[str] = []
    at = 0
    while len(answers) < 20 and (found := _REPLY.search(words, at) or _CODE.search(words, at)):
        end = words.find("\n\n", found.start())
        end = len(words) if end < 0 else end
        following = next(
            (n for n in _NAMED_LINE.finditer(words, found.end(), end) if words[found.end() : n.start()].strip(" :-")), None
        )
        end = following.start() if following else end
        answers.append(words[found.start() : end])
        at = end
    return tuple(answers)


def _named(words: str) -> str:
    """The notice without the lines that name somebody else: the sender, the help desk."""
    other = re.compile(r"(?:from|assistance|contact|postmaster|mail from|message-id|reply-to)\b", re.IGNORECASE)
    return "\n".join(line for line in words.splitlines() if not other.search(line.partition("@")[0]))
