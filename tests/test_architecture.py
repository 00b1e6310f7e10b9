"""The house rules, checked by machine: floors, sizes, style, types, and what is in the tree and the wheel."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "x3studio"
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60

DOORS = frozenset({"x3studio/sync/engine.py"})
"""The files that may swallow every exception: the doors of an engine's run and of the window's runner."""

WINDOW_LIBRARIES = {"PySide6", "shiboken6", "qasync", "pyqtgraph"}
NO_VERIFICATION = {"CERT_NONE", "_create_unverified_context"}

# Written with brackets so that this file does not contain what it looks for.
FOREIGN_TO_THE_PROJECT = {
    "a package index": re.compile(
        rb"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|[.]pkg[.]dev|deb[.]debian[.]org"
    ),
    "a folder of one machine": re.compile(
        rb"(?<![\w.])/(?:root|opt|wor[k]|home/\w+|Users/\w+)/\w|[A-Z]:\\Users\\"
    ),
    "an address with a password": re.compile(rb"https?://[^\s/:@'\"{}<>]+:[^\s/@'\"{}<>]+@"),
}

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

sources = pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a source file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def assert_clean(*arguments: str) -> None:
    """Run a tool with this environment's interpreter in the checkout; fail with what it said."""
    command = [sys.executable, *arguments]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if outcome.returncode:
        pytest.fail(f"{' '.join(arguments)}\n{outcome.stdout}{outcome.stderr}", pytrace=False)


def test_every_import_points_down(tmp_path: Path) -> None:
    assert_clean("-c", LINT_IMPORTS, "--no-logo", "--cache-dir", str(tmp_path))


def test_the_style_is_clean() -> None:
    assert_clean("-m", "ruff", "check", ".")


def test_the_format_is_clean() -> None:
    assert_clean("-m", "ruff", "format", "--check", ".")


@pytest.mark.timeout(600)
def test_the_types_are_strict() -> None:
    assert (
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["strict"] is True
    )
    assert_clean("-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache"))


@sources
def test_files_stay_small(path: Path) -> None:
    count = len(path.read_text(encoding="utf-8").splitlines())
    assert count <= MOST_LINES_OF_A_FILE, f"{count} lines: split it by meaning"


@sources
def test_functions_stay_small(path: Path) -> None:
    functions = (
        node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: count for name, count in lengths.items() if count > MOST_LINES_OF_A_FUNCTION} == {}


@sources
def test_only_the_two_doors_swallow_everything(path: Path) -> None:
    handlers = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.ExceptHandler))
    lines = [handler.lineno for handler in handlers if swallows_everything(handler)]
    assert lines == [] or path.relative_to(ROOT).as_posix() in DOORS, f"lines {lines}"


def swallows_everything(handler: ast.ExceptHandler) -> bool:
    """Tell whether an except clause catches everything, alone or among others, and does not raise it on."""
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    wide = any(name is None or getattr(name, "id", "") in ("Exception", "BaseException") for name in names)
    last = handler.body[-1]
    return wide and not (isinstance(last, ast.Raise) and last.exc is None)


def test_the_doors_exist() -> None:
    assert [door for door in DOORS if not (ROOT / door).is_file()] == []


@sources
def test_certificates_are_always_verified(path: Path) -> None:
    assert list(verification_switched_off(parsed(path))) == []


def verification_switched_off(tree: ast.Module) -> Iterator[int]:
    """The lines where a certificate or its host name would go unchecked."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.keyword)
            and node.arg in ("verify", "check_hostname")
            and is_false(node.value)
        ):
            yield node.value.lineno
        if isinstance(node, ast.Assign) and is_false(node.value):
            yield from (
                node.lineno for target in node.targets if getattr(target, "attr", "") == "check_hostname"
            )
        if isinstance(node, ast.Attribute | ast.Name) and named(node) in NO_VERIFICATION:
            yield node.lineno


def is_false(node: ast.expr) -> bool:
    """Tell whether an expression is the constant False."""
    return isinstance(node, ast.Constant) and node.value is False


def named(node: ast.Attribute | ast.Name) -> str:
    """The last name of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id


