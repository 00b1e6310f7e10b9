"""What is compared of customers: names without legal forms, addresses, and numbers that identify a
company.
"""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from x3studio.matching.candidates import Pairs
from x3studio.matching.features import (
    Column,
    Columns,
    Spaces,
    edit_features,
    equality,
    field_agreement,
    length_feature,
    likeness,
    overlap,
    text_features,
)
from x3studio.matching.records import CustomerSide
from x3studio.matching.vectors import Pause


def company_features(source: CustomerSide, target: CustomerSide, pairs: Pairs, *, threads: int) -> Columns:
    """Names without legal forms, addresses and the numbers that identify a company."""
    left = [source.core[row] for row in pairs.source]
    right = [target.core[row] for row in pairs.target]
    winkler = process.cpdist(
        left, right, scorer=JaroWinkler.normalized_similarity, workers=threads, dtype=np.float32
    )
    compact = process.cpdist(
        [text.replace(" ", "") for text in left],
        [text.replace(" ", "") for text in right],
        scorer=fuzz.ratio,
        workers=threads,
        dtype=np.float32,
    ) / np.float32(100)
    return {
        "name beginning": winkler,
        "name letters": compact,
        "name equal": equality(source.core, target.core, pairs),
        "legal form": overlap([*map(sorted, source.forms)], [*map(sorted, target.forms)], pairs),
        "street": likeness(source.street, target.street, pairs, threads=threads),
        "house number": equality(source.house, target.house, pairs),
        "city": likeness(source.city, target.city, pairs, threads=threads),
        "postcode": _postcodes(source.postcode, target.postcode, pairs),
        "country": equality(source.country, target.country, pairs),
        "VAT number": equality(source.vat, target.vat, pairs),
        "telephone": equality(source.phone, target.phone, pairs),
        "mail domain": equality(source.domain, target.domain, pairs),
        "code columns": field_agreement(source.code_fields, target.code_fields, pairs),
    }


def _postcodes(source: Sequence[str], target: Sequence[str], pairs: Pairs) -> Column:
    """1 equal, 0.5 where the first two characters agree, 0 different, nan where a side is empty."""
    equal = equality(source, target, pairs)
    region = equality([text[:2] for text in source], [text[:2] for text in target], pairs)
    return np.where(equal == 0, region * np.float32(0.5), equal).astype(np.float32)


def customer_columns(
    source: CustomerSide, target: CustomerSide, spaces: Spaces, pairs: Pairs, *, threads: int, pause: Pause
) -> Columns:
    """Every feature of customer pairs, by name."""
    found = text_features(spaces, pairs, pause=pause)
    found |= edit_features(source.title, target.title, pairs, threads=threads)
    pause()
    found |= length_feature(spaces, pairs)
    pause()
    found |= company_features(source, target, pairs, threads=threads)
    return found
