"""The hot plate's driver: heated, laid on, timed, lifted off; its own dead-man armed."""

import math
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


MORE = {"late-reply": {"delay": "1.5"}, "unsolicited": {"text": "hello"}}


@pytest.mark.parametrize("name", ["bad-crc", "noise", "late-reply", "unsolicited"])
def test_a_bad_reply_is_not_believed(name):
    rig = carried_out(fault(name, after=290, times=1, **MORE.get(name, {})))
    assert rig.found.found is Found.DONE
    assert all(20 < each.value < 115 for each in rig.told if isinstance(each, Reading))


def test_a_plate_that_says_nothing_for_longer_than_it_is_asked_again_is_out_of_sight():
    rig = carried_out(fault("silence", after=290, times=1, duration="5"))
    assert rig.found.found is Found.UNKNOWN
    assert "out of sight for 9 of the 62 s" in rig.found.evidence["why"]


def broken_in_mid_bake(name):
    """The plate fails 2 s after the wafer was laid on it, in a bake of 5 min."""

    async def main():
        rig = HostedRig("HOT01")
        await rig.begin(time="300 s")
        while Act.LAY not in [each.act for each in rig.ada.asked]:
            await rig.clock.sleep_process(1)
        await rig.clock.sleep_process(4)
        rig.station.act(lambda now: rig.instrument.befall(fault(name), now))
        await rig.clock.sleep_process(200)
        rig.found = await rig.find()
        await rig.driver.disconnect()
        return rig

    return go(main())


def test_a_plate_that_loses_its_power_in_mid_bake_leaves_a_suspect_wafer():
    assert_suspect(broken_in_mid_bake("power-fail"))


def test_a_plate_that_is_reset_in_mid_bake_leaves_a_suspect_wafer():
    assert_suspect(broken_in_mid_bake("restart"))


def lost(seconds, *, after=None, time="60 s", then=900):
    """The line is down for some seconds, so long after the wafer was laid on; None: at START."""

    async def main():
        rig = HostedRig("HOT01")
        await rig.begin(time=time)
        if after is not None:
            while Act.LAY not in [each.act for each in rig.ada.asked]:
                await rig.clock.sleep_process(1)
            await rig.clock.sleep_process(2 + after)
        rig.station.wire.refused = "unplugged"
        rig.station.wire.drop()
        await rig.clock.sleep_process(seconds)
        rig.station.wire.refused = ""
        await rig.clock.sleep_process(then)
        rig.found = await rig.find()
        rig.heats = rig.instrument.heating
        await rig.driver.disconnect()
        return rig

    return go(main())


def test_a_plate_out_of_sight_before_a_wafer_is_laid_on_costs_nothing():
    rig = lost(30)
    assert rig.found.found is Found.DONE
    assert rig.sights() == [True, False, True]


def test_a_plate_that_was_silent_for_longer_than_its_watchdog_is_cold_and_no_wafer_is_laid_on():
    rig = lost(150)
    assert rig.found.found is Found.FAILED
    why = rig.found.evidence["why"]
    assert why.startswith("no wafer was laid on: HOT01: was out of sight for 15")
    assert "its watchdog has switched the heater off" in why
    assert Act.LAY not in [each.act for each in rig.ada.asked]


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        pytest.param(10, 12, id="seen again while it lies there"),
        pytest.param(50, 90, id="still out of sight as it is lifted off"),
    ],
)
def test_a_bake_of_which_a_part_was_not_seen_is_unknown(after, seconds):
    rig = lost(seconds, after=after)
    assert rig.found.found is Found.UNKNOWN
    assert rig.found.final
    assert not rig.heats
    assert [each.act for each in rig.ada.asked] == [Act.BRING, Act.LAY, Act.LIFT]


def test_it_is_told_for_how_long_the_bake_was_not_seen():
    why = lost(12, after=10).found.evidence["why"]
    assert why == (
        "HOT01 was out of sight for 14 of the 62 s that the wafer lay on it: how hot it was then "
        "is not shown"
    )


def test_a_plate_whose_watchdog_bit_in_mid_bake_leaves_a_suspect_wafer():
    rig = lost(150, after=10, time="600 s")
    assert_suspect(rig)
    assert " s out of sight" in rig.found.evidence["why"]


def test_a_line_that_is_lost_once_the_bake_is_over_does_not_spoil_it():
    async def main():
        rig = HostedRig("HOT01")
        aim = rig.driver._aim

        async def gone(celsius):
            if celsius == 20 and rig.station.wire.refused == "" and not rig.sights().count(False):
                rig.station.wire.drop()
            await aim(celsius)

        rig.driver._aim = gone
        await rig.begin()
        await rig.clock.sleep_process(900)
        rig.found = await rig.find()
        await rig.driver.disconnect()
        return rig

    rig = go(main())
    assert rig.sights().count(False) == 1
    assert rig.found.found is Found.DONE
    assert not rig.instrument.heating


def assert_suspect(rig):
    assert rig.found.found is Found.FAILED
    assert "the wafer is suspect: HOT01: the plate is at 10" in rig.found.evidence["why"]


def test_a_broken_sensor_is_no_number_and_an_alarm_and_ends_the_bake():
    rig = broken_in_mid_bake("sensor-break")
    assert rig.found.found is Found.FAILED
    assert rig.alarms() == ["the plate's sensor is broken"]
    readings = [each.value for each in rig.told if isinstance(each, Reading)]
    assert math.isnan(readings[-1])
    assert not rig.instrument.heating


def test_a_plate_that_refuses_a_question_in_mid_bake_ends_the_job():
    rig = carried_out(fault("nak", after=290, times=1))
    assert rig.found.found is Found.FAILED
    assert "IN_PV_2: wrong sequence of commands" in rig.found.evidence["why"]
    assert not rig.heats


def test_the_watchdog_is_armed_for_each_bake_since_a_reset_forgets_it():
    async def main():
        rig = HostedRig("HOT01")
        await rig.driver.connect()
        rig.station.act(lambda now: rig.instrument.befall(fault("restart"), now))
        forgotten = rig.instrument.wake_at
        await rig.begin()
        armed = rig.instrument.wake_at
        await rig.driver.disconnect()
        return forgotten, armed

    forgotten, armed = go(main())
    assert forgotten is None
    assert armed is not None


def test_a_plate_of_another_name_is_not_commanded():
    async def main():
        own = HostedRig("HOT01").entry.dictionary
        rig = HostedRig("HOT01", dictionary=replace(own, mdln="C-MAG HS10"))
        with pytest.raises(ToolError, match="is 'C-MAG HS7'"):
            await rig.driver.connect()
        return rig

    assert not go(main()).instrument.heating
