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
