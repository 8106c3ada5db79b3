"""A run's text has a line for each practised element, and tells what went wrong on the way."""

import pytest

from fabctl.cli.result import code_of, show_result

WHY = "barrier and ambient overlap by 0.0822 nm²"
DOCUMENT = {
    "run": "r1",
    "outcome": "completed",
    **dict.fromkeys(("why", "do", "brought_in"), ""),
    **dict.fromkeys(("steps", "findings", "trips", "bypasses", "held_back", "wafer", "files"), ()),
    "choices": {},
    "safe_actions": [],
    "cautions": [],
    "no_section": [{"step": "etch-1", "job": "r1.etch-1.1", "tool": "MET01", "why": WHY}],
    "claims": {
        "cap.1.a": {"standing": "satisfied", "step": "etch-1", "evidence": "it was etched"},
        "cap.5.a": {"standing": "not shown", "step": "film-1", "evidence": "it was not measured"},
        "cap.6.a": {"standing": "not shown", "step": "", "evidence": "nothing was seen"},
        "cap.8.a": {"standing": "not practised", "step": "", "evidence": "no such claim"},
    },
}


def test_what_is_not_shown_has_its_line_and_its_reason(capsys) -> None:
    """And what is not practised has none."""
    show_result(DOCUMENT)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("claim ")]
    assert told == [
        "claim cap.1.a satisfied, etch-1: it was etched",
        "claim cap.5.a not shown, film-1: it was not measured",
        "claim cap.6.a not shown: nothing was seen",
    ]


def test_a_section_that_could_not_be_taken_is_a_warning(capsys) -> None:
    """With its step and the reason."""
    show_result(DOCUMENT)
    said = f"warning at etch-1: the wafer could not be seen in section: {WHY}"
    assert said in capsys.readouterr().out.splitlines()


CLEAN = {**DOCUMENT, "claims": {}}
CAUTION = {
    "step": "react-1",
    "at": "2000-01-01T00:00:01.000Z",
    "message": "LM102 near the limit: temperature Zone1Temp saw 398 degC, limit below 400 degC",
    "times": 4,
    "last": "2000-01-01T00:00:09.000Z",
}


def tried(**changes: object) -> dict[str, object]:
    """A document with one safe action that failed."""
    action = {
        "step": "react-1",
        "escalated": "2000-01-01T00:00:05.000Z",
        "failed": True,
        "message": "FUR01 was told to abort r1.react-1.1 9 times and did not stop",
    }
    return {**CLEAN, "safe_actions": [{**action, **changes}]}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "escalated, 2000-01-01T00:00:05.000Z: FUR01 was told to abort"),
        ({"escalated": ""}, "not stopped: FUR01 was told to abort"),
    ],
)
def test_a_safe_action_that_failed_is_told(changes, line, capsys) -> None:
    """Whether a person was called or not."""
    show_result(tried(**changes))
    assert line in capsys.readouterr().out


def test_a_safe_action_that_worked_is_not_worth_a_line(capsys) -> None:
    """The trip and the aborted step tell of it."""
    show_result(tried(escalated="", failed=False))
    assert "was told to abort" not in capsys.readouterr().out


def test_a_run_in_which_a_person_was_called_is_no_clean_one() -> None:
    """Though it went on and was completed."""
    assert (code_of(CLEAN), code_of(tried())) == (0, 1)


def test_a_caution_is_told_with_its_count(capsys) -> None:
    """Once, however often it came; and the run stays a clean one."""
    document = {**CLEAN, "cautions": [CAUTION]}
    show_result(document)
    told = f"{CAUTION['message']} (4 times until 2000-01-01T00:00:09.000Z)"
    assert f"caution at react-1, {CAUTION['at']}: {told}\n" in capsys.readouterr().out
    assert code_of(document) == 0


def test_a_step_done_despite_an_abort_is_not_plainly_done(capsys) -> None:
    """A tool that does not heed an ABORT finishes a job that nobody wanted finished."""
    step = {"id": "react-1", "tool": "FUR01", "operation": "anneal", "ended": ""}
    show_result({**CLEAN, "steps": [{**step, "outcome": "done", "despite": "abort"}]})
    assert "done despite ABORT" in capsys.readouterr().out
