"""A lent screen is up while it is lent and gone afterwards."""

import shutil
import socket
from pathlib import Path

import pytest

from installer.screen import has_screen, lent_screen
from installer.voice import Stop

from .fakes import quiet

needs_xvfb = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xauth")), reason="Xvfb and xauth are not installed"
)


@pytest.mark.parametrize(
    ("platform", "surroundings", "seen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_where_a_window_can_be_shown(platform: str, surroundings: dict[str, str], seen: bool) -> None:
    assert has_screen(surroundings, platform=platform) is seen


def answers(display: str) -> bool:
    """Tell whether a server listens at a display."""
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(f"/tmp/.X11-unix/X{display.removeprefix(':')}") == 0


@needs_xvfb
def test_a_lent_screen_is_up_while_lent_and_gone_afterwards() -> None:
    voice, heard = quiet()
    with lent_screen({"HOME": "/nowhere"}, voice=voice) as surroundings:
        display, authority = surroundings["DISPLAY"], Path(surroundings["XAUTHORITY"])
        assert answers(display)
        assert authority.stat().st_mode & 0o077 == 0
        assert surroundings["HOME"] == "/nowhere"
        assert f"DISPLAY={display} " in heard.getvalue()
    assert not answers(display)
    assert not authority.exists()


@needs_xvfb
def test_two_lent_screens_have_two_numbers() -> None:
    voice, _ = quiet()
    with lent_screen({}, voice=voice) as one, lent_screen({}, voice=voice) as two:
        assert one["DISPLAY"] != two["DISPLAY"]


@needs_xvfb
def test_a_failing_program_takes_its_screen_with_it() -> None:
    display = ""
    with pytest.raises(Stop), lent_screen({}, voice=quiet()[0]) as surroundings:
        display = surroundings["DISPLAY"]
        assert answers(display)
        raise Stop("over", advice="")
    assert not answers(display)
