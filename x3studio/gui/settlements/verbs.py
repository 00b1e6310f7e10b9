"""What a person does on the page, each as one line of work: add, explain, assign, place, post, print."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.bookkeeping import Posting, Taken
from x3studio.domain.errors import StudioError
from x3studio.domain.settlements import Check, Proof, Triple
from x3studio.domain.sheets import Sheet
from x3studio.gui.page import Desk
from x3studio.gui.printing import write_pdf
from x3studio.gui.settlements.adding import SHOW, AddingDialog
from x3studio.gui.settlements.dialogs import AccountDialog, ask_explanation, ask_owner, ask_place
from x3studio.gui.settlements.groups import GroupRow
from x3studio.gui.settlements.posting import PostingDialog
from x3studio.gui.settlements.words import period
from x3studio.gui.states import State, counted
from x3studio.gui.tasks import alive
from x3studio.gui.theme import Tone

if TYPE_CHECKING:
    from x3studio.settlement.glance import Glance


class _Told(QObject):
    """Carries what a worker thread says over to the window's thread."""

    far = Signal(int, int, int)


async def add_files(desk: Desk, parent: QWidget, paths: Sequence[Path]) -> int | None:
    """Archives files; returns the settlement to show, None where none is wanted."""
    dialog = AddingDialog(desk, parent, paths)
    stop, told = Event(), _Told()
    told.far.connect(dialog.say)
    dialog.stopped.connect(stop.set)
    reading = desk.tasks.start(_take(desk, dialog, paths, told, stop), name="archive the files")
    # However it ends: a dialog that says "Reading" for ever would be a lie.
    reading.add_done_callback(lambda _task: dialog.show_cancelled() if alive(dialog) else None)
    answer = await dialog.ask()
    wanted = dialog.first_archived if answer == SHOW else None
    if reading.done():
        return wanted
    stop.set()
    return None


async def _take(desk: Desk, dialog: AddingDialog, paths: Sequence[Path], told: _Told, stop: Event) -> None:
    for path in paths:
        await _glance(desk, dialog, path)
    taken: Sequence[Taken] = await desk.host.settlements.take(
        paths, progress=told.far.emit, cancelled=stop.is_set
    )
    if not alive(dialog):
        return
    if stop.is_set() and len(taken) < len(paths):
        dialog.show_cancelled()
        return
    dialog.show_taken(taken)
    if len(paths) == 1 and taken[0].entry is not None and not taken[0].advice:
        dialog.close_with(SHOW)


async def _glance(desk: Desk, dialog: AddingDialog, path: Path) -> None:
    try:
        seen = await desk.tasks.offload(_first_bytes, path)
    except StudioError as fault:
        if alive(dialog):
            dialog.show_refused(path, fault)
        return
    if alive(dialog):
        dialog.show_glance(path, seen)


def _first_bytes(path: Path) -> "Glance":
    from x3studio.settlement.glance import glance

    return glance(path)


async def explain(desk: Desk, parent: QWidget, sheet: Sheet, check: Check) -> bool:
    """Keeps a named person's words for an open check; False where there were none."""
    known = sheet.explanations.get(check.id)
    words = await ask_explanation(
        desk.theme, parent, check, who=desk.who, before=known.words if known else ""
    )
    if not words:
        return False
    await desk.host.settlements.explain(sheet.entry.id, check.id, words, who=desk.who)
    desk.notify(State("message-square", f"{check.id} is explained by {desk.who}", Tone.OK))
    return True


async def assign(desk: Desk, parent: QWidget, sheet: Sheet, check: Check) -> bool:
    """Gives a check to somebody."""
    known = sheet.explanations.get(check.id)
    owner = await ask_owner(desk.theme, parent, check, who=known.owner if known and known.owner else desk.who)
    if not owner:
        return False
    await desk.host.settlements.assign(sheet.entry.id, check.id, owner)
    desk.notify(State("user", f"{check.id} given to {owner}", Tone.OK))
    return True


