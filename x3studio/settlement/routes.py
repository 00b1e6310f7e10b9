"""The route of each line's goods: from its order where that is known, never guessed from the marketplace."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.bookkeeping import OrderPlace
from x3studio.domain.settlements import Role
from x3studio.settlement.coded import coded
from x3studio.settlement.grains import Route, channel_of
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.vocabulary import Vocabulary

_NOWHERE = OrderPlace("")
_ANY = "*"


def routes_of(
    settlement: Settlement,
    vocabulary: Vocabulary,
    places: Mapping[str, OrderPlace],
    *,
    own_country: Mapping[str, str],
) -> tuple[NDArray[np.int32], Sequence[Route]]:
    """Each row's code, and the routes by code; lines without an order have the empty route.

    The marketplace owes the tax of an order in which it withheld some. What the seller ships himself comes
    from `own_country`, by marketplace or "*", where no report says otherwise.
    """
    orders = coded(settlement.text, "order-id")
    withheld = [
        (group := vocabulary.group_of(triple)) is not None and group.role is Role.TAX_WITHHELD
        for triple in settlement.triples
    ]
    rows = np.flatnonzero(np.array(withheld, bool)[settlement.triple_of])
    owed = set(orders.codes[rows].tolist())
    by_hand = _own(settlement, own_country)
    codes: dict[Route, int] = {Route(): 0}
    table = np.zeros((len(orders.values), len(by_hand[1])), np.int32)
    for code, order in enumerate(orders.values):
        place = places.get(order, _NOWHERE)
        for way, country in enumerate(by_hand[1]):
            route = Route(place.destination, place.ship_from or country, code in owed) if order else Route()
            table[code, way] = codes.setdefault(route, len(codes))
    return table[orders.codes, by_hand[0]], tuple(codes)


def _own(settlement: Settlement, own_country: Mapping[str, str]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """For each row the country the seller ships from himself, as a code; "" where Amazon ships."""
    if not own_country:
        return np.zeros(len(settlement.triple_of), np.int32), ("",)
    markets, fulfilment = settlement.column("marketplace-name"), settlement.column("fulfillment-id")
    countries: dict[str, int] = {"": 0}
    table = np.zeros((len(markets.values), len(fulfilment.values)), np.int32)
    for place, market in enumerate(markets.values):
        for kind, shipped in enumerate(fulfilment.values):
            if channel_of(shipped, market) == "MFN":
                own = own_country.get(market.casefold(), own_country.get(_ANY, ""))
                table[place, kind] = countries.setdefault(own.upper(), len(countries))
    return table[markets.codes, fulfilment.codes], tuple(countries)
