"""Invented companies and catalogues with known pairs: spelling noise, branches, variants of colour, size and
pack.

They stand in for what the labelled public sets lack, so that a prior knows these facts before it sees a
customer.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from x3studio.matching.values import Kind, Table


def _listed_words(text: str) -> list[str]:
    return text.split()


_ONSETS = _listed_words("b c d f g h k l m n p r s t v w z br ch cl dr fl gr kr pl pr sch sl sp st tr")
_VOWELS = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "au", "ei", "ie", "ou"]
_CODAS = ["", "", "", "l", "n", "r", "s", "t", "ck", "nd", "rt", "ll", "m", "ng"]
_TRADES = _listed_words(
    "bakery transport logistics electronics foods trading services consulting medical pharma garden "
    "textiles handel technik bau elektro maschinenbau metallbau moebel druckerei apotheke brauerei "
    "boulangerie transports batiment menuiserie distribution alimentari costruzioni servizi "
    "ferramenta trasporti panaderia suministros group holding solutions international partners "
    "industries systems hotel restaurant cafe bistro"
)
_FORMS = (
    ("GmbH", "G.m.b.H.", "gmbh", "GmbH & Co. KG"),
    ("AG", "A.G."),
    ("SARL", "S.A.R.L.", "sarl"),
    ("SAS", "S.A.S."),
    ("SA", "S.A."),
    ("Ltd", "Limited", "Ltd.", "LTD"),
    ("PLC", "plc", "P.L.C."),
    ("Inc", "Inc.", "Incorporated"),
    ("LLC", "L.L.C."),
    ("B.V.", "BV"),
    ("S.r.l.", "SRL", "srl"),
    ("S.p.A.", "SPA"),
    ("S.L.", "SL"),
    ("s.r.o.", "sro"),
    ("Sp. z o.o.", "sp. zoo"),
    ("and Sons", "& Sons"),
    ("Group",),
)
_STREETS = (
    (lambda name: f"{name}straße", lambda name: f"{name}str."),
    (lambda name: f"rue {name}", lambda name: f"R. {name}"),
    (lambda name: f"{name} street", lambda name: f"{name} st."),
    (lambda name: f"{name} avenue", lambda name: f"{name} ave"),
    (lambda name: f"{name} blvd.", lambda name: f"{name} boulevard"),
    (lambda name: f"{name} road", lambda name: f"{name} rd"),
    (lambda name: f"via {name}", lambda name: f"V. {name}"),
    (lambda name: f"calle {name}", lambda name: f"C/ {name}"),
)
_COUNTRIES = ("FR", "DE", "BE", "IT", "ES", "NL", "UK", "PL")
_JUNK = "abcdefghijklmnopqrstuvwxyz-_.,;#"


@dataclass(frozen=True, slots=True)
class World:
    """Two invented tables and the pairs of keys that belong together."""

    name: str
    kind: Kind
    source: Table
    target: Table
    gold: set[tuple[str, str]] = field(default_factory=set)


def word(dice: random.Random, *, syllables: int = 2) -> str:
    """An invented word that could be a name."""
    return "".join(
        dice.choice(_ONSETS) + dice.choice(_VOWELS) + (dice.choice(_CODAS) if part == syllables - 1 else "")
        for part in range(syllables)
    )


def misspell(dice: random.Random, text: str, *, times: int = 1, junk: bool = False) -> str:
    """Swaps, drops, doubles or replaces characters."""
    chars = list(text)
    for _ in range(times):
        if len(chars) < 3:
            break
        place = dice.randrange(len(chars) - 1)
        what = dice.randrange(4)
        letter = dice.choice(_JUNK if junk else _JUNK[:26])
        if what == 0:
            chars[place], chars[place + 1] = chars[place + 1], chars[place]
        elif what == 1:
            del chars[place]
        elif what == 2:
            chars.insert(place, letter)
        else:
            chars[place] = letter
    return "".join(chars)


@dataclass(slots=True)
class _Company:
    stem: str
    form: tuple[str, ...]
    street: int
    street_name: str
    house: int
    city: str
    postcode: str
    country: str
    phone: str
    vat: str
    trade: str


def companies(seed: int, *, size: int = 300) -> World:
    """A world of companies: each draws its own columns, noise, share of branches and of strangers."""
    dice = random.Random(seed)
    surnames = [word(dice, syllables=dice.choice((1, 2, 2, 3))).capitalize() for _ in range(size // 2)]
    cities = [word(dice).capitalize() for _ in range(max(5, size // 25))]
    known = [_company(dice, surnames, cities) for _ in range(size)]
    branching, sharing = dice.choice((0.0, 0.05, 0.2)), dice.choice((0.0, 0.1, 0.3))
    for before, company in pairwise(known):
        if dice.random() < branching:
            company.stem, company.form = before.stem, before.form
        elif dice.random() < sharing:
            _move_in(dice, company, before)
    columns = ["name", *_company_columns(dice)]
    noise, junk = dice.choice((0.1, 0.3, 0.6, 0.9)), dice.random() < 0.35
    share = dice.choice((0.15, 0.3, 0.6, 1.0))
    rows_a, rows_b, gold = [], [], set()
    for place, company in enumerate(known):
        in_both = dice.random() < share
        if in_both or place % 2:
            rows_b.append({"id": f"B{place}", **_written(dice, company, noise=0.05, junk=False)})
        if in_both or not place % 2:
            rows_a.append({"id": f"A{place}", **_written(dice, company, noise=noise, junk=junk)})
        if in_both:
            gold.add((f"A{place}", f"B{place}"))
    return World(
        f"companies {seed}",
        Kind.CUSTOMERS,
        _table("A", dice, rows_a, columns),
        _table("B", dice, rows_b, columns),
        gold,
    )


def _move_in(dice: random.Random, company: _Company, host: _Company) -> None:
    """Another business in the same house, sometimes behind the same switchboard."""
    company.street, company.street_name, company.house = host.street, host.street_name, host.house
    company.city, company.postcode, company.country = host.city, host.postcode, host.country
    if dice.random() < 0.5:
        company.phone = host.phone


def _company_columns(dice: random.Random) -> list[str]:
    style = dice.randrange(5)
    if style == 0:
        return []
    if style == 1:
        return ["country"]
    if style == 2:
        return ["address", "city", "phone"]
    if style == 3:
        return ["address", "postcode", "city", "country"]
    return dice.sample(["address", "postcode", "city", "country", "phone", "vat"], 4)


def _company(dice: random.Random, surnames: Sequence[str], cities: Sequence[str]) -> _Company:
    one, two, three = dice.choice(surnames), dice.choice(surnames), dice.choice(surnames)
    trade = dice.choice(_TRADES)
    stem = dice.choice(
        (
            one,
            f"{one} {trade}",
            f"{one} {trade}",
            f"{one} & {two}",
            f"{one}-{two}",
            f"{one}, {two} and {three}",
            f"{trade} {one}",
            f"{one} {two} {trade}",
            f"the {one} {trade}",
            f"{one.upper()[:3]} {trade}",
        )
    )
    return _Company(
        stem=stem,
        form=dice.choice(_FORMS) if dice.random() < 0.75 else ("",),
        street=dice.randrange(len(_STREETS)),
        street_name=word(dice),
        house=dice.randint(1, 400),
        city=dice.choice(cities),
        postcode=str(dice.randint(10000, 99999)),
        country=dice.choice(_COUNTRIES),
        phone="".join(dice.choice("0123456789") for _ in range(9)),
        vat=dice.choice(_COUNTRIES) + str(dice.randint(10**8, 10**9)),
        trade=trade,
    )


def _written(dice: random.Random, company: _Company, *, noise: float, junk: bool) -> dict[str, str]:
    """The company as one of the two sides wrote it down."""

    def kept(text: str, missing: float) -> str:
        return "" if dice.random() < missing * noise else text

    moved = dice.random() < 0.15 * noise
    street = dice.choice(_STREETS[company.street])(company.street_name)
    if dice.random() < noise * 0.3:
        street = misspell(dice, street)
    house = company.house if not moved else dice.randint(1, 400)
    digits = company.phone if dice.random() > 0.15 * noise else word(dice)
    phone = dice.choice((f"0{digits}", f"{digits[:3]}/{digits[3:6]}-{digits[6:]}", f"+33 {digits}"))
    return {
        "name": _name(dice, company, noise=noise, junk=junk),
        "address": kept(dice.choice((f"{house} {street}", f"{street} {house}")), 0.15),
        "postcode": kept(company.postcode if not moved else str(dice.randint(10000, 99999)), 0.2),
        "city": kept(company.city if dice.random() > 0.25 * noise else word(dice).capitalize(), 0.1),
        "country": kept(company.country, 0.1),
        "phone": kept(phone, 0.25),
        "vat": kept(company.vat, 0.5),
    }


def _name(dice: random.Random, company: _Company, *, noise: float, junk: bool) -> str:
    stem, form = company.stem, dice.choice(company.form)
    if dice.random() < noise * 0.35:
        form = "" if dice.random() < 0.7 else dice.choice(dice.choice(_FORMS))
    parts = stem.split()
    if len(parts) > 1 and dice.random() < noise * 0.25:
        changes: tuple[Callable[[], list[str]], ...] = (
            lambda: parts[:-1],
            lambda: [*parts[1:], parts[0]],
            lambda: [parts[0], *(part[: dice.randint(1, 4)] + "." for part in parts[1:])],
            lambda: [*parts, dice.choice(_TRADES)],
            lambda: [*parts, company.city],
            lambda: ["".join(parts)],
        )
        parts = dice.choice(changes)()
    named = (
        " ".join([*parts, form]).strip()
        if dice.random() > noise * 0.08
        else f"{form} {' '.join(parts)}".strip()
    )
    if dice.random() < noise:
        most = 4 if junk else 2
        named = misspell(dice, named, times=dice.randint(1, most), junk=junk)
    return dice.choice((named, named, named.upper(), named.lower()))


def _table(name: str, dice: random.Random, rows: list[dict[str, str]], columns: Sequence[str]) -> Table:
    dice.shuffle(rows)
    return Table(name, pd.DataFrame(rows)[["id", *columns]], "id")


_COLOURS = (
    ("black", "schwarz", "noir", "nero"),
    ("red", "rot", "rouge", "rosso"),
    ("blue", "blau", "bleu", "blu"),
    ("white", "weiß", "blanc", "bianco"),
    ("green", "grün", "vert", "verde"),
)
_SIZES = (
    "250 ml",
    "500 ml",
    "1 l",
    "100 g",
    "250 g",
    "1 kg",
    "10 mm",
    "20 mm",
    "50 cm",
    "32 GB",
    "64 GB",
    "128 GB",
)
_PACKS = (1, 1, 1, 2, 3, 6, 10, 12)


@dataclass(slots=True)
class _Article:
    brand: str
    noun: str
    model: str
    colour: int | None
    size: str
    pack: int
    price: float
    family: int


@dataclass(frozen=True, slots=True)
class _Style:
    """How the two shops of a world differ: the target's language, and the spread of prices between them."""

    language: int
    spread: float


