"""A run's text has a line for each practised element, and says where the wafer was not seen."""

from fabctl.cli.result import show_result

WHY = "barrier and ambient overlap by 0.0822 nm²"
DOCUMENT = {
    "run": "r1",
    "outcome": "completed",
    **dict.fromkeys(("why", "do", "brought_in"), ""),
    **dict.fromkeys(("steps", "findings", "trips", "bypasses", "held_back", "wafer", "files"), ()),
    "choices": {},
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
