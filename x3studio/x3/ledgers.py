"""X3's general ledger as far as a journal depends on it: accounts and periods, read through its own REST."""

from collections.abc import Mapping
from contextlib import aclosing

from x3studio.domain.bookkeeping import LedgerAccount, LedgerPeriod
from x3studio.domain.connections import X3Connection
from x3studio.x3.browsing import Question, browse
from x3studio.x3.dialect import Recorder
from x3studio.x3.masters import iso_date, text

_OPEN = "2"
_NO = "1"
"""Local menu 1 of X3: 1 is no, 2 is yes. A period's status 2 is open."""


async def read_ledger(
    connection: X3Connection, secrets: Mapping[str, str], *, record: Recorder
) -> tuple[list[LedgerAccount], list[LedgerPeriod]]:
    """Every account and period that X3 shows this user.

    The dimensions an account insists on stand in a site field (YDIMOBL), where there is one: what X3's own
    columns for them are called could not be seen, so without it X3 judges dimensions when it is written to.
    Raises SettingFault where X3 does not show them.
    """
    accounts = []
    async with aclosing(browse(connection, secrets, Question("accounts"), record=record)) as rows:
        async for row in rows:
            accounts.append(
                LedgerAccount(
                    code=text(row.get("ACC")),
                    title=text(row.get("DES")),
                    active=text(row.get("ENAFLG")) != _NO,
                    currency=text(row.get("CUR")),
                    dimensions=tuple(text(row.get("YDIMOBL")).split()),
                )
            )
    periods = []
    async with aclosing(browse(connection, secrets, Question("periods"), record=record)) as rows:
        async for row in rows:
            start, end = (iso_date(text(row.get(name))) for name in ("PERSTR", "PEREND"))
            if start and end:
                periods.append(LedgerPeriod(start, end, text(row.get("STA")) == _OPEN))
    return [account for account in accounts if account.code], periods
