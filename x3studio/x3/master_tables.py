"""The tables of masters that every dialect reads: where each is found, what keys it, how its rows are read.

ITMMASTER, ITMSALES, BPCUSTOMER, BPARTNER and their fields are confirmed by published material; that REST
shows ITMFACILIT, BOMD and the code tables under their table names is assumed, as are the gateway's paths
below items and customers and GraphQL's names of nodes. What a site does not show is NotPublished.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from x3studio.domain.catalogue import (
    Bill,
    Code,
    CodeTable,
    Customer,
    CustomerAddress,
    Item,
    ItemSite,
    StockTotal,
)
from x3studio.domain.errors import SettingFault
from x3studio.x3 import masters
from x3studio.x3.masters import Fields

T = TypeVar("T")


class NotPublished(SettingFault):
    """This X3 does not show the table to this user: a state of the table, not a failure of the fetch."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A second class with more of the same record: its key `there` equals the master's `here`.

    `main` is a yes/no field that tells the one to take where several belong to a record.
    """

    name: str
    there: str
    here: str
    main: str = ""


@dataclass(frozen=True, slots=True)
class MasterTable(Generic[T]):
    """One table. `name` is its class in X3's REST, `path` its place below the gateway's /api/v1, `object`
    the code it is published under for SOAP, `node` its GraphQL node with that release's usual field names.

    `read` makes a value of a row, or None of one that is not meant. `dated` rows carry a change date.
    With `together` a value is made of all rows that share the first key.
    """

    kind: str
    name: str
    key: tuple[str, ...]
    read: Callable[[Fields], T | None]
    path: str
    object: str = ""
    node: str = ""
    node_fields: Mapping[str, str] = field(default_factory=dict)
    companions: tuple[Companion, ...] = ()
    dated: bool = True
    together: Callable[[Sequence[Fields]], T | None] | None = None

    def key_of(self, row: Mapping[str, Any]) -> str:
        """A row's key as REST writes it; "" where a part is missing."""
        parts = [masters.text(row.get(name)) for name in self.key]
        return "~".join(parts) if all(parts) else ""


