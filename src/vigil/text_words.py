"""Words that banks, card processors and companies put around a name: data for `text`.

Only data: every entry is lower case, and each table says what its words mean to a name.
Regular expressions here are fragments without anchors. Nothing here may depend on other modules.
"""

# Card processors and wallets that print "PROCESSOR *MERCHANT": the merchant follows the star.
PROCESSORS = (
    r"sq|sqr|square|gosq\.com|tst|toast|sp|spo|shopify|py|pp|ppl|pypl|paypal|pay pal|sumup|su"
    r"|iz|izettle|zettle|goog|google|google pay|gpay|apple pay|stripe|st|klarna|afterpay|affirm"
    r"|clearpay|zip|sezzle|cke|clv|clover|ctlp|usa tech|wpy|wepay|fs|fsprg|bt|2co(?:\.com)?"
    r"|eb|evb|in|dd|par|mol|nyx|nya|lyf|paddle(?:\.net)?|dri|digitalriver|xsolla|adyen|worldpay"
    r"|wp|sagepay|mollie|payu|payu\.\w+|pag|mp|mercadopago|mercpago|ebanx|dlocal|razorpay"
    r"|phonepe|paytm|lightspeed|ls|vend|crv|rvt|alipay|wechat"
)

# Processors whose name a forger imitates: known to every household, used or not.
WELL_KNOWN = (
    "paypal",
    "amazon",
    "apple",
    "google",
    "netflix",
    "zelle",
    "venmo",
    "microsoft",
    "ebay",
)

# One company under many descriptors; the group's name is the key.
BRANDS = (
    r"(?P<amazon>amazon(?:\.[a-z]+)*(?:\s?mktpl?\w*|\s?marketplace)?"
    r"|amzn(?:\.[a-z]+)*(?:\s?mktpl?\w*)?)"
    r"|(?P<doordash>doordash)|(?P<uber_eats>uber\s?\*?\s?eats)|(?P<grubhub>grubhub)"
)

# Verbs of banks before the name; tried once, at the beginning.
VERBS = (
    r"(?:recurring |online |mobile |pos |visa |mastercard |mc |checkcard |check card )*"
    r"(?:(?:debit|credit|check|bank)\s?card(?: (?:purchase|payment|debit))?(?: (?:to|at))?"
    r"|card (?:purchase|payment)(?: (?:to|at))?"
    r"|point of sale(?: (?:withdrawal|purchase|debit))?"
    r"|pos(?: (?:purchase|merchandise|withdrawal|debit|sale))?(?: (?:at|terminal))?"
    r"|purchase(?: (?:at|from))?|miscellaneous payments?"
    r"|(?:ach|direct|preauthori[sz]ed|automatic|electronic)"
    r" (?:debit|credit|deposit|withdrawal|payment|pmt)s?,?"
    r"|(?:withdrawal|deposit|payment)s? (?:from|to|by|at)|bill payment(?: to)?"
    r"|standing order(?: to)?|contactless(?: payment)?|refund(?: from)?|returns? from"
    r"|faster payments?(?: (?:to|from))?|bgc|dir(?:ect)? deb(?:it)?"
    r"|kartenzahlung|girocard|lastschrift"
    r"|sepa[- ]?(?:lastschrift|basislastschrift|direct debit)"
    r"|paiement (?:par )?(?:cb|carte)|achat (?:cb|carte)|carte(?= \d)|cb"
    r"|prelevement(?: sepa)?(?: de)?|compra(?: (?:tarj|tarjeta|cartao|no debito|en))?"
    r"|pago (?:en|a)|recibo|pagamento(?: (?:pos|a))?|addebito(?: sdd)?|betaalautomaat|incasso"
    r"|rshop)"
)