def catalogue(seed: int, *, families: int = 60) -> World:
    """A world of articles in families whose members differ in colour, size, pack or model alone."""
    dice = random.Random(seed)
    words = [word(dice, syllables=dice.choice((1, 2, 3))) for _ in range(150)]
    articles = [article for family in range(families) for article in _family(dice, words, family)]
    language = dice.randrange(4)
    with_code, with_brand, with_price = (dice.random() < share for share in (0.3, 0.5, 0.7))
    share, noise = dice.choice((0.5, 0.8, 1.0)), dice.choice((0.1, 0.3, 0.6))
    chatty_source, chatty_target = dice.choice(((3, 0), (15, 0), (0, 15), (6, 6)))
    style = _Style(language=language, spread=dice.choice((0.05, 0.2, 0.5)))
    columns = ["title"] + ["brand"] * with_brand + ["code"] * with_code + ["price"] * with_price
    rows_a, rows_b, gold = [], [], set()
    for place, article in enumerate(articles):
        in_both = dice.random() < share
        if in_both or place % 2:
            rows_b.append(
                {
                    "id": f"B{place}",
                    **_listed(dice, article, words, style, noise=noise / 2, extra=chatty_target),
                }
            )
        if in_both or not place % 2:
            rows_a.append(
                {"id": f"A{place}", **_listed(dice, article, words, style, noise=noise, extra=chatty_source)}
            )
        if in_both:
            gold.add((f"A{place}", f"B{place}"))
    return World(
        f"catalogue {seed}",
        Kind.ITEMS,
        _table("A", dice, rows_a, columns),
        _table("B", dice, rows_b, columns),
        gold,
    )


