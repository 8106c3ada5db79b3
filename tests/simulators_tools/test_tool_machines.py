"""What every machine does alike, and the faults and refusals of each kind."""

import statistics

import pytest
from machine_rig import (
    FAB,
    WAFER,
    Line,
    fault,
    names_of,
    program_of,
    recipe,
    result_of,
    states_of,
)

from fabctl.structure.section import Section
from fabctl.tools.dictionary import Role
from fabctl.tools.port import Block, Program
from simulators import machine as seam
from simulators.machine import RunResult
from simulators.processing import State
from simulators.section.cut import Cut
from simulators.section.films import deposit
from simulators.tools.stepper import whole_fields
from simulators.wafers.effects import Heat

FILM = {"chamber": "film", "material": "Sn", "temperature": "25 degC"}


def film(angstrom: float):
    return recipe("deposit", **FILM, thickness=f"{angstrom} Å")


LOW_K = recipe(
    "deposit", chamber="pecvd", material="SiOC", thickness="6500 Å", temperature="350 degC"
)


def measure(quantity: str = "film_thickness", material: str = "Sn", sites: str = "9"):
    return recipe("measure", quantity=quantity, material=material, sites=sites)


@pytest.mark.parametrize("entry", FAB.tools, ids=lambda entry: entry.id)
def test_a_machine_knows_every_variable_of_its_own_tool(entry):
    machine = Line().machines[entry.id]
    for variable in entry.dictionary.variables:
        if variable.vid > 1100 and variable.role is not Role.DV:
            machine.value(variable.name)


def test_the_cluster_numbers_its_chambers_as_its_dictionary_does():
    line = Line()
    line.do("cvd", film(120))
    at = line.machines["CVD01"].value("Chamber")
    assert list(FAB.tool("CVD01").dictionary.chambers)[at - 1] == "film"


@pytest.mark.parametrize("entry", FAB.tools, ids=lambda entry: entry.id)
def test_a_machine_raises_only_what_its_dictionary_has(entry):
    """Alarms and events by name, out of the dictionary."""
    names = set(entry.dictionary.events_by_name) | {a.name for a in entry.dictionary.alarms}
    command = [c for c in entry.dictionary.commands if c.rcmd not in ("START", "PP-SELECT")]
    machine = Line().machines[entry.id]
    for each in command:
        given = {"RETICLEID": "R", "MINUTES": 1, "SECONDS": 60, "COUNT": 25, "SUBSTID": "w"}
        step = machine.update(1.0, [seam.Command(each.rcmd, given)])
        assert set(names_of(step.outputs, seam.EventRaised)) <= names


def test_a_machine_goes_from_init_to_idle():
    assert Line().machines["CVD01"].state is State.IDLE


def test_a_job_goes_through_its_states():
    line = Line()
    step = line.begin("CVD01", program_of("cvd", film(120)))
    outputs = line.finish("CVD01", step)
    assert states_of(outputs) == ["SETUP", "READY", "EXECUTING", "IDLE"]
    ended = next(i for i, o in enumerate(outputs) if isinstance(o, seam.Ended))
    assert outputs[ended + 1] == seam.ProcessStateChanged(State.IDLE)


def test_pause_waits_for_the_end_of_the_block_and_resume_goes_on():
    line = Line()
    machine = line.machines["CVD01"]
    line.begin("CVD01", program_of("cvd", film(120)))
    line.now += 30
    step = machine.update(line.now, [seam.Pause()])
    assert states_of(step.outputs) == ["PAUSING"]
    line.now = step.wake_at
    step = machine.update(line.now, ())
    assert machine.state is State.PAUSED
    assert step.wake_at is None
    line.now += 1000
    step = machine.update(line.now, [seam.Resume()])
    assert result_of(line.finish("CVD01", step)) is RunResult.COMPLETE


def test_an_aborted_deposit_leaves_part_of_the_film():
    line = Line()
    machine = line.machines["CVD01"]
    line.begin("CVD01", program_of("cvd", film(120)))
    line.now += 80  # 20 s to stabilise, 60 of 120 s to deposit
    step = machine.update(line.now, [seam.Abort()])
    assert result_of(line.finish("CVD01", step)) is RunResult.ABORTED
    assert statistics.fmean(line.wafer.thickness("Sn")) == pytest.approx(6, rel=0.05)


def test_a_stopped_deposit_ends_its_block_and_pumps():
    line = Line()
    step = line.begin("CVD01", program_of("cvd", film(120)))
    line.now += 30
    step = line.machines["CVD01"].update(line.now, [seam.Stop()])
    outputs = line.finish("CVD01", step)
    assert names_of(outputs, seam.StepStarted) == ["DEPOSIT", "PUMP"]
    assert result_of(outputs) is RunResult.STOPPED


