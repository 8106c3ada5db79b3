"""Whole runs on the simulated bench: complete, cut in mid-step, hosts that die, hands that fail."""

import asyncio
import dataclasses
from contextlib import suppress

import pytest
from bench_rig import go
from lab_rig import BENCH, bench_fab, built_in_fab
from msgspec.structs import replace

import sequences
from fabctl.cli import compose
from fabctl.clock import Clock
from fabctl.engine.controls import Controls
from fabctl.engine.run import execute
from fabctl.engine.wafer_history import sections
from fabctl.journal import Journal
from fabctl.process.stock_loader import load_stock
from fabctl.tools.desk import Act, Answer, Unanswered
from fabctl.tools.drivers import simulate
from fabctl.tools.fab import load_fab, simulated

pytestmark = pytest.mark.long

QUICK = {
    "react-1.temperature": "150 degC",
    "react-1.ramp": "20 degC/min",
    "react-1.hold": "1 min",
    "react-1.cool": "20 degC/min",
    "react-1.unload_below": "140 degC",
}
"""A legal reaction anneal of 48 min instead of 2 h."""


class Bench:
    """The simulated lab, one journal, and host after host on it."""

    def __init__(self, path, sequence, faults=None, fab=None, stock=None, **settings):
        settings = settings or (QUICK if sequence == "bench-cap" else {})
        tools = simulated(fab or bench_fab(), built_in_fab())
        self.order = compose.order(sequence, settings, tools, faults=faults)
        self.path = path / "journal.sqlite3"
        self.clock = Clock()
        self.lab = simulate(
            self.order.fab,
            self.clock,
            faults=self.order.faults,
            stock=stock or self.order.sequence.stock,
        )
        self.desk = self.lab.desk
        self.controls = Controls()
        self.records = []

    async def host(self):
        journal = Journal.open(self.path, durable=False)
        try:
            tools = self.order.open_tools(
                self.clock, lambda entry: self.lab.dial(entry.id), None, self.desk
            )
            return await execute(
                self.order.plan("r1"),
                tools,
                self.order.guard,
                journal,
                self.clock,
                self.controls,
                on_record=[self.records.append],
            )
        finally:
            journal.close()

    def bodies(self, kind):
        told = {each.seq: each for each in self.records}  # a later host hears the earlier one's
        return [each.body for each in told.values() if each.kind == kind]

    def starts(self, tool):
        return [each["job"] for each in self.bodies("INTENT") if each["tool"] == tool]

    def runs_written(self):
        """Have the furnace's line listened to for RUN; returns the growing list."""
        controller, written = self.lab.lines["FUR02"].instrument, []
        hear = controller.receive

        def overhear(data, now, **how):
            if data[1:6] == bytes([6, 0, 23, 0, 2]):
                written.append(now)
            return hear(data, now, **how)

        controller.receive = overhear
        return written


def carried_out(tmp_path, sequence, faults="", act=None, **settings):
    """One run to its end; `act` is a coroutine function that meddles meanwhile."""
    file = None
    if faults:
        file = tmp_path / "faults.yaml"
        file.write_text(f"faults:\n  - {faults}\n", encoding="utf-8")

    async def main():
        bench = Bench(tmp_path, sequence, file, **settings)
        await bench.lab.open()
        bench.written = bench.runs_written()
        meddling = asyncio.ensure_future(act(bench)) if act else None
        try:
            bench.result = await bench.host()
        finally:
            if meddling is not None:
                meddling.cancel()
            await bench.lab.close()
        return bench

    return go(main())


@pytest.fixture(scope="module")
def completed(tmp_path_factory):
    """Both sequences, undisturbed, by name."""
    names = ("bench-cap", "bench-resist")
    return {name: carried_out(tmp_path_factory.mktemp(name), name) for name in names}


def test_the_film_has_reacted_with_the_copper_brought_in_when_its_anneal_is_over(completed):
    told = dict(sections(completed["bench-cap"].records))
    names = {(each.name, each.material) for each in told["react-1"].regions}
    assert ("protective-1", "Cu3Sn") in names
    assert ("brought in", "Cu") in names


def test_the_record_says_what_was_brought_in(completed):
    (header,) = completed["bench-cap"].bodies("RUN")
    assert header["brought_in"]["name"] == "copper-line"
    assert completed["bench-cap"].result.document["brought_in"] == "copper-line"
    assert completed["bench-resist"].result.document["brought_in"] == ""


