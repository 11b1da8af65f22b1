"""What mail programs put before a subject, by language: answered, forwarded, sent by a machine. Lower case."""

from __future__ import annotations

import re
from functools import cache

ANSWERED = {
    "en, and everywhere": "re r",
    "ar": "رد",
    "bg": "отг отговор",
    "ca": "resp",
    "cs, pl, sk": "odp odpověď",
    "cy": "atb",
    "da, is, no, sv": "sv",
    "de": "aw antw antwort",
    "el": "απ απαντ σχετ",
    "es, pt": "res resp rta respuesta resposta",
    "et, fi": "vs",
    "fa": "پاسخ",
    "fr": r"ré réf\.? ref\.? rép\.? rep\.? réponse",
    "he": "השב תשובה התשובה תגובה",
    "hr, sl, sr": "odg odgovor одг",
    "hu": "vá va válasz",
    "id": "bls balas",
    "it": "rif risp ri risposta",
    "ja": "返信 返",
    "ko": "답장 회신 답변",
    "lt": "ats",
    "lv": "atb",
    "nl": "antw antwoord",
    "ro": "răsp",
    "ru, uk": "отв ответ на ha відп відповідь",
    "th": "ตอบ ตอบกลับ",
    "tr": "ynt yanıt cev",
    "vi": r"trả\s?lời",
    "zh": "回复 回覆 答复 答覆 回應 回应",
}
FORWARDED = {
    "en, and everywhere": "fw fwd forw forward",
    "ar": r"إعادة\s?توجيه",
    "bg": "препр",
    "cs, pl, sk": "pd přep podaj",
    "cy": "yml",
    "da, no": "vs vid videres",
    "de": "wg wtr wtrlt weiterl",
    "el": "πρθ προθ",
    "es, pt": "rv reenv enc",
    "fi": "vl",
    "fr": "tr transf",
    "he": "הועבר",
    "hr, sl, sr": "pros posr прд",
    "hu": "tov továbbítva továbbítás tovabbitas",
    "id": "trs",
    "is": "fs",
    "it": "i inoltr inoltro",
    "ja": "転送",
    "ko": "전달",
    "lv": "pārs",
    "nl": "doorst",
    "ru, uk": "пер пересл",
    "sv": "vb vidarebef",
    "th": "ส่งต่อ",
    "tr": "ilt i̇lt",
    "vi": r"chuyển\s?tiếp",
    "zh": "转发 轉寄 轉發 轉送",
}
AUTOMATIC = {
    "de": r"automatische\s?antwort",
    "en": r"automatic\s?reply",
    "es": r"respuesta\s?automática respuesta\s?automatica",
    "fr": r"réponse\s?automatique reponse\s?automatique",
    "it": r"risposta\s?automatica",
    "nl": r"automatisch\s?antwoord",
    "pt": r"resposta\s?automática",
}
ENCLOSED = r"\s*\[\s*(?:fwd?|fw|tr|wg|re)\s?:\s*([^\[\]]+)\]\s*"
"""A forwarded subject in brackets, as Mozilla's programs wrote it: `[Fwd: Invoice]`."""


@cache
def patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One prefix with its number (`RE[3]:`, `Re (2) :`, `回复：`) or a gateway's sign for mail from outside; and ENCLOSED.

    Compiled when a subject is there to be looked at: it takes some milliseconds.
    """
    words = {word for each in (ANSWERED, FORWARDED, AUTOMATIC) for text in each.values() for word in text.split()}
    prefix = (
        rf"\s*(?:(?:{'|'.join(sorted(words, reverse=True))})(?:\s?[\[(（^*]?\s?\d{{1,3}}\s?[\])）]?)?\s?[:：]"
        r"|\[(?:ext|extern|external|externe|externo)\](?=\s*\S))\s*"
    )
    return re.compile(prefix, re.IGNORECASE), re.compile(ENCLOSED, re.IGNORECASE)
