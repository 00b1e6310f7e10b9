"""Words of several languages that name colours, packs, units and legal forms."""

_COLOURS = {
    "black": "black schwarz schwarze schwarzer schwarzes noir noire negro negra nero nera zwart zwarte preto "
    "preta "
    "cerny cerna cerne czarny czarna czarne svart svarta sort musta fekete blk",
    "white": "white weiss weisse weisser weisses blanc blanche blanco blanca bianco bianca wit witte branco "
    "branca "
    "bily bila bile bialy biala biale vit hvid hvit valkoinen feher",
    "grey": "grey gray grau graue grauer gris grigio grigia grijs cinza cinzento sedy seda sede szary szara "
    "szare gra "
    "harmaa szurke anthracite anthrazit antracite graphite graphit charcoal slate",
    "silver": "silver silber silbern silberne argent argente plata plateado argento argentato zilver "
    "zilveren prata "
    "stribrny stribrna stribrne srebrny srebrna srebrne solv hopea",
    "gold": "gold golden goldene dore doree dorado dorada oro dorato goud gouden dourado zlaty zlata zlate "
    "zloty zlota "
    "guld gull kulta",
    "red": "red rot rote roter rotes rouge rojo roja rosso rossa rood rode vermelho vermelha cerveny cervena "
    "cervene "
    "czerwony czerwona czerwone rod punainen piros",
    "blue": "blue blau blaue blauer blaues bleu bleue azul blu blauw blauwe modry modra modre niebieski "
    "niebieska "
    "niebieskie blaa sininen kek navy",
    "green": "green grun grune gruner grunes gruen verde vert verte groen groene zeleny zelena zelene "
    "zielony zielona "
    "zielone gron gronn vihrea zold",
    "yellow": "yellow gelb gelbe gelber gelbes jaune amarillo amarilla giallo gialla geel gele amarelo "
    "amarela zluty "
    "zluta zlute zolty zolta zolte gul keltainen sarga",
    "pink": "pink rosa roze fuchsia ruzovy ruzova ruzove rozowy rozowa rozowe lyserod rosado rosada "
    "rozsaszin",
    "orange": "orange orangefarben naranja arancione oranje laranja oranzovy oranzova oranzove pomaranczowy "
    "pomaranczowa oranssi",
    "purple": "purple violet violett violette lila morado morada viola paars roxo fialovy fialova fialove "
    "fioletowy "
    "fioletowa fioletowe lilla violetti",
    "brown": "brown braun braune brauner brun brune marron marrone bruin bruine castanho hnedy hneda hnede "
    "brazowy "
    "brazowa brazowe ruskea barna",
    "beige": "beige creme cream ivory elfenbein ivoire bezovy bezova bezove bezowy bezowa ecru",
    "turquoise": "turquoise turkis tuerkis turquesa turchese turkoois tyrkysovy tyrkysova turkusowy teal "
    "cyan",
    "transparent": "transparent transparente trasparente clear klar durchsichtig doorzichtig pruhledny",
}
COLOURS: dict[str, int] = {
    word: index for index, spellings in enumerate(_COLOURS.values()) for word in spellings.split()
}
COLOUR_NAMES = tuple(_COLOURS)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PACK_NOUNS = _set(
    "pack packs pk pck packung paket lot set sets box boxes case carton karton bundle multipack vorteilspack "
    "confezione conf pacco paquete caja cajas boite boites coffret doos dozen pak verpakking baleni sada "
    "opakowanie zestaw embalagem kit display ve vpe gebinde colis forpackning scatola krabice karton"
)
"""Nouns of outer packs, folded."""

PIECE_NOUNS = _set(
    "pcs pc pieces piece count ct cnt stuck stueck stk st stuks pezzi pz piezas pza uds unidades unites "
    "pieces "
    "ks kusu szt sztuk tablets tabs tabletten capsules kapseln sheets blatt feuilles bags beutel sachets "
    "rolls "
    "rollen rouleaux rollos rotoli units each unidade styck kpl db kusy bottles flaschen bouteilles "
    "bottiglie botellas "
    "cans dosen canettes lattine latas tabletki pastiglie comprimes hojas fogli listu"
)
"""Nouns of single pieces, folded."""

