"""What servers say when they refuse a mail: families of phrases, each with the one word that it means.

A family is a word at the margin and its phrases below it, a regular expression a line, matched in lower case on one line of
text. The first family that matches counts, so what says one thing only stands above what may say several. `{who}` is any
word for a user or a mailbox.
"""

from __future__ import annotations

WHO = (
    "(?:user|recipient|address|account|mailbox|alias|person|inbox"
    "|destinataire|adresse|compte|utilisateur|empfänger|benutzer|postfach)"
)

FAMILIES = r"""
mailererror
    \bx-unix;(?!.*(?:quota|full|user unknown|unknown user))
    ^procmail:
onhold
    gr[ea]y-?list
suspend
    \bdue to (?:\w+ )?inactivity
policyviolation
    (?:blocked|banned|forbidden|dangerous|illegal|prohibited) (?:\w+ )?(?:attachment|file|extension)
mailboxfull
    quota violation
    over ?quota
    quota (?:has been |was |is )?(?:exceeded|full|reached)
    exceed\w* (?:\w+ ){0,4}(?:quota|storage|mailbox)
    shutoffquota
    mail ?(?:box|folder|dir)\b[^.:;]{0,40}\b(?:full\b|exceed\w*|(?:size )?limit)
    (?:mailbox|inbox)\b.{0,30}out of storage
    (?:inbox|account|user)\b.{0,20}\bfull\b
    storage (?:space|quota|limit)
    allocated storage
    not enough (?:storage )?space .{0,20}mailbox
    bo[iî]te .{0,40}(?:pleine|satur)
    quota .{0,20}d[ée]pass
    postfach .{0,30}(?:voll|überfüllt)
    speicherplatz
    buz[oó]n .{0,30}llen[oa]
    casella .{0,30}pien[ao]
    caixa .{0,30}cheia
    メールボックスが(?:一杯|いっぱい)
systemfull
    insufficient (?:system |disk )*(?:storage|space|resources)
    disk (?:space|full|quota)
    no space left
    plus d'espace
mesgtoobig
    (?:message|mail|data|body|file|header) (?:size )?(?:is |was )?too (?:large|big|long)
    (?:message|mail|data) size (?:exceeds|limit)
    exceed\w* (?:\w+ ){0,4}(?:message )?size
    size exceeds
    sizelimit
    trop (?:volumineux|gros)
    nachricht .{0,20}zu groß
virusdetected
    \bvirus
    malware
    infected
    trojan
    ransom
    phishing
    dangerous attachment
notcompliantrfc
    rfc[- ]?(?:2822|5322|5321|2821)\b
    not (?:\w+ )?compliant
    multiple .{0,40}\bfrom: ?(?:header)?
    bare (?:lf|cr|line)
    (?:duplicate|missing|multiple) (?:\w+ )?headers?
blocked
    traffic not accepted
    \bdbl\b
    \bip\b.{0,40}(?:bloqu|block(?!ed because its)|black ?list|banned)
    client host .{0,20}blocked
spamdetected
    (?:due to|as|considered|identified as|looks like) (?:\w+ )?spam\b
    spam (?:classif|detect|scor|content|filter)
requireptr
    \bptr\b
    reverse[- ]?(?:dns|lookup|name|host|ip|address)
    \brdns\b
    (?:cannot|can't|could not|unable to) (?:find|resolve|verify) your
    unverif\w+ sending
    forward.confirmed
authfailure
    \b(?:spf|dkim|dmarc|arc-seal)\b
    authentication (?:checks?|results?) (?:failed|failure)
    authentication checks
    authentication information
    sender is unauthenticated
    sender ?id\b
badreputation
    reputation
    senderscore
    low score
    unexpected volume
    user complaints
speeding
    exceeded (?:\w+ )?threshold
    sending rate|unusual rate
    (?:relay|sending|recipient|message|mail) limit (?:has been |was )?(?:exceeded|reached)
    (?:sender|ip) frequency limited
    at a rate
    rate[- ]?limit(?:ed|s)? (?!.{0,4}exceeded.{0,4}$)
    too many (?:\w+ ){0,3}(?:messages|recipients|mails|e-mails) (?:\w+ ){0,8}(?:hour|minute|day|period)\b
    (?:sen[dt]\w*|receiv\w*) .{0,20}too (?:fast|quickly|many .{0,20}(?:hour|day))
    throttl
    hourly
    daily (?:sending )?(?:limit|quota)
    slow down
toomanyconn
    connection frequency
    too many (?:\w+ ){0,3}(?:connections?|sessions?|recipients|concurrent)
    connection (?:rate )?limit
    maximum (?:number of )?connections
    simultaneous
    trop de connexions
spamdetected
    content (?:is |was )?denied
    \bspam\b(?!ming|haus|cop)
    \bube\b
    \buce\b
    unsolicited
    junk ?mail
    scored? as
    bulk mail
    black ?listed (?:url|link|uri)
    surbl
    uribl
    looks like (?:spam|advert)
    considered (?:spam|junk)
    indésirable
    spamverdacht
    mail rejete\. mail rejected
    \bofr_?506
rejected
    blocked senders?\b
    not (?:authori[sz]ed|permitted) to (?:send|post|write) to (?:this|the)
    sender (?:address |domain |verif\w+ |name )*(?:is |was |has been )?(?:rejected|denied|refused|failed|invalid|blocked|not )
    domain of sender
    sender.s (?:address|domain)
    purported responsible
    (?:invalid|unknown|bad|unverified) sender
    from: ?\W{0,3}domain
    mail from:? ?<?\S+@\S* ?(?:is |was |has been )?(?:not (?:exist|allowed|accepted)|rejected(?! for polic)|refused|invalid)
    not (?:a )?members?\b
    (?:not allowed|permission) to (?:post|send|write|submit)
    (?:sending|send) to/?(?:from)? .{0,30}black ?listed
    only .{0,20}members
    posting .{0,30}(?:not|restricted)
    ml[- ]?member
    all recipient addresses rejected
    groups\.google\.com/support
norelaying
    relay attempt
    relay(?:ing)? (?:access )?(?:is |was )?(?:denied|not|prohibited|refused|disallowed|forbidden)
    (?:not|unable|allowed|permitted) to relay
    relay (?:not|denied)
    (?:we|do|does) (?:do )?not relay
    no relay
    open relay
    isn't in my list
    not in my list
    (?:sender|address|identit\w+) (?:is )?not verified
    rcpthosts
blocked
    (?<!may be )(?:black|block|deny) ?-?list
    \b(?:dns)?(?:rbl|bl)\b
    spamhaus
    spamcop
    barracudacentral
    sorbs
    cloudmark
    spamming
    \bblocked (?:for|by|due|using|from|because of)
    (?:connection|connect|mail) .{0,30}refused by
    banned
    refused to talk
    \bip\b.{0,40}(?:block|listed|denied|reject|bloqu)
    host .{0,40}(?:is |was )?(?:blocked|denied access)
    (?:your|the) (?:server|network|isp|isp's)\b.{0,50}(?:block|list|denied)
    smtp server of your isp
    part of (?:their|your|the) network
    messages from .{0,40}weren't sent
    unfortunately, (?:messages|mail) from
    (?<!rejected: )access (?:denied|refused)(?=\.\.|$|[^.\]]{0,30}\bip\b)
    dynamic (?:ip|pool|address)
    residential
    bloquee? pour
    no longer accept\w* .{0,20}from
hasmoved
    \bhas moved
    \bmoved to\b
    address (?:has |was )?changed
    no longer on (?:this )?server
    not our user
    a changé d'adresse
    neue (?:e-?mail)?adresse
suspend
    (?:account|user|mailbox) (?:is |has been |was )?inactive
    {who}\b[^;]{0,60}\b(?:disabled|suspend\w*|is inactive|deactivat\w*|frozen|locked|is blocked|terminated|expired on)
    {who}\b[^;]{0,60}\b(?:est bloqu\w*|d[ée]sactiv\w*|deaktiviert|gesperrt)
    (?:disabled|suspended|inactive|frozen|locked) (?:e-?mail )?(?:user|recipient|account|mailbox)
    not (?:been )?activated
    temporarily (?:disabled|suspended)
notaccept
    (?:not|doesn't|never|n'accepte pas|no longer) (?:\w+ )?(?:accept|receiv)\w* (?:any )?(?:e-?)?(?:mail|messages?)\b(?! from)
    null ?mx
    no mx (?:found|record)
    smtp protocol returned a permanent error.{0,10}521
filtered
    recipient preferences
    due to (?:\w+ )?(?:filter|preference)
    domain[- ]filter
    (?:rejected|refused|blocked) by (?:the )?(?:recipient|user|filter|addressee)
    (?:extended )?prohibit\w* (?:mail|sender)
    55\d :? ?: user unknown
    user has rejected
    not accept\w* (?:e-?)?(?:mail|messages) from (?:you|\S+@)
hostunknown
    host (?:name )?(?:is )?(?:unknown|not found|lookup)
    unknown (?:host|domain|mail server)
    no such (?:domain|host|mail server)
    nxdomain
    domain\b[^.;]{0,40}(?:(?:does not|doesn't|not) exist|not found|unknown)
    domain\b[^.;]{0,40}(?:inconnu|n'existe pas|unbekannt|nicht gefunden|non esist|no existe)
    (?<![\w.-])(?:[\w-]+\.)+[a-z]{2,} (?:does not|doesn't) exist
    illegal host
    unrout\w+ (?:mail )?(?:domain|address)
    couldn.?t find any host
    bad destination (?:mailbox )?(?:domain|system)
    account or domain may not
    (?:domaine|hôte) .{0,40}(?:inconnu|n'existe pas|introuvable)
    no (?:mx or a|a or mx)
userunknown
    non-?existent (?:\w+ )?{who}
    no se (?:encontr|ha encontrado)
    konnte nicht gefunden werden
    unknown (?:\w+ ){0,2}(?:user|recipient|address|mailbox|account|alias)
    unknown or illegal
    no such (?:\w+ )?{who}
    no (?:mailbox|user|account) (?:here|by that|found|with)
    {who}(?:e?s)?\b[^;]{0,80}(?:unknown|not (?:exist|found|known|listed|recogni[sz]ed|a valid|available|valid|present|active|our))
    {who}s?\b[^;]{0,80}(?:wasn.?t found|couldn.?t be found|doesn.?t (?:exist|have)|does not (?:exist|have)|invalid\b)
    (?:invalid|illegal|bad|incorrect|wrong) (?:\w+ ){0,3}(?:{who}|userid|name)
    not (?:a )?(?:valid|registered|known) (?:\w+ )?(?:user|recipient|address|mailbox|gateway user)
    (?:recipient|rcpt)s? (?:address )?(?:rejected|refused)
    no valid recipients
    (?:email|this) address .{0,30}(?:rejected|no longer)
    recipnotfound
    address rejected
    recipient not found
    (?:utilisateur|destinataire|adresse|bo[iî]te|compte)\b.{0,80}(?:inconnu|inexistant|n'existe pas|introuvable|invalide)
    (?:empfänger|benutzer|adresse|postfach|user|konto)\b.{0,80}(?:unbekannt|nicht (?:gefunden|bekannt|vorhanden)|existiert nicht)
    (?:usuario|destinatario|direcci[oó]n|cuenta)\b.{0,80}(?:desconocid|no existe|no encontrad|inv[aá]lid)
    (?:utente|indirizzo|destinatario)\b.{0,80}(?:sconosciut|inesistent|non (?:esiste|trovat))
    (?:utilizador|usu[aá]rio|endere[cç]o|destinat[aá]rio)\b.{0,80}(?:desconhecid|n[aã]o exist|inv[aá]lid)
    見つかりません
    見つかりませんでした
    用户不存在
unavailable
    mailbox (?:is )?unavailable
networkerror
    hop ?count
    too many hops
    (?:mail|routing|message|forwarding) loop
    loops? back
    network (?:is )?(?:error|unreachable)
    no route to
    dns (?:error|query|lookup)
    name (?:service|server) (?:error|:)
    host (?:name )?lookup
    lookup fail
    connection (?:was )?(?:lost|reset|aborted|dropped|closed)
    (?:able|unable) to (?:establish|connect|open|make)
    malformed or unexpected name server
expired
    tim(?:ed?|ing)[- ]?out
    \bexpired?\b
    too long
    retry time
    retry timeout
    not responding
    requests to connect
    not reachable
    unreachable
    no(?:t)? (?:answer|respon[sd])\w*
    (?:delivered|delivery|retried|aborted|undelivered|trying)\b.{0,30}\b(?:for|after|within|until|more)\b.{0,20}\d
    (?:has )?not yet been delivered
    still (?:being )?(?:retried|undelivered)
    attempts?\b.{0,20}\d
    \b\d{1,4} attempts
    giv(?:e|ing) up
    find a gateway
    délai .{0,20}(?:dépassé|expiré)
    zeitüberschreitung
networkerror
    connection refused
    lost connection
mailererror
    procmail
    maildrop
    pipe to
    \bcommand (?:died|failed|output)
    local (?:mailer|delivery agent)
    x-unix;
    mailer .{0,20}(?:died|error)
    lmtp .{0,20}error
securityerror
    authentication (?:is )?required
    smtp auth
    unauthenticated
    authrequired
    must (?:be )?authenticat
    not authenticated
    (?:starttls|encryption|tls) .{0,20}(?:require|needed)
    must issue a starttls
    insufficient permission
    security violation
policyviolation
    polic(?:y|ies)\b
    protocol violation
    header error
    content (?:presents|rejected|not|contain)
    (?:network|host|client host|attachment|file type|extension) .{0,20}(?:not (?:allowed|permitted)|rejected)
    prohibited
    violat
    unauthori[sz]ed
syntaxerror
    syntax error
    command (?:parameter )?(?:not (?:implemented|recogni[sz]ed|supported)|unrecogni[sz]ed|unknown)
    (?:improper|bad) sequence
    (?:unrecogni[sz]ed|unknown|invalid) command
systemerror
    local problem
    (?:system|internal|server|local|configuration|i/o) (?:\w+ )?(?:config\w* )?error
    transaction failed
    (?:temporar\w+ )?(?:service|system|server) (?:\w+ )?(?:unavailable|busy|failure|problem|refus)
    service (?:not available|refus)
    duplicated? message-id
    out of (?:memory|resources)
    erreur (?:interne|système)
    can't create
    unable to (?:read|write|process)
onhold
    recipient error
    gr[ea]y ?-?list
    try (?:it )?again later
    requested action (?:not|aborted)
    temporar\w+ (?:failure|rejected|deferred)
"""
