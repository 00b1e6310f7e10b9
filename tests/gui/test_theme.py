"""Colours: every word can be read on every ground, and the theme changes under a live widget."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from x3studio.gui.theme import Scheme, Theme, Tokens, Tone, fill, load_tokens
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.label import Label
from x3studio.shipped import shipped_text

WORDS = ("text", "text2", "muted", "accent_text", "ok", "warn", "bad", "live", "idle")
GROUNDS = ("window", "surface", "sunken", "hover", "select", "zebra", "rail")


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def grounds(tokens: Tokens) -> list[QColor]:
    return [getattr(tokens, name) for name in GROUNDS] + [tokens.tone(tone).tint for tone in Tone]


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_word_reads_on_its_worst_ground(name: str) -> None:
    tokens = load_tokens(name)
    for word in WORDS:
        worst = min(contrast(tokens.word(word), ground) for ground in grounds(tokens))
        assert worst >= 4.5, f"{word} has {worst:.2f}:1 in {name}"
    for accent in (tokens.accent, tokens.accent_hover, tokens.accent_press):
        assert contrast(tokens.on_accent, accent) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_fills_and_edges_are_seen(name: str) -> None:
    tokens = load_tokens(name)
    for tone in Tone:
        assert contrast(tokens.tone(tone).fill, tokens.surface) >= 3
    assert contrast(tokens.control, tokens.surface) >= 3
    assert contrast(tokens.accent_text, tokens.surface) >= 3


@pytest.mark.parametrize("name", ["light", "dark"])
def test_toasts_read_in_inverse_colours(name: str) -> None:
    tokens, inverse = load_tokens(name), load_tokens("dark" if name == "light" else "light")
    assert contrast(inverse.text, tokens.text) >= 4.5
    assert contrast(inverse.accent_text, tokens.text) >= 4.5


def test_the_style_sheet_names_known_tokens_only() -> None:
    template = shipped_text("theme/studio.qss")
    tokens = load_tokens("light")
    assert "@" not in fill(template, tokens)
    assert set(re.findall(r"@(\w+)", template)) <= set(tokens.flat())
    assert "font-size" not in template.partition("*/")[2]
    assert not re.search(r"#[0-9A-Fa-f]{6}", template)


def test_a_theme_that_lacks_a_token_is_refused(tmp_path: object) -> None:
    with pytest.raises(TypeError):
        Tokens(window=QColor("#fff"))  # type: ignore[call-arg]


def test_a_live_label_takes_the_other_theme(app: QApplication, theme: Theme) -> None:
    label = Label(theme, "Late", tone="warn")
    label.show()
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.dark))
    assert label.palette().windowText().color() == load_tokens("light").warn.text
    theme.choose(Scheme.DARK)
    app.processEvents()
    assert told == [True]
    assert label.palette().windowText().color() == load_tokens("dark").warn.text
    label.set_tone("ok")
    assert label.palette().windowText().color() == load_tokens("dark").ok.text
    label.close()


def test_system_follows_the_system(app: QApplication, theme: Theme) -> None:
    theme.choose(Scheme.SYSTEM)
    # The offscreen platform has no scheme of its own: the signal is what a system would send.
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.dark
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.dark


def test_digits_of_small_text_are_of_one_width(app: QApplication) -> None:
    from PySide6.QtGui import QFontInfo, QFontMetricsF

    metrics = QFontMetricsF(font(Role.BODY))
    assert {metrics.horizontalAdvance(digit) for digit in "0123456789"} == {metrics.horizontalAdvance("0")}
    assert QFontInfo(font(Role.BODY)).family() == "Inter"
    assert QFontInfo(font(Role.CODE)).family() == "JetBrains Mono"
    large = QFontMetricsF(font(Role.NUMBER))
    assert large.horizontalAdvance("1") < large.horizontalAdvance("0")