def test_the_tool_reckons_the_film_that_it_was_told():
    line = Line()
    assert line.do("cvd", film(400)) is RunResult.COMPLETE
    assert line.machines["CVD01"].value("FilmThickness") == pytest.approx(400, abs=0.2)
    assert statistics.fmean(line.wafer.thickness("Sn")) == pytest.approx(40, rel=0.015)


def test_a_wrong_rate_is_seen_by_metrology_only():
    line = Line(faults=[fault("CVD01", "rate", factor=1.5, material="Sn")])
    line.do("cvd", film(400))
    assert line.machines["CVD01"].value("FilmThickness") == pytest.approx(400, abs=0.2)
    line.do("metrology", measure())
    values = line.machines["MET01"].value("SiteThickness")
    assert statistics.fmean(values) == pytest.approx(600, rel=0.04)
    assert max(values) > 500


def test_a_wrong_rate_of_one_material_spares_the_others():
    line = Line(faults=[fault("CVD01", "rate", factor=1.5, material="Sn")])
    told = {"chamber": "pecvd", "material": "SiOC", "temperature": "350 degC"}
    line.do("cvd", recipe("deposit", **told, thickness="100 nm"))
    assert statistics.fmean(line.wafer.thickness("SiOC")) == pytest.approx(100, rel=0.015)


def test_the_width_of_what_is_not_there_is_no_result():
    line = Line()
    line.do("cvd", film(120))
    assert line.do("metrology", measure("line_width")) is RunResult.FAILED
    assert line.machines["MET01"].value("SiteLineWidth") == ()


def test_metrology_is_within_its_uncertainty():
    line = Line()
    line.do("cvd", film(120))
    line.do("metrology", measure(sites="25"))
    uncertainty = line.machines["MET01"].value("ThicknessUncertainty")
    values = line.machines["MET01"].value("SiteThickness")
    true = [10 * nm for nm in line.wafer.thickness("Sn")]
    assert all(abs(v - t) <= uncertainty for v, t in zip(values, true, strict=True))
    assert uncertainty == pytest.approx(2.4, rel=0.02)


def test_metrology_gives_as_many_values_as_sites():
    line = Line()
    line.do("cvd", film(120))
    line.do("metrology", measure(sites="5"))
    assert len(line.machines["MET01"].value("SiteThickness")) == 5
    assert line.machines["MET01"].value("SiteStepHeight") == ()


def test_a_film_that_is_not_there_measures_nought():
    line = Line()
    line.do("metrology", measure())
    assert max(line.machines["MET01"].value("SiteThickness")) == 0


def test_a_line_that_is_not_there_has_no_sheet_resistance():
    line = Line()
    told = measure("sheet_resistance", "Cu")
    outputs = line.finish("MET01", line.begin("MET01", program_of("metrology", told)))
    assert result_of(outputs) is RunResult.FAILED
    assert names_of(outputs, seam.AlarmSet) == ["NoSignal"]
    assert line.machines["MET01"].state is State.FAULT
    line.machines["MET01"].update(line.now, [seam.OperatorClear()])
    assert line.machines["MET01"].state is State.IDLE


def test_an_end_point_that_does_not_come_fails_the_etch():
    line = Line()
    told = recipe("etch", chamber="ccp", material="SiOC", endpoint="SiN")
    program = program_of("etcher", told)
    outputs = line.finish("ETC01", line.begin("ETC01", program))
    assert result_of(outputs) is RunResult.FAILED
    assert names_of(outputs, seam.AlarmSet) == ["EndpointNotFound"]


def test_an_end_point_is_detected():
    line = Line()
    for material, chamber in (("SiN", "pecvd"), ("SiOC", "pecvd")):
        told = {"chamber": chamber, "material": material, "temperature": "350 degC"}
        line.do("cvd", recipe("deposit", **told, thickness="50 nm"))
    told = recipe("etch", chamber="ccp", material="SiOC", endpoint="SiN")
    outputs = line.finish("ETC01", line.begin("ETC01", program_of("etcher", told)))
    assert "EndpointDetected" in names_of(outputs, seam.EventRaised)
    assert "SiOC" not in line.wafer.tops()


def test_the_stepper_takes_dose_and_focus_with_start():
    line = Line()
    told = recipe("expose", reticle="CAP-LINE-1", dose="90 mJ/cm2", focus="0.1 um")
    assert line.do("stepper", told) is RunResult.COMPLETE
    stepper = line.machines["STP01"]
    assert stepper.value("Dose") == pytest.approx(90)
    assert stepper.value("FocusOffset") == pytest.approx(0.1)
    assert stepper.value("ReticleID") == "CAP-LINE-1"


