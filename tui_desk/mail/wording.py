"""The words that mail programs and people put around a mail, in some thirty languages: data only.

A new language is a few words more in each list. They are compared case-folded, so "GRÜßE" and "Grüsse" are one.
"""

from __future__ import annotations

FIELDS: dict[str, str] = {
    "from": """
        from|de|von|da|van|fra|frá|från|från|od|от|lähettäjä|kimden|gönderen|gönderici|šalje|pošiljatelj|feladó|expeditorul
        expeditor|de la|отправитель|від|від кого|saatja|mittente|nadawca|expéditeur|absender|remitente|remetente|afzender
        avsändare|afsender|avsender|odesílatel|odosielateľ|από|מאת|من|từ|dari|จาก|发件人|寄件者|寄件人|發件人|差出人|送信者|送信元
        보낸사람|보낸 사람|보낸이|message du|message de|nuo|подател""",
    "date": """
        date|datum|fecha|data|dato|dátum|tarih|дата|päiväys|päivämäärä|pvm|kuupäev|ημερομηνία|תאריך|تاريخ|التاريخ|ngày
        tanggal|วันที่|日期|日時|日付|날짜|le""",
    "sent": """
        sent|envoyé|envoyé le|envoyé à|gesendet|gesendet am|enviado|enviada|enviado el|enviado em|enviada em|enviada el
        inviato|inviato il|verzonden|verzonden op|skickat|skickat den|sendt|wysłano|wysłane|odesláno|odoslané|elküldve
        küldve|trimis|data trimiterii|poslano|poslato|gönderildi|gönderilme tarihi|отправлено|надіслано|lähetetty
        saadetud|στάλθηκε|נשלח|تاريخ الإرسال|تم الإرسال|đã gửi|gửi|dikirim|ส่ง|发送时间|发送日期|發送時間|寄件日期
        傳送日期|送信日時|送信日|보낸날짜|보낸 날짜|보낸 시간|išsiųsta|nosūtīts|изпратено|sent on|sent at""",
    "to": """
        to|à|a|an|para|per|aan|til|till|do|komu|кому|vastaanottaja|alıcı|kime|címzett|destinatarul|către|pour|destinataire
        adresat|prima|primatelj|pre|za|до|προς|אל|إلى|đến|tới|kepada|ถึง|收件人|收件者|宛先|받는사람|받는 사람|받는이|saaja|kam
        empfänger|destinatario|destinatário|ontvanger|mottagare|modtager|mottaker|получатель|одержувач|до кого""",
    "cc": """
        cc|cci|bcc|kopie|kopi|kopia|copia|копия|копія|copie|copie à|kopio|másolatot kap|másolat|dw|udw|bilgi|κοιν.|κοιν|抄送|副本
        참조|kópia|kopija|cópia|عبر|עותק|sao chép""",
    "subject": """
        subject|objet|sujet|betreff|thema|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|tema|тема|předmět|predmet|tárgy|subiect
        subiectul|aihe|konu|naslov|zadeva|teema|θέμα|נושא|الموضوع|chủ đề|tiêu đề|subjek|perihal|เรื่อง|主题|主旨|主題|件名|제목
        относно|efni|assumpte|re""",
    "other": """
        reply-to|répondre à|antwort an|responder a|rispondi a|importance|wichtigkeit|importancia|importanza|priority|priorité
        attachments|attachment|pièces jointes|pièce jointe|anlagen|anlage|bijlagen|bijlage|allegati|adjuntos|anexos|bilagor
        vedhæftet|vedlegg|załączniki|přílohy|вложения|organization|organisation|organización|in-reply-to|message-id|resent-from
        x-mailer|list|newsgroups|groupes de discussion|gesendet von|sensitivity|mailed-by|signed-by""",
}
"""Names of header fields, by what they hold; "sent" is a date that only a mail has."""