async def decide(desk: Desk, triple: Triple, group: str, why: str) -> bool:
    """Puts a kind of amount into a group; every settlement that waited for it is proven again."""
    await desk.host.settlements.decide({triple: group}, who=desk.who, why=why)
    return True


async def collect(desk: Desk) -> None:
    """Archives what Amazon holds and the workspace does not."""
    found = await desk.host.settlements.collect()
    desk.notify(State("download", f"{counted(len(found.taken), 'settlement')} collected", Tone.OK))


async def set_account(desk: Desk, parent: QWidget, row: GroupRow) -> bool:
    """Sets account, tax code and dimensions of a group or a line."""
    title = row.words
    known = await desk.host.settlements.accounts()
    dialog = AccountDialog(desk.theme, parent, row, title, known)
    answer = await dialog.ask()
    rule = dialog.rule()
    if answer != "set" or rule is None:
        return False
    await desk.host.settlements.set_account(rule, who=desk.who)
    desk.notify(State("check", f"{title} is posted on {rule.account.code}", Tone.OK))
    return True


async def post(desk: Desk, parent: QWidget, sheet: Sheet, proof: Proof) -> None:
    """Asks, posts, and shows what X3 gave back; closing the dialog does not stop it."""
    entry = sheet.entry
    planned: Posting = sheet.posting or await desk.host.settlements.posting(entry.id)
    title = f"Post settlement {entry.settlement_id}, {period(entry.start, entry.end)}"
    dialog = PostingDialog(desk, parent, planned, title=title, currency=proof.header.currency)
    dialog.confirmed.connect(
        lambda: desk.tasks.start(_post(desk, dialog, entry.id), name="post the settlement")
    )
    await dialog.ask()


async def _post(desk: Desk, dialog: PostingDialog, entry: int) -> None:
    service = desk.host.settlements
    try:
        posted = await service.post(entry, who=desk.who, progress=partial(_say, dialog))
    except StudioError as fault:
        if not alive(dialog) or not dialog.isVisible():
            raise
        dialog.show_failed(fault)
        return
    sheet = await service.sheet(entry)
    read_back = sheet.proof.check("B20") if sheet.proof is not None else None
    if alive(dialog) and dialog.isVisible():
        dialog.show_posted(posted, read_back)
    numbers = ", ".join(part.number for part in posted.parts if part.number)
    desk.notify(State("circle-check", f"Posted as {numbers}", Tone.OK))


def _say(dialog: PostingDialog, run: int) -> None:
    if alive(dialog):
        dialog.say_run(run)


async def set_place(desk: Desk, parent: QWidget, sheet: Sheet) -> bool:
    """Says where a settlement of fees alone belongs."""
    from x3studio.settlement.resources import sites

    places = [site.marketplace for site in sites()]
    place = await ask_place(desk.theme, parent, places, now=sheet.entry.marketplace)
    if not place:
        return False
    await desk.host.settlements.set_place(sheet.entry.id, place)
    desk.notify(State("check", f"{sheet.entry.settlement_id} belongs to {place}", Tone.OK))
    return True


async def save_original(desk: Desk, sheet: Sheet, path: Path) -> None:
    """Writes the archived file as it came."""
    size = await desk.host.settlements.copy_out(sheet.entry.id, path)
    desk.notify(State("download", f"{path.name}: {size:,} bytes, as they came", Tone.OK))


async def save_pdf(desk: Desk, sheet: Sheet, path: Path) -> None:
    """Writes the proof sheet of a settlement as PDF."""
    from x3studio.settlement.printing import proof_html

    html = proof_html(sheet, title=desk.host.title)
    name = f"Proof sheet of settlement {sheet.entry.settlement_id}"
    foot = f"{desk.host.title} · settlement {sheet.entry.settlement_id} · sheet {sheet.digest[:16]}"
    pages = write_pdf(path, html, title=name, foot=foot)
    desk.notify(State("file-text", f"{path.name}: {pages} page{'s' if pages > 1 else ''} written", Tone.OK))
