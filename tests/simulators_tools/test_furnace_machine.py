"""The furnace as a machine: its program lived through, sampled, interrupted."""

import itertools
import time
from functools import cache

import pytest
from machine_rig import WAFER, Line, fault, names_of, program_of, recipe, result_of, states_of
from msgspec.structs import replace

from fabctl.tools.port import Block
from simulators import machine as seam
from simulators.machine import RunResult
from simulators.processing import State
from simulators.wafers.effects import Deposit

ZONES = [f"Zone{number}Temp" for number in range(1, 6)]


def anneal(temperature: str, **others: str):
    told = {"ramp": "5 degC/min", "hold": "15 min", "ambient": "forming-gas", **others}
    return recipe("anneal", temperature=temperature, **told)


def trace(line: Line, program, every: float = 10.0):
    """Run an anneal, reading all zones every so often; gives outputs and readings."""
    step, readings = line.begin("FUR01", program), []
    outputs = list(step.outputs)
    furnace = line.machines["FUR01"]
    while not any(isinstance(output, seam.Ended) for output in outputs):
        line.now = min(line.now + every, step.wake_at)
        step = furnace.update(line.now, ())
        outputs += step.outputs
        readings.append([furnace.value(zone) for zone in ZONES])
    return outputs, readings


@cache
def at_200(seed: int = 1, every: float = 10.0):
    """What an anneal at 200 °C reads."""
    return trace(Line(seed=seed), program_of("furnace", anneal("200 degC")), every)[1]


def highest(readings) -> float:
    return max(max(row) for row in readings)


def test_its_blocks_come_in_order():
    line = Line()
    outputs, _ = trace(line, program_of("furnace", anneal("200 degC")))
    blocks = ["PUSH", "PURGE", "RAMP", "SOAK", "COOL", "PULL"]
    assert names_of(outputs, seam.StepStarted) == blocks
    assert names_of(outputs, seam.StepCompleted) == blocks
    told = ["BoatLoaded", "RampStarted", "SoakStarted", "SoakCompleted", "BoatUnloaded"]
    assert names_of(outputs, seam.EventRaised) == told
    assert result_of(outputs) is RunResult.COMPLETE


def test_393_stays_below_399_5_with_noise():
    _, readings = trace(Line(), program_of("furnace", anneal("393 degC")))
    assert 393 < highest(readings) < 399.5


def test_399_9_reads_above_400():
    _, readings = trace(Line(), program_of("furnace", anneal("399.9 degC")))
    assert highest(readings) > 400


def test_without_anti_windup_380_reads_above_400():
    line = Line(faults=[fault("FUR01", "no-anti-windup")])
    _, readings = trace(line, program_of("furnace", anneal("380 degC")))
    assert highest(readings) > 400


def test_the_peak_is_the_highest_reading():
    line = Line()
    _, readings = trace(line, program_of("furnace", anneal("250 degC")))
    peak = line.machines["FUR01"].value("PeakTemp")
    assert highest(readings) <= peak < highest(readings) + 0.2


def test_no_two_readings_in_a_row_are_equal():
    for zone in range(5):
        values = [row[zone] for row in at_200()]
        assert all(a != b for a, b in itertools.pairwise(values))


def test_readings_do_not_depend_on_how_often_they_are_asked_for():
    assert at_200()[1] == at_200(every=20.0)[0]


def test_another_seed_is_other_noise():
    assert at_200() != at_200(seed=2)


def test_the_soak_lasts_as_long_as_told():
    line = Line()
    step = line.begin("FUR01", program_of("furnace", anneal("200 degC")))
    began = None
    while step.wake_at is not None:
        line.now = step.wake_at
        step = line.machines["FUR01"].update(line.now, ())
        events = names_of(step.outputs, seam.EventRaised)
        if "SoakStarted" in events:
            began = line.now
        if "SoakCompleted" in events:
            assert line.now - began == pytest.approx(900, abs=2)
            return
    pytest.fail("no soak")


def test_abort_turns_the_heaters_off_and_keeps_the_wafer_in():
    line = Line()
    furnace = line.machines["FUR01"]
    line.begin("FUR01", program_of("furnace", anneal("200 degC")))
    line.now += 3000
    furnace.update(line.now, ())
    hot = furnace.value("Zone3Temp")
    step = furnace.update(line.now, [seam.Abort()])
    assert states_of(step.outputs) == ["ABORTING"]
    line.now = step.wake_at
    step = furnace.update(line.now, ())
    assert result_of(step.outputs) is RunResult.ABORTED
    assert furnace.state is State.IDLE
    line.now += 3600
    furnace.update(line.now, ())
    assert furnace.value("Zone3Temp") < hot - 40
    assert furnace.value("HeaterPower") == 0
    assert furnace.value("BoatPosition") > 0


def test_an_aborted_wafer_goes_on_reacting_while_the_tube_is_hot():
    line = Line()
    even = (1.0,) * 25
    for material, nm in (("Cu", 1000.0), ("Sn", 300.0)):
        line.wafer.apply(Deposit(material, nm, even, 0.9, "j"))
    furnace = line.machines["FUR01"]
    line.begin("FUR01", program_of("furnace", anneal("200 degC")))
    line.now += 1900
    step = furnace.update(line.now, [seam.Abort()])
    at_abort = line.wafer.thickness("Sn")[0]
    line.finish("FUR01", step)
    line.now += 1200
    furnace.update(line.now, [seam.Loaded(WAFER), seam.Unloaded(WAFER)])
    assert 0 < line.wafer.thickness("Sn")[0] < at_abort


def test_stop_before_the_soak_skips_it_and_cools():
    line = Line()
    step = line.begin("FUR01", program_of("furnace", anneal("200 degC")))
    line.now += 900
    first = line.machines["FUR01"].update(line.now, [seam.Stop()])
    outputs = [*step.outputs, *first.outputs, *line.finish("FUR01", first)]
    assert "SOAK" not in names_of(outputs, seam.StepStarted)
    assert names_of(outputs, seam.StepStarted)[-2:] == ["COOL", "PULL"]
    assert RunResult.STOPPED in [o.result for o in outputs if isinstance(o, seam.Ended)]


def test_a_run_of_hours_costs_less_than_a_tenth_of_a_second():
    line = Line()
    program = program_of("furnace", anneal("200 degC"))
    began = time.process_time()
    line.finish("FUR01", line.begin("FUR01", program))
    assert line.now > 2 * 3600
    assert time.process_time() - began < 0.5  # 0.03 s on a quiet machine


def test_a_hot_boat_in_is_refused():
    program = program_of("furnace", anneal("200 degC"))
    (push, *rest) = program.body
    hot = Block(push.ccode, (*push.parameters[:2], 300.0))
    problems = Line().machines["FUR01"].check(replace(program, body=(hot, *rest)))
    assert any("BoatInTempMax" in problem for problem in problems)


def test_a_program_without_its_pull_is_refused():
    program = program_of("furnace", anneal("200 degC"))
    assert Line().machines["FUR01"].check(replace(program, body=program.body[:-1]))


def test_a_wrong_sensor_never_hides_more_than_half_a_degree():
    line = Line()
    line.finish("FUR01", line.begin("FUR01", program_of("furnace", anneal("200 degC"))))
    assert abs(line.machines["FUR01"]._error) <= 0.5
