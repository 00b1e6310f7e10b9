"""Every dialect under the one contract."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from tests.x3.contract import ORDER, ReadingContract, WritingContract
from tests.x3.demo import Demo
from tests.x3.masters_contract import TABLES, MastersContract, everything
from x3studio.domain.catalogue import Bill
from x3studio.domain.connections import Dialect, SignIn
from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import Component
from x3studio.x3.master_tables import BILLS, ITEMS

EVERY_TABLE = frozenset(table.kind for table in TABLES)


class TestGateway(MastersContract, WritingContract):
    """REST paths with the folder in a header."""

    dialect = Dialect.GATEWAY
    shows = EVERY_TABLE


class TestSoap(MastersContract, WritingContract):
    """Published objects through a pool; the pool decides the folder."""

    dialect = Dialect.SOAP
    sign_in = SignIn.BASIC
    wrong_folder = {"pool": "STUDI0"}  # noqa: RUF012
    folder_field = "pool"


class TestSyracuse(MastersContract, WritingContract):
    """Classes and representations; writes where the site has a writable one."""

    dialect = Dialect.SYRACUSE
    sign_in = SignIn.JWT
    writes_deliveries = False
    shows = EVERY_TABLE


class TestGraphql(MastersContract, ReadingContract):
    """Nodes for reading."""

    dialect = Dialect.GRAPHQL
    sign_in = SignIn.JWT
    knows_kits = False
    shows = frozenset({"items", "customers", "item_sites", "codes/sites", "codes/units", "codes/carriers"})


class TestAutoFindsTheGateway(MastersContract, WritingContract):
    """Without a choice, the gateway that answers is taken."""

    dialect = Dialect.AUTO
    shows = EVERY_TABLE


@pytest.mark.parametrize("dialect", [Dialect.GRAPHQL])
async def test_a_dialect_that_only_reads_says_so(dialect: Dialect) -> None:
    demo = Demo(dialect)
    client = demo.client()
    assert not client.writes
    with pytest.raises(SettingFault):
        await client.create(demo.order("R-1"))
    with pytest.raises(SettingFault):
        await client.find(ORDER, ["R-1"])
    assert demo.sandbox.ledger.written == 0
    await demo.aclose()


def test_a_bill_is_of_one_alternative_and_for_one_kit() -> None:
    row = {"ITMREF": "KIT", "BOMALTTYP": 1, "BOMALT": "1", "LIKQTY": 4, "BASQTY": 2, "CPNITMREF": "A"}
    rows = [row, {**row, "BOMALT": "2", "CPNITMREF": "B"}]
    assert BILLS.together is not None
    assert BILLS.together(rows) == Bill("KIT", (Component("A", Decimal(2)),))
    assert BILLS.together([{**row, "BOMALTTYP": 2}]) is None


async def test_a_change_in_a_second_table_brings_the_master_again() -> None:
    """X3 keeps the sales price in ITMSALES, with a date of its own: ITMMASTER does not change with it."""
    asked: list[str] = []

    def bend(request: httpx.Request, status: int, body: bytes) -> tuple[int, bytes]:
        where = request.url.params.get("where", "")
        if "ITMSALES" in request.url.path and where.startswith("UPDDATTIM"):
            asked.append(where)
            row = {"$key": "LIN-TM-GE", "ITMREF": "LIN-TM-GE", "BASPRI": 0.99}
            return 200, json.dumps({"$resources": [row], "$links": {}}).encode()
        return status, body

    demo = Demo(Dialect.SYRACUSE, sign_in=SignIn.JWT)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    found = await everything(demo.client(bend=bend), ITEMS, since=tomorrow)
    assert [item.itmref for item in found] == ["LIN-TM-GE"]
    assert len(asked) == 1
    await demo.aclose()


async def test_a_site_without_change_times_is_filtered_by_date_or_not_at_all() -> None:
    """V6 has no UPDDATTIM, and X3 answers 500 where a filter names a property that a class lacks."""
    tried: list[str] = []

    def bend(request: httpx.Request, status: int, body: bytes) -> tuple[int, bytes]:
        where = request.url.params.get("where", "")
        if "ITMMASTER" in request.url.path and where.startswith("UPD"):
            tried.append(where.partition(" ")[0])
            return 500, json.dumps({"$diagnoses": [{"$severity": "error", "$message": "unknown"}]}).encode()
        return status, body

    demo = Demo(Dialect.SYRACUSE, sign_in=SignIn.JWT)
    found = await everything(demo.client(bend=bend), ITEMS, since=datetime.now(UTC))
    assert tried == ["UPDDATTIM", "UPDDAT"]
    assert len(found) == len(demo.world.items)
    await demo.aclose()
