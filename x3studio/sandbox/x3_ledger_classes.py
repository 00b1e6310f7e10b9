"""The ledger's classes as REST shows them: rows made anew for each request, as the switches stand then."""

from collections.abc import Callable, Iterator, Sequence

from x3studio.sandbox.x3_desk import Desk
from x3studio.sandbox.x3_ledgers import account_rows, period_rows
from x3studio.sandbox.x3_tables import Keyed, RestClass, Row


def ledger_classes(desk: Desk) -> dict[str, RestClass]:
    """GACCOUNT and PERIOD."""

    def shown() -> Sequence[Row]:
        return period_rows(
            desk.world.now.date(),
            closed_before=desk.switches.closed_before,
            company_code=desk.world.company["company"]["code"],
        )

    found = (_changing("GACCOUNT", account_rows, "ACC"), _changing("PERIOD", shown, "PERKEY"))
    return {entry.name: entry for entry in found}


def _changing(name: str, rows: Callable[[], Sequence[Row]], key: str) -> RestClass:
    """A class whose rows are not kept."""

    def keyed() -> dict[str, Row]:
        return {str(row[key]): row for row in sorted(rows(), key=lambda row: str(row[key]))}

    def behind(folder: str, after: str) -> Iterator[Keyed]:
        del folder
        return ((found, row) for found, row in keyed().items() if found > after)

    return RestClass(name, tuple(rows()[0]), behind, lambda _, wanted: keyed().get(wanted))
