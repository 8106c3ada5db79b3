"""The hot plate's driver: heated, laid on, timed, lifted off; its own dead-man armed."""

from dataclasses import replace

import pytest
from bench_rig import fault, go
from hosted_rig import NOBODY, HostedRig

from fabctl.tools.desk import Act
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Found, Reading


def carried_out(*faults, after=900, says=None, takes=2.0):
    async def main():
        rig = HostedRig("HOT01", *faults)
        rig.ada.says, rig.ada.takes = says or {}, takes
        await rig.begin()
        await rig.clock.sleep_process(after)
        rig.found = await rig.find()
        rig.heats = rig.instrument.heating
        await rig.driver.disconnect()
        return rig

    return go(main())


def test_a_bake_is_carried_out():
    rig = carried_out()
    assert rig.found.found is Found.DONE
    assert rig.phases() == ["STARTED", "COMPLETED"]
    assert [each.act for each in rig.ada.asked] == [Act.BRING, Act.LAY, Act.LIFT]
    assert not rig.heats


def test_the_wafer_is_laid_on_a_plate_that_is_at_its_temperature():
    async def main():
        rig = HostedRig("HOT01")
        at = []
        ask = rig.ada.ask

        async def look(question):
            at.append((question.act, rig.instrument.celsius, rig.clock.process()))
            return await ask(question)

        rig.ada.ask = look
        await rig.begin()
        await rig.clock.sleep_process(900)
        await rig.driver.disconnect()
        return {act: (celsius, when) for act, celsius, when in at}

    at = go(main())
    assert at[Act.LAY][0] == pytest.approx(110, abs=1)
    assert at[Act.LIFT][1] - at[Act.LAY][1] == pytest.approx(62, abs=1)


def test_slow_hands_make_a_long_bake_which_is_told():
    rig = carried_out(takes=20)
    assert rig.found.found is Found.DONE
    assert rig.alarms() == ["the wafer lay on the plate for 80 s instead of 60 s"]


def test_a_wafer_that_nobody_says_is_lifted_is_unknown_and_the_plate_goes_cold():
    rig = carried_out(says={Act.LIFT: NOBODY})
    assert rig.found.found is Found.UNKNOWN
    assert not rig.heats


def test_a_host_that_dies_leaves_a_plate_that_goes_cold():
    async def main():
        rig = HostedRig("HOT01")
        await rig.begin()
        await rig.clock.sleep_process(60)
        hot = rig.instrument.heating
        rig.station.wire.refused = "the host is dead"
        rig.station.wire.drop()
        await rig.clock.sleep_process(200)
        rig.station._live()
        return rig, hot

    rig, hot = go(main())
    assert hot
    assert not rig.instrument.heating
    assert rig.instrument.tripped


@pytest.mark.parametrize("name", ["bad-crc", "noise", "late-reply"])
def test_a_bad_reply_is_not_believed(name):
    more = {"delay": "1.5"} if name == "late-reply" else {}
    rig = carried_out(fault(name, after=100, times=1, **more))
    assert rig.found.found is Found.DONE
    assert all(20 < each.value < 115 for each in rig.told if isinstance(each, Reading))


def test_a_plate_of_another_name_is_not_commanded():
    async def main():
        own = HostedRig("HOT01").entry.dictionary
        rig = HostedRig("HOT01", dictionary=replace(own, mdln="C-MAG HS10"))
        with pytest.raises(ToolError, match="is 'C-MAG HS7'"):
            await rig.driver.connect()
        return rig

    assert not go(main()).instrument.heating
