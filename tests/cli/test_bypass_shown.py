"""A run's text tells which interlocks were lifted, by whom, and what would have tripped."""

import pytest

from fabctl.cli.result import show_result, tell
from fabctl.engine.run import RunResult

DOCUMENT = {
    "run": "r1",
    "outcome": "completed",
    "why": "",
    "do": "",
    "choices": {},
    "brought_in": "",
    "bypasses": [
        {
            "rule": "QT204",
            "minutes": 30,
            "by": "R. Okafor",
            "approver": "M. Lindt",
            "reason": "precleaned off-line",
            "at": "2000-01-01T00:00:02.000Z",
        }
    ],
    "held_back": [
        {"step": "liner-1", "at": "2000-01-01T00:00:03.000Z", "message": "QT204: waited 5 h"}
    ],
    **dict.fromkeys(("steps", "findings", "trips", "no_section", "wafer", "files"), ()),
    **dict.fromkeys(("safe_actions", "cautions"), ()),
    "claims": {},
}


def test_both_persons_and_the_reason_are_told(capsys) -> None:
    """Whoever reads the run learns that an interlock was lifted."""
    show_result(DOCUMENT)
    assert (
        "QT204 lifted for 30 min, 2000-01-01T00:00:02.000Z, by R. Okafor, "
        "approved by M. Lindt: precleaned off-line"
    ) in capsys.readouterr().out


def test_what_would_have_tripped_is_told(capsys) -> None:
    """It stands with its step and its moment."""
    show_result(DOCUMENT)
    told = "held back by a bypass at liner-1, 2000-01-01T00:00:03.000Z: QT204: waited 5 h"
    assert told in capsys.readouterr().out


def test_the_last_line_counts_it(capsys) -> None:
    """Who reads no more than how it ended sees it."""
    show_result(DOCUMENT)
    assert "r1 completed, 1 trip held back by a bypass\n" in capsys.readouterr().out


@pytest.mark.parametrize(("held_back", "code"), [((), 0), (DOCUMENT["held_back"], 1)])
def test_a_run_that_would_have_tripped_is_no_clean_one(held_back, code) -> None:
    """It is done, but with a trip: a bypass that held nothing back leaves it clean."""
    document = {**DOCUMENT, "held_back": held_back}
    assert tell(RunResult("r1", "completed", "", document), (), as_json=True) == code
