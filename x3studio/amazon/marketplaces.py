"""Amazon's regions and stores: where each is called, what it sells in and whose clock it keeps."""

from dataclasses import dataclass

from x3studio.domain.errors import SettingFault


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One Amazon store. `country` is ISO 3166-1 alpha-2, `currency` ISO 4217, `zone` an IANA time zone."""

    id: str
    country: str
    region: str
    currency: str
    domain: str
    zone: str


ENDPOINTS = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
"""Selling Partner API endpoints by region (Amazon's documentation, "SP-API endpoints")."""

TOKEN_URL = "https://api.amazon.com/auth/o2/token"
"""Login with Amazon; the same for every region."""

_ROWS = """
ATVPDKIKX0DER  US na USD www.amazon.com    America/Los_Angeles
A2EUQ1WTGCTBG2 CA na CAD www.amazon.ca     America/Los_Angeles
A1AM78C64UM0Y8 MX na MXN www.amazon.com.mx America/Mexico_City
A2Q3Y263D00KWC BR na BRL www.amazon.com.br America/Sao_Paulo
A1F83G8C2ARO7P GB eu GBP www.amazon.co.uk  Europe/London
A1PA6795UKMFR9 DE eu EUR www.amazon.de     Europe/Berlin
A13V1IB3VIYZZH FR eu EUR www.amazon.fr     Europe/Paris
APJ6JRA9NG5V4  IT eu EUR www.amazon.it     Europe/Rome
A1RKKUPIHCS9HS ES eu EUR www.amazon.es     Europe/Madrid
A1805IZSGTT6HS NL eu EUR www.amazon.nl     Europe/Amsterdam
AMEN7PMS3EDWL  BE eu EUR www.amazon.com.be Europe/Brussels
A28R8C7NBKEWEA IE eu EUR www.amazon.ie     Europe/Dublin
A2NODRKZP88ZB9 SE eu SEK www.amazon.se     Europe/Stockholm
A1C3SOZRARQ6R3 PL eu PLN www.amazon.pl     Europe/Warsaw
A33AVAJ2PDY3EV TR eu TRY www.amazon.com.tr Europe/Istanbul
A2VIGQ35RCS4UG AE eu AED www.amazon.ae     Asia/Dubai
A17E79C6D8DWNP SA eu SAR www.amazon.sa     Asia/Riyadh
ARBP9OOSHTCHU  EG eu EGP www.amazon.eg     Africa/Cairo
A21TJRUUN4KGV  IN eu INR www.amazon.in     Asia/Kolkata
AE08WJ6YKNBMC  ZA eu ZAR www.amazon.co.za  Africa/Johannesburg
A1VC38T7YXB528 JP fe JPY www.amazon.co.jp  Asia/Tokyo
A39IBJ37TRP1C6 AU fe AUD www.amazon.com.au Australia/Sydney
A19VAU5U5O7RUS SG fe SGD www.amazon.sg     Asia/Singapore
"""

MARKETPLACES: dict[str, Marketplace] = {
    row.split()[0]: Marketplace(*row.split()) for row in _ROWS.strip().splitlines()
}
"""Every store by its id (Amazon's documentation, "Marketplace IDs")."""

_BY_COUNTRY = {place.country: place for place in MARKETPLACES.values()}
_BY_COUNTRY["UK"] = _BY_COUNTRY["GB"]


def marketplace(key: str) -> Marketplace:
    """The store with this id or country code (DE, UK, GB ...). Raises SettingFault for an unknown one."""
    found = MARKETPLACES.get(key) or _BY_COUNTRY.get(key.upper())
    if found is None:
        raise SettingFault(
            f"The marketplace {key} is unknown.",
            field="marketplaces",
            advice="Give a marketplace id such as A1PA6795UKMFR9, or a country such as DE.",
        )
    return found


def endpoint(region: str) -> str:
    """Where a region is called. Raises SettingFault for an unknown one."""
    address = ENDPOINTS.get(region.lower())
    if address is None:
        raise SettingFault(
            f"The region {region or '(empty)'} is unknown.",
            field="region",
            advice=f"Choose one of {', '.join(ENDPOINTS)}.",
        )
    return address
