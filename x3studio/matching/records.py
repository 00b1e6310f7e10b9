"""A table whose columns have roles, as the columns that candidates and features are worked out from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.article_numbers import EanFault, read_ean, tax_number, vat_number
from x3studio.matching.companies import read_names, read_streets
from x3studio.matching.countries import country_code
from x3studio.matching.cut_texts import read_cut
from x3studio.matching.normalise import (
    code,
    code_words,
    each,
    each_words,
    email_domain,
    fold,
    phone,
    prices,
    words_of,
)
from x3studio.matching.quantities import Quantities, read_quantities
from x3studio.matching.roles import Role
from x3studio.matching.values import Kind, Table
from x3studio.matching.vectors import Pause, go_on


@dataclass(frozen=True, slots=True)
class Side:
    """n records in columns; texts are normalised, "" where the table has none."""

    ids: list[str]
    title: list[str]
    brand: list[str]
    everything: list[str]
    """All words of title, brand, code columns, description and unnamed columns."""
    codes: list[list[str]]
    """What looks like a part number anywhere in title, code columns and description."""
    code_fields: list[tuple[str, ...]]
    eans: list[str]
    ean_faults: NDArray[np.bool_]
    price: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class ItemSide(Side):
    """Items: what is in a pack, how large, of which colour."""

    quantities: Quantities
    cut: NDArray[np.bool_]
    """Titles that a field's length cut off: what they do not say is unknown."""


@dataclass(frozen=True, slots=True)
class CustomerSide(Side):
    """Customers: names without legal forms, addresses, numbers that identify a company."""

    core: list[str]
    forms: list[frozenset[str]]
    street: list[str]
    house: list[str]
    city: list[str]
    postcode: list[str]
    country: list[str]
    vat: list[str]
    vat_valid: list[str]
    phone: list[str]
    domain: list[str]


def prepare(table: Table, roles: Mapping[str, Role], *, kind: Kind, pause: Pause = go_on) -> Side:
    """Reads the columns of `table` in their roles."""
    return _Columns(table, roles, pause).side(kind)


class _Columns:
    """Picks texts by role; a role may have several columns, joined by a blank."""

    def __init__(self, table: Table, roles: Mapping[str, Role], pause: Pause) -> None:
        self._table = table
        self._pause = pause
        self._by_role: dict[Role, list[str]] = {}
        for column, role in roles.items():
            self._by_role.setdefault(role, []).append(column)

    def side(self, kind: Kind) -> ItemSide | CustomerSide:
        if kind is Kind.CUSTOMERS:
            return self._customers()
        raw_title = self.joined(Role.TITLE)
        folded = each(raw_title, fold)
        description, codes = each(self.joined(Role.DESCRIPTION), fold), each(self.joined(Role.CODE), fold)
        self._pause()
        title, brand = each(folded, words_of), each_words(self.joined(Role.BRAND))
        others = each_words(self.joined(Role.OTHER, Role.COLOUR, Role.SIZE))
        said = self.joined(Role.EAN)
        read = {text: read_ean(text) for text in set(said)}
        eans = [read[text] for text in said]
        shortened = read_cut(raw_title, folded)
        quantities = read_quantities(_quantity_texts(self, shortened.texts))
        self._pause()
        return ItemSide(
            ids=self._table.ids,
            title=title,
            brand=brand,
            everything=_together([title, brand, each(codes, words_of), each(description, words_of), others]),
            codes=[code_words(text) for text in _together([folded, codes, description])],
            code_fields=self.fields(Role.CODE),
            eans=[ean.number for ean in eans],
            ean_faults=np.array([ean.fault is not EanFault.NONE for ean in eans]),
            price=prices(self.joined(Role.PRICE)),
            quantities=quantities,
            cut=shortened.cut,
        )

    def _customers(self) -> CustomerSide:
        names = read_names(self.joined(Role.TITLE))
        streets = read_streets(self.joined(Role.ADDRESS))
        city = each_words(self.joined(Role.CITY))
        others = each_words(self.joined(Role.OTHER, Role.DESCRIPTION))
        raw_vat = self.joined(Role.VAT)
        postcode = [code(text) for text in self.joined(Role.POSTCODE)]
        title = [name.full for name in names]
        street = [line.text for line in streets]
        count = len(title)
        return CustomerSide(
            ids=self._table.ids,
            title=title,
            brand=[""] * count,
            everything=_together([title, street, postcode, city, others]),
            codes=[[] for _ in range(count)],
            code_fields=self.fields(Role.CODE),
            eans=[""] * count,
            ean_faults=np.zeros(count, dtype=np.bool_),
            price=np.full(count, np.nan),
            core=[name.core for name in names],
            forms=[name.forms for name in names],
            street=street,
            house=[line.house for line in streets],
            city=city,
            postcode=postcode,
            country=each(self.joined(Role.COUNTRY), country_code),
            vat=[tax_number(text) for text in raw_vat],
            vat_valid=[vat_number(text) for text in raw_vat],
            phone=[phone(text) for text in self.joined(Role.PHONE)],
            domain=[email_domain(text) for text in self.joined(Role.EMAIL)],
        )

    def joined(self, *roles: Role) -> list[str]:
        """The texts of the columns in these roles, joined a row."""
        self._pause()
        columns = [column for role in roles for column in self._by_role.get(role, ())]
        if not columns:
            return [""] * len(self._table)
        if len(columns) == 1:
            return [str(text) for text in self._table.frame[columns[0]]]
        return _together([[str(text) for text in self._table.frame[column]] for column in columns])

    def fields(self, role: Role) -> list[tuple[str, ...]]:
        """The codes of each row, without marks, one for each column in this role."""
        columns = [
            [code(str(text)) for text in self._table.frame[column]] for column in self._by_role.get(role, ())
        ]
        return list(zip(*columns, strict=True)) if columns else [()] * len(self._table)


def _together(parts: Sequence[Sequence[str]]) -> list[str]:
    """The texts of each row joined; columns that are empty throughout cost nothing."""
    filled = [part for part in parts if any(part)]
    if len(filled) <= 1:
        return list(filled[0]) if filled else [""] * len(parts[0])
    return [" ".join(filter(None, texts)) for texts in zip(*filled, strict=True)]


def _quantity_texts(columns: _Columns, titles: Sequence[str]) -> Sequence[str]:
    """The folded titles with what columns of their own say of colour, size and pack, as a title would say
    it.
    """
    colour, size, pack = (each(columns.joined(role), fold) for role in (Role.COLOUR, Role.SIZE, Role.PACK))
    if not any(colour) and not any(size) and not any(pack):
        return titles
    texts = []
    for title, hue, extent, count in zip(titles, colour, size, pack, strict=True):
        named = f" size {extent}" if extent else ""
        packed = f" pack of {count.strip()}" if count.strip().isdigit() else ""
        texts.append(f"{title} {hue}{named}{packed}")
    return texts