WROTE = """
wrote|writes|said|says|sent|a écrit|écrivait|écrit|nous a dit|schrieb|schrieben|geschrieben|escribió|escribio|ha escrito
ha escrit
va escriure|escreveu|ha scritto|scrisse|a scris|schreef|geschreven|skrev|skrifaði|kirjoitti|kirjutas|napisał|napisała|napisał(a)
pisze|napsal|napsala|napsal(a)|napísal|napísala|napísal(a)|napisao|napisala|napisao/la|napisao je|je napisao|je napisal|nadesłał
написал|написала|написал(а)|пишет|написав|написала(в)|пише|написа|је написао/ла|yazdı|írta|rašė|rakstīja|đã viết|έγραψε|menulis
כתב|כתבה|كتب|تمت كتابة ما يلي بواسطة|เขียนว่า|เขียน|写道|寫道|のメール|のメッセージ|wrote this|작성|작성하였습니다
님이 작성|missatge de
"""
"""What says that what follows was written by somebody else."""

WHEN = """
on at le am um el em no il op den dne dnia w pe în la vào στις την в на у 在 på kl pada tanggal ons in em a az dňa dana dana v
mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag
mié jue vie sáb dom lunes martes miércoles jueves viernes sábado domingo gio sab seg ter qua qui sex
ma di wo do vr za zo man tir tors tor fre lør søn mån tis lör sön maanantai tiistai ke to pe la su ti
pon wt śr czw pt sob ndz niedz po út st čt pá so ne pi št ut sri čet pet sub ned tor hétfő kedd
пн вт ср чт пт сб вс нд понедельник вторник среда четверг пятница суббота воскресенье
pzt sal çar per cum cmt paz δευ τρι τετ πεμ παρ σαβ κυρ
"""
"""How an attribution line begins: a preposition, or the day of the week."""

ORIGINAL = """
original message|original appointment|original email|original e-mail|reply message|message d'origine|message d’origine
message original
message initial|mail original|e-mail original|courriel original
ursprüngliche nachricht|originalnachricht|original-nachricht|original nachricht|ursprüngliche mail
ursprüngliche e-mail
originalmail|original-mail|originaltermin|antwort nachricht|weitere nachricht|mensaje original|missatge original
mensagem original
messaggio originale|messaggio di origine|oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht
ursprungligt meddelande
originalmeddelande|oprindelig meddelelse|original meddelelse|opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość
wiadomość oryginalna|původní zpráva|pôvodná správa|izvorna poruka|izvirno sporočilo|eredeti üzenet|mesaj original|mesaj inițial
исходное сообщение|оригинальное сообщение|первоначальное сообщение|оригінальне повідомлення|orijinal mesaj|orijinal ileti
özgün ileti
αρχικό μήνυμα|הודעה מקורית|الرسالة الأصلية|thư gốc|tin nhắn gốc|pesan asli|邮件原件|原始邮件|原邮件|原始郵件|元のメッセージ
원본 메시지|원본 메일|original-nachricht von|algne sõnum|sākotnējais ziņojums|originali žinutė
"""
"""Between dashes, above the mail that is answered."""

FORWARD = """
forwarded message|forwarded by|forwarded mail|forwarded email|forwarded e-mail|fwd.msg|message transféré|message réexpédié
message transmis|courriel transféré|weitergeleitete nachricht|weitergeleitete mail|weitergeleitete e-mail
weitergeleiteter beitrag
mensaje reenviado|missatge reenviat|mensagem encaminhada|mensagem reencaminhada|messaggio inoltrato|doorgestuurd bericht
vidarebefordrat meddelande|vidarebefordrat mejl|videresendt meddelelse|videresendt melding|videresendt besked
edelleenlähetetty viesti|välitetty viesti|wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości
přeposlaná zpráva
preposlaná správa|proslijeđena poruka|posredovano sporočilo|továbbított üzenet|továbbított levél|mesaj redirecționat
mesaj redirecţionat
mesaj reexpediat|пересылаемое сообщение|перенаправленное сообщение|пересланное сообщение|переслане повідомлення
перенаправлене повідомлення|İletilmiş Mesaj|İletilen İleti|İletilen mesaj|yönlendirilen ileti|προωθημένο μήνυμα|הודעה שהועברה
رسالة مُعاد توجيهها|الرسالة المُعاد توجيهها|thư được chuyển tiếp|thư đã chuyển tiếp|pesan terusan|pesan yang diteruskan|转发的邮件
转发邮件|已转发邮件|轉寄郵件|轉寄的郵件|転送メッセージ|転送されたメッセージ|전달된 메시지|전달된 메일
edastatud kiri|persiųstas laiškas
"""
"""Between dashes, above a mail that is passed on."""