@pytest.mark.parametrize(
    ("kind", "told", "change", "says"),
    [
        ("cvd", film(120), (0, 2, 200.0), "15 to 60 degC"),
        ("cvd", film(120), (0, 1, "pecvd"), "does not deposit"),
        ("cvd", LOW_K, (1, 9, 601.0), "SiOC takes at most the precursor's 600 sccm of O2, not 601"),
        ("cvd", LOW_K, (1, 4, 390.0), "SiOC needs 200 sccm of precursor, not 195"),
        (
            "etcher",
            recipe("strip", bath="msa", material="Sn", time="60 s"),
            (0, 1, "champagne"),
            "there is no bath champagne",
        ),
        (
            "spin_coater",
            recipe("develop", developer="TMAH", time="60 s"),
            (0, 1, "KOH"),
            "there is no developer KOH",
        ),
        (
            "etcher",
            recipe("etch", chamber="ccp", material="SiOC", depth="100 nm"),
            (2, 0, 10.0),
            "one only",
        ),
    ],
)
def test_a_program_that_the_module_can_not_carry_out_is_refused(kind, told, change, says):
    program = program_of(kind, told)
    place, parameter, value = change
    blocks = list(program.body)
    parameters = list(blocks[place].parameters)
    parameters[parameter] = value
    blocks[place] = Block(blocks[place].ccode, tuple(parameters))
    tool = next(e.id for e in FAB.tools if e.kind == kind and _has(e, blocks))
    problems = Line().machines[tool].check(Program("p", tuple(blocks)))
    assert any(says in problem for problem in problems)


def _has(entry, blocks) -> bool:
    return all(block.ccode in entry.dictionary.ccodes_by_id for block in blocks)


JOB = (
    "STEPPER JOB 1\nRETICLE CAP-LINE-1\nALIGN-TO none\nNA 0.57\nSIGMA 0.60\n"
    "FIELD-MM 20 20\nPITCH-MM 20 20\nOVERLAY-MAX-NM 60\nEND\n"
)


def test_the_stepper_refuses_settings_that_it_can_not_carry_out():
    stepper = Line().machines["STP01"]

    def said(old: str, new: str) -> list[str]:
        return stepper.check(Program("p", JOB.replace(old, new).encode()))

    assert said("", "") == []
    for setting, value in (
        ("NA 0.57", "NA 0.64"), ("NA 0.57", "NA wide"), ("NA 0.57", "NA 0.5 0.6"),
        ("SIGMA 0.60", "SIGMA -1"), ("SIGMA 0.60\n", ""), ("SIGMA 0.60", "SIGMA nan"),
        ("FIELD-MM 20 20", "FIELD-MM 0 0"), ("FIELD-MM 20 20", "FIELD-MM 500 500"),
        ("FIELD-MM 20 20", "FIELD-MM 20"), ("PITCH-MM 20 20", "PITCH-MM 0 0"),
        ("PITCH-MM 20 20", "PITCH-MM -1 -1"), ("PITCH-MM 20 20", "PITCH-MM 1e300 1e300"),
        ("PITCH-MM 20 20", "PITCH-MM 20 19"), ("OVERLAY-MAX-NM 60", "OVERLAY-MAX-NM -5"),
        ("RETICLE CAP-LINE-1", "RETICLE CAP-LINE-9"),
    ):  # fmt: skip
        (problem,) = said(setting, value)
        assert setting.split()[0].lower() in problem.lower()


@pytest.mark.parametrize(
    ("wafer", "field", "pitch", "count"),
    [
        (200, (20, 20), (20, 20), 60),
        (200, (22, 22), (100, 100), 4),
        (200, (12, 12), (12, 12), 188),
        (200, (20, 10), (20, 20), 64),
        (200, (12, 12), (60, 12), 36),
    ],
)
def test_fields_lie_whole_on_the_wafer(wafer, field, pitch, count):
    assert whole_fields(wafer, field, pitch) == count


def test_the_stepper_keeps_to_the_overlay_of_its_program():
    line = Line()
    job = JOB.replace("OVERLAY-MAX-NM 60", "OVERLAY-MAX-NM 20").encode()
    outputs = line.finish("STP01", line.begin("STP01", Program("p", job)))
    assert "AlignmentFailed" in names_of(outputs, seam.AlarmSet)