def test_a_wafer_with_copper_that_no_sequence_knows_of_is_held(tmp_path):
    stock = load_stock(sequences.data("wafers", "copper-line.yaml"))
    bench = carried_out(tmp_path, "bench-resist", stock=stock)
    assert bench.bodies("HELD")[0]["cause"] == "material"
    assert "the sequence names no wafer that has" in bench.bodies("HELD")[0]["why"]
    assert bench.bodies("INTENT") == []


@pytest.mark.parametrize("sequence", ["bench-cap", "bench-resist"])
def test_a_run_completes(completed, sequence):
    assert completed[sequence].result.outcome == "completed"


def test_the_furnaces_peak_is_judged_by_the_claims_limit(completed):
    judged = completed["bench-cap"].bodies("JUDGED")
    anneal = [each for each in judged if each["step"] == "react-1"]
    assert anneal
    assert {each["verdict"] for each in anneal} == {"legal"}


@pytest.mark.parametrize("tool", ["FUR02", "SPN03", "HOT01"])
def test_a_plug_pulled_in_mid_step_is_seen_once_and_nothing_is_started_again(tmp_path, tool):
    sequence = "bench-cap" if tool == "FUR02" else "bench-resist"
    after = {"FUR02": "30 min", "SPN03": "20 s", "HOT01": "290 s"}[tool]
    operation = {"FUR02": "anneal", "SPN03": "coat", "HOT01": "soft_bake"}[tool]
    fault = f"{{tool: {tool}, fault: link-drop, operation: {operation}, after: {after}, times: 1}}"
    bench = carried_out(tmp_path, sequence, fault)
    assert [each["tool"] for each in bench.bodies("LOST_SIGHT")] == [tool]
    assert [each["tool"] for each in bench.bodies("REGAINED")] == [tool]
    assert len(bench.starts(tool)) == 1
    if tool == "FUR02":
        assert bench.result.outcome == "completed"
        assert len(bench.written) == 1
    else:
        assert bench.result.outcome == "held"


def test_a_hot_plate_that_is_lost_while_it_heats_costs_the_run_nothing(tmp_path):
    fault = "{tool: HOT01, fault: link-drop, operation: soft_bake, after: 10 s, times: 1}"
    bench = carried_out(tmp_path, "bench-resist", fault)
    assert [each["tool"] for each in bench.bodies("REGAINED")] == ["HOT01"]
    assert bench.result.outcome == "completed"


def test_a_hot_plate_that_is_lost_in_mid_bake_leaves_a_wafer_that_a_person_must_clear(tmp_path):
    fault = "{tool: HOT01, fault: link-drop, operation: soft_bake, after: 290 s, times: 1}"
    bench = carried_out(tmp_path, "bench-resist", fault)
    (held,) = bench.bodies("HELD")
    assert held["cause"] == "unknown"
    assert "HOT01 is UNKNOWN: HOT01 was out of sight for" in held["why"]
    assert "runs resolve r1" in bench.result.document["do"]


def test_a_coater_that_is_lost_in_mid_spin_holds_the_run_and_says_that_the_wafer_is_suspect(
    tmp_path,
):
    fault = "{tool: SPN03, fault: link-drop, operation: coat, after: 20 s, times: 1}"
    bench = carried_out(tmp_path, "bench-resist", fault)
    why = "r1.coat-1.1 on SPN03 failed: the wafer is suspect: SPN03: "
    assert bench.bodies("HELD")[0]["cause"] == "job"
    assert bench.bodies("HELD")[0]["why"].startswith(why)
    assert bench.result.why.startswith(f"job: {why}")


def test_a_furnace_that_is_silent_for_long_is_aborted_once_it_hears_again(tmp_path):
    fault = "{tool: FUR02, fault: silence, operation: anneal, after: 30 min, duration: 10 min}"
    bench = carried_out(tmp_path, "bench-cap", fault)
    assert bench.result.outcome == "held"
    assert bench.bodies("TRIP")[0]["trip"]["cause"] == "blind"
    assert len(bench.written) == 1
    assert bench.bodies("SAFE")


@pytest.mark.parametrize("name", ["power-fail", "sensor-break", "no-anti-windup"])
def test_a_furnace_in_trouble_holds_the_run(tmp_path, name):
    more = "" if name == "no-anti-windup" else ", operation: anneal, after: 30 min"
    hot = {"react-1.temperature": "393 degC", "react-1.ramp": "20 degC/min"}
    settings = hot if name == "no-anti-windup" else {}
    bench = carried_out(tmp_path, "bench-cap", f"{{tool: FUR02, fault: {name}{more}}}", **settings)
    assert bench.result.outcome == "held"
    assert len(bench.written) == 1


