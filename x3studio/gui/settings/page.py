"""The settings page: layout and wiring."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from x3studio.gui.page import Desk, Page
from x3studio.gui.settings import data
from x3studio.gui.settings.choice import ChoiceDialog
from x3studio.gui.settings.personal import PersonalData, erased_words
from x3studio.gui.settings.rates import Rates
from x3studio.gui.settings.schedules import Schedules
from x3studio.gui.settings.site import SiteCard
from x3studio.gui.settings.words import AMOUNTS, PLACES
from x3studio.gui.settings.workspace import Appearance, WorkspaceFacts
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.dialog import confirm
from x3studio.gui.widgets.fold import Fold
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.rules.rates import Rate
from x3studio.rules.site import parse_site
from x3studio.workspace.retention import Keeping


class SettingsPage(Page):
    """Everything here takes effect at once; runs that go on keep what they began with."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme, host = desk.theme, desk.host
        self._text = ""
        self._erasing = False
        markets = host.marketplaces()
        self.schedules = Schedules(theme, host.flows())
        self.site = SiteCard(theme, "Orders in X3", PLACES, marketplaces=markets)
        self.amounts = SiteCard(theme, "Amounts and charges", AMOUNTS, marketplaces=markets, noted=False)
        self.look = Appearance(desk)
        self.facts = WorkspaceFacts(desk)
        self.rates = Rates(desk)
        self.personal = PersonalData(theme)
        left = column(self.schedules, self.site, self.amounts, STRETCH, gap=12)
        right = column(self.look, self.facts, self.rates, self.personal, STRETCH, gap=12)
        title = Label(theme, "Settings", role=Role.PAGE_TITLE)
        both = Fold(boxed(left), boxed(right))
        self._scroll = Scrolled(title, both, STRETCH, gap=12, margins=(20, 16, 20, 16))
        self.setLayout(column(self._scroll, gap=0))
        self._wire()

    async def refresh(self) -> None:
        """What is kept now."""
        self._show(await data.load(self.desk.host.store))

    def show_record(self, record: str) -> None:
        """ "site" brings the site's choices into sight."""
        if record == "site":
            self._scroll.ensureWidgetVisible(self.site)
            self.site.focus_first(Qt.FocusReason.OtherFocusReason)

    def panels(self) -> Sequence[QWidget]:
        """The cards."""
        return (
            self.schedules,
            self.site,
            self.amounts,
            self.look,
            self.facts,
            self.rates,
            self.personal,
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        """Of the table of rates."""
        return (("Delete", "Delete the chosen exchange rates"),)

    def _wire(self) -> None:
        self.schedules.changed.connect(self._schedule)
        for card in (self.site, self.amounts):
            card.changing.connect(self._change)
        self.site.accepted.connect(lambda: self._keep_site(self._text))
        self.rates.added.connect(self._add_rate)
        self.rates.deleted.connect(self._delete_rates)
        self.personal.changed.connect(self._keep_days)
        self.personal.erasing.connect(self._erase)

    def _show(self, shown: data.SettingsData) -> None:
        self._text = shown.site.text
        self.schedules.show_plans(shown.plans, now=datetime.now(UTC))
        self.site.show_site(shown.site)
        self.amounts.show_site(shown.site)
        self.rates.show_rates(shown.rates)
        if not self._erasing:
            self.personal.show_keeping(shown.keeping, live=shown.live)
        self.personal.show_proofs(shown.erasures, now=datetime.now(UTC))

    def _schedule(self, flow: str, route: str, minutes: int, missed: str) -> None:
        done = f"Runs every {minutes:,} minutes" if minutes else "Runs when you start it"
        self.desk.tasks.start(
            self.desk.host.schedule(flow, every_minutes=minutes, missed=missed, route=route),
            name="keep the schedule",
            done=lambda _none: self.desk.notify(State("calendar-clock", done, Tone.OK)),
        )

    def _change(self, name: str, caption: str) -> None:
        self.desk.tasks.start(self._changed(name, caption), name=f"change {caption.lower()}")

    async def _changed(self, name: str, caption: str) -> None:
        text = self._text

        def check(table: Mapping[str, str]) -> None:
            data.with_choice(text, name, table)

        dialog = ChoiceDialog(
            self.desk.theme,
            self,
            name=name,
            caption=caption,
            table=parse_site(text).tables.get(name, {}),
            marketplaces=self.desk.host.marketplaces(),
            check=check,
        )
        table = await dialog.ask_table()
        if table is not None:
            await data.keep_site(self.desk.host.store, data.with_choice(text, name, table))
            self.desk.notify(State("circle-check", f"{caption} kept; the next run follows it", Tone.OK))

    def _keep_site(self, text: str) -> None:
        self.desk.tasks.start(data.keep_site(self.desk.host.store, text), name="keep the site's choices")

    def _add_rate(self, rate: Rate) -> None:
        self.desk.tasks.start(
            data.add_rate(self.desk.host.store, rate),
            name="keep the rate",
            busy=self.rates.add_button,
            done=lambda _none: self.rates.clear_entry(),
        )

    def _delete_rates(self, rates: Sequence[Rate]) -> None:
        self.desk.tasks.start(data.delete_rates(self.desk.host.store, rates), name="delete the rate")

    def _keep_days(self, keeping: Keeping) -> None:
        self.desk.tasks.start(data.keep_days_for(self.desk.host.store, keeping), name="keep the days")

    def _erase(self) -> None:
        self.desk.tasks.start(self._erased(), name="erase personal data")

    async def _erased(self) -> None:
        keeping = self.personal.keeping
        sure = await confirm(
            self.desk.theme,
            self,
            "Erase personal data now?",
            fact=(
                f"Names and addresses in orders that reached X3, or were refused, over {keeping.buyers_days}"
                " days ago,"
                f" exchanges older than {keeping.journal_days} days, and backups that hold them."
                " The file is rewritten; nothing of it can be brought back."
            ),
            action="Erase",
            danger=True,
        )
        if not sure:
            return
        self._erasing = True
        self.personal.show_erasing(True)
        try:
            erasure = await self.desk.host.erase(by=self.desk.who)
        finally:
            self._erasing = False
            self.personal.show_erasing(False)
        self.desk.notify(State("circle-check", erased_words(erasure.purged), Tone.OK))