BEGIN_FORWARD = """
begin forwarded message|začátek přeposílané zprávy|start på videresendt besked|anfang der weitergeleiteten nachricht
anfang der weitergeleiteten e-mail|inicio del mensaje reenviado|välitetty viesti alkaa|début du message réexpédié
début du message transféré|započni proslijeđenu poruku|továbbított levél kezdete|inizio messaggio inoltrato
begin doorgestuurd bericht
videresendt melding|początek przekazywanej wiadomości|início da mensagem reencaminhada|início da mensagem encaminhada
începe mesajul redirecționat|начало переадресованного сообщения|začiatok preposlanej správy|vidarebefordrat mejl
i̇leti başlangıcı
початок листа, що пересилається|inici del missatge reenviat|以下是转发的邮件|開始轉寄郵件|転送されたメッセージ|전달된 메시지 시작
"""
"""Before a colon, above a mail that is passed on."""

SENT_FROM = (
    r"sent\s+(?:from|via|with|using|on|by)\s+(?:my\s+|the\s+|an?\s+|mobile\s+)?[\w ./+&'’-]{2,50}",
    r"<<\s*sent\s+by\s+.{2,40}>>",
    r"get\s+outlook\s+for\s+\w+.*",
    r"(?:get|obtenir|obtenez|télécharger|obtener|obtén|ottieni|scarica|obter)\s+\w+(?:\s\w+){0,2}"
    r"\s+(?:for|pour|para|per|voor)\s+(?:android|ios|iphone|ipad)",
    r"\w+(?:\s\w+){0,2}\s+(?:für|voor)\s+(?:android|ios|iphone|ipad)\s+(?:herunterladen|downloaden)",
    r"yahoo\s+mail\s?:\s\w+,\s\w+(?:,|\s\w{1,3})?\s\w+",
    r"sent\s+from\s+my\s+[\w -]{2,40}\.\s+please\s+excuse\s+my\s+brevity",
    r"envoyé\s+de\s+mon\s+[\w -]{2,60}\.\s+veuillez\s+excuser\s+ma\s+brièveté",
    r"from\s+my\s+(?:iphone|ipad|android|samsung|galaxy|mobile|phone|blackberry|htc|nokia|pixel|windows phone)\b.{0,30}",
    r"envoyé\s+(?:de(?:puis)?|à\s+partir\s+de|avec|via|par|d['’])\s*(?:mon|ma|mes|l['’]|un|une|le|la)?\s*[\w' ’./-]{2,60}",
    r"(?:télécharge[rz]|obtenez|obtenir)\s+outlook.*",
    r"provenance\s*:\s*courrier.*",
    r"(?:diese\s+(?:nachricht|e-?mail)\s+wurde\s+)?(?:mobil\s+)?von\s+(?:meine[mnr]|unterwegs|mobil|einem|iphone|ipad).{0,60}\s*gesendet",
    r"gesendet\s+(?:von|mit|über|via|aus)\s+[\w ./-]{2,50}|(?:holen\s+sie\s+sich\s+|laden\s+sie\s+)?outlook\s+für\s+\w+.*",
    r"von\s+unterwegs\s+gesendet",
    r"envia(?:do|da)\s+(?:desde|do|da|de|pelo|pela|a\s+partir\s+d[oe]|via|con|com)\s+[\w ./-]{2,50}",
    r"obt(?:ener|enha|er)\s+(?:o\s+)?outlook.*",
    r"(?:obtén|descargar?|baixar)\s+outlook.*|enviat\s+des\s+de\s+.{2,40}",
    r"inviato\s+(?:da(?:l|lla|i)?|con|tramite)\s+[\w ./-]{2,50}|(?:ottieni|scarica)\s+outlook.*",
    r"(?:verzonden|verstuurd|gestuurd)\s+(?:vanaf|van|met|via|vanuit)\s+[\w ./-]{2,50}|outlook\s+voor\s+\w+\s+downloaden.*",
    r"(?:(?:skickat|sänt|sendt|sent)\s+)?fr(?:ån|a|á)\s+min[ne]?\s+[\w ./-]{2,40}",
    r"(?:skickat|sendt)\s+(?:fr(?:ån|a)|via|med)\s+[\w ./-]{2,40}",
    r"hent\s+outlook.*|hämta\s+outlook.*|skaff\s+outlook.*",
    r"lähetetty\s+[\w ./:-]{2,50}|lataa\s+outlook.*|saadetud\s+minu\s+.{2,40}",
    r"wysłan[eoay]\s+(?:z|przy|za)\s+.{2,50}|pobierz\s+outlook.*",
    r"(?:odesláno|odoslané|odesláno)\s+(?:z|ze|zo)\s+.{2,50}|poslano\s+(?:s|z|sa|iz)\s+.{2,40}",
    r"(?:küldve|elküldve)\s+.{2,40}|.{0,10}(?:iphone|ipad|android).{0,20}küldve",
    r"trimis\s+(?:de\s+pe|din|cu|prin)\s+.{2,40}",
    r"(?:отправлено|отослано|надіслано|изпратено|послано)\s+(?:с|со|из|від|з|зі|от|через|iz|са)\s+.{2,50}",
    r".{0,12}(?:iphone|ipad|android|samsung|telefon).{0,24}gönderildi|στάλθηκε\s+από\s+.{2,40}",
    r"(?:נשלח\s+מ|أُرسلت\s+من|أرسلت\s+من|مرسل\s+من)\s?.{2,40}|(?:được\s+)?gửi\s+từ\s+.{2,40}|dikirim\s+dari\s+.{2,40}|ส่งจาก\s?.{2,40}",
    r"(?:发自|發自|从我的|從我的|传送自|傳送自).{2,30}|.{2,20}から送信|(?:나의|내)\s.{2,20}에서\s+(?:보냄|보낸.*)",
)
"""What a phone or a program writes below a mail: regular expressions for a whole line."""

