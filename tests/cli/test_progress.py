"""What a person sees while a run goes on."""

import io

import pytest
from rich.console import Console

import sequences
from fabctl.cli.progress import Progress
from fabctl.clock import Clock, run
from fabctl.journal import Record
from fabctl.process.loader import load_sequence
from fabctl.tools.port import Reading


def record(kind: str, **body: object) -> Record:
    return Record("R1", 1, "2000-01-01T00:00:00.000Z", kind, body, "", "")


@pytest.fixture
def shown():
    """What is on the screen after these records and readings, `later` process seconds on."""

    def show(*told: Record | Reading, later: float = 0.0) -> str:
        sequence = load_sequence(sequences.find("cap-line"))
        steps = [
            {"id": s.id, "tool": f"TOOL-{s.kind}", "operation": s.operation} for s in sequence.steps
        ]

        async def main() -> str:
            clock = Clock()
            progress = Progress(sequence, clock)
            progress.record(record("RUN", steps=steps))
            for each in told:
                (progress.reading if isinstance(each, Reading) else progress.record)(each)
            await clock.sleep_process(later)
            screen = Console(file=io.StringIO(), width=120)
            screen.print(progress.picture())
            return screen.file.getvalue()

        return run(main(), virtual=True)

    return show


def conclude(step: str) -> tuple[Record, ...]:
    job = f"R1.{step}.1"
    return (
        record("STEP", step=step),
        record("INTENT", step=step, job=job),
        record("ACCEPTED", step=step, job=job),
        record("RECONCILED", step=step, job=job, found="DONE", grade="A"),
        record("CONCLUDED", step=step, job=job, outcome="done"),
    )


def test_the_current_step_is_named_with_its_tool(shown) -> None:
    screen = shown(record("STEP", step="stop-1"))
    line = next(line for line in screen.splitlines() if "now" in line)
    assert "stop-1" in line
    assert "TOOL-cvd" in line


def test_steps_that_are_done_are_counted(shown) -> None:
    screen = shown(*conclude("dielectric-1"), record("STEP", step="stop-1"))
    assert "1 of 30 steps" in screen


def test_the_current_tools_values_are_shown(shown) -> None:
    reading = Reading("TOOL-cvd", "temperature", "HeaterTemp", 350.123, "degC", 1.0)
    assert "HeaterTemp 350.1 degC" in shown(record("STEP", step="stop-1"), reading)


def test_the_values_of_the_step_before_are_gone(shown) -> None:
    reading = Reading("TOOL-cvd", "temperature", "HeaterTemp", 350.123, "degC", 1.0)
    screen = shown(record("STEP", step="dielectric-1"), reading, record("STEP", step="stop-1"))
    assert "HeaterTemp" not in screen


def test_the_time_left_goes_down_as_a_step_goes_on(shown) -> None:
    def left(screen: str) -> str:
        return screen.rsplit("about", 1)[1]

    start = record("STEP", step="dielectric-1")
    assert left(shown(start)) != left(shown(start, later=120.0))


JOB = {"job": "R1.react-1.1", "step": "react-1", "tool": "FUR01"}
NEAR = {"rule": "LM102", "concern": "near the limit", "channel": "Zone1Temp"}
CAUTION = record("CAUTION", **JOB, caution=NEAR, message="LM102 near the limit")
TRIED = record("SAFE_ACTION", **JOB, command="abort", attempt=1, outcome="Accepted", why="")
ESCALATED = record("ESCALATED", **JOB, attempts=5, why="FUR01 was told to abort 5 times")
STOPPED = record("SAFE", **JOB, evidence={"found": "FAILED"})
UNHEEDED = record("UNHEEDED", **JOB, evidence={"found": "DONE"})


@pytest.fixture
def lines(capsys):
    """What is told of these records, line by line."""

    def say(*told: Record) -> list[str]:
        async def main() -> None:
            with Progress(load_sequence(sequences.find("cap-line")), Clock()) as progress:
                progress._console.width = 1000
                for each in told:
                    progress.record(each)

        run(main(), virtual=True)
        return capsys.readouterr().err.splitlines()

    return say


def test_a_person_is_called_at_once(lines) -> None:
    assert lines(TRIED, ESCALATED) == ["ESCALATED FUR01 was told to abort 5 times"]


def test_a_person_is_called_above_a_live_table_too(lines, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert any("ESCALATED FUR01 was told" in line for line in lines(TRIED, ESCALATED))


def test_who_was_called_is_told_how_it_ended(lines) -> None:
    assert lines(TRIED, ESCALATED, STOPPED)[1].startswith("SEEN STOPPED FUR01 was told to abort")
    assert lines(TRIED, ESCALATED, UNHEEDED)[1].startswith("NOT STOPPED FUR01 was told to abort")


def test_a_safe_action_that_worked_at_once_calls_nobody(lines) -> None:
    assert lines(TRIED, STOPPED) == []


def test_a_step_done_despite_an_abort_says_so(lines) -> None:
    steps = [{"id": "react-1", "tool": "FUR01", "operation": "anneal"}]
    begun = [record("RUN", steps=steps), *conclude("react-1")[:3], TRIED, UNHEEDED]
    (*_, last) = lines(*begun, *conclude("react-1")[3:])
    assert last == "[1/1] react-1 done despite ABORT"


def test_a_value_that_flickers_round_its_band_is_no_flood(lines) -> None:
    assert lines(*[CAUTION] * 9) == [
        "CAUTION LM102 near the limit",
        "CAUTION LM102 near the limit (2 times by now)",
        "CAUTION LM102 near the limit (4 times by now)",
        "CAUTION LM102 near the limit (8 times by now)",
    ]


def test_each_channel_has_its_own_caution(lines) -> None:
    other = record(
        "CAUTION", **JOB, caution={**NEAR, "channel": "Zone2Temp"}, message="and Zone2Temp"
    )
    assert lines(CAUTION, other) == ["CAUTION LM102 near the limit", "CAUTION and Zone2Temp"]


def test_what_a_bypass_held_back_is_told_at_once(lines) -> None:
    held_back = record("HELD_BACK", **JOB, message="QT204 waited 5 h")
    assert lines(held_back) == ["HELD BACK by a bypass: QT204 waited 5 h"]


def test_what_another_process_was_warned_of_is_no_news(lines) -> None:
    early = Record("R1", 1, "1999-12-31T23:59:59.999Z", "CAUTION", CAUTION.body, "", "")
    assert lines(early) == []
