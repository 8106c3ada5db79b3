"""A person as a driver: asked, named, believed as far as a person is; silence is unknown."""

import pytest
from bench_rig import go
from hosted_rig import NO, NOBODY, HostedRig

from fabctl.tools.desk import Act, Answer
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Found, JobEvent


def asked(tool, reply=None):
    async def main():
        rig = HostedRig(tool)
        if reply is not None:
            rig.ada.says = {Act.DO: reply}
        await rig.begin()
        await rig.clock.sleep_process(10)
        rig.found = await rig.find()
        try:
            rig.results = await rig.driver.results(rig.job.id)
        except ToolError as error:
            rig.results = error
        await rig.driver.disconnect()
        return rig

    return go(main())


def test_the_person_reads_what_is_to_be_done():
    question = asked("DEV01").ada.asked[-1]
    assert "Develop in TMAH of 23 degC for 60 s" in question.text
    assert "W1" in question.text


def test_what_was_done_is_told_with_a_name():
    rig = asked("DEV01")
    assert rig.found.found is Found.DONE
    assert rig.found.evidence["by"] == "Ada"
    assert [each.detail for each in rig.told if isinstance(each, JobEvent)][-1] == "done by Ada"


def test_what_was_not_done_has_failed():
    rig = asked("DEV01", NO)
    assert rig.found.found is Found.FAILED
    assert "the bottle is empty" in rig.found.evidence["why"]


def test_what_nobody_answers_for_is_unknown():
    assert asked("DEV01", NOBODY).found.found is Found.UNKNOWN


def test_a_question_taken_back_is_unknown():
    async def main():
        rig = HostedRig("DEV01")
        rig.ada.takes = 1000
        begin = rig.clock.sleep_process
        await rig.begin()
        await begin(10)
        await rig.driver.abort()
        found = await rig.find()
        await rig.driver.disconnect()
        return found

    assert go(main()).found is Found.UNKNOWN


def test_another_process_knows_nothing_of_it():
    async def main():
        rig = HostedRig("DEV01")
        await rig.begin()
        await rig.clock.sleep_process(10)
        rig.new_host()
        return await rig.find()

    assert go(main()).found is Found.UNKNOWN


def test_a_measurement_is_what_was_written_down():
    values = {"Thickness": "121 119.5 120", "ThicknessUncertainty": "5"}
    (measured,) = asked("PRO01", Answer("Ada", values)).results
    assert (measured.quantity, measured.values) == ("film_thickness", (121.0, 119.5, 120.0))
    assert (measured.uncertainty, measured.unit) == (5.0, "Å")


@pytest.mark.parametrize("text", ["", "inf", "1_0", "five"])
def test_an_uncertainty_that_is_no_number_is_no_measurement(text):
    values = {"Thickness": "121", "ThicknessUncertainty": text}
    assert isinstance(asked("PRO01", Answer("Ada", values)).results, ToolError)
