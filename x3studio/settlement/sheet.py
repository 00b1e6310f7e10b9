"""A proof sheet packed for the store and unpacked again, exactly: amounts as text, compressed."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from x3studio.domain.settlements import (
    Account,
    Amount,
    Check,
    Group,
    GroupTotal,
    JournalLine,
    JournalPart,
    Proof,
    Role,
    SettlementHeader,
    Triple,
    Verdict,
)

_FORMAT = 1


def pack(proof: Proof) -> bytes:
    """The sheet as compressed JSON; the same proof gives the same bytes."""
    return zlib.compress(_text(proof).encode(), 6)


def digest(proof: Proof) -> str:
    """SHA-256 of the sheet's content, in hex: what an auditor compares."""
    return hashlib.sha256(_text(proof).encode()).hexdigest()


def _text(proof: Proof) -> str:
    header = proof.header
    return json.dumps(
        {
            "format": _FORMAT,
            "header": [
                header.settlement_id,
                *map(_moment, (header.start, header.end, header.deposit)),
                str(header.total),
                header.currency,
            ],
            "rows": proof.rows,
            "sum": str(proof.sum),
            "zone": proof.zone,
            "groups": [_group(total) for total in proof.groups],
            "unmapped": _amounts(proof.unmapped),
            "parts": [[part.month, [_line(line) for line in part.lines]] for part in proof.parts],
            "checks": [[c.id, c.verdict.value, c.detail, c.line, c.figure] for c in proof.checks],
            "amounts": [
                [
                    *each.triple,
                    each.month,
                    each.marketplace,
                    each.channel,
                    str(each.amount),
                    each.rows,
                    each.line,
                    *_route(each),
                ]
                for each in proof.amounts
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _route(amount: Amount) -> tuple[str, str, bool] | tuple[()]:
    """Only where there is one: sheets of sites without such rules stay, byte for byte, what they were."""
    route = (amount.destination, amount.ship_from, amount.facilitator)
    return route if any(route) else ()


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _group(total: GroupTotal) -> list[Any]:
    group = total.group
    return [
        [group.id, group.title, group.kind, group.role.value, group.step],
        _amounts(total.triples),
        _account(total.account),
        str(total.amount),
        total.rows,
    ]


def _amounts(pairs: Sequence[tuple[Triple, Decimal]]) -> list[list[str]]:
    return [[*triple, str(amount)] for triple, amount in pairs]


def _account(account: Account | None) -> list[Any] | None:
    return [account.code, account.tax_code, account.dimensions] if account else None


def _line(line: JournalLine) -> list[Any]:
    return [line.group, _account(line.account), str(line.debit), str(line.credit), line.text]


def unpack(packed: bytes) -> Proof:
    """The sheet that `pack` made."""
    raw: Mapping[str, Any] = json.loads(zlib.decompress(packed))
    settlement_id, start, end, deposit, total, currency = raw["header"]
    return Proof(
        header=SettlementHeader(
            settlement_id,
            _read_moment(start),
            _read_moment(end),
            _read_moment(deposit),
            Decimal(total),
            currency,
        ),
        rows=raw["rows"],
        sum=Decimal(raw["sum"]),
        groups=tuple(map(_read_group, raw["groups"])),
        unmapped=_read_amounts(raw["unmapped"]),
        parts=tuple(JournalPart(month, tuple(map(_read_line, lines))) for month, lines in raw["parts"]),
        checks=tuple(Check(c[0], Verdict(c[1]), *c[2:]) for c in raw["checks"]),
        zone=raw["zone"],
        amounts=tuple(
            Amount(Triple(*a[:3]), a[3], a[4], a[5], Decimal(a[6]), *a[7:]) for a in raw["amounts"]
        ),
    )


def _read_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _read_group(raw: list[Any]) -> GroupTotal:
    (id, title, kind, role, step), triples, account, amount, rows = raw
    group = Group(id, title, kind, Role(role), step)
    return GroupTotal(group, _read_amounts(triples), _read_account(account), Decimal(amount), rows)


def _read_amounts(raw: list[list[str]]) -> tuple[tuple[Triple, Decimal], ...]:
    return tuple((Triple(*row[:3]), Decimal(row[3])) for row in raw)


def _read_account(raw: list[Any] | None) -> Account | None:
    return Account(raw[0], raw[1], tuple((name, value) for name, value in raw[2])) if raw else None


def _read_line(raw: list[Any]) -> JournalLine:
    return JournalLine(raw[0], _read_account(raw[1]), Decimal(raw[2]), Decimal(raw[3]), raw[4])
