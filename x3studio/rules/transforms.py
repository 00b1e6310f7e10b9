"""The transforms a consultant composes: a new one is one function with a name and one line for people.

A transform takes the value, the scene where it needs one, and its arguments as keywords; their annotations
say what the rule set document may give (str, int, Mapping, Path, tuple[Path, ...], Table). It returns the
new value, or Told(value, words) where the words depend on the value.
"""

import inspect
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from stdnum.eu import vat as eu_vat

from x3studio.domain.errors import Refused
from x3studio.rules import addresses, text
from x3studio.rules.paths import Scope
from x3studio.rules.site import Site
from x3studio.rules.values import as_text, plain


class Told(NamedTuple):
    """A new value together with the words for what was done to it."""

    value: Any
    words: str


class Scene(NamedTuple):
    """Where a transform works: the field, its longest length in X3 (0 = unknown) and all it may look at."""

    scope: Scope
    site: Site
    field: str
    length: int
    marketplace: str
    channel: str
    private: bool = False
    """Whether the value is personal data, which no error text may repeat."""


class Path(str):
    """An argument that names a place of the record; the transform gets its value."""


class Table(str):
    """An argument that names a table of the rule set; the transform gets the table."""


@dataclass(frozen=True, slots=True)
class Transform:
    """A registered transform; `takes` are its keyword arguments with annotation and default."""

    name: str
    words: str
    call: Callable[..., Any]
    takes: Mapping[str, inspect.Parameter]
    wants_text: bool


TRANSFORMS: dict[str, Transform] = {}


