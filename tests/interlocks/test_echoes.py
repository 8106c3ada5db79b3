"""A value that breaks a limit by itself is told once, unless more hangs on where it leads."""

import pytest
from interlock_rig import film, steps, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import RulePack, audit
from fabctl.interlocks.rule import Severity

THICK = steps(film("501 Å"))
LIMIT, SPREAD = (shipped_rules()[code] for code in ("LM101", "TR102"))


@pytest.mark.parametrize(
    ("limit", "spread", "told"),
    [
        ({"severity": Severity.ERROR}, {"severity": Severity.WARNING}, {"LM101"}),
        ({"severity": Severity.WARNING}, {"severity": Severity.ERROR}, {"LM101", "TR102"}),
        ({"waivable": True}, {"waivable": False}, {"LM101", "TR102"}),
        ({"waivable": True}, {"waivable": True}, {"LM101"}),
    ],
)
def test_what_weighs_more_is_told_beside_it(limit, spread, told):
    rules = (replace(LIMIT, gate=None, **limit), replace(SPREAD, **spread))
    report = audit(THICK, RulePack({each.code: each for each in rules}), table())
    assert {each.code for each in report.findings} == told
