"""A wafer that has waited too long is not started on; two people may still have it go on."""

import engine_rig
import pytest
from engine_rig import Rig, go, guard
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.engine.guard import Guard
from fabctl.interlocks.rule import RulePack
from fabctl.quantities import Quantity


@pytest.fixture
def hurry(monkeypatch):
    """The film's queue time, cut to a second."""
    rule = shipped_rules("general")["QT202"]
    bind(
        monkeypatch,
        replace(rule, demand=replace(rule.demand, within=Quantity.parse("1 s"))),
    )


@pytest.fixture
def queue(monkeypatch):
    """The film's queue time as it is."""
    bind(monkeypatch, shipped_rules("general")["QT202"])


def bind(monkeypatch, rule):
    # The audit would find the measurement in between too long only if it told its time.
    pack = RulePack({**guard().rules.rules, "QT202": rule}, ())
    changed = Guard(pack, guard().materials)
    monkeypatch.setattr(engine_rig, "guard", lambda: changed)


def host(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs")
        return rig, await rig.host()

    return go(main())


def test_the_anneal_is_not_started_and_the_run_tells_why(tmp_path, hurry):
    rig, result = host(tmp_path)
    assert result.outcome == "held"
    trip = result.document["trips"][0]["trip"]
    assert (trip["rule"], trip["cause"]) == ("QT202", "waited too long")
    assert not any("react" in job for job in rig.world.starts)


def test_without_such_a_wait_nothing_is_held(tmp_path):
    _, result = host(tmp_path)
    assert result.outcome == "completed"


def accepted_at(rig, step):
    kinds = [(record.kind, record.body.get("step")) for record in rig.records]
    return kinds.index(("ACCEPTED", step)) + 1


def test_a_wait_counts_from_when_the_job_may_have_ended_though_nobody_saw_it(tmp_path, queue):
    """Its host died while the film grew, and was taken up a day later."""
    counted, _ = host(tmp_path / "counted")

    async def main():
        rig = Rig(tmp_path / "killed")
        assert not await rig.killed_host(accepted_at(counted, "film-1"), after=True)
        await rig.clock.sleep(24 * 3600.0)
        return rig, await rig.host()

    rig, result = go(main())
    assert result.outcome == "held"
    trip = result.document["trips"][0]["trip"]
    assert (trip["rule"], trip["cause"]) == ("QT202", "waited too long")
    assert not any("react" in job for job in rig.world.starts)
