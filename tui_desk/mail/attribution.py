"""The quote under an answer: a line that says who wrote when, in the reader's language, and the text behind "> "."""

from __future__ import annotations

_WROTE = {
    "en": "On {date}, {who} wrote:",
    "fr": "Le {date}, {who} a écrit :",
    "de": "Am {date} schrieb {who}:",
    "es": "El {date}, {who} escribió:",
    "it": "Il giorno {date}, {who} ha scritto:",
    "nl": "Op {date} schreef {who}:",
    "pt": "Em {date}, {who} escreveu:",
}
"""In the language of the customer, which need not be the agent's: so no catalogue."""


def quote(text: str, *, who: str, date: str, language: str = "en") -> str:
    """`text` quoted below its attribution line in `language`; `date` is the moment in words of that language."""
    line = _WROTE.get(language, _WROTE["en"]).format(date=" ".join(date.split()), who=" ".join(who.split()))
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    return line + "\n" + "\n".join((">" if quoted.startswith(">") or not quoted else "> ") + quoted for quoted in body)