UNITS: dict[str, tuple[str, float]] = {
    "ml": ("volume", 1.0),
    "cl": ("volume", 10.0),
    "dl": ("volume", 100.0),
    "l": ("volume", 1000.0),
    "lt": ("volume", 1000.0),
    "ltr": ("volume", 1000.0),
    "liter": ("volume", 1000.0),
    "litre": ("volume", 1000.0),
    "litres": ("volume", 1000.0),
    "litro": ("volume", 1000.0),
    "fl": ("volume", 29.5735),
    "floz": ("volume", 29.5735),
    "gallon": ("volume", 3785.41),
    "mg": ("mass", 0.001),
    "g": ("mass", 1.0),
    "gr": ("mass", 1.0),
    "gramm": ("mass", 1.0),
    "kg": ("mass", 1000.0),
    "oz": ("mass", 28.3495),
    "ounce": ("mass", 28.3495),
    "ounces": ("mass", 28.3495),
    "lb": ("mass", 453.592),
    "lbs": ("mass", 453.592),
    "pound": ("mass", 453.592),
    "pounds": ("mass", 453.592),
    "mm": ("length", 1.0),
    "cm": ("length", 10.0),
    "m": ("length", 1000.0),
    "in": ("length", 25.4),
    "inch": ("length", 25.4),
    "inches": ("length", 25.4),
    "zoll": ("length", 25.4),
    '"': ("length", 25.4),
    "ft": ("length", 304.8),
    "feet": ("length", 304.8),
    "foot": ("length", 304.8),
    "kb": ("storage", 1e-6),
    "mb": ("storage", 1e-3),
    "gb": ("storage", 1.0),
    "go": ("storage", 1.0),
    "tb": ("storage", 1000.0),
    "w": ("power", 1.0),
    "watt": ("power", 1.0),
    "watts": ("power", 1.0),
    "kw": ("power", 1000.0),
    "v": ("voltage", 1.0),
    "volt": ("voltage", 1.0),
    "mah": ("charge", 1.0),
    "ah": ("charge", 1000.0),
}
"""Folded unit: dimension and factor to its base (ml, g, mm, GB, W, V, mAh)."""

DIMENSIONS = ("volume", "mass", "length", "storage", "power", "voltage", "charge", "garment")

GARMENT_SIZES = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "4xl", "5xl", "6xl")

LEGAL_FORMS: dict[str, str] = {
    spelling: form
    for form, spellings in {
        "gmbh": "gmbh mbh ggmbh ug haftungsbeschrankt gesellschaftmbh",
        "ag": "ag aktiengesellschaft kgaa",
        "partnership": "kg ohg gbr ohg kommanditgesellschaft snc sas-snc vof cv scs scp partg partgmbb",
        "sole": "ek efr einzelunternehmen",
        "association": "ev eingetragener verein asbl vzw association",
        "cooperative": "eg egen scop coop",
        "sarl": "sarl sarlu eurl bvba sprl srlu srls srl",
        "sas": "sas sasu",
        "sa": "sa sca spa sapa",
        "spain": "sl slu sll slp",
        "dutch": "bv nv",
        "limited": "ltd limited ltda lda pvt pte pty cic",
        "plc": "plc",
        "llc": "llc lc pllc",
        "llp": "llp lp",
        "inc": "inc incorporated corp corporation",
        "company": "co company cie compagnie cia",
        "nordic": "ab as asa aps oy oyj hf ehf",
        "czech": "sro spol vos zs",
        "polish": "spzoo zoo spj spk",
        "balkan": "doo dd ood eood ad",
        "hungarian": "kft bt zrt nyrt rt",
    }.items()
    for spelling in spellings.split()
}
"""Legal form as one folded word without dots: its family."""

ADDRESS_WORDS: dict[str, str] = {
    spelling: word
    for word, spellings in {
        "st": "street str strasse st straat ul ulica ulice utca",
        "ave": "avenue ave av avda avenida aven",
        "rd": "road rd",
        "blvd": "boulevard blvd boul bd bvd blv",
        "dr": "drive dr drv",
        "ln": "lane ln",
        "pl": "place pl platz plaza piazza plein pza pzza namesti",
        "sq": "square sq",
        "hwy": "highway hwy",
        "pkwy": "parkway pkwy pky",
        "ct": "court ct",
        "cir": "circle cir",
        "ste": "suite ste",
        "flr": "floor fl flr etage",
        "bldg": "building bldg",
        "n": "north n nord noord",
        "s": "south s sud zuid",
        "e": "east e",
        "w": "west w",
        "rue": "rue r",
        "via": "via v",
        "calle": "calle c cl",
        "chem": "chemin chem che ch",
        "rte": "route rte",
        "imp": "impasse imp",
        "all": "allee allees all",
        "weg": "weg wg",
        "fbg": "faubourg fbg fg",
        "zi": "zi za zac",
        "1st": "1st first",
        "2nd": "2nd second",
        "3rd": "3rd third",
        "4th": "4th fourth",
        "5th": "5th fifth",
        "6th": "6th sixth",
        "7th": "7th seventh",
        "8th": "8th eighth",
    }.items()
    for spelling in spellings.split()
}
"""Folded word of a street line: its short form."""