def test_the_resist_claims_are_shown_on_the_bench(completed):
    claims = completed["bench-resist"].result.document["claims"]
    assert {each["standing"] for name, each in claims.items() if name.startswith("resist.14")} == {
        "satisfied"
    }


def test_a_coater_that_resets_in_mid_spin_leaves_a_suspect_wafer(tmp_path):
    fault = "{tool: SPN03, fault: restart, operation: coat, after: 20 s}"
    bench = carried_out(tmp_path, "bench-resist", fault)
    assert bench.result.outcome == "held"
    assert "suspect" in bench.bodies("RECONCILED")[-1]["evidence"]["why"]


class Stops:
    """The simulated person, but for a question at which Ada stops the run: it is taken back."""

    def __init__(self, bench, tool, act):
        self.bench, self.tool, self.act, self.desk = bench, tool, act, bench.desk
        self.stopped = False

    async def ask(self, question):
        self.stopped = self.stopped or (question.act, question.tool) == (self.act, self.tool)
        if not self.stopped:
            return await self.desk.ask(question)
        self.bench.controls.ask("stop", "Ada", "lunch")
        return Unanswered("Ctrl-C")


def stopped(tmp_path, tool, act):
    async def main():
        bench = Bench(tmp_path, "bench-cap")
        bench.desk = Stops(bench, tool, act)
        await bench.lab.open()
        try:
            bench.result = await bench.host()
        finally:
            await bench.lab.close()
        return bench

    return go(main())


@pytest.mark.parametrize(("act", "said"), [(Act.BRING, "arrive in"), (Act.TAKE, "leave")])
def test_a_stop_while_a_wafer_is_carried_ends_the_run_and_says_where_to_look(tmp_path, act, said):
    bench = stopped(tmp_path, "WET02", act)
    assert bench.result.outcome == "aborted"
    why = f"stop asked for by Ada: lunch; r1.1 did not {said} WET02: Ctrl-C"
    assert bench.result.why == why
    assert bench.bodies("HELD") == []


def test_a_stop_before_anything_is_done_ends_the_run(tmp_path):
    bench = stopped(tmp_path, "WET02", Act.TELL)
    assert (bench.result.outcome, bench.result.why) == ("aborted", "stop asked for by Ada: lunch")


def test_a_wafer_that_nobody_says_was_taken_is_not_carried_on(tmp_path):
    bench = by_hand(tmp_path, "WET02", Unanswered("nobody is there"), act=Act.TAKE)
    assert bench.bodies("HELD")[0]["cause"] == "material"
    assert "did not leave WET02: nobody is there" in bench.bodies("HELD")[0]["why"]
    assert bench.starts("CVD01") == []


def test_a_stop_while_a_step_is_done_by_hand_leaves_it_unknown_for_a_person_to_say(tmp_path):
    bench = stopped(tmp_path, "WET02", Act.DO)
    (held,) = bench.bodies("HELD")
    assert (held["cause"], held["step"]) == ("unknown", "clean-1")
    assert "stop asked for by Ada: lunch" in held["why"]
    assert "runs resolve r1" in bench.result.document["do"]
    assert bench.starts("WET02") == ["r1.clean-1.1"]


class Says:
    """The simulated person, but for what is done at one tool."""

    def __init__(self, desk, tool, reply, act):
        self.desk, self.tool, self.reply, self.act = desk, tool, reply, act

    async def ask(self, question):
        if (question.act, question.tool) == (self.act, self.tool):
            return self.reply
        return await self.desk.ask(question)


def by_hand(tmp_path, tool, reply, fab=None, act=Act.DO):
    async def main():
        bench = Bench(tmp_path, "bench-cap", fab=fab)
        bench.desk = Says(bench.desk, tool, reply, act)
        await bench.lab.open()
        try:
            bench.result = await bench.host()
        finally:
            await bench.lab.close()
        return bench

    return go(main())


def test_a_film_that_a_person_finds_too_thick_is_not_annealed(tmp_path):
    written = Answer("Ada", {"Thickness": "505 510 508", "ThicknessUncertainty": "2"})
    bench = by_hand(tmp_path, "PRO01", written)
    assert bench.result.outcome == "held"
    assert bench.bodies("TRIP")[0]["trip"]["cause"] == "over"
    assert bench.starts("FUR02") == []


def test_a_measurement_that_is_not_written_down_opens_no_gate(tmp_path):
    bench = by_hand(tmp_path, "PRO01", Answer("Ada"))
    assert bench.result.outcome == "held"
    assert bench.starts("FUR02") == []
    told = [each for each in bench.result.document["findings"] if each["code"] == "ME101"]
    assert [(each["step"], each["severity"]) for each in told] == [("measure-film-1", "warning")]


