"""A saved connection: how it fares, what it can do, its settings, and what can be done with it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from x3studio.domain.connections import AmazonConnection
from x3studio.gui.connections.abilities import AbilityList, FactList, facts_of, so_far
from x3studio.gui.connections.fields import BY_KEY, Side
from x3studio.gui.connections.words import (
    SPEAKERS,
    card_state,
    checked,
    place_of,
    secrets_of,
    settle_words,
    side_of,
)
from x3studio.gui.host import Connection, Host, Marketplace
from x3studio.gui.states import CONNECTION
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip, Tag
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.quote import Quote
from x3studio.gui.widgets.surfaces import Card, Scrolled, line
from x3studio.store import SavedConnection


class Summary(Card):
    """`testing`, `editing`, `renewing` and `deleting` tell which button was pressed."""

    testing = Signal()
    editing = Signal()
    renewing = Signal()
    deleting = Signal()

    def __init__(self, theme: Theme, host: Host) -> None:
        super().__init__(theme)
        self._theme, self._host = theme, host
        self._places: Sequence[Marketplace] = host.marketplaces()
        self._title = Label(theme, role=Role.SECTION)
        self._tag = Tag(theme)
        self._chip = Chip(theme, CONNECTION["untested"])
        self._said = Quote(theme)
        self._abilities = AbilityList(theme, reasons=True)
        self._found = FactList(theme, caption=150)
        self._found_head = Label(theme, "What the test found", role=Role.PANEL)
        self._settings = FactList(theme, caption=150)
        self._checked = Label(theme, role=Role.SECONDARY, tone="muted")
        self.test = Button(theme, "Test now", look=Look.FILLED, icon="refresh-cw")
        self.edit = Button(theme, "Edit")
        self.renew = Button(theme, "Renew secret", icon="key-round")
        self.delete = Button(theme, "Delete", look=Look.DANGER)
        self.test.clicked.connect(self.testing)
        self.edit.clicked.connect(self.editing)
        self.renew.clicked.connect(self.renewing)
        self.delete.clicked.connect(self.deleting)
        self._lay_out()

    def show_connection(self, saved: SavedConnection) -> None:
        """Another connection, or the same as it stands now."""
        connection, profile = saved.connection, saved.profile
        self._title.setText(connection.name)
        self._tag.show_environment(connection.environment)
        self._chip.show_state(card_state(saved))
        speaker = f"{SPEAKERS[side_of(connection)]}, word for word"
        self._said.show_words("" if saved.state == "ok" else saved.said, speaker=speaker)
        self._abilities.show_abilities(profile.abilities if profile else so_far((), side_of(connection)))
        self._found.show_facts(facts_of(profile))
        self._found_head.setVisible(profile is not None)
        self._settings.show_facts(self._settings_of(connection))
        self._checked.setText(f"Tested {checked(profile)}" if profile else "It was not tested yet.")

    def _settings_of(self, connection: Connection) -> Mapping[str, str]:
        kept = ", ".join(self._caption(connection, key).lower() for key in secrets_of(connection))
        secrets = f"{kept[:1].upper()}{kept[1:]} saved in {self._host.vault_kind}, not shown again"
        if isinstance(connection, AmazonConnection):
            facts = {
                "Region": dict(BY_KEY[Side.AMAZON]["region"].choices).get(
                    connection.region, connection.region
                ),
                "Marketplaces": place_of(connection, self._places),
                "Seller id": connection.seller_id,
                "Endpoint": connection.base_url,
            }
        else:
            words = {key: dict(BY_KEY[Side.X3][key].choices) for key in ("dialect", "sign_in")}
            names = ", ".join(f"{code}={name}" for code, name in connection.public_names.items())
            facts = {
                "Host": connection.base_url,
                "Folder": connection.folder,
                "Sign-in": words["sign_in"][connection.sign_in.value],
                "Dialect": words["dialect"][connection.dialect.value],
                "Web service pool": connection.pool,
                "Published names": names,
                "Certificate file": connection.ca_file,
                "Load manners": f"{connection.slots} calls at a time, settle time "
                f"{settle_words(connection.settle_seconds)}",
            }
        return {**{key: value for key, value in facts.items() if value}, "Secrets": secrets}

    @staticmethod
    def _caption(connection: Connection, key: str) -> str:
        return BY_KEY[side_of(connection)][key].caption

    def _lay_out(self) -> None:
        theme = self._theme
        head = row(self._title, self._tag, self._chip, STRETCH, gap=8, margins=(16, 11, 12, 11))
        can = column(
            Label(theme, "What this connection can do", role=Role.PANEL), self._abilities, STRETCH, gap=8
        )
        found = column(self._found_head, self._found, STRETCH, gap=8)
        upper = row(boxed(can), boxed(found), gap=28)
        upper.setStretch(0, 1)
        upper.setStretch(1, 1)
        settings = column(Label(theme, "Settings", role=Role.PANEL), self._settings, gap=8)
        inside = Scrolled(self._said, upper, line(), settings, STRETCH, gap=16, margins=(16, 14, 16, 14))
        foot = QFrame()
        foot.setProperty("kind", "foot")
        foot.setLayout(
            row(
                self.delete,
                STRETCH,
                self._checked,
                4,
                self.renew,
                self.edit,
                self.test,
                margins=(16, 11, 16, 11),
            )
        )
        self.add(head)
        self.add(line())
        self.add(inside, stretch=1)
        self.add(foot)
