"""Only what is missing is installed, and without the right to install one line says what to type."""

import pytest

from installer.needs import DRAWING, SCREEN, TESTS, WINDOW, Kind, Need, needs, python_needs
from installer.system import is_present, provide
from installer.voice import Stop

from .fakes import Bench, quiet

EGL = Need(Kind.LIBRARY, "libEGL.so.1", "libegl1")
GLIB = Need(Kind.LIBRARY, "libglib-2.0.so.0", "libglib2.0-0")
KEYRING = Need(Kind.PROGRAM, "gnome-keyring-daemon", "gnome-keyring", required=False)
BRINGS = {
    "libegl1": ["libEGL.so.1"],
    "libglib2.0-0": ["libglib-2.0.so.0"],
    "gnome-keyring": ["gnome-keyring-daemon"],
}


def test_nothing_missing_runs_nothing() -> None:
    bench = Bench(there={EGL.name, GLIB.name})
    voice, heard = quiet()
    provide([EGL, GLIB], machine=bench.machine(), voice=voice)
    assert bench.given == []
    assert heard.getvalue() == ""


def test_only_the_missing_package_is_installed() -> None:
    bench = Bench(there={GLIB.name}, brings=BRINGS)
    provide([EGL, GLIB], machine=bench.machine(), voice=quiet()[0])
    (command,) = bench.given
    assert command[:2] == ("apt-get", "install")
    assert command[-1] == "libegl1"
    assert "libglib2.0-0" not in command


def test_sudo_goes_before_every_command_and_lists_are_fetched_first() -> None:
    bench = Bench(there=set(), brings=BRINGS, right=("/usr/bin/sudo", "-n"), lists=False)
    provide([EGL], machine=bench.machine(), voice=quiet()[0])
    assert [command[:4] for command in bench.given] == [
        ("/usr/bin/sudo", "-n", "apt-get", "update"),
        ("/usr/bin/sudo", "-n", "apt-get", "install"),
    ]


def test_lists_that_grew_old_are_fetched_again() -> None:
    bench = Bench(there=set(), brings=BRINGS, failures=1)
    provide([EGL], machine=bench.machine(), voice=quiet()[0])
    assert [command[1] for command in bench.given] == ["install", "update", "install"]


def test_a_failed_installation_says_what_is_missing_and_how_it_failed() -> None:
    bench = Bench(there=set(), failures=9)
    with pytest.raises(Stop) as stop:
        provide([EGL], machine=bench.machine(), voice=quiet()[0])
    assert "still missing: libEGL.so.1" in stop.value.title
    assert "Unable to fetch some archives" in stop.value.title


def test_without_the_right_one_line_brings_everything() -> None:
    bench = Bench(there=set(), right=None, lists=False, sudo=True)
    with pytest.raises(Stop) as stop:
        provide([EGL, GLIB, KEYRING], machine=bench.machine(), voice=quiet()[0])
    assert bench.given == []
    assert stop.value.advice.splitlines()[-1].strip() == (
        "sudo apt-get update && "
        "sudo apt-get install -y --no-install-recommends gnome-keyring libegl1 libglib2.0-0"
    )


def test_without_sudo_the_line_is_for_root() -> None:
    bench = Bench(there=set(), right=None)
    with pytest.raises(Stop) as stop:
        provide([EGL], machine=bench.machine(), voice=quiet()[0])
    assert stop.value.advice.splitlines()[-1].strip() == "apt-get install -y --no-install-recommends libegl1"


def test_another_distribution_hears_the_names() -> None:
    bench = Bench(there=set(), apt=False)
    with pytest.raises(Stop) as stop:
        provide([EGL], machine=bench.machine(), voice=quiet()[0])
    assert "libEGL.so.1" in stop.value.title
    assert "libegl1" in stop.value.advice
    assert "apt-get" not in stop.value.advice


def test_what_only_some_tests_need_does_not_stop_a_start() -> None:
    bench = Bench(there={EGL.name}, right=None)
    voice, heard = quiet()
    provide([EGL, KEYRING], machine=bench.machine(), voice=voice)
    assert "Some tests will be skipped; they need: gnome-keyring" in heard.getvalue()


def test_a_debian_python_without_ensurepip_gets_its_package() -> None:
    bench = Bench(there={"_ctypes", "_ssl", "_sqlite3"}, brings={"python3.12-venv": ["ensurepip"]})
    provide(python_needs(minor=12, from_system=True), machine=bench.machine(), voice=quiet()[0])
    assert bench.given[0][-1] == "python3.12-venv"


def test_a_python_built_without_sqlite_hears_what_to_install_before_building_again() -> None:
    bench = Bench(there={"ensurepip", "_ctypes", "_ssl"})
    with pytest.raises(Stop) as stop:
        provide(python_needs(minor=11, from_system=False), machine=bench.machine(), voice=quiet()[0])
    assert stop.value.title == "This Python was built without _sqlite3."
    assert "libsqlite3-dev" in stop.value.advice
    assert bench.given == []


@pytest.mark.parametrize(
    ("draws", "window", "screen", "tests", "wanted"),
    [
        (False, False, False, False, ()),
        (True, False, False, False, DRAWING),
        (True, True, False, False, (*DRAWING, *WINDOW)),
        (True, False, True, False, (*DRAWING, *WINDOW, *SCREEN)),
        (True, False, False, True, (*DRAWING, *TESTS)),
    ],
)
def test_each_start_asks_for_what_it_shows(
    draws: bool, window: bool, screen: bool, tests: bool, wanted: tuple[Need, ...]
) -> None:
    assert needs(python=(), draws=draws, window=window, screen=screen, tests=tests) == wanted


def test_no_test_tool_stops_a_start() -> None:
    assert {need.name for need in TESTS if need.required} == set()
    assert {need.name for need in SCREEN} < {need.name for need in TESTS}


def test_probing_tells_what_is_here_from_what_is_not() -> None:
    assert is_present(Need(Kind.MODULE, "json", ""))
    assert not is_present(Need(Kind.MODULE, "no_such_module_here", ""))
    assert not is_present(Need(Kind.LIBRARY, "libnosuchlibrary.so.77", ""))
    assert not is_present(Need(Kind.PROGRAM, "no-such-program-here", ""))
