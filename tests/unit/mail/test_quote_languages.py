"""What mail programs write around an answer, in thirty languages: found, and nothing else with it."""

from __future__ import annotations

import pytest

from tui_desk.mail.quote import own_text, reply, segments

WHO = "Nadia Petit <nadia@desk.example>"

ATTRIBUTIONS = {
    "bg": f"На пн, 1.01.2024 г. в 10:00 {WHO} написа:",
    "ca": f"Missatge de {WHO} del dia dl., 1 de gen. 2024 a les 10:00:",
    "cs": f"po 1. 1. 2024 v 10:00 odesílatel {WHO} napsal:",
    "cs Outlook": "Dne 1. ledna 2024 10:00:12, Nadia Petit napsal(a):",
    "da": f"Den man. 1. jan. 2024 kl. 10.00 skrev {WHO}:",
    "da program": f"man. 1. jan. 2024 kl. 10.00 skrev {WHO}:",
    "de": f"Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb {WHO}:",
    "de name first": f"{WHO} schrieb am Mo., 1. Jan. 2024, 10:00:",
    "el": f"Στις Δευ 1 Ιαν 2024 στις 10:00 π.μ., ο χρήστης {WHO} έγραψε:",
    "en": f"On Mon, 1 Jan 2024 at 10:00, {WHO} wrote:",
    "en name first": f"{WHO} wrote on Mon 1 Jan 2024 at 10:00:",
    "es": f"El lun, 1 ene 2024 a las 10:00, Nadia Petit (<{WHO[13:-1]}>) escribió:",
    "et": f"Kuupäev E, 1. jaanuar 2024 kell 10:00 kirjutas {WHO}:",
    "fi": f"ma 1. tammik. 2024 klo 10.00 {WHO} kirjoitti:",
    "fr": f"Le lun. 1 janv. 2024 à 10:00, {WHO} a écrit :",
    "fr no address": "Le 1 janvier 2024 à 10:00, Nadia Petit a écrit\u00a0:",
    "he": "\u202bבתאריך יום ב׳, 1 בינו׳ 2024 ב-10:00 מאת \u202aNadia\u202c\u200f <\u202anadia@desk.example\u202c\u200f>:\u202c",
    "hr": f"pon, 1. sij 2024. u 10:00 {WHO} napisao je:",
    "hu": f"{WHO} ezt írta (időpont: 2024. jan. 1., H, 10:00):",
    "id": f"Pada tanggal Sen, 1 Jan 2024 pukul 10.00 {WHO} menulis:",
    "is": f"mán., 1. jan. 2024 kl. 10:00 skrifaði {WHO}:",
    "it": f"Il giorno lun 1 gen 2024 alle ore 10:00 {WHO} ha scritto:",
    "it short": "Il 01/01/2024 10:00, Nadia Petit ha scritto:",
    "ja": f"2024年1月1日(月) 10:00 {WHO}:",
    "ko": f"2024년 1월 1일 (월) 오전 10:00, {WHO}님이 작성:",
    "lt": f"2024-01-01, pr, 10:00 {WHO} rašė:",
    "lv": f"pirmd., 2024. g. 1. janv., plkst. 10:00 — lietotājs Nadia (<{WHO[13:-1]}>) rakstīja:",
    "nl": f"Op ma 1 jan 2024 om 10:00 schreef {WHO}:",
    "nl Apple": f"Op 1 jan. 2024, om 10:00 heeft {WHO} het volgende geschreven:",
    "no": f"man. 1. jan. 2024 kl. 10:00 skrev {WHO}:",
    "pl": f"pon., 1 sty 2024 o 10:00 {WHO} napisał(a):",
    "pl short": "W dniu 01.01.2024 o 10:00, Nadia Petit pisze:",
    "pt": f"{WHO} escreveu (segunda, 1/01/2024 à(s) 10:00):",
    "pt-br": f"Em seg., 1 de jan. de 2024 às 10:00, {WHO} escreveu:",
    "ro": f"În lun., 1 ian. 2024 la 10:00, {WHO} a scris:",
    "ru": f"пн, 1 янв. 2024 г. в 10:00, {WHO}:",
    "ru Apple": f"1 янв. 2024 г., в 10:00, {WHO} написал(а):",
    "sk": f"po 1. 1. 2024 o 10:00 {WHO} napísal(a):",
    "sl": f"V V pon., 1. jan. 2024 ob 10:00 je oseba {WHO} napisala:",
    "sv": f"Den mån 1 jan. 2024 kl 10:00 skrev {WHO}:",
    "th": f"ในวันที่ จ. 1 ม.ค. 2024 เวลา 10:00 {WHO} เขียนว่า:",
    "tr": f"{WHO}, 1 Oca 2024 Pzt, 10:00 tarihinde şunu yazdı:",
    "uk": f"пн, 1 січ. 2024 р. о 10:00 {WHO} пише:",
    "vi": f"Vào Th 2, 1 thg 1, 2024 vào lúc 10:00 {WHO} đã viết:",
    "zh": f"Nadia Petit <{WHO[13:-1]}> 于2024年1月1日周一 10:00写道：",
    "zh on": "在 2024年1月1日，10:00，Nadia Petit 写道：",
    "news": f"In message <abc.1@desk.example> on 1 Jan 2024, {WHO} writes:",
}