@pytest.mark.parametrize(
    "code",
    [
        "client(verify=False)",
        "context.verify_mode = ssl.CERT_NONE",
        "context.check_hostname = False",
        "context = ssl._create_unverified_context()",
    ],
)
def test_a_switched_off_verification_is_seen(code: str) -> None:
    assert list(verification_switched_off(ast.parse(code))) == [1]


@pytest.mark.parametrize(
    ("clause", "end", "seen"),
    [
        ("except:", "pass", True),
        ("except Exception:", "pass", True),
        ("except (OSError, BaseException) as fault:", "raise OSError from fault", True),
        ("except BaseException:", "raise", False),
        ("except OSError:", "pass", False),
    ],
)
def test_a_wide_except_is_seen(clause: str, end: str, seen: bool) -> None:
    (attempt,) = ast.parse(f"try:\n    pass\n{clause}\n    {end}").body
    assert isinstance(attempt, ast.Try)
    assert swallows_everything(attempt.handlers[0]) is seen


@sources
def test_only_the_window_imports_qt(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] == "gui":
        return
    assert WINDOW_LIBRARIES.isdisjoint(imported(parsed(path)))


def imported(tree: ast.Module) -> set[str]:
    """The top names of everything a module imports, at its head or inside a function."""
    nodes = list(ast.walk(tree))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    below = {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return {name.partition(".")[0] for name in plain | below}


@pytest.mark.parametrize(("folder", "develops"), [("x3studio", False), ("tests", True)])
def test_every_imported_package_is_declared(folder: str, develops: bool) -> None:
    description = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    texts = [
        *description["project"]["dependencies"],
        *(description["dependency-groups"]["dev"] if develops else ()),
    ]
    declared = {canonicalize_name(Requirement(text).name) for text in texts}
    modules = {name for path in (ROOT / folder).rglob("*.py") for name in imported(parsed(path))}
    # shiboken6 is a part of PySide6 under a name of its own, locked to the same version; gi belongs to the
    # system's Python, which runs the foreign reader of the window; peers of the benchmarks have an
    # environment of their own.
    elsewhere = {"gi", "sklearn", "splink"}
    own = {"x3studio", "tests", "installer", "shiboken6"}
    foreign = modules - sys.stdlib_module_names - own - elsewhere
    brought_by = packages_distributions()
    brought = {name: {canonicalize_name(package) for package in brought_by.get(name, ())} for name in foreign}
    assert {name: packages for name, packages in brought.items() if not packages & declared} == {}


def tracked_files() -> list[Path]:
    """Every file git knows here; skips outside a checkout or without git."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    if listing.returncode:
        pytest.skip("this is no git checkout")
    paths = (ROOT / name.decode() for name in listing.stdout.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("what", FOREIGN_TO_THE_PROJECT)
def test_the_tree_names_nothing_of_where_it_was_written(what: str) -> None:
    pattern = FOREIGN_TO_THE_PROJECT[what]
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in tracked_files()
        if (match := pattern.search(path.read_bytes()))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a package index", "https://pypi{}org/simple"),
        ("a folder of one machine", "see /root{}x3studio".replace("{}", "/")),
        ("an address with a password", "https://me:secret{}example.org".replace("{}", "@")),
    ],
)
def test_a_foreign_name_is_seen(what: str, text: str) -> None:
    assert FOREIGN_TO_THE_PROJECT[what].search(text.replace("{}", ".").encode())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names in the wheel built from this checkout, with the build tools of this environment alone."""
    folder = tmp_path_factory.mktemp("wheel")
    assert_clean("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return frozenset(archive.namelist())


def test_every_source_is_in_the_wheel(wheel: frozenset[str]) -> None:
    names = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py")}
    assert names - wheel == set()


def test_every_resource_is_in_the_wheel(wheel: frozenset[str]) -> None:
    resources = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()
    }
    assert resources, "there are no resources"
    assert {f"x3studio/{name}" for name in resources} - wheel == set()


def test_the_wheel_holds_the_program_and_nothing_else(wheel: frozenset[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if top != "x3studio" and not top.endswith(".dist-info")} == set()
