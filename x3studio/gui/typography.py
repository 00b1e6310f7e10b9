"""The roles text can play, as fonts: sizes in logical pixels, digits of one width below 18 px."""

from enum import Enum
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from x3studio.shipped import shipped

SANS = ("Inter", "Segoe UI Variable Text", "Segoe UI", ".AppleSystemUIFont", "Noto Sans", "DejaVu Sans")
MONO = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "DejaVu Sans Mono")
BUNDLED = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf")

_REGULAR, _MEDIUM, _SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


class Role(Enum):
    """A use of text; the value is (pixels, weight, monospaced)."""

    NUMBER = (28, _SEMIBOLD, False)
    NUMBER_SMALL = (24, _SEMIBOLD, False)
    COUNT = (20, _SEMIBOLD, False)
    SECTION = (15, _SEMIBOLD, False)
    PANEL = (13, _SEMIBOLD, False)
    STRONG = (13, _MEDIUM, False)
    BODY = (13, _REGULAR, False)
    SORTED = (12, _SEMIBOLD, False)
    CHIP = (12, _MEDIUM, False)
    SECONDARY = (12, _REGULAR, False)
    TAG = (11, _SEMIBOLD, False)
    KEY = (11, _MEDIUM, False)
    CAPTION = (11, _REGULAR, False)
    BADGE = (10, _SEMIBOLD, False)
    CODE = (12, _REGULAR, True)
    PAGE_TITLE = COUNT
    BUTTON = STRONG


def install_fonts() -> None:
    """Makes the bundled families known to Qt; call once, before the first font is asked for."""
    for name in BUNDLED:
        if QFontDatabase.addApplicationFontFromData(shipped(f"fonts/{name}").read_bytes()) < 0:
            raise OSError(f"The font file {name} cannot be read. Install X3 Studio again.")


@cache
def font(role: Role) -> QFont:
    """The font of a role. Treat it as read-only: it is shared."""
    pixels, weight, mono = role.value
    made = QFont(list(MONO if mono else SANS))
    made.setPixelSize(pixels)
    made.setWeight(weight)
    # Without hinting the widths are the same at 100 %, 150 % and 200 %.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if mono:
        made.setFeature(QFont.Tag("calt"), 0)
    elif pixels < 18:
        made.setFeature(QFont.Tag("tnum"), 1)
    if pixels >= 20:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, -0.4)
    elif pixels >= 15:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, -0.2)
    return made