BLOCKS = {
    "cs": ("Od", "Odesláno", "Komu", "Předmět"),
    "da": ("Fra", "Sendt", "Til", "Emne"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "el": ("Από", "Στάλθηκε", "Προς", "Θέμα"),
    "en": ("From", "Sent", "To", "Subject"),
    "en date": ("From", "Date", "To", "Subject"),
    "es": ("De", "Enviado el", "Para", "Asunto"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "fr": ("De\u00a0", "Envoyé\u00a0", "À\u00a0", "Objet\u00a0"),
    "fr list": ("Expéditeur ", "Date ", "Destinataire ", "Sujet "),
    "he": ("מאת", "נשלח", "אל", "נושא"),
    "hr": ("Šalje", "Poslano", "Prima", "Naslov"),
    "hu": ("Feladó", "Elküldve", "Címzett", "Tárgy"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "no": ("Fra", "Sendt", "Til", "Emne"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "pt": ("De", "Enviada em", "Para", "Assunto"),
    "ro": ("De la", "Trimis", "Către", "Subiect"),
    "ru": ("От", "Отправлено", "Кому", "Тема"),
    "sk": ("Od", "Odoslané", "Komu", "Predmet"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu"),
    "uk": ("Від", "Надіслано", "Кому", "Тема"),
    "vi": ("Từ", "Đã gửi", "Đến", "Chủ đề"),
    "zh": ("发件人", "发送时间", "收件人", "主题"),
    "zh-tw": ("寄件者", "寄件日期", "收件者", "主旨"),
}

RULES = [
    *(
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "-----Message d'origine-----",
        "----- Mensaje original -----",
    ),
    *(
        "-----Messaggio originale-----",
        "-----Mensagem original-----",
        "-----Oorspronkelijk bericht-----",
        "-----Oprindelig meddelelse-----",
    ),
    *(
        "-----Ursprungligt meddelande-----",
        "-----Opprinnelig melding-----",
        "-----Alkuperäinen viesti-----",
        "-----Original-Nachricht-----",
    ),
    *("-----Oryginalna wiadomość-----", "-----Původní zpráva-----", "-----Eredeti üzenet-----", "-----Исходное сообщение-----"),
    *(
        "-----Orijinal Mesaj-----",
        "------------------ 原始邮件 ------------------",
        "-----元のメッセージ-----",
        "-----원본 메시지-----",
    ),
    *("-------- Reply message --------", "--- Mesaj original ---"),
]
FORWARDS = [
    *(
        "---------- Forwarded message ---------",
        "-------- Message transféré --------",
        "-------- Weitergeleitete Nachricht --------",
    ),
    *(
        "---------- Mensaje reenviado ----------",
        "-------- Messaggio Inoltrato --------",
        "---------- Mensagem encaminhada ---------",
    ),
    *(
        "-------- Doorgestuurd bericht --------",
        "-------- Vidarebefordrat meddelande --------",
        "----- Videresendt meddelelse -----",
    ),
    *(
        "-------- Välitetty viesti / Fwd.Msg --------",
        "--- Treść przekazanej wiadomości ---",
        "-------- Přeposlaná zpráva --------",
    ),
    *("-------- Továbbított üzenet --------", "-------- Перенаправленное сообщение --------", "-------- İletilen İleti --------"),
    *(
        "---------- 转发的邮件 ----------",
        "---------- 転送メッセージ ----------",
        "----- Mesaj redirecționat -----",
        "Begin forwarded message:",
    ),
    *(
        "Début du message réexpédié :",
        "Anfang der weitergeleiteten Nachricht:",
        "Inicio del mensaje reenviado:",
        "Vidarebefordrat mejl:",
    ),
    *("Inizio messaggio inoltrato:", "Początek przekazywanej wiadomości:", "Začátek přeposílané zprávy:", "Videresendt melding:"),
]
PHONES = [
    *(
        "Sent from my iPhone",
        "Sent from Mail for Windows",
        "Sent via BlackBerry by AT&T",
        "(Sent from mobile device)",
        "Get Outlook for iOS",
    ),
    *("From my iPad", "Envoyé de mon iPad", "Envoyé depuis l'application Mail Orange", "Envoyé à partir de Outlook pour Android"),
    *(
        "Télécharger Outlook pour Android",
        "Von meinem iPhone gesendet",
        "Gesendet von Mail für Windows",
        "Enviado desde mi Huawei",
    ),
    *("Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.", "Von meinem Samsung Galaxy Smartphone gesendet."),
    *("Enviado do meu iPhone", "Enviado a partir do Outlook", "Inviato da iPhone", "Inviato dal mio dispositivo Samsung"),
    *("Verzonden vanaf mijn iPhone", "Verstuurd vanaf mijn iPad", "Outlook voor Android downloaden", "Skickat från min iPhone"),
    *(
        "Sendt fra min iPhone",
        "Sendt fra Outlook",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu",
        "Odoslané z iPhonu",
    ),
    *(
        "Poslano s mog iPhonea",
        "Trimis de pe iPhone-ul meu",
        "Отправлено с iPhone",
        "Надіслано з iPhone",
        "iPhone'umdan gönderildi",
    ),
    *(
        "Στάλθηκε από το iPhone μου",
        "נשלח מה-iPhone שלי",
        "Được gửi từ iPhone của tôi",
        "Dikirim dari iPhone saya",
        "发自我的iPhone",
    ),
    *("從我的 iPhone 傳送", "iPhoneから送信", "나의 iPhone에서 보냄", "[Sent from Yahoo Mail](https://mail.example/app)"),
]
CLOSINGS = [
    *("Best regards,", "Kind regards", "Sincerely yours,", "Cordialement,", "Bien à vous,", "Bien cordialement", "Cdlt"),
    *(
        "Mit freundlichen Grüßen",
        "Mit freundlichen Gruessen",
        "MfG",
        "Viele Grüße aus Köln",
        "Saludos cordiales,",
        "Atentamente,",
    ),
    *("Cordiali saluti", "Distinti saluti,", "Atenciosamente,", "Cumprimentos,", "Met vriendelijke groet,", "Groetjes"),
    *(
        "Med venlig hilsen",
        "Mvh",
        "Med vänliga hälsningar,",
        "Vennlig hilsen",
        "Ystävällisin terveisin",
        "Kveðja,",
        "Z poważaniem",
    ),
    *("Pozdrawiam,", "S pozdravem", "S pozdravom", "Lijep pozdrav,", "Üdvözlettel:", "Cu stimă,", "С уважением,", "З повагою,"),
    *(
        "Saygılarımla,",
        "Με εκτίμηση,",
        "בברכה,",
        "مع التحية،",
        "Trân trọng,",
        "此致",
        "敬具",
        "감사합니다.",
        "Pagarbiai",
        "Ar cieņu,",
    ),
    *(
        "Lugupidamisega",
        "S spoštovanjem,",
        "Hormat saya,",
        "Thanks,",
        "Thanks & regards,",
        "Merci d'avance,",
        "Merci et bonne journée,",
    ),
    *(
        "Danke und viele Grüße",
        "Mit freundlichen Grüßen / Best regards",
        "Gracias,",
        "Tak,",
        "Dziękuję,",
        "Hvala,",
        "Tack på förhand,",
    ),
    "Veuillez agréer, Madame, Monsieur, l'expression de mes salutations distinguées.",
]
NOTICES = [
    "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "CONFIDENTIALITY NOTICE: the contents are for the person named above.",
    "Disclaimer: we are not liable for anything.",
    "If you are not the intended recipient, please delete this mail.",
    "Please consider the environment before printing this email.",
    "Ce message et ses pièces jointes sont confidentiels et réservés à leur destinataire.",
    "Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt.",
    "Este mensaje y sus archivos son confidenciales y van dirigidos a su destinatario.",
    "Esta mensagem é confidencial e destina-se apenas ao seu destinatário.",
    "Questo messaggio è riservato ed è destinato solo alle persone indicate.",
    "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
    "Detta meddelande är konfidentiellt och avsett för mottagaren.",
    "Denne e-mail er fortrolig og beregnet til modtageren.",
    "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle.",
    "Niniejsza wiadomość jest poufna i przeznaczona dla adresata.",
    "Tato zpráva je důvěrná a je určena pouze adresátovi.",
    "Ez az üzenet bizalmas, csak a címzettnek szól.",
    "Это сообщение является конфиденциальным и предназначено только адресату.",
    "Bu e-posta gizli bilgiler içerebilir.",
    "このメールは機密情報を含みます。",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_attributions_above_marked_and_unmarked_quotes(line: str) -> None:
    for quoted in ("> the first question\n> the second\n", "\nthe first question\nthe second\n", "\n> one\n>\n> two\n"):
        body = f"The words of the customer.\n\n{line}\n{quoted}"
        assert reply(body) == "The words of the customer.", body
        assert [segment.kind for segment in segments(body)] == ["text", "attribution", "quote"]


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_wrapped_attributions(line: str) -> None:
    if " <" not in line:
        pytest.skip("no address to wrap at")
    for wrapped in (line.replace(" <", "\n<"), line.replace(" <", " <\n")):
        assert reply(f"The words of the customer.\n\n{wrapped}\n\n> quoted\n> more\n") == "The words of the customer."


@pytest.mark.parametrize("names", BLOCKS.values(), ids=BLOCKS.keys())
def test_header_blocks(names: tuple[str, str, str, str]) -> None:
    values = ("Nadia Petit <nadia@desk.example>", "2024-01-01 10:00", "Inès <ines@mail.example>", "the order")
    plain = [f"{name}: {value}" for name, value in zip(names, values, strict=True)]
    bold = [f"*{name.strip()}:* {value}" for name, value in zip(names, values, strict=True)]
    for lines in (plain, bold, [plain[1], plain[0], plain[3], plain[2]], [*plain[:2], "", *plain[2:]]):
        for above in ("", "_" * 32 + "\n", "-----Original Message-----\n"):
            body = f"The words of the customer.\n\n{above}" + "\n".join(lines) + "\n\nthe older mail\n"
            assert reply(body) == "The words of the customer.", body


@pytest.mark.parametrize("line", RULES)
def test_rules_above_the_older_mail(line: str) -> None:
    assert reply(f"The words of the customer.\n\n{line}\nthe older mail\n") == "The words of the customer."


@pytest.mark.parametrize("line", FORWARDS)
def test_forwards(line: str) -> None:
    body = f"The words of the customer.\n\n{line}\nFrom: a@x.example\n\nforwarded words\n"
    assert [segment.kind for segment in segments(body)] == ["text", "forward"]


@pytest.mark.parametrize("line", PHONES)
def test_phones(line: str) -> None:
    assert reply(f"The words of the customer.\n\n{line}\n") == "The words of the customer."
    body = f"The words of the customer.\n\n{line}\n\n> quoted\n"
    assert [segment.kind for segment in segments(body)] == ["text", "signature", "quote"]
    assert reply(body, signature=True).splitlines()[-1] == line


@pytest.mark.parametrize("line", CLOSINGS)
@pytest.mark.parametrize("below", ["", "\n> quoted\n", "\nOn Mon, 1 Jan 2024 at 10:00, S <s@x.example> wrote:\n> quoted\n"])
def test_closings(line: str, below: str) -> None:
    body = f"Hello,\n\nThe words of the customer.\n\n{line}\nInès Durand\n{below}"
    found = segments(body)
    assert reply(body) == "Hello,\n\nThe words of the customer."
    assert reply(body, signature=True).endswith(f"{line}\nInès Durand")
    assert not any(segment.folded for segment in found if "Inès" in segment.text)


@pytest.mark.parametrize("notice", NOTICES)
def test_notices(notice: str) -> None:
    body = f"The words of the customer.\n\nRegards,\nInès\n\n{notice}\n"
    assert reply(body) == "The words of the customer."
    assert own_text(f"The words of the customer.\n\n{notice}\n") == "The words of the customer."
    assert segments(body)[-1].kind == "signature"