SENT_FROM_STARTS = """
sent <<sent << get from envoyé télécharger téléchargez obtenez obtenir provenance diese mobil von gesendet holen laden outlook
enviado
enviada obtener obtenha obter obtén descargar descarga baixar enviat inviato ottieni scarica verzonden verstuurd gestuurd
skickat sänt sendt
från fra frá hent hämta skaff lähetetty lataa saadetud wysłane wysłano wysłana pobierz odesláno odoslané poslano küldve
elküldve trimis
отправлено отослано надіслано изпратено послано στάλθηκε được gửi dikirim אחרי נשלח أُرسلت أرسلت مرسل 나의 내
"""
SENT_FROM_CHARACTERS = ("发自", "發自", "从我的", "從我的", "传送自", "傳送自", "ส่งจาก", "נשלח", "iphone", "ipad", "android")
SENT_FROM_ENDS = ("送信", "herunterladen", "downloaden", "보냄", "gönderildi", "küldve", "gesendet", "gesendet.")

CLOSINGS = """
best regards|kind regards|kindest regards|warm regards|warmest regards|regards|with regards|with best regards
with kind regards|best wishes
with best wishes|many regards|sincerely|yours sincerely|yours faithfully|yours truly|sincerely yours|faithfully|respectfully
cordially
all the best|take care|warmly|rgds|thanks and regards|thanks & regards|thank you and regards|kr|br
cordialement|bien cordialement|très cordialement|bien à vous|bien à toi|sincères salutations|salutations|meilleures salutations
salutations distinguées|sincèrement|amicalement|respectueusement|cdlt|cdt|bien respectueusement
je vous prie d'agréer
dans l'attente de votre réponse
avec mes meilleures salutations
mit freundlichen grüßen|mit freundlichem gruß|mit freundlichen grüssen|freundliche grüße|freundlicher gruß|freundliche grüsse
viele grüße
viele grüsse|vielen grüßen|mit besten grüßen|beste grüße|besten gruß|bester gruß|liebe grüße|lieber gruß|lieben gruß
herzliche grüße
schöne grüße|schönen gruß|mit lieben grüßen|mit herzlichen grüßen|grüße|gruß|gruss|grüsse|mfg|vg|lg|hochachtungsvoll
freundlich grüßt
mit vorzüglicher hochachtung|mit freundlichen gruessen|viele gruesse|mit freundlichem gruss|mit vielen grüßen|beste gruesse
un saludo|saludos|saludos cordiales|un cordial saludo|cordiales saludos|atentamente|muy atentamente|cordialmente|un abrazo|atte
salutacions|salutacions cordials|cordialment|atentament
atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|com cumprimentos|cordiais saudações|abraço
abraços|att
cordialmente|grato|grata|respeitosamente|saudações
cordiali saluti|distinti saluti|saluti|un saluto|cordialmente|i migliori saluti|un cordiale saluto|tanti saluti
buona giornata e saluti
con i migliori saluti
met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|hartelijke groet|hartelijke groeten
groeten|groet
groetjes|mvg|met hartelijke groet|hoogachtend|met hoogachting
med vänliga hälsningar|med vänlig hälsning|vänliga hälsningar|vänlig hälsning|bästa hälsningar|hälsningar|hälsning|mvh
med bästa hälsningar
varma hälsningar|allt gott
med venlig hilsen|venlig hilsen|med venlige hilsner|venlige hilsner|bedste hilsner|de bedste hilsner|hilsen|hilsner
mange hilsner|dbh|vh|kh
kærlig hilsen|knus|med vennlig hilsen|vennlig hilsen|beste hilsen|med vennlige hilsener|mvh.|hilsning|med hilsen|beste hilsener
kveðja|með kveðju|bestu kveðjur|með bestu kveðju|kær kveðja
ystävällisin terveisin|terveisin|parhain terveisin|yt|t:|terveiset|kunnioittavasti|lugupidamisega|parimate soovidega|tervitades
pozdrawiam|z poważaniem|z powazaniem|z wyrazami szacunku|serdecznie pozdrawiam|z pozdrowieniami|pozdrawiam serdecznie
łączę pozdrowienia
s pozdravem|s pozdravom|s úctou|s přátelským pozdravem|hezký den|s přáním hezkého dne|s přáním pěkného dne|zdravím|zdraví
pekný deň
srdačan pozdrav|lijep pozdrav|lep pozdrav|s poštovanjem|s spoštovanjem|pozdrav|lijepi pozdrav|srdačno|pozdravljeni
üdvözlettel|tisztelettel|szívélyes üdvözlettel|üdv|köszönettel
cu stimă|cu respect|cu drag|toate cele bune|cele mai bune urări|cu deosebită stimă|o zi bună
с уважением|с наилучшими пожеланиями|с наилучшими|всего доброго|всего хорошего|искренне ваш|с почтением|з повагою
з найкращими побажаннями
с уважение|поздрави|поздрав|с поштовањем
saygılarımla|saygılarımızla|iyi çalışmalar|sevgiler|iyi günler dilerim|selamlar
με εκτίμηση|με φιλικούς χαιρετισμούς|χαιρετισμούς|φιλικά
בברכה|בכבוד רב|תודה ובברכה|مع التحية|تحياتي|مع أطيب التحيات|وتفضلوا بقبول فائق الاحترام
trân trọng|thân mến|kính thư|hormat saya|salam|salam hormat|terima kasih dan salam|ขอแสดงความนับถือ|ด้วยความเคารพ
pagarbiai|su pagarba|ar cieņu|cieņā|ar sveicieniem
此致|敬礼|敬上|祝好|顺颂商祺|順頌商祺|此致敬禮|敬具|よろしくお願いいたします|よろしくお願いします|よろしくお願い致します|以上、よろしくお願いいたします
宜しくお願い致します|감사합니다|고맙습니다|안부 전합니다|좋은 하루 되세요|드림|올림
"""
"""What people write above their name. Nothing else is meant by them."""