OVEN = """
tool: {id: FUR02, kind: furnace, mdln: OVEN, softrev: BY-HAND, wafer: 200 mm}
recipe: {formatted: false}
templates:
  - operation: anneal
    when: {ambient: forming-gas}
    body: "To $temperature(degC) degC at $ramp(degC/min) degC/min, $hold(min) min, \
      cool at $cool(degC/min) degC/min, open below $unload_below(degC) degC.\n"
"""


def test_a_reaction_anneal_can_not_be_done_by_hand_for_nothing_watches_it(tmp_path):
    text = BENCH.read_text(encoding="utf-8").replace("driver: eurotherm", "driver: manual")
    fab = tmp_path / "fab.yaml"
    fab.write_text(text.replace(', address: "/tmp/fabctl-bench/FUR02,9600"', ""), encoding="utf-8")
    (tmp_path / "FUR02.yaml").write_text(OVEN, encoding="utf-8")
    bench = by_hand(tmp_path, "FUR02", Answer("Ada"), load_fab(fab))
    assert bench.result.outcome == "refused"
    told = [(each["code"], each["step"]) for each in bench.result.document["findings"]]
    assert told == [("TC106", "react-1"), ("TR101", "react-1")]  # nor is its peak foretold


def test_a_tool_of_which_nobody_says_what_it_holds_gets_no_wafer(tmp_path):
    bench = by_hand(tmp_path, "WET02", Unanswered("nobody is there"), act=Act.TELL)
    assert bench.bodies("HELD")[0]["cause"] == "material"
    assert "nobody has said which wafer is in WET02" in bench.result.why


def test_a_recipe_of_too_many_segments_is_refused_before_the_first_step(tmp_path):
    furnace = bench_fab().tool("FUR02")
    templates = [
        replace(each, blocks=each.blocks[:3] * 3 + each.blocks[3:])
        for each in furnace.dictionary.templates
    ]
    long = replace(
        furnace, dictionary=dataclasses.replace(furnace.dictionary, templates=tuple(templates))
    )
    others = [each for each in bench_fab().tools if each.id != "FUR02"]

    async def main():
        bench = Bench(tmp_path, "bench-cap", fab=replace(bench_fab(), tools=(long, *others)))
        await bench.lab.open()
        bench.result = await bench.host()
        await bench.lab.close()
        return bench

    bench = go(main())
    assert bench.result.outcome == "refused"
    assert bench.result.why == "react-1: FUR02: 10 segments, at most 7"
    assert bench.bodies("MOVE") == []


def test_a_step_that_nobody_answers_for_is_unknown_and_holds_the_run(tmp_path):
    bench = by_hand(tmp_path, "WET02", Unanswered("nobody is there"))
    assert bench.result.outcome == "held"
    assert bench.bodies("HELD")[0]["cause"] == "unknown"
    assert bench.starts("WET02") == ["r1.clean-1.1"]
    assert bench.clock.process() < 120  # at once: asking again tells no more


async def killed(bench, tool, seconds):
    """A host that dies, without a word to its tools, some seconds after a tool's INTENT."""
    host = asyncio.ensure_future(bench.host())
    while not bench.starts(tool):
        await bench.clock.sleep(1)
    await bench.clock.sleep(seconds)
    line = bench.lab.lines[tool]
    line.wire.refused = "the host is dead"
    line.wire.drop()
    host.cancel()
    with suppress(asyncio.CancelledError):
        await host
    await bench.clock.sleep(30)
    line.wire.refused = ""


def resumed(tmp_path, sequence, tool, seconds):
    async def main():
        bench = Bench(tmp_path, sequence)
        await bench.lab.open()
        bench.written = bench.runs_written()
        try:
            await killed(bench, tool, seconds)
            bench.result = await bench.host()
        finally:
            await bench.lab.close()
        return bench

    return go(main())


def test_a_host_that_dies_in_mid_anneal_finds_its_job_again(tmp_path):
    bench = resumed(tmp_path, "bench-cap", "FUR02", 1800)
    assert bench.result.outcome == "completed"
    assert len(bench.written) == 1
    assert bench.starts("FUR02") == ["r1.react-1.1"]


def test_a_host_that_dies_in_mid_spin_leaves_a_wafer_that_a_person_must_clear(tmp_path):
    bench = resumed(tmp_path, "bench-resist", "SPN03", 20)
    assert bench.result.outcome == "held"
    assert bench.bodies("HELD")[-1]["cause"] == "unknown"
    assert bench.starts("SPN03") == ["r1.coat-1.1"]
    assert not bench.lab.lines["SPN03"].instrument.busy