def transform(name: str, words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function under the name the rule set uses; `words` describe it for people."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        parameters = inspect.signature(call).parameters
        takes = {key: p for key, p in parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}
        wants_text = parameters["value"].annotation is str
        TRANSFORMS[name] = Transform(
            name, words, call if "scene" in parameters else _blind(call), takes, wants_text
        )
        return call

    return register


def _blind(call: Callable[..., Any]) -> Callable[..., Any]:
    """The transform with the scene it does not look at."""
    return lambda value, _scene, **arguments: call(value, **arguments)


def _refuse(scene: Scene, value: str, words: str, *, advice: str) -> Refused:
    shown = "the value" if scene.private else f'"{value}"'
    return Refused(f"{scene.field}: {shown} {words}", advice=advice, subject=scene.field)


@transform("clean", "Removes invisible characters, trims, writes every run of white space as one space.")
def clean(value: str) -> str:
    return text.single_spaces(text.printable(value))


@transform("trim", "Removes white space at both ends.")
def trim(value: str) -> str:
    return value.strip()


@transform("upper", "Writes capital letters.")
def upper(value: str) -> str:
    return value.upper()


@transform("lower", "Writes small letters.")
def lower(value: str) -> str:
    return value.lower()


@transform("plain_letters", "Writes letters without accents, such as e for é.")
def plain_letters(value: str) -> str:
    apart = unicodedata.normalize("NFKD", value.replace("ß", "ss"))
    return "".join(char for char in apart if not unicodedata.combining(char))


@transform("truncate", "Cuts to a length (by default the X3 field's own), at a word where one is near.")
def truncate(value: str, scene: Scene, *, length: int = 0) -> str | Told:
    longest = length or scene.length
    short = text.cut(value, longest)
    return value if short == value else Told(short, f"Cut from {len(value)} to {len(short)} characters.")


@transform("replace", "Replaces one piece of text by another.")
def replace(value: str, *, old: str, new: str = "") -> str:
    return value.replace(old, new)


@transform("prefix", "Writes a text before a value that is not empty.")
def prefix(value: str, *, text: str) -> str:
    return text + value


@transform("default", "Takes a fixed text where the value is empty.")
def default(value: Any, *, text: str) -> Any:
    return Told(text, "Empty, so the default holds.") if value in (None, "") else value


@transform("default_setting", "Takes a setting of the site where the value is empty.")
def default_setting(value: Any, scene: Scene, *, setting: str) -> Any:
    if value not in (None, ""):
        return value
    found = scene.site.value(setting, scene.marketplace, scene.channel)
    return Told(found, f"Empty, so the setting {setting} holds.")


@transform("concat", "Joins the value with others, leaving out empty ones.")
def concat(value: Any, *, paths: tuple[Path, ...], separator: str = " ") -> str:
    parts = [as_text(value), *(as_text(part) for part in paths)]
    return separator.join(part for part in parts if part)


@transform("date", "Writes the day as X3 takes it; a time is first moved to the site's time zone.")
def day(value: Any, scene: Scene) -> str | Told:
    if isinstance(value, datetime):
        name = scene.site.value("zone", scene.marketplace, scene.channel)
        if value.tzinfo is not None and name in scene.site.zones:
            local = value.astimezone(scene.site.zones[name]).date()
            moved = "" if local == value.date() else f" ({value:%H:%M %Z} is another day there)"
            return Told(local.isoformat(), f"The day in {name}{moved}.")
        return value.date().isoformat()
    written = as_text(value)
    try:
        return date.fromisoformat(written[:10]).isoformat() if written else ""
    except ValueError:
        raise _refuse(scene, written, "is not a date.", advice="Dates look like 2026-11-20.") from None


@transform("decimal", "Writes a number with a point, at most `places` and at least `least` decimals.")
def decimal(value: Any, scene: Scene, *, places: int = 5, least: int = 0) -> str | Told:
    if value in (None, ""):
        return ""
    try:
        number = value if isinstance(value, Decimal) else Decimal(as_text(value))
    except InvalidOperation:
        raise _refuse(scene, as_text(value), "is not a number.", advice="Map a number to it.") from None
    rounded = number
    if -int(number.as_tuple().exponent) > places:
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    written = plain(rounded)
    have = len(written.partition(".")[2])
    if have < least:
        written = f"{written}{'' if have else '.'}{'0' * (least - have)}"
    return written if rounded == number else Told(written, f"Rounded to {places} decimals.")


@transform(
    "lookup", "Replaces the value by its entry in a table of the rule set; others stay or are refused."
)
def lookup(value: str, scene: Scene, *, table: Table, missing: str = "refuse") -> str | Told:
    entries: Mapping[str, str] = table  # type: ignore[assignment]  # the compiler puts the table in its place
    return _entry(value, scene, entries, missing)


@transform("map", "Replaces the value by its entry in the given table; others stay or are refused.")
def mapped(value: str, scene: Scene, *, table: Mapping[str, str], missing: str = "refuse") -> str | Told:
    return _entry(value, scene, table, missing)


def _entry(value: str, scene: Scene, entries: Mapping[str, str], missing: str) -> str | Told:
    if value in entries:
        return Told(entries[value], f"{value} stands for {entries[value] or 'nothing'}.")
    if missing == "keep":
        return Told(value, f"{value} is not in the table and stays.")
    if missing == "empty":
        return Told("", f"{value} is not in the table.")
    raise _refuse(scene, value, "is not in its table.", advice="Add it to the table in the rule set.")


@transform("digits", "Keeps digits and a leading plus, for telephone numbers.")
def digits(value: str) -> str:
    kept = "".join(char for char in value if char.isascii() and char.isdigit())
    return f"+{kept}" if value.lstrip().startswith("+") and kept else kept


@transform("postcode", "Writes a postcode as its country does.")
def postcode(value: str, *, country: Path = Path("order.ship_to.country")) -> str:  # noqa: B008
    return addresses.postcode(value, country=as_text(country))


@transform("address_line", "Lays a whole address out over the X3 lines and takes one of them.")
def address_line(value: Any, scene: Scene, *, number: int, lines: int = 3, length: int = 0) -> str | Told:
    if not isinstance(value, Mapping):
        return ""
    laid = addresses.street_lines(value, lines=lines, length=length or scene.length)
    words = f"Line {number} of {lines}."
    if laid.lost and number == lines:
        words += f" No room for {len(laid.lost)} more characters."
    return Told(laid.lines[number - 1] if number <= len(laid.lines) else "", words)


@transform("vat", "Writes a VAT number without spaces and signs, in capital letters.")
def vat(value: str) -> str | Told:
    number = vat_number(value)
    if eu_vat.is_valid(number):
        return Told(number, "A valid EU VAT number by its check digit.")
    return Told(number, "Not a valid EU VAT number by its check digit; it may be foreign.")


def vat_number(written: str) -> str:
    """A VAT number as it is compared: capital letters and digits only."""
    return "".join(char for char in written.upper() if char.isalnum())


@transform("yes_no", "Writes X3's local menu 1: 2 for yes, 1 for no.")
def yes_no(value: Any) -> str:
    return "2" if value is True or as_text(value).lower() in ("yes", "true", "1", "y") else "1"
