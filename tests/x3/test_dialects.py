"""Every dialect under the one contract."""

import pytest

from tests.x3.contract import ORDER, ReadingContract, WritingContract
from tests.x3.demo import Demo
from x3studio.domain.connections import Dialect, SignIn
from x3studio.domain.errors import SettingFault


class TestGateway(WritingContract):
    """REST paths with the folder in a header."""

    dialect = Dialect.GATEWAY


class TestSoap(WritingContract):
    """Published objects through a pool; the pool decides the folder."""

    dialect = Dialect.SOAP
    sign_in = SignIn.BASIC
    wrong_folder = {"pool": "STUDI0"}  # noqa: RUF012
    folder_field = "pool"


class TestSyracuse(WritingContract):
    """Classes and representations; writes where the site has a writable one."""

    dialect = Dialect.SYRACUSE
    sign_in = SignIn.JWT
    writes_deliveries = False


class TestGraphql(ReadingContract):
    """Nodes for reading."""

    dialect = Dialect.GRAPHQL
    sign_in = SignIn.JWT
    knows_kits = False


class TestAutoFindsTheGateway(WritingContract):
    """Without a choice, the gateway that answers is taken."""

    dialect = Dialect.AUTO


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
