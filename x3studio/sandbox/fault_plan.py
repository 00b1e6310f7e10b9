"""The faults file: what may go wrong, how often, and how late, as the command line's contract writes it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from x3studio.domain.errors import SettingFault

Span = tuple[float, float]


class Mishap(StrEnum):
    """What can go wrong with one request; the values are the keys of the faults file."""

    LATE_COMMIT = "late_commit"
    """The client gets a reset, a 503 or a 504 at once; the request is acted on `late_ms` later."""
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    ERROR_500_AFTER = "error_500_after"
    ERROR_503_BEFORE = "error_503_before"
    THROTTLE = "throttle"
    HTML_503 = "html_503"
    EMPTY_200 = "empty_200"
    """Acted on, and answered with nothing."""
    RESET = "reset"
    """Cut before or after acting, evenly."""


_X3 = ("late_commit", "reset_before", "reset_after", "error_500_after", "error_503_before")
_AMAZON = ("throttle", "html_503", "empty_200", "reset")
_SPANS = {"x3": ("latency_ms", "late_ms"), "amazon": ("latency_ms",), "token": ("latency_ms",)}
_CHANCES = {
    "x3": _X3,
    "amazon": _AMAZON,
    "token": tuple(name for name in _X3 if name != "late_commit") + _AMAZON,
}


@dataclass(frozen=True, slots=True)
class Chances:
    """Faults of one system: probability of each mishap (0..1) and spans in milliseconds."""

    mishaps: Mapping[Mishap, float] = field(default_factory=dict)
    latency_ms: Span = (0.0, 0.0)
    late_ms: Span = (50.0, 300.0)

    @property
    def quiet(self) -> bool:
        """Nothing at all happens."""
        return not self.mishaps and self.latency_ms[1] == 0


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What the faults file says. Token URLs are spared unless `token` names them."""

    x3: Chances = field(default_factory=Chances)
    amazon: Chances = field(default_factory=Chances)
    token: Chances = field(default_factory=Chances)
    rate_limits: bool = True


def read_faults(text: str) -> FaultPlan:
    """The plan in a faults file (JSON); SettingFault on anything it does not know."""
    try:
        raw = json.loads(text)
    except ValueError as fault:
        raise _fault("The faults file is not JSON.", str(fault)) from fault
    return plan_of(raw)


def plan_of(raw: object) -> FaultPlan:
    """The plan in a parsed faults file; SettingFault on an unknown key or a value out of bounds."""
    if not isinstance(raw, dict):
        raise _fault("The faults file holds no JSON object.", "Write {} for no faults.")
    _known(raw, tuple(part.name for part in fields(FaultPlan)), "the faults file")
    limits = raw.get("rate_limits", True)
    if not isinstance(limits, bool):
        raise _fault("rate_limits is neither true nor false.", "Write true or false.")
    systems = {name: _chances(name, raw.get(name, {})) for name in ("x3", "amazon", "token")}
    return FaultPlan(**systems, rate_limits=limits)


def _chances(system: str, raw: object) -> Chances:
    if not isinstance(raw, dict):
        raise _fault(f'"{system}" in the faults file is no JSON object.', "Write {} for no faults.")
    _known(raw, _CHANCES[system] + _SPANS[system], f'"{system}" in the faults file')
    mishaps = {
        Mishap(key): _probability(f"{system}.{key}", raw[key]) for key in _CHANCES[system] if key in raw
    }
    spans = {key: _span(f"{system}.{key}", raw[key]) for key in _SPANS[system] if key in raw}
    return Chances(mishaps={key: chance for key, chance in mishaps.items() if chance}, **spans)


def _known(raw: Mapping[str, object], known: Collection[str], where: str) -> None:
    for key in raw:
        if key not in known:
            raise _fault(f'The key "{key}" is unknown in {where}.', f"Known are {', '.join(sorted(known))}.")


def _probability(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _fault(f"{name} is no probability.", "Write a number from 0 to 1.")
    return float(value)


def _span(name: str, value: object) -> Span:
    ends = value if isinstance(value, list) else []
    numbers = [float(end) for end in ends if isinstance(end, int | float) and not isinstance(end, bool)]
    if len(ends) != 2 or len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1]:
        raise _fault(
            f"{name} is no span of milliseconds.",
            "Write two numbers, the second not less than the first, such as [50, 300].",
        )
    return numbers[0], numbers[1]


def _fault(title: str, advice: str) -> SettingFault:
    return SettingFault(title, advice=advice, field="faults")
