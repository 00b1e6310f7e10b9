"""Colours as data: one table of tokens per theme, turned into a palette, a style sheet and painted parts."""

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from x3studio.gui.icons import Icons
from x3studio.gui.typography import Role, font
from x3studio.shipped import shipped_text


class Scheme(StrEnum):
    """What the user asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tone(StrEnum):
    """How a state feels; never shown without an icon and a word."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    LIVE = "live"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class ToneColours:
    """`text` for words and icons, `tint` behind chips and rows, `fill` for bars, lines and dots."""

    text: QColor
    tint: QColor
    fill: QColor


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of one theme. Painted parts read them while painting and keep none."""

    window: QColor
    surface: QColor
    sunken: QColor
    hover: QColor
    select: QColor
    zebra: QColor
    rail: QColor
    line: QColor
    line2: QColor
    control: QColor
    text: QColor
    text2: QColor
    muted: QColor
    disabled: QColor
    accent: QColor
    accent_hover: QColor
    accent_press: QColor
    accent_text: QColor
    on_accent: QColor
    ok: ToneColours
    warn: ToneColours
    bad: ToneColours
    live: ToneColours
    idle: ToneColours

    def tone(self, tone: Tone) -> ToneColours:
        """The three colours of a tone."""
        found: ToneColours = getattr(self, tone.value)
        return found

    def word(self, name: str) -> QColor:
        """The colour of text by token (text, text2, muted, accent_text ...) or tone name (ok, bad ...)."""
        found = getattr(self, name)
        return found.text if isinstance(found, ToneColours) else found

    def flat(self) -> dict[str, QColor]:
        """Every colour by the name the style sheet uses: `muted`, `ok_text`, `ok_tint`, `ok_fill` ..."""
        colours: dict[str, QColor] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, ToneColours):
                for part in fields(value):
                    colours[f"{field.name}_{part.name}"] = getattr(value, part.name)
            else:
                colours[field.name] = value
        return colours


def load_tokens(name: str) -> Tokens:
    """The tokens of resources/theme/`name`.json; TypeError where one is missing or unknown."""
    raw: dict[str, Any] = json.loads(shipped_text(f"theme/{name}.json"))
    tones = raw.pop("tones")
    values: dict[str, Any] = {key: QColor(value) for key, value in raw.items()}
    for key, parts in tones.items():
        values[key] = ToneColours(**{part: QColor(value) for part, value in parts.items()})
    return Tokens(**values)


class Theme(QObject):
    """The look in force. Every widget is given it; `changed` tells that the tokens are others now."""

    changed = Signal()

    def __init__(self, application: QApplication, *, scheme: Scheme = Scheme.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._icons = Icons()
        self._template = shipped_text("theme/studio.qss")
        self._tables = {name: load_tokens(name) for name in ("light", "dark")}
        self._scheme = scheme
        self._dark: bool | None = None
        self.tokens = self._tables["light"]
        self.inverse = self._tables["dark"]
        self.calm = False
        """Reduced motion: nothing turns or fades."""
        application.setStyle("Fusion")
        application.setFont(font(Role.BODY))
        application.styleHints().colorSchemeChanged.connect(self._follow)
        self.choose(scheme)

    @property
    def scheme(self) -> Scheme:
        """What the user asked for."""
        return self._scheme

    @property
    def dark(self) -> bool:
        """Whether the dark tokens are in force."""
        return bool(self._dark)

    def choose(self, scheme: Scheme) -> None:
        """Light, dark, or whatever the system shows."""
        self._scheme = scheme
        hints = self._application.styleHints()
        wanted = {
            Scheme.SYSTEM: Qt.ColorScheme.Unknown,
            Scheme.LIGHT: Qt.ColorScheme.Light,
            Scheme.DARK: Qt.ColorScheme.Dark,
        }
        hints.setColorScheme(wanted[scheme])
        self._follow(hints.colorScheme())

    def pixmap(self, name: str, colour: QColor, size: int = 16, *, ratio: float = 0.0) -> QPixmap:
        """A Lucide picture in that colour."""
        return self._icons.pixmap(name, colour, size, ratio=ratio)

    def icon(self, name: str, colour: str = "text2", size: int = 16) -> QIcon:
        """A Lucide icon for menus, in the colour of a token or tone."""
        return self._icons.icon(name, self.tokens.word(colour), size)

    def _follow(self, shown: Qt.ColorScheme) -> None:
        dark = shown is Qt.ColorScheme.Dark if self._scheme is Scheme.SYSTEM else self._scheme is Scheme.DARK
        if dark is self._dark:
            return
        self._dark = dark
        self.tokens = self._tables["dark" if dark else "light"]
        self.inverse = self._tables["light" if dark else "dark"]
        self._application.setPalette(palette(self.tokens))
        self._application.setStyleSheet(fill(self._template, self.tokens))
        self.changed.emit()


def fill(template: str, tokens: Tokens) -> str:
    """The style sheet with every `@token` replaced; longest names first, as `@text` begins `@text2`."""
    names = tokens.flat()
    for name in sorted(names, key=len, reverse=True):
        template = template.replace(f"@{name}", names[name].name())
    return template


def palette(tokens: Tokens) -> QPalette:
    """The palette for what Qt paints by itself."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.zebra,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad.text,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.ToolTipBase: tokens.text,
        role.ToolTipText: tokens.surface,
        role.Accent: tokens.accent,
        role.Light: tokens.surface,
        role.Midlight: tokens.hover,
        role.Mid: tokens.line,
        role.Dark: tokens.line2,
        role.Shadow: tokens.line2,
    }.items():
        made.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, tokens.disabled)
    return made