def test_a_text_that_is_no_stepper_job_is_refused():
    assert Line().machines["STP01"].check(Program("p", b"HELLO"))


def heats_of(told):
    """(seconds, degC) of all that a deposition cluster does to a wafer."""
    line, seen = Line(), []
    apply = line.wafer.apply
    line.wafer.apply = lambda effect: (seen.append(effect), apply(effect))
    line.do("cvd", told)
    return [piece for each in seen if isinstance(each, Heat) and each.job for piece in each.history]


def test_a_wafer_stays_as_hot_as_its_susceptor_while_the_chamber_is_purged_and_pumped():
    oxide = recipe(
        "deposit", chamber="pecvd", material="SiO2", thickness="55 nm", temperature="350 degC"
    )
    times = heats_of(oxide)
    *_, (purged, warm), (pumped, warmer) = groups = [
        (sum(seconds for seconds, _ in times[at : at + 3]), times[at + 2][1])
        for at in range(len(times) % 3, len(times), 3)
    ]
    assert (purged, pumped) == (pytest.approx(10), pytest.approx(10))
    assert groups[-3][1] < warm < warmer < 350  # it comes ever nearer to its heater


def test_a_wafer_that_was_cooled_stays_cool_while_its_chamber_is_pumped():
    times = heats_of(
        recipe("preclean", chamber="preclean", gas="H2", time="30 s", temperature="150 degC")
    )
    assert max(degc for _, degc in times) > 100
    assert all(degc < 40 for _, degc in times[-1:])


def test_a_wafer_that_waits_in_a_tool_grows_older():
    line = Line()
    line.store.move(WAFER, "CVD01")
    machine = line.machines["CVD01"]
    machine.update(0.0, [seam.Loaded(WAFER)])
    machine.update(7200.0, [seam.Unloaded(WAFER)])
    assert line.wafer.lived_to == 7200


def signals(line, tool, program, blocks):
    """The end-point signal, each second of some blocks of a program; then the tool's machine."""
    step = line.begin(tool, program)
    machine, seen = line.machines[tool], {block: [] for block in blocks}
    while machine.running is not None:
        phase = machine.running.phase.name
        if phase in seen:
            seen[phase].append(machine.value("EndpointSignal"))
        line.now = min(step.wake_at, line.now + 1)
        step = machine.update(line.now, ())
    return seen, machine


def test_the_end_point_signal_steps_as_the_stop_layer_clears():
    line = Line()
    told = {"chamber": "pecvd", "temperature": "350 degC"}
    line.do("cvd", recipe("deposit", **told, material="SiOC", thickness="300 nm"))
    line.do("cvd", recipe("deposit", **told, material="SiN", thickness="50 nm"))
    etch = recipe("etch", chamber="ccp", material="SiN", endpoint="SiOC", over_etch="50 %")
    seen, machine = signals(line, "ETC01", program_of("etcher", etch), ("MAIN-ETCH", "OVER-ETCH"))
    assert statistics.fmean(seen["MAIN-ETCH"]) == pytest.approx(100 + 80, abs=2)
    assert statistics.fmean(seen["OVER-ETCH"]) == pytest.approx(100 + 100, abs=2)
    assert machine.value("EndpointSignal") == pytest.approx(100, abs=10)


def test_a_bath_shows_its_end_point_as_the_copper_is_gone_from_the_barrier():
    line = Line(
        cut=Cut(deposit(deposit(Section.bare(1000), "b", "TaN", 10, "1"), "c", "Cu", 40, "2"))
    )
    etch = recipe("etch_back", bath="can", material="Cu", endpoint="TaN", over_etch="50 %")
    blocks = ("TREAT", "OVER-TREAT", "RINSE")
    seen, _ = signals(line, "WET01", program_of("etcher", etch), blocks)
    assert statistics.fmean(seen["TREAT"]) == pytest.approx(100 + 270, abs=2)
    assert statistics.fmean(seen["OVER-TREAT"][1:]) == pytest.approx(100 + 0.6, abs=2)
    assert statistics.fmean(seen["RINSE"]) == pytest.approx(100, abs=2)


def test_a_bath_filled_with_something_else_shows_what_that_does():
    wrong = fault("WET01", "wrong-bath", bath="can", filled="can-dilute")
    line = Line(faults=[wrong], cut=Cut(deposit(Section.bare(1000), "c", "Cu", 40, "2")))
    etch = recipe("etch_back", bath="can", material="Cu", time="8 s")
    seen, _ = signals(line, "WET01", program_of("etcher", etch), ("TREAT",))
    assert statistics.fmean(seen["TREAT"]) == pytest.approx(100 + 60, abs=2)