ITEMS: MasterTable[Item] = MasterTable(
    kind="items",
    name="ITMMASTER",
    key=("ITMREF",),
    read=masters.item,
    path="products/products",
    object="ITM",
    node="product",
    node_fields={
        "code": "ITMREF",
        "description1": "ITMDES1",
        "description2": "ITMDES2",
        "searchKey": "SEAKEY",
        "productStatus": "ITMSTA",
        "upc": "EANCOD",
        "productCategory": "TCLCOD",
        "accountingCode": "ACCCOD",
        "stockUnit": "STU",
        "salesUnit": "SAU",
        "salesUnitToStockUnitConversionFactor": "SAUSTUCOE",
        "productWeight": "ITMWEI",
        "lotManagementMode": "LOTMGTCOD",
        "serialNumberManagementMode": "SERMGTCOD",
        "expirationManagementMode": "EXYMGTCOD",
        "substituteProduct": "RPLITM",
        "_updateStamp": "UPDDATTIM",
    },
    companions=(Companion("ITMSALES", "ITMREF", "ITMREF"),),
)
SITES: MasterTable[ItemSite] = MasterTable(
    kind="item_sites",
    name="ITMFACILIT",
    key=("ITMREF", "STOFCY"),
    read=masters.item_site,
    path="products/productSites",
    node="productSite",
    node_fields={
        "product": "ITMREF",
        "stockSite": "STOFCY",
        "safetyStock": "SAFSTO",
        "_updateStamp": "UPDDATTIM",
    },
)
STOCK: MasterTable[StockTotal] = MasterTable(
    kind="stock",
    name="ITMMVT",
    key=("ITMREF", "STOFCY"),
    read=masters.stock_total,
    path="products/stockTotals",
    dated=False,
)
BILLS: MasterTable[Bill] = MasterTable(
    kind="bills",
    name="BOMD",
    key=("ITMREF", "BOMALT", "BOMSEQ"),
    read=lambda _: None,
    together=masters.bill,
    path="products/billsOfMaterial",
    companions=(Companion("BOM", "ITMREF", "ITMREF"),),
    dated=False,
)
CUSTOMERS: MasterTable[Customer] = MasterTable(
    kind="customers",
    name="BPCUSTOMER",
    key=("BPCNUM",),
    read=masters.customer,
    path="customers/businessPartners",
    object="BPC",
    node="customer",
    node_fields={
        "code": "BPCNUM",
        "companyName1": "BPCNAM",
        "isActive": "BPCSTA",
        "country": "CRY",
        "currency": "CUR",
        "language": "LAN",
        "europeanUnionVatNumber": "EECNUM",
        "taxRule": "VACBPR",
        "paymentTerm": "PTE",
        "category": "BCGCOD",
        "creditControl": "OSTCTL",
        "city": "CTY",
        "postalCode": "POSCOD",
        "_updateStamp": "UPDDATTIM",
    },
    companions=(
        Companion("BPARTNER", "BPRNUM", "BPCNUM"),
        Companion("BPADDRESS", "BPANUM", "BPCNUM", main="BPAADDFLG"),
    ),
)
ADDRESSES: MasterTable[CustomerAddress] = MasterTable(
    kind="addresses",
    name="BPADDRESS",
    key=("BPANUM", "BPAADD"),
    read=masters.customer_address,
    path="customers/addresses",
    node="businessPartnerAddress",
    node_fields={
        "entityNumber": "BPANUM",
        "code": "BPAADD",
        "description": "BPADES",
        "postalCode": "POSCOD",
        "city": "CTY",
        "country": "CRY",
        "isDefault": "BPAADDFLG",
        "_updateStamp": "UPDDATTIM",
    },
)
_CODES = {
    # table: class, key, object for SOAP, GraphQL node
    CodeTable.SITES: ("FACILITY", "FCY", "FCY", "site"),
    CodeTable.CARRIERS: ("BPCARRIER", "BPTNUM", "BPT", "carrier"),
    CodeTable.DELIVERY_MODES: ("TABMODELIV", "MDL", "", "deliveryMode"),
    CodeTable.TAX_RATES: ("TABVAT", "VAT", "", "tax"),
    CodeTable.TAX_RULES: ("TABVACBPR", "VACBPR", "", "taxRule"),
    CodeTable.TAX_LEVELS: ("TABVACITM", "VACITM", "", "taxLevel"),
    CodeTable.UNITS: ("TABUNIT", "UOM", "", "unitOfMeasure"),
    CodeTable.CURRENCIES: ("TABCUR", "CUR", "", "currency"),
    CodeTable.ACCOUNTS: ("GACCOUNT", "ACC", "GAC", "account"),
    CodeTable.PAYMENT_TERMS: ("TABPAYTERM", "PTE", "", "paymentTerm"),
    CodeTable.ORDER_TYPES: ("TABSOHTYP", "SOHTYP", "", "salesOrderType"),
}
CODES: Mapping[CodeTable, MasterTable[Code]] = {
    kind: MasterTable(
        kind=f"codes/{kind}",
        name=name,
        key=(key,),
        read=partial(masters.code, kind=kind, key=key),
        path=f"tables/{name}",
        object=object_,
        node=node,
        node_fields={"code": key, "name": "NAM", "description": "DES", "localizedDescription": "DESAXX"},
        dated=False,
    )
    for kind, (name, key, object_, node) in _CODES.items()
}


def hidden(table: MasterTable[Any], fault: SettingFault) -> SettingFault:
    """NotPublished where X3 answered that it does not show the table to this user, else the fault itself."""
    if fault.field in ("role", "public_name") or fault.context.get("http") == "404":
        return not_published(table, advice=fault.advice, said=fault.said)
    return fault


def not_published(table: MasterTable[Any], *, advice: str, said: str = "") -> NotPublished:
    """What is raised where X3 does not show the table, or this dialect knows no way to it."""
    return NotPublished(
        f"This X3 does not show {table.name}.",
        field="public_name",
        advice=advice or "Ask your X3 administrator for the right on it, or go on without.",
        said=said,
    )
