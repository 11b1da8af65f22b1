"""French or English, by the small words: enough to pick the language of an answer."""

from __future__ import annotations

import re

_FRENCH_WORDS = """
à au aux avec bonjour ce cela ces cette chez comme cordialement d dans de depuis des du elle en est et être il
ils j je l la le les leur lors ma mais me merci mes moi mon n ne nos notre nous ou où par pas plus pour pouvez
pourquoi qu que qui sa sans se si sommes son sont suis sur svp très un une vos votre vous à été êtes
"""
_FRENCH = frozenset(_FRENCH_WORDS.split())
_ENGLISH_WORDS = """
a about am and any are as at be been but by can could did do does for from had has have hello help hi how i if
in is it just my no not of or our please regards so thank thanks that the their there they this to us was we
were what when where which will with would you your
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+")


def guess(text: str) -> str:
    """ "fr" or "en", "" where neither is clear."""
    words = _WORD.findall(text[:4000].lower().replace("’", "'"))
    french = sum(word in _FRENCH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if max(french, english) == 0:
        return ""
    if french > english * 1.3:
        return "fr"
    return "en" if english > french * 1.3 else ""