REPLY_ABOVE = """
reply above this line|type your reply above this line|write above this line|reply above the line|please reply above this line
please do not write below this line|write your reply above this line|respond above this line|your reply above this line
répondre au-dessus de cette ligne|répondez au-dessus de cette ligne|veuillez répondre au-dessus de cette ligne
écrivez votre réponse au-dessus de cette ligne|ne rien écrire sous cette ligne|bitte oberhalb dieser linie antworten
bitte antworten sie oberhalb dieser linie|bitte geben sie ihre antwort oberhalb dieser zeile ein|antworten sie über dieser linie
bitte über dieser linie antworten|responda por encima de esta línea|escriba su respuesta encima de esta línea
por favor, escriba su respuesta por encima de esta línea|rispondi sopra questa riga|scrivi la tua risposta sopra questa riga
digite sua resposta acima desta linha|responda acima desta linha|typ uw antwoord boven deze regel|antwoord boven deze regel
svara ovanför denna rad|skriv ditt svar ovanför den här raden|skriv dit svar over denne linje|svar over denne linjen
vastaa tämän rivin yläpuolelle|odpowiedz powyżej tej linii|wpisz odpowiedź powyżej tej linii|napište odpověď nad tuto čáru
írja a választ e sor fölé|răspundeți deasupra acestei linii|напишите ответ над этой строкой|yanıtınızı bu satırın üstüne yazın
请在此行上方回复|この行より上に返信してください|이 줄 위에 답장을 입력하세요
"""
"""By which a helpdesk marks where its own mail begins."""

