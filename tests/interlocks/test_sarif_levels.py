"""What SARIF says of what is not shown: it counts as much as what is illegal."""

import pytest
from interlock_rig import anneal, film, steps, strip, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import RulePack, Severity, Verdict, audit
from fabctl.reports import audit_sarif
from fabctl.reports.audited import Audited, AuditedFile, Sort


@pytest.mark.parametrize("severity", Severity)
def test_what_is_not_shown_has_the_level_of_its_severity(severity):
    rule = replace(shipped_rules("claims")["LM102"], severity=severity, gate=None)
    text = film() + strip().replace("msa", "citric") + anneal("450 degC")
    report = audit(steps(text), RulePack({rule.code: rule}), table())
    assert [each.verdict for each in report.all] == [Verdict.NOT_SHOWN]
    document = audit_sarif.render(Audited((AuditedFile("a.yaml", Sort.SEQUENCE, report),), (rule,)))
    (result,) = document["runs"][0]["results"]
    assert (result["level"], result.get("kind", "fail")) == (severity.value, "fail")
    assert result["properties"]["verdict"] == "not shown"