# Kinds of movement that stay in the key, before the other side's name.
KEPT_VERBS = {
    "atm": (
        r"(?:non-?\w+ )?(?:atm|cash machine|geldautomat|distributeur|cajero|bancomat)"
        r"(?: (?:cash )?(?:withdrawal|withdrwl|w/d|debit))?|cash withdrawal|retrait(?: dab)?|saque"
    ),
    "check": r"(?:check|cheque)(?: paid)?(?=\s*(?:#|no\b|\d|$))",
    "zelle": r"zelle(?: (?:payment|transfer|instant pmt))?(?: (?:to|from))?",
    "venmo": r"venmo(?: (?:payment|cashout))?(?: (?:to|from))?",
    "cash app": r"cash ?app(?:\s?\*)?(?: (?:to|from))?",
    "wire": (
        r"(?:intl |international |domestic |incoming |outgoing |fed ?)*wire"
        r"(?: (?:transfer|trf|out|in|type))*"
    ),
    "transfer": (
        r"(?:sepa )?(?:bank |online |internet |external |instant )*"
        r"(?:transfer(?:red)?|trsf|xfer|tfr)|(?:sepa[- ])?(?:ueberweisung|uberweisung)"
        r"|dauerauftrag|virement(?: (?:sepa|interac|instantane))*|vir(?: sepa| inst)"
        r"|transferencia|bonifico(?: sepa)?|overboeking|pix|ted|doc|interac e-?transfer"
    ),
}

# Words about the service, not the name, at the end of a descriptor.
SERVICE_WORDS = frozenset(
    "bill billing bills ebill pmts pmt pymt payment payments autopay membership renewal"
    " subscription"
    " subscr recurring ach web inst online purchase com help".split()
)

# Legal forms, and words that many companies share: they say little about who it is.
COMPANY_FORMS = frozenset(
    "ltd limited llc inc corp corporation co company plc gmbh ag kg ug sa sas sarl srl spa bv"
    " nv oy ab as"
    " aps pty pte sdn bhd lp llp kft doo ooo".split()
)
GENERIC_WORDS = frozenset(
    "group trading trade tech technology technologies industrial industry industries"
    " international intl"
    " global import export enterprise enterprises services service solutions systems partners"
    " advisors"
    " advisory consulting legal recovery digital media online store shop shops market markets"
    " plus plan"
    " premium club basic family pro the and of for de la le el der die das y und et store"
    " outlet express"
    " center centre restaurant cafe bar grill pizza hotel tienda laden payment pay bank card"
    " account zelle"
    " coffee tea food foods beauty fashion electronics furniture travel health fitness energy home"
    " house auto garden pharmacy wire transfer atm check billing membership".split()
)
# Places and brands under which a thousand strangers trade.
WIDE_WORDS = frozenset(
    "alibaba aliexpress amazon ebay etsy paypal google apple walmart facebook meta temu shein"
    " wish dhgate"
    " shopify stripe shenzhen guangzhou hongkong shanghai yiwu ningbo beijing china london"
    " america usa europe".split()
)

STATES = frozenset(
    "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh"
    " nj nm ny nc"
    " nd oh ok or pa pr ri sc sd tn tx ut vt va wa wv wi wy ab bc mb nb nl ns on pe qc sk nsw"
    " vic qld".split()
)
# "... TECH CO" is a company, not Colorado.
NO_STATE_AFTER = frozenset(
    "tech trading industrial import export manufacturing mfg electronics insurance gas electric"
    " power water"
    " coffee brewing technology commerce textile garment trade & and shipping".split()
)
# First words of towns with two words.
PLACE_STARTS = frozenset(
    "new san santa los las fort ft saint st port el la north south east west palm long salt"
    " grand".split()
)
# ISO 3166-1, alpha-3.
COUNTRIES = frozenset(
    "abw afg ago aia alb and are arg arm aus aut aze bdi bel ben bfa bgd bgr bhr bhs bih blr"
    " blz bmu bol bra"
    " brb brn btn bwa caf can che chl chn civ cmr cod cog col com cpv cri cub cuw cym cyp cze"
    " deu dji dma dnk"
    " dom dza ecu egy eri esp est eth fin fji fra gab gbr geo ggy gha gib gin gmb gnb gnq grc"
    " grd gtm guy hkg"
    " hnd hrv hti hun idn imn ind irl irn irq isl isr ita jam jey jor jpn kaz ken kgz khm kna"
    " kor kwt lao lbn"
    " lbr lby lca lie lka lso ltu lux lva mac mar mco mda mdg mdv mex mkd mli mlt mmr mne mng"
    " moz mrt mus mwi"
    " mys nam ner nga nic nld nor npl nzl omn pak pan per phl png pol pri prk prt pry qat rou"
    " rus rwa sau sdn"
    " sen sgp slb sle slv smr som srb ssd stp sur svk svn swe swz syc syr tcd tgo tha tjk tkm"
    " tls ton tto tun"
    " tur twn tza uga ukr ury usa uzb vct ven vgb vnm vut wsm yem zaf zmb zwe".split()
) - {"and", "can", "com", "per", "ton", "pan", "fin"}  # fmt: skip