FORMULAS = """
veuillez agréer|veuillez recevoir|je vous prie d'agréer|je vous prie d’agréer|je vous prie de croire|nous vous prions d'agréer
nous vous prions d’agréer|je vous prie de recevoir|je vous prie, madame|je vous prie, monsieur|recevez, madame|recevez, monsieur
dans l'attente de votre réponse|dans l’attente de votre réponse|dans l'attente d'une réponse|dans l’attente d’une réponse
reciba un cordial saludo|reciban un cordial saludo|le saluda atentamente|les saluda atentamente|sin otro particular
in attesa di un vostro riscontro|in attesa di un riscontro|in attesa di una vostra risposta|wyrazy szacunku
"""
"""Letters end with these, however the sentence goes on."""

THANKS = """
have a nice day|have a great day|have a good day|have a nice weekend|bonne journée|bonne soirée|belle journée|belle soirée
excellente journée|bonne fin de journée|bonne fin de semaine|bon week-end|bonne réception|schönen tag|einen schönen tag
schönes wochenende|schönen abend|buona giornata|buona serata|buon fine settimana|que tenga un buen día|que tengas un buen día
tenha um bom dia|tenha um ótimo dia|bom fim de semana|fijne dag|prettige dag|fijne dag verder|ha en bra dag|ha en god dag
ha en fin dag|trevlig helg|god weekend|hyvää päivänjatkoa|hyvää viikonloppua|miłego dnia|pěkný den|szép napot|szép napot kívánok
lep dan|lijep dan|хорошего дня|гарного дня|iyi günler
thanks in advance|many thanks in advance|thank you in advance|merci d'avance|merci d’avance|merci par avance|danke im voraus
vielen dank im voraus|besten dank im voraus|gracias de antemano|desde ya gracias|grazie in anticipo
alvast bedankt|bij voorbaat dank
tack på förhand|på forhånd tak|på forhånd takk|takk på forhånd|kiitos etukäteen|z góry dziękuję|předem děkuji|vopred ďakujem
hvala unaprijed|hvala vnaprej|előre is köszönöm|mulțumesc anticipat|заранее спасибо|дякую заздалегідь
şimdiden teşekkürler|תודה מראש
thanks|thank you|many thanks|thanks a lot|thanks again|thx|cheers|best|love|yours|ta
thank you very much|thanks so much|thank you so much|talk soon|see you|ciao
merci|merci beaucoup|mille mercis
à bientôt|bises|bien sincèrement
danke|vielen dank|besten dank|herzlichen dank|bis bald
gracias|muchas gracias|mil gracias|obrigado|obrigada|muito obrigado|muito obrigada|desde já agradeço
grazie|grazie mille|molte grazie|dank u|dank je|bedankt|dank u wel|dank
tack|tack så mycket|tak|mange tak|takk|kiitos
aitäh
dziękuję|dziękujemy|děkuji|děkujeme|ďakujem|ďakujeme|hvala|hvala lepa|köszönöm
előre is köszönöm
mulțumesc|multumesc|спасибо|благодарю|дякую|благодаря|хвала|teşekkürler|teşekkür ederim
ευχαριστώ
תודה|شكرا|شكراً|cảm ơn|xin cảm ơn|terima kasih|ขอบคุณ|ačiū|paldies|谢谢|謝謝|多谢|ありがとうございます|お願いします
"""
"""What may stand above a name, and may as well be all that is said: a closing only with a name below and words above."""

