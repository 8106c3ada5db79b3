"""The spin coater's driver: the host gives the speeds, a person dispenses, a reset is seen."""

from dataclasses import replace

import pytest
from bench_rig import fault, go
from hosted_rig import NO, NOBODY, HostedRig

from fabctl.tools.desk import Act
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Found, Grade, Reading


def carried_out(*faults, after=120, says=None):
    async def main():
        rig = HostedRig("SPN03", *faults)
        rig.ada.says = says or {}
        await rig.begin()
        await rig.clock.sleep_process(after)
        rig.found = await rig.find()
        rig.rpm = rig.instrument.rpm
        await rig.driver.disconnect()
        return rig

    return go(main())


def test_a_coat_is_spun_as_the_recipe_says():
    rig = carried_out()
    assert (rig.found.found, rig.found.grade) == (Found.DONE, Grade.C)
    assert rig.phases() == ["STARTED", "COMPLETED"]
    readings = [each.value for each in rig.told if isinstance(each, Reading)]
    assert 2900 < max(readings) < 3100
    assert rig.rpm < 1


def test_the_coat_lies_on_the_wafer():
    rig = carried_out()
    assert rig.store.wafer("W1").materials() == {"resist-n1"}


def test_nothing_turns_before_the_liquid_is_there():
    rig = carried_out(says={Act.DISPENSE: NO})
    assert rig.found.found is Found.FAILED
    assert rig.found.evidence["why"] == "nothing was dispensed: Ada: the bottle is empty"
    assert max(each.value for each in rig.told if isinstance(each, Reading)) < 1


def test_a_dispense_that_nobody_answers_for_is_unknown():
    rig = carried_out(says={Act.DISPENSE: NOBODY})
    assert rig.found.found is Found.UNKNOWN


def test_a_refused_question_in_mid_spin_ends_the_job():
    rig = carried_out(fault("nak", after=25, times=3))
    assert rig.found.found is Found.FAILED
    assert "GetRPM: not in this state" in rig.found.evidence["why"]
    assert not rig.instrument.busy


@pytest.mark.parametrize("name", ["restart", "power-fail"])
def test_a_banner_in_mid_spin_is_a_reset_and_the_wafer_suspect(name):
    rig = carried_out(fault(name, after=20))
    assert rig.found.found is Found.FAILED
    assert "suspect" in rig.found.evidence["why"]
    assert rig.alarms() == ["the coater was reset: MiM Nano Motor Controller V1.4"]


def test_remarks_are_no_replies():
    remarks = [fault("unsolicited", after=after, text="XYPWM:10,20") for after in (5, 15, 25)]
    assert carried_out(*remarks).found.found is Found.DONE


def test_a_coater_that_is_silent_in_mid_spin_is_stopped_as_soon_as_it_hears():
    async def main():
        rig = HostedRig("SPN03")
        await rig.begin()
        await rig.clock.sleep_process(20)
        hears, rig.instrument.receive = rig.instrument.receive, lambda *_, **__: []
        await rig.clock.sleep_process(10)
        during, turned = rig.driver._jobs.found(rig.job.id)[0], rig.instrument.rpm
        rig.instrument.receive = hears
        await rig.clock.sleep_process(10)
        found = await rig.find()
        still = not rig.instrument.busy
        await rig.driver.disconnect()
        return during, turned, found.found, still

    during, turned, found, still = go(main())
    assert turned > 1000
    assert during is Found.RUNNING
    assert found is Found.FAILED
    assert still


def test_a_tachometer_that_reads_nothing_ends_the_job():
    rig = carried_out(fault("sensor-break", after=25))
    assert rig.found.found is Found.FAILED
    assert "turns at 0 rpm instead of 3000 rpm" in rig.found.evidence["why"]
    assert not rig.instrument.busy


def test_a_board_that_starts_as_its_port_is_opened_is_waited_for():
    async def main():
        rig = HostedRig("SPN03", fault("silence", duration=2.5))
        await rig.driver.connect()
        await rig.driver.disconnect()
        return rig.sights()

    assert go(main()) == [True]


@pytest.mark.parametrize("name", ["bad-crc", "noise", "late-reply"])
def test_a_bad_reply_is_not_believed(name):
    more = {"delay": "0.6"} if name == "late-reply" else {}
    rig = carried_out(fault(name, after=25, times=1, **more))
    assert rig.found.found is Found.DONE
    assert all(each.value < 3100 for each in rig.told if isinstance(each, Reading))


def test_a_host_that_left_in_mid_spin_leaves_a_job_that_nobody_knows_and_the_next_stops_it():
    async def main():
        rig = HostedRig("SPN03")
        await rig.begin()
        await rig.clock.sleep_process(20)
        assert rig.instrument.rpm > 1000
        rig.station.wire.refused = "the host is dead"
        rig.station.wire.drop()
        await rig.clock.sleep_process(5)
        still = rig.instrument.rpm
        rig.station.wire.refused = ""
        await rig.new_host().connect()
        await rig.clock.sleep_process(5)
        found = await rig.find()
        await rig.driver.disconnect()
        return rig, still, found

    rig, still, found = go(main())
    assert still > 1000
    assert rig.instrument.rpm < 1
    assert found.found is Found.UNKNOWN


def test_a_plug_pulled_in_mid_spin_is_seen_once_and_the_motor_stopped_when_it_is_back():
    async def main():
        rig = HostedRig("SPN03")
        await rig.begin()
        await rig.clock.sleep_process(20)
        rig.station.wire.drop("the plug was pulled")
        await rig.clock.sleep_process(30)
        found = await rig.find()
        await rig.driver.disconnect()
        return rig, found

    rig, found = go(main())
    assert rig.sights() == [True, False, True]
    assert found.found is Found.FAILED
    assert rig.instrument.rpm < 1


def test_stop_stops_the_motor():
    async def main():
        rig = HostedRig("SPN03")
        await rig.begin()
        await rig.clock.sleep_process(20)
        await rig.driver.stop()
        await rig.clock.sleep_process(5)
        found = await rig.find()
        await rig.driver.disconnect()
        return rig, found

    rig, found = go(main())
    assert found.found is Found.FAILED
    assert rig.phases() == ["STARTED", "ABORTED"]
    assert rig.instrument.rpm < 1


def test_another_coater_is_not_driven():
    async def main():
        rig = HostedRig("SPN03")
        other = replace(rig.entry.dictionary, softrev="SCK-0043")
        stranger = HostedRig("SPN03", dictionary=other)
        heard = []
        hear = stranger.instrument.receive
        stranger.instrument.receive = lambda data, now, **how: (
            heard.append(data) or hear(data, now, **how)
        )
        with pytest.raises(ToolError, match="is coater 'SCK-0042'"):
            await stranger.driver.connect()
        return heard

    assert [line.split(b":")[0] for line in go(main())] == [b"GetSerial"]


def test_a_coater_that_does_not_answer_at_the_start_is_left_alone():
    async def main():
        rig = HostedRig("SPN03", fault("silence", after=61, duration=20))
        await rig.driver.connect()
        await rig.driver.place("W1")
        await rig.clock.sleep_process(62)
        with pytest.raises(AssertionError):
            await rig.begin()
        await rig.clock.sleep_process(30)
        found = await rig.find()
        await rig.driver.disconnect()
        return rig, found

    rig, found = go(main())
    assert not rig.instrument.busy
    assert [each.act for each in rig.ada.asked] == [Act.BRING]
    assert found.found is Found.UNKNOWN
