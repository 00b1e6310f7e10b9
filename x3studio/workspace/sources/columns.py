"""Which column of a file is which field: guessed from its name, in the languages customers export in."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_NAMES: Mapping[str, Mapping[str, str]] = {
    "items": {
        "itmref": "itmref item itemcode itemnumber itemno article articlecode artikel artikelnummer artikelnr"
        " artnr reference ref code codearticle produit productcode sku codice articulo",
        "description": "itmdes1 des1axx description itemdescription bezeichnung designation libelle name"
        " title titel descripcion descrizione omschrijving itemname",
        "more": "itmdes2 des2axx description2 bezeichnung2 designation2",
        "ean": "eancod ean ean13 gtin gtin13 upc barcode codebarres codebarre strichcode codigobarras",
        "status": "itmsta status itemstatus statut estado stato",
        "category": "tclcod category kategorie categorie warengruppe famille productgroup categoria",
        "stock_unit": "stu stockunit unit einheit lagereinheit unite unitestock uom unidad",
        "sales_unit": "sau salesunit verkaufseinheit unitevente unitedevente",
        "sales_to_stock": "saustucoe salestostock coefficient faktor umrechnungsfaktor coefficientuvus",
        "price": "baspri price baseprice preis prix precio prezzo listprice prixdebase grundpreis",
        "weight": "itmwei weight gewicht poids peso",
        "search_key": "seakey searchkey brand marke marque marca hersteller suchbegriff clerecherche",
        "successor": "rplitm successor replacement nachfolger remplacant articlederemplacement",
        "supplier": "bpsnum supplier lieferant fournisseur proveedor",
        "tax_level": "vacitm1 vacitm taxlevel steuer steuerklasse niveautaxe",
    },
    "customers": {
        "bpcnum": "bpcnum customer customernumber customerno kunde kundennummer kundennr debitor client"
        " codeclient numeroclient code cliente",
        "name": "bpcnam name customername kundenname firma company raisonsociale nom razonsocial",
        "country": "cry country land pays pais paese countrycode",
        "currency": "cur currency waehrung devise moneda valuta",
        "vat_number": "eecnum vat vatnumber vatid ustid ustidnr tva numerotva tvaintra nif piva",
        "tax_rule": "vacbpr taxrule steuerregel regimetaxe",
        "payment_terms": "pte paymentterms zahlungsbedingung conditionpaiement",
        "city": "cty city town ort stadt ville ciudad citta",
        "postcode": "poscod postcode zip zipcode plz postalcode codepostal cp",
        "street": "bpaaddlig street strasse address adresse rue direccion addressline1",
        "active": "bpcsta active aktiv actif activo",
        "category": "bcgcod category kategorie categorie",
    },
    "listings": {
        "sku": "sku sellersku sellersk merchantsku haendlersku skuvendeur",
        "asin": "asin asin1",
        "title": "itemname title productname titel bezeichnung titre name",
        "marketplace": "marketplace marketplaceid marktplatz salesbase country",
        "brand": "brand marke marque marca brandname",
        "ean": "ean gtin upc barcode externalproductid",
        "price": "price yourprice preis prix",
        "currency": "currency waehrung devise",
        "quantity": "quantity menge quantite stock bestand",
        "channel": "fulfillmentchannel fulfilmentchannel channel versand kanal",
        "status": "status",
        "size": "size groesse taille",
        "colour": "color colour farbe couleur",
        "pack": "itempackagequantity packagequantity numberofitems pack ve",
        "parent": "parentasin parent",
        "image": "imageurl image mainimage",
    },
    "sales": {
        "sku": "sku sellersku merchantsku",
        "marketplace": "marketplace marketplaceid marktplatz",
        "day": "purchasedate date day datum tag jour orderdate bestelldatum",
        "currency": "currency waehrung devise",
        "units": "quantity units unitsordered menge stueck quantite unites anzahl",
        "lines": "lines orderlines totalorderitems positionen orders bestellungen",
        "revenue": "itemprice revenue sales orderedproductsales umsatz chiffredaffaires ca amount",
        "discount": "itempromotiondiscount discount rabatt",
        "status": "itemstatus orderstatus",
        "channel": "saleschannel",
    },
}
KINDS = tuple(_NAMES)
FIELDS: Mapping[str, tuple[str, ...]] = {kind: tuple(names) for kind, names in _NAMES.items()}
"""What can be read of each kind; the first is its key and must be there."""
_MARKS = re.compile(r"[^a-z0-9]+")


def guess_columns(kind: str, header: Sequence[str]) -> dict[str, int]:
    """Field: place of the column that seems to hold it. A field that no column is named after is absent.

    Where several columns fit, the one whose name stands first among the known ones is taken.
    """
    return places(_NAMES[kind], header)


def places(known_names: Mapping[str, str], header: Sequence[str]) -> dict[str, int]:
    """The same for any table: `known_names` are the words for each field, those to be preferred first."""
    names = [folded(cell) for cell in header]
    found: dict[str, int] = {}
    taken = set[int]()
    for field, known in known_names.items():
        for word in known.split():
            place = next((at for at, name in enumerate(names) if name == word and at not in taken), None)
            if place is not None:
                found[field] = place
                taken.add(place)
                break
    return found


def folded(text: str) -> str:
    """A column name without case, accents, umlauts and marks, and without X3's array suffix _0."""
    plain = text.strip().lower().removesuffix("_0")
    for mark, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(mark, letters)
    letters = unicodedata.normalize("NFKD", plain)
    return _MARKS.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))