NOTICES = (
    r"(?:confidentiality|privacy|legal|privileged|confidential|important|private)\s+(?:notice|note|statement|information|disclaimer)\b",
    r"(?:confidentialité|avis\s+de\s+confidentialité|avertissement|vertraulichkeitshinweis|rechtlicher\s+hinweis|wichtiger\s+hinweis|"
    r"aviso\s+(?:legal|de\s+confidencialidad[e]?)|advertencia|confidencialidad[e]?|avvertenza|avviso\s+di\s+riservatezza|"
    r"upozornění|důvěrné|fortroligt?|advarsel|varning|uwaga|klauzula\s+poufności|免责声明|免責聲明|면책\s*조항)\s*[:：]",
    r"[*_ ]*disclaimer\b[*_ ]*[:.]?",
    r"(?:caution|warning|confidential|external\s+e?-?mail|externe\s+e-?mail|\[external\])\s*[:!]",
    r"(?:this|the\s+information\s+(?:contained\s+)?in\s+this|the\s+contents?\s+of\s+this)\s+(?:e-?mail|message|communication|transmission|"
    r"electronic).{0,220}(?:confidential|intended\s+(?:only|solely|for)|privileged|scanned\s+for|checked\s+for)",
    r"if\s+you\s+(?:are\s+not|have\s+received|received|believe).{0,80}(?:intended|in\s+error|by\s+mistake)",
    r"(?:ce|cet|le\s+présent|les\s+informations).{0,12}(?:message|courriel|e-?mail|mail|contenues).{0,240}(?:confidentiel|destinataire|exclusi)",
    r"(?:diese|die\s+in\s+dieser|der\s+inhalt\s+dieser)\s+(?:e-?mail|nachricht|mail).{0,240}(?:vertraulich|bestimmt|adressat)",
    r"(?:este|el\s+presente|la\s+información).{0,12}(?:mensaje|correo|e-?mail|contenida).{0,240}(?:confidencial|destinatari|privilegiad)",
    r"(?:esta|este|a\s+informação).{0,12}(?:mensagem|e-?mail|contida).{0,240}(?:confidencia|destinat|privilegiad)",
    r"(?:questo|questa|il\s+presente|le\s+informazioni).{0,14}(?:messaggio|e-?mail|contenute).{0,240}(?:riservat|confidenzial|destinatari)",
    r"(?:dit|deze|de\s+informatie).{0,14}(?:bericht|e-?mail|mail|verzonden).{0,240}(?:vertrouwelijk|bestemd|geadresseerde)",
    r"(?:detta|denna|denne|dette|þessi).{0,12}(?:meddelande|e-?post|mejl|e-?mail|meddelelse|melding|tölvupóstur).{0,240}"
    r"(?:konfidentiel|avse[td]|fortrolig|beregnet|tiltenkt|trúnaðar)",
    r"tämä.{0,10}(?:viesti|sähköposti).{0,240}(?:luottamuksel|tarkoitettu)",
    r"(?:ta|niniejsza|treść\s+tej).{0,14}(?:wiadomoś|e-?mail|korespondencj).{0,240}(?:poufn|przeznaczon|adresat)",
    r"(?:tato|tento|táto|obsah\s+této).{0,10}(?:zpráv|e-?mail|správ).{0,240}(?:důvěrn|určen|dôvern)",
    r"(?:ez\s+az|jelen).{0,14}(?:üzenet|e-?mail|levél).{0,240}(?:bizalmas|címzett)|acest.{0,10}(?:mesaj|e-?mail).{0,240}(?:confiden|destinat)",
    r"(?:это|данное|настоящее|цей|це).{0,14}(?:сообщение|письмо|повідомлення|лист).{0,240}(?:конфиденциал|предназначен|конфіденцій|призначен)",
    r"bu.{0,6}(?:e-?posta|mesaj|ileti).{0,240}(?:gizli)|(?:αυτό|το\s+παρόν).{0,10}(?:μήνυμα|e-?mail).{0,240}εμπιστευτικ",
    r"(?:この|本)(?:電子)?メール.{0,120}(?:機密|秘密)|(?:此|本)(?:电子)?(?:邮件|郵件|電子郵件).{0,120}(?:机密|保密|機密)|(?:이|본)\s?(?:이?메일|메시지).{0,120}(?:기밀|비밀)",
    r"(?:please\s+)?(?:consider|think\s+(?:of|about))\s+(?:the\s+)?environment\s+before\s+printing|save\s+paper",
    r"(?:pensez\s+à|avant\s+d['’]imprimer).{0,40}(?:environnement|imprim|pensez)|(?:bitte\s+)?(?:denken\s+sie|prüfen\s+sie).{0,30}(?:umwelt|ausdruck)",
    r"\[?external(?:\s+(?:e?-?mail|sender|message))?\]?\s*\Z|(?:this\s+)?(?:e-?mail|message)\s+(?:was\s+sent|originated|came|comes|is)\s+"
    r"from\s+(?:an?\s+)?(?:outside|external)|you\s+don['’]t\s+often\s+get\s+e-?mail\s+from",
    r"vous\s+n(?:['’]obtenez|e\s+recevez)\s+pas\s+souvent|ce\s+(?:message|courriel|mail)\s+provient\s+(?:de\s+l['’]ext|d['’]un\s+exp)",
    r"sie\s+erhalten\s+nicht\s+(?:häufig|oft)\s+e-?mails?|diese\s+e-?mail\s+(?:stammt|kommt)\s+von\s+(?:außerhalb|einem\s+externen)",
    r"no\s+suele\s+recibir\s+correo|este\s+(?:mensaje|correo)\s+(?:proviene|se\s+originó)\s+(?:de\s+)?fuera|u\s+ontvangt\s+niet\s+vaak",
    r"(?:virus-?free|sans\s+virus|virenfrei|libre\s+de\s+virus|senza\s+virus|virusvrij)\.?.{0,40}(?:avast|avg)|this\s+email\s+has\s+been\s+checked\s+for",
)
"""Notices that a company has put below (or a mail server above) every mail: how their first lines begin."""

