"""A chain and a settlement of it brought onto the page's parts."""

from collections.abc import Callable
from datetime import UTC, datetime

from x3studio.domain.chain import Chain, SettlementState
from x3studio.domain.sheets import Sheet
from x3studio.gui.settlements.chain import Key, cards, entries_of, ladder, spoken
from x3studio.gui.settlements.face import Face
from x3studio.gui.settlements.words import period

_MAY_POST = (SettlementState.READY, SettlementState.POSTING, SettlementState.BLOCKED)


def show_chain(face: Face, known: Chain, key: Key, entry: int) -> None:
    """Cards, time line and ladder; which others the settlement can be compared with."""
    now = datetime.now(UTC)
    shown = cards(known, key, now)
    face.strip.show_cards(shown, current=str(entry), spoken=spoken(shown))
    face.pictures.reserve.show_ladder(ladder(known, key, now), key[2])
    others = [
        each for each in reversed(entries_of(known, key)) if each.id != entry and each.total is not None
    ]
    face.book.compare.offer([(each.id, period(each.start, each.end, now=now)) for each in others])


def show_sheet(face: Face, sheet: Sheet) -> None:
    """Waterfall and proof sheet; where the file could not be read, every part says why."""
    entry, proof = sheet.entry, sheet.proof
    face.post.setVisible(entry.state in _MAY_POST and proof is not None)
    face.repair.setVisible(entry.state is SettlementState.QUARANTINED)
    face.more.offer(
        proven=proof is not None,
        archived=True,
        repaired=sheet.repair is not None,
        placeless=proof is not None and not any(each.marketplace for each in proof.amounts),
    )
    if proof is None:
        wrong = sheet.quarantine
        fact = wrong.title if wrong is not None else "This file could not be read"
        where = f" Look at line {wrong.line:,}." if wrong is not None and wrong.line is not None else ""
        detail = f"{wrong.advice}{where}" if wrong is not None else entry.why
        face.show_none(fact, detail, icon="octagon-alert", tone="bad")
        return
    span, currency = period(entry.start, entry.end), proof.header.currency
    face.pictures.deposit.show_bars(sheet.bars, period=span, total=proof.header.total, currency=currency)
    about = f"{entry.settlement_id}, in X3 as {', '.join(entry.numbers)}" if entry.numbers else ""
    face.proof.show_checks(
        proof.checks,
        sheet.explanations,
        about=about or f"settlement {entry.settlement_id}",
        currency=currency,
    )


def show_nothing(face: Face, *, waiting: int, act: Callable[[], object]) -> None:
    """No settlement is archived; `waiting` are at Amazon."""
    face.pane.show_state().show_empty(
        f"{waiting} settlements wait at Amazon" if waiting else "No settlement yet",
        "Collect them from Amazon, or drop downloaded settlement files (Flat File V2) here",
        icon="landmark",
        tone="muted",
        action="Add downloaded file",
        act=act,
    )
    face.post.hide()
    face.repair.hide()
    face.more.offer(proven=False, archived=False, repaired=False, placeless=False)
