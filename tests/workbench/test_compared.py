"""What only comparing texts saw stands beside what the rules say, and blocks as matching holds it to."""

from x3studio.domain.workbench import Confidence, ConflictCode, Severity
from x3studio.workbench import item_rules
from x3studio.workbench.compared import findings
from x3studio.workbench.conflicts import capped

from .making import facts


def test_what_matching_saw_is_said_with_the_rest() -> None:
    plain = facts()
    assert findings(plain) == item_rules.findings(plain)
    found = findings(plain, ["COLOUR", "SIZE"])
    assert [one.code for one in found[:2]] == [ConflictCode.SIZE, ConflictCode.COLOUR]
    assert {one.severity for one in found[:2]} == {Severity.BLOCK}
    assert capped(Confidence.CERTAIN, found) is Confidence.WEAK


def test_an_address_warns_and_what_rules_know_is_not_said_twice() -> None:
    found = findings(facts(), ["ADDRESS", "ADDRESS_RIVAL", "PACK"])
    warned = {one.code: one.severity for one in found}
    assert warned[ConflictCode.ADDRESS] is warned[ConflictCode.ADDRESS_RIVAL] is Severity.WARN
    assert ConflictCode.PACK not in warned