def _family(dice: random.Random, words: Sequence[str], family: int) -> list[_Article]:
    brand, noun = dice.choice(words[:40]), f"{dice.choice(words)} {dice.choice(words)}"
    model = (word(dice, syllables=1)[:3] + str(dice.randint(10, 9999))).upper()
    price = dice.uniform(2, 200)
    vary = dice.choice(("colour", "size", "pack", "model", "none"))
    some = dice.randint(2, 5)
    made = []
    for member in range(1 if vary == "none" else some):
        made.append(
            _Article(
                brand=brand,
                noun=noun,
                model=model + (chr(65 + member) if vary == "model" else ""),
                colour=(member % len(_COLOURS)) if vary == "colour" else None,
                size=_SIZES[(family + member) % len(_SIZES)] if vary == "size" else "",
                pack=_PACKS[(member + 2) % len(_PACKS)] if vary == "pack" else 1,
                price=price,
                family=family,
            )
        )
    return made


def _listed(
    dice: random.Random, article: _Article, words: Sequence[str], style: _Style, *, noise: float, extra: int
) -> dict[str, str]:
    parts = [article.brand.capitalize(), *article.noun.split()]
    if dice.random() > noise * 0.5:
        parts.append(article.model if dice.random() < 0.7 else f"{article.model[:3]}-{article.model[3:]}")
    if article.colour is not None and dice.random() > noise * 0.3:
        parts.append(_COLOURS[article.colour][dice.choice((0, style.language))])
    if article.size and dice.random() > noise * 0.3:
        parts.append(article.size if dice.random() < 0.5 else article.size.replace(" ", ""))
    if article.pack > 1:
        parts.append(
            dice.choice((f"{article.pack}er Pack", f"pack of {article.pack}", f"{article.pack}-pack"))
        )
    parts += [dice.choice(words) for _ in range(dice.randint(0, extra))]
    if not extra and dice.random() < 0.3:
        parts[1] = parts[1][:4]
    title = " ".join(part for part in parts if dice.random() > noise * 0.12)
    if dice.random() < noise * 0.4:
        title = misspell(dice, title)
    price = article.price * article.pack * dice.lognormvariate(0.0, style.spread)
    return {
        "title": title or article.noun,
        "brand": article.brand if dice.random() > noise * 0.3 else "",
        "code": article.model if dice.random() > noise * 0.4 else "",
        "price": f"{price:.2f}" if dice.random() > noise * 0.4 else "",
    }
