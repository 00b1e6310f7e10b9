"""Takes secrets and buyers' data out of everything that is recorded, before it leaves the adapter."""

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, quote_plus

from x3studio.amazon.jsontext import Json, dumps, loads

REDACTED = "[redacted]"

_BRANCHES = frozenset(
    {
        "buyer",
        "buyerInfo",
        "customization",
        "deliveryPreference",
        "deliveryAddress",
        "destinationAddress",
        "extendedFields",
        "giftOption",
        "payment",
        "recipient",
        "shipFromAddress",
        "shippingAddress",
        "taxRegistrations",
        "taxRegistrationAddress",
    }
)
"""Everything below these keys belongs to a person, whatever Amazon adds there later."""

_HARMLESS_BELOW = frozenset({"countryCode", "addressType", "entityType", "taxRegistrationType"})

_PERSONAL = re.compile(
    r"name$|mail|phone|mobile|company|address|street|city|district|county|municipality|postal|postcode"
    r"|region$|vat|registrationnumber|taxid|gift|customi[sz]|cancelreason|purchaseordernumber|serialnumber",
    re.IGNORECASE,
)
_SECRET = re.compile(r"^url$|token$|secret|password|authorization|refresh_token|client_id", re.IGNORECASE)
"""The url of a document is signed: whoever has it may read."""
_HARMLESS = frozenset(
    {
        "attributeNames",
        "brandName",
        "buyerInvoicePreference",
        "carrierName",
        "channelName",
        "displayName",
        "domainName",
        "itemName",
        "marketplaceName",
        "name",
        "nextToken",
        "pageToken",
        "paginationToken",
        "previousToken",
        "serialNumberRequirement",
        "storeName",
        "websiteDisplayGroupName",
    }
)
"""Keys that look personal and are not. A plain `name` is judged by the branch it stands in."""

_EMAIL = re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})+")


def redacted(value: Json, *, below: bool = False) -> Json:
    """The same shape with every secret and every personal string replaced by "[redacted]".

    `below` says that the value already stands in a personal branch. Numbers and booleans stay
    unless they stand in such a branch; empty strings stay, since "missing" is worth knowing.
    """
    # Most values are texts, and each order passes here more than once.
    if isinstance(value, str):
        return (REDACTED if below else _without_email(value)) if value else value
    if isinstance(value, dict):
        return {key: _member(key, inner, below=below) for key, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner, below=below) for inner in value]
    return REDACTED if below and value is not None and not isinstance(value, bool) else value


def redacted_order(text: str) -> str:
    """The canonical text of an order without personal data, fit for a journal."""
    return dumps(redacted(loads(text)))


def _member(key: str, value: Json, *, below: bool) -> Json:
    if below:
        return value if key in _HARMLESS_BELOW else redacted(value, below=True)
    return redacted(value, below=_hidden(key))


@lru_cache(maxsize=4096)
def _hidden(key: str) -> bool:
    """Whether what stands under this key is nobody else's business. Keys are few, values are many."""
    if key in _HARMLESS or key in _HARMLESS_BELOW:
        return False
    return key in _BRANCHES or _PERSONAL.search(key) is not None or _SECRET.search(key) is not None


def _without_email(text: str) -> str:
    # The pattern looks for a name before each place; most texts have no place where one could end.
    return _EMAIL.sub(REDACTED, text) if "@" in text or "%40" in text else text


class Secrets:
    """Knows the secrets in use and removes them from any text, however they were encoded."""

    _MOST = 24

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: dict[str, tuple[str, ...]] = {}
        for value in values:
            self.learn(value)

    def learn(self, value: str) -> None:
        """Adds a secret (an access token, say); the oldest are forgotten so that the list stays short."""
        if len(value) < 6 or value in self._forms:
            return
        self._forms[value] = _forms(value)
        while len(self._forms) > self._MOST:
            del self._forms[next(iter(self._forms))]

    def removed(self, text: str) -> str:
        """The text without any known secret: raw, URL-encoded or within base64."""
        for forms in self._forms.values():
            for form in forms:
                if form in text:
                    text = text.replace(form, REDACTED)
        return text


def _forms(value: str) -> tuple[str, ...]:
    """A secret as it may appear: raw, URL-encoded, and in base64 at each of the three alignments."""
    raw = value.encode()
    forms = {value, quote(value, safe=""), quote_plus(value), quote(value)}
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode()
        # The first and last characters depend on the neighbours, so only the middle is searched for.
        middle = encoded[4 if shift else 0 : len(encoded.rstrip("=")) - 2]
        if len(middle) >= 6:
            forms |= {middle, middle.replace("+", "-").replace("/", "_")}
    return tuple(sorted(forms, key=len, reverse=True))
