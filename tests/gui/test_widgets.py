"""Widgets as people use them: real keys and clicks, spoken words, nothing that nests a loop."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from x3studio.domain.connections import Environment
from x3studio.domain.errors import ConnectionFault
from x3studio.domain.runs import FINAL, Counts, Run, RunState
from x3studio.gui.states import CASE, CONNECTION, ENVIRONMENT, RUN, STAGE, VERDICT, State, counted, run_state
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Button, Look, Pressable
from x3studio.gui.widgets.charts import BarChart, Bars, Line, LineChart, ceiling
from x3studio.gui.widgets.checks import Check
from x3studio.gui.widgets.chips import Chip, Tag
from x3studio.gui.widgets.dialog import Dialog, confirm
from x3studio.gui.widgets.facets import Facet, FacetList
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column
from x3studio.gui.widgets.numbers import Figure, NumberCard
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.progress import Bar, Progress
from x3studio.gui.widgets.stepper import Stepper
from x3studio.gui.widgets.switch import Segmented
from x3studio.gui.widgets.timeline import Step, Timeline
from x3studio.gui.widgets.toast import Toasts

from .conftest import dialog_over
from .scenes import X3

Drive = Callable[[Any], Any]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def shown(*parts: QWidget, wait: bool = True) -> QWidget:
    """A window with these parts, painted once; inside a coroutine nothing may wait here."""
    holder = boxed(column(*parts, margins=(8, 8, 8, 8)), surface="window")
    holder.resize(640, 480)
    holder.show()
    holder.activateWindow()
    holder.grab()
    if wait:
        assert QTest.qWaitForWindowActive(holder)
    return holder


@pytest.mark.parametrize("look", list(Look))
def test_a_button_answers_to_mouse_space_and_enter(theme: Theme, look: Look) -> None:
    button = Button(theme, "Replay 34", look=look, icon="rotate-ccw")
    holder, pressed = shown(button), list[bool]()
    button.clicked.connect(lambda: pressed.append(True))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.ringed
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 3
    assert button.ringed
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    button.setEnabled(False)
    holder.grab()
    holder.close()


def test_a_printed_key_is_bound_and_survives_other_words(theme: Theme) -> None:
    button, pressed = Button(theme, "Accept", look=Look.FILLED, key="Ctrl+Return"), list[bool]()
    holder = shown(button)
    button.clicked.connect(lambda: pressed.append(True))
    narrow = button.sizeHint().width()
    button.setText("Accept as pack of 6 & more")
    assert button.sizeHint().width() > narrow
    assert button.words() == "Accept as pack of 6 & more"
    QTest.keyClick(holder, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(pressed) == 1
    holder.close()


def test_single_letters_do_not_fire_while_somebody_types(theme: Theme) -> None:
    button, pressed, field = Button(theme, "Kit", key="K"), list[bool](), Input(theme, name="Search")
    holder = shown(button, field)
    button.clicked.connect(lambda: pressed.append(True))
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_K)
    assert (field.text(), pressed) == ("k", [])
    holder.setFocus()
    QTest.keyClick(holder, Qt.Key.Key_K)
    assert len(pressed) == 1
    holder.close()


def test_a_menu_opens_without_a_loop_of_its_own(theme: Theme) -> None:
    menu = QMenu()
    chosen: list[bool] = []
    menu.addAction("Dry run").triggered.connect(lambda: chosen.append(True))
    button = Button(theme, "Run now", menu=menu)
    holder = shown(button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert menu.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert chosen == [True]
    holder.close()


def test_a_field_says_what_is_wrong(theme: Theme) -> None:
    editor = Input(theme, name="", text="BRKTSD")
    field = Field(theme, "Folder", editor, help_="As X3 names it.")
    holder = shown(field)
    assert editor.accessibleName() == "Folder"
    field.set_error("Folder unknown to X3. Try BRKTST or BRKPRD")
    assert editor.property("error") == "true"
    assert editor.accessibleDescription() == "Folder unknown to X3. Try BRKTST or BRKPRD"
    field.set_error("")
    assert editor.accessibleDescription() == "As X3 names it."
    editor.set_locked("run 4,812")
    QTest.keyClick(editor, Qt.Key.Key_X)
    assert editor.text() == "BRKTSD" and "run 4,812" in editor.toolTip()
    holder.close()


def test_a_secret_is_not_shown(theme: Theme) -> None:
    assert Input(theme, name="Client secret", secret=True).echoMode() is QLineEdit.EchoMode.Password


def test_a_search_field_is_reached_by_its_key(theme: Theme) -> None:
    field, other = Input(theme, name="Search", key="Ctrl+K", text="old"), Check(theme, "On")
    holder = shown(field, other)
    other.setFocus()
    QTest.keyClick(holder, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert field.hasFocus() and field.selectedText() == "old"
    holder.close()


def test_choices_keep_what_is_chosen(theme: Theme) -> None:
    choice = Choice(theme, name="Marketplace", choices=[("de", "amazon.de"), ("fr", "amazon.fr")])
    holder, heard = shown(choice), list[int]()
    choice.currentIndexChanged.connect(heard.append)
    choice.choose("fr")
    choice.set_choices([("it", "amazon.it"), ("fr", "amazon.fr")])
    assert (choice.current_key(), heard) == ("fr", [1])
    QTest.keyClick(choice, Qt.Key.Key_Up)
    assert choice.current_key() == "it"
    holder.close()


def test_the_words_of_a_check_box_count(theme: Theme) -> None:
    check = Check(theme, "Include records with conflicts")
    holder = shown(check)
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(120, 12))
    assert check.isChecked()
    QTest.keyClick(check, Qt.Key.Key_Space)
    assert not check.isChecked()
    holder.close()


def test_arrows_walk_a_segmented_switch(theme: Theme) -> None:
    heard: list[str] = []
    switch = Segmented(theme, [("sent", "Sent"), ("answer", "Answer"), ("diff", "Compare")], name="Payload")
    holder = shown(switch)
    switch.chosen.connect(heard.append)
    switch.choose("answer")
    assert heard == []
    first = switch.findChildren(Pressable)[1]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert (switch.current, heard) == ("diff", ["diff"])
    holder.close()


def test_facets_filter_and_keep_their_counts(theme: Theme) -> None:
    facets, heard = FacetList(theme), list[frozenset[str]]()
    facets.set_group("Status", [Facet("new", "New", 29, "circle-dot", Tone.BAD), Facet("open", "Open", 12)])
    holder = shown(facets)
    facets.changed.connect(lambda: heard.append(facets.chosen("Status")))
    names = [button.accessibleName() for button in facets.findChildren(Pressable) if button.accessibleName()]
    assert names == ["New, 29", "Open, 12"]
    row = next(one for one in facets.findChildren(Pressable) if one.accessibleName() == "New, 29")
    row.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(row, Qt.Key.Key_Space)
    facets.set_group("Status", [Facet("new", "New", 30), Facet("open", "Open", 11)])
    assert facets.chosen("Status") == {"new"}
    facets.set_group("Status", [Facet("new", "New", 30), Facet("waiting", "Waiting", 1)])
    assert facets.chosen("Status") == {"new"}
    facets.clear()
    assert heard == [frozenset({"new"}), frozenset()]
    holder.close()


def test_a_dialog_is_awaited(drive: Drive, theme: Theme) -> None:
    async def scene() -> None:
        holder = shown(Label(theme, "below"), wait=False)
        answer = asyncio.ensure_future(
            confirm(theme, holder, "Reopen 12 decisions?", fact="ITM0602 is inactive.", action="Reopen 12")
        )
        dialog = await dialog_over(holder)
        assert not answer.done()
        dialog.grab()
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
        assert await answer is True
        again = asyncio.ensure_future(
            confirm(theme, holder, "Delete?", fact="", action="Delete", danger=True)
        )
        QTest.keyClick(await dialog_over(holder), Qt.Key.Key_Escape)
        assert await again is False
        cancelled = asyncio.ensure_future(Dialog(theme, holder, "Wait").ask())
        await dialog_over(holder)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        assert not [one for one in holder.findChildren(Dialog) if one.isVisible()]
        holder.close()

    drive(scene())


def test_toasts_are_two_at_most_and_leave(drive: Drive, theme: Theme) -> None:
    async def scene() -> None:
        holder = shown(Label(theme, "below"), wait=False)
        QTest.mouseMove(holder, QPoint(2, 2))
        toasts, undone = Toasts(theme, holder, stays_ms=30), asyncio.Event()
        for word in ("One", "Two", "Three"):
            toasts.show(State("circle-check", word, Tone.OK), action="Undo", act=undone.set)
        assert [toast.state.word for toast in toasts.shown] == ["Two", "Three"]
        last = toasts.shown[-1]
        assert last.link is not None
        last.link.click()
        assert undone.is_set() and len(toasts.shown) == 1
        gone = asyncio.Event()
        toasts.shown[0].destroyed.connect(gone.set)
        async with asyncio.timeout(45):
            await gone.wait()
        assert toasts.shown == []
        holder.close()

    drive(scene())


def test_states_take_the_place_of_the_content(theme: Theme) -> None:
    content, pressed = Label(theme, "rows"), list[str]()
    pane = Pane(theme, content)
    holder = shown(pane)
    pane.show_state().show_failed(
        ConnectionFault("X3 did not answer", advice="Not the same as nothing found", said="503"),
        act=lambda: pressed.append("again"),
    )
    words = [label.text() for label in pane.findChildren(Label) if label.isVisible()]
    assert {"X3 did not answer", "Not the same as nothing found", "503"} <= set(words)
    button = next(one for one in pane.findChildren(Button) if one.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == ["again"]
    pane.show_state().show_busy("Reading items", cancel=lambda: None)
    assert not button.isVisible() and not content.isVisible()
    pane.show_content()
    assert content.isVisible()
    holder.close()


def test_unknown_progress_counts_seconds_and_known_counts_records(theme: Theme) -> None:
    progress, bar = Progress(theme, "Run"), Bar(theme)
    holder = shown(progress, bar)
    progress.set_unknown()
    assert progress.findChildren(Label)[1].text().endswith(" s")
    progress.set_value(214, 612)
    assert progress.findChildren(Label)[1].text() == "214 of 612"
    bar.set_parts([(0.6, Tone.OK), (0.2, Tone.LIVE)])
    holder.grab()
    holder.close()


def test_painted_parts_speak(theme: Theme) -> None:
    card = NumberCard(
        theme, Figure("key-round", "Credentials", "1", State("circle-x", "Expired", Tone.BAD), "UK")
    )
    bars, lines = BarChart(theme, name="Confirmed"), LineChart(theme, name="Exceptions")
    bars.show_bars(Bars([0, 4, 92], frozenset({2})), labels=[(0, "08:00")], spoken="96 in 3 hours")
    lines.show_lines(
        [Line("open", [3, 5], Tone.BAD), Line("new", [1, 0], dashed=True)], labels=[], spoken="5 open"
    )
    stepper, timeline = Stepper(theme, ["Address", "Sign-in", "Test"]), Timeline(theme)
    stepper.show_step(2)
    timeline.show_steps([Step("a", State("check", "done", Tone.OK), "Captured", "07:41", ("302-884",))])
    heard: list[str] = []
    timeline.chosen.connect(heard.append)
    holder = shown(
        card, bars, lines, stepper, timeline, Chip(theme, RUN[RunState.DONE]), Tag(theme, Environment.TEST)
    )
    assert card.accessibleName() == "Credentials: 1, Expired, UK"
    assert (bars.accessibleDescription(), lines.accessibleDescription()) == ("96 in 3 hours", "5 open")
    assert stepper.accessibleName() == "Step 3 of 3: Test"
    entry = timeline.findChildren(Pressable)[0]
    assert entry.accessibleName() == "Captured, done, 07:41, 302-884"
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton)
    assert heard == ["a"]
    holder.close()


def test_a_banner_offers_one_way_out(theme: Theme) -> None:
    banner = Banner(theme, Tone.BAD, "Secret expired", "46 orders wait.", action="Paste", later=True)
    holder, heard = shown(banner), list[str]()
    banner.acted.connect(lambda: heard.append("acted"))
    banner.dismissed.connect(lambda: heard.append("later"))
    for button in banner.findChildren(Button):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["acted", "later"]
    holder.close()


def test_cut_words_are_in_the_tool_tip_and_markup_stays_text(theme: Theme) -> None:
    label = Label(
        theme, "<b>Lindner</b> Textmarker Classic gelb, 6er Pack", elide=Qt.TextElideMode.ElideRight
    )
    holder = shown(label)
    label.resize(80, 20)
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""
    assert label.textFormat() is Qt.TextFormat.PlainText
    holder.close()


def test_every_state_has_its_word() -> None:
    assert set(RUN) == set(RunState)
    for table in (CASE, STAGE, VERDICT, ENVIRONMENT):
        enum = type(next(iter(table)))
        assert set(table) == set(enum)
    assert set(CONNECTION) == {"ok", "expired", "unreachable", "untested"}
    assert set(RUN) >= FINAL


def test_runs_say_how_far_they_are() -> None:
    run = Run(
        1,
        "orders",
        X3.name,
        RunState.RUNNING,
        "Nele",
        queued_at=NOW,
        counts=Counts(confirmed=211, refused=3),
        total=612,
    )
    assert run_state(run).word == "Running, 214 of 612"
    words = {state: run_state(Run(1, "o", "x", state, "I", queued_at=NOW)).word for state in RunState}
    assert words[RunState.DONE] == "Done, nothing to send"
    assert words[RunState.PARTIAL] == "Done with 0 exceptions"
    assert counted(1, "order") == "1 order" and counted(1204, "order") == "1,204 orders"


@pytest.mark.parametrize(("value", "top"), [(0, 2), (3, 4), (9, 10), (66, 80), (92, 100), (1148, 2000)])
def test_axes_end_on_round_figures(value: float, top: int) -> None:
    assert ceiling(value) == top
