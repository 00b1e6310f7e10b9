"""X3's field names for the demo's items and customers, in both directions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from x3studio.domain.catalogue import Customer, Item, ItemStatus
from x3studio.sandbox.world import StockLevel, World, WorldItem

Fields = dict[str, str | int]
"""Menus are numbers, everything else is text."""


def stamp(moment: datetime | None) -> str:
    """A UTC time as REST writes it, such as 2026-11-20T08:15:30Z."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(value: Decimal | None) -> str:
    """A decimal without an exponent; "" for none."""
    return "" if value is None else f"{value:f}"


def item_fields(entry: WorldItem) -> Fields:
    """ITMMASTER with the sales price of ITMSALES; ITMTYP is 1 for an article, 2 for a kit."""
    item = entry.item
    return {
        "ITMREF": item.itmref,
        "ITMDES1": item.description,
        "ITMSTA": int(item.status),
        "TCLCOD": item.category,
        "ACCCOD": item.accounting_code,
        "EANCOD": item.ean,
        "SEAKEY": entry.brand.upper(),
        "STU": item.stock_unit,
        "SAU": item.sales_unit,
        "SAUSTUCOE": text(item.sales_to_stock),
        "ITMDES2": item.more,
        "RPLITM": item.successor,
        "LOTMGTCOD": 3 if item.by_lot else 1,
        "SERMGTCOD": 2 if item.by_serial else 1,
        "EXYMGTCOD": 2 if item.by_expiry else 1,
        "STOMGTCOD": 2 if item.keeps_stock else 1,
        "LIFENDDAT": item.ends.isoformat() if item.ends else "",
        "WEU": item.weight_unit,
        **_packings(item),
        "VACITM1": item.tax_level,
        "BASPRI": text(item.price),
        "BPSNUM": item.supplier,
        "ITMWEI": text(item.weight),
        "ITMTYP": 2 if item.is_kit else 1,
        "UPDDATTIM": stamp(item.modified),
    }


def _packings(item: Item) -> Fields:
    """PCU and PCUSTUCOE are arrays of four; REST writes them as fields with a number behind the name."""
    shown: Fields = {}
    for place in range(1, 5):
        packing = item.packings[place - 1] if place <= len(item.packings) else None
        shown[f"PCU{place}"] = packing.unit if packing else ""
        shown[f"PCUSTUCOE{place}"] = text(packing.to_stock) if packing else ""
    return shown


def site_fields(entry: WorldItem, site: str) -> Fields:
    """ITMFACILIT: that an item may be used at a site."""
    modified = stamp(entry.item.modified)
    return {"ITMREF": entry.item.itmref, "STOFCY": site, "SAFSTO": "0", "UPDDATTIM": modified}


def component_fields(entry: WorldItem, place: int) -> Fields:
    """BOMD: one component of a sales kit (BOMALTTYP 1)."""
    part = entry.components[place]
    return {
        "ITMREF": entry.item.itmref,
        "BOMALT": "1",
        "BOMALTTYP": 1,
        "BOMSEQ": str((place + 1) * 10),
        "CPNITMREF": part.itmref,
        "LIKQTY": text(part.quantity),
        "LIKQTYCOD": 1,
        "BASQTY": "1",
        "UPDDATTIM": stamp(entry.item.modified),
    }


def address_fields(customer: Customer, code: str) -> Fields:
    """BPADDRESS: the main address 001, or the delivery address 002."""
    main = code == "001"
    return {
        "BPATYP": 1,
        "BPANUM": customer.bpcnum,
        "BPAADD": code,
        "BPADES": "Hauptadresse" if main else "Lager",
        "BPAADDLIG1": customer.street if main else "Hof 2, Rampe 4",
        "POSCOD": customer.postcode,
        "CTY": customer.city,
        "CRY": customer.country,
        "BPAADDFLG": 2 if main else 1,
        "UPDDATTIM": stamp(customer.modified),
    }


def customer_fields(world: World, customer: Customer) -> Fields:
    """BPCUSTOMER with name and country of its BPARTNER. BPCSTA 2 is active, OSTCTL 3 on hold."""
    return {
        "BPCNUM": customer.bpcnum,
        "BPCNAM": customer.name,
        "BPCSTA": 2 if customer.active else 1,
        "CRY": customer.country,
        "CUR": customer.currency,
        "EECNUM": customer.vat_number,
        "VACBPR": customer.tax_rule,
        "PTE": customer.payment_terms,
        "CTY": customer.city,
        "POSCOD": customer.postcode,
        "BPAADDLIG1": customer.street,
        "LAN": customer.language,
        "BPCPYR": customer.pays,
        "PRITYP": 2 if customer.prices_with_tax else 1,
        "OSTCTL": 3 if customer.bpcnum in world.on_hold else 1,
        "UPDDATTIM": stamp(customer.modified),
    }


def stock_fields(entry: WorldItem, site: str, level: StockLevel) -> Fields:
    """ITMMVT: totals of one item at one site, in stock units."""
    return {
        "ITMREF": entry.item.itmref,
        "STOFCY": site,
        "STU": entry.item.stock_unit,
        "PHYSTO": text(level.physical),
        "CTLSTO": text(level.controlled),
        "REJSTO": "0",
        "PHYALL": text(level.allocated),
        "GLOALL": text(level.pending),
        "ORDSTO": "0",
        "SALSTO": text(level.allocated + level.pending),
        "AVC": text(((entry.item.price or Decimal(0)) * Decimal("0.55")).quantize(Decimal("0.0001"))),
    }


def item_from(header: Mapping[str, str], known: WorldItem | None) -> WorldItem:
    """The item that `header` describes, over what is known of it."""
    old = known.item if known else Item(header["ITMREF"], "")
    item = replace(
        old,
        description=header.get("ITMDES1") or header.get("DES1AXX") or old.description,
        status=ItemStatus(int(header.get("ITMSTA") or old.status)),
        ean=header.get("EANCOD", old.ean),
        category=header.get("TCLCOD") or old.category,
        accounting_code=header.get("ACCCOD") or old.accounting_code,
        stock_unit=header.get("STU") or old.stock_unit,
        sales_unit=header.get("SAU") or header.get("STU") or old.sales_unit,
        sales_to_stock=Decimal(header.get("SAUSTUCOE") or old.sales_to_stock),
        tax_level=header.get("VACITM1") or header.get("VACITM") or old.tax_level,
        price=Decimal(header["BASPRI"]) if header.get("BASPRI") else old.price,
        supplier=header.get("BPSNUM") or old.supplier,
        weight=Decimal(header["ITMWEI"]) if header.get("ITMWEI") else old.weight,
        modified=datetime.now(UTC),
    )
    return replace(known, item=item) if known else WorldItem(item=item, brand="")


def customer_from(header: Mapping[str, str], known: Customer | None) -> Customer:
    """The customer that `header` describes, over what is known of it."""
    old = known or Customer(header["BPCNUM"], "")
    return replace(
        old,
        name=header.get("BPCNAM") or old.name,
        active=header["BPCSTA"] == "2" if header.get("BPCSTA") else old.active,
        country=header.get("CRY") or old.country,
        currency=header.get("CUR") or old.currency,
        vat_number=header.get("EECNUM", old.vat_number),
        tax_rule=header.get("VACBPR") or old.tax_rule,
        payment_terms=header.get("PTE") or old.payment_terms,
        city=header.get("CTY") or old.city,
        postcode=header.get("POSCOD") or old.postcode,
        modified=datetime.now(UTC),
    )