WEAK_NOTICES = (
    r"(?:wichtiger\s+)?hinweis|achtung|attention|important|note|bemærk|observera|merk|huom|upozornění|varování|upozornenie|figyelem"
    r"|waarschuwing|let\s+op|aviso|advertencia|atenção|atención|avviso|attenzione|avertissement|uwaga|notă|atenție|внимание|увага"
    r"|dikkat|uyarı|προσοχή|注意|重要|주의|免責事項",
)
"""Words before a colon that begin a notice where they stand below a name; elsewhere people begin so too."""

NOTICE_WORDS = """
outside|often get|souvent|provient|häufig|nicht oft|außerhalb|externen|suele recibir|fuera|niet vaak
confiden|disclaimer|privileged|intended|caution|warning|notice|external|vertraul|bestimmt|avertissement|destinat|confidenz
riservat
avvertenza|vertrouwelijk|bestemd|konfidentiel|fortrolig|avsed|luottamuksel|poufn|przeznaczon|důvěrn|dôvern|upozornění|bizalmas
конфиденц
предназначен|конфіденц|gizli|εμπιστευτικ|機密|秘密|机密|保密|免责|免責|기밀|비밀
environment|environnement|umwelt|avast|avg|checked for|scanned
advertencia|uwaga|advarsel|varning|advert
"""
"""A mail with none of these words holds no notice."""

GREETINGS = """
bonjour|bonsoir|salut|cher|chère|chers|madame|monsieur|hello|hi|hey|dear|good morning|good afternoon|hallo|guten tag
guten morgen
sehr geehrte|liebe|lieber|hola|buenos días|buenas tardes|estimado|estimada|ciao|buongiorno|salve|gentile|olá|prezado|prezada
bom dia|caro
beste|geachte|goedemorgen|hej|hei|god dag|kære|hyvä|moi|cześć|dzień dobry|dobrý den|dobrý deň|ahoj|poštovani|pozdravljeni|szia
tisztelt
bună ziua|stimate|stimată|здравствуйте|добрый день|привет|добрий день|merhaba|sayın|καλημέρα|αγαπητ|שלום|مرحبا|السلام عليكم
xin chào
chào|halo|selamat|您好|你好|안녕하세요|こんにちは|お世話になっております|tere|labas|sveiki
"""
