"""What customers of the demo answer: thanks, one more question, an absence notice, or nothing at all."""

from __future__ import annotations

import random

from tui_desk.demo.write import Letter, desk_address

_THANKS = {
    "fr": (
        "Merci beaucoup !",
        "Parfait, merci. Vous êtes plus rapides que ma plante.",
        "Super, ça marche. Bonne journée à toute l'équipe !",
        "Merci pour votre réponse, c'est très clair.",
        "Nickel 👍",
        "Génial. Je retire tout ce que j'ai dit au chat à votre sujet.",
    ),
    "en": (
        "Thank you so much!",
        "Brilliant, that did it. Thanks!",
        "That was quick. My plants and I are impressed.",
        "Perfect, thank you. You can close this one.",
        "👍 cheers",
        "Works. I take back what I said to the dog about you.",
    ),
}
_MORE = {
    "fr": (
        "Merci ! Une dernière question : est-ce que cela vaut aussi pour le modèle de l'an dernier ?",
        "D'accord. Et si je préfère un remboursement à un échange, c'est possible ?",
        "J'ai essayé, mais maintenant le voyant est violet. La notice ne parle pas de violet.",
        "Combien de temps cela prend-il en général ? Je pars dimanche.",
        "Je veux bien, mais où se trouve « Réglages » ? J'ai cherché partout, même sous le pot.",
        "Hélas non, toujours pareil. Faut-il que je vous envoie une photo ?",
    ),
    "en": (
        "Thanks! One more thing: is that true for last year's model as well?",
        "All right. Could I have the money back instead of a new one?",
        "Tried it, and now the light is purple. The manual has no purple.",
        "How long does that usually take? I'm away from Sunday.",
        "Happy to, but where is Settings? I have looked everywhere, including under the pot.",
        "No luck, still the same. Shall I send a picture?",
    ),
}
_AWAY = {
    "fr": (
        "Réponse automatique : {}",
        "Je suis en congé, loin de toute plante. Je vous lirai à mon retour.\n\nMessage automatique.",
    ),
    "en": (
        "Automatic reply: {}",
        "I am out of the office and far from any plant. I will read this when I am back.\n\nAutomatic message.",
    ),
}
_FRENCH = ("bonjour", " vous ", " votre ", " nous ", "merci")


def answer(
    rng: random.Random, email: str, name: str, asked: Letter, earlier: tuple[str, ...], language: str = ""
) -> Letter | None:
    """What `email` answers to `asked`; None: nothing. A known `language` wins over a guess from the text."""
    language = language or ("fr" if any(word in asked.text.lower() for word in _FRENCH) else "en")
    kind = rng.choices(("thanks", "more", "away", "nothing"), (45, 30, 8, 17))[0]
    if kind == "nothing":
        return None
    subject = asked.subject if asked.subject.lower().startswith("re:") else f"Re: {asked.subject}"
    headers: tuple[tuple[str, str], ...] = ()
    if kind == "away":
        title, text = _AWAY[language]
        subject = title.format(asked.subject)
        headers = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
    else:
        text = rng.choice((_THANKS if kind == "thanks" else _MORE)[language])
    return Letter(
        message_id=f"{rng.getrandbits(64):016x}@{email.partition('@')[2]}",
        at=0,
        name=name,
        email=email,
        to=desk_address(),
        subject=subject,
        text=text,
        language=language,
        answers=None if kind == "away" else asked,
        references=(*earlier, asked.message_id),
        style="bare" if kind == "away" else rng.choice(("gmail", "phone", "outlook")),
        headers=headers,
    )
