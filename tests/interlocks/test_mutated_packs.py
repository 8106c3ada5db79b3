"""Whatever is done to a file, it is audited or refused with a place: nothing else happens."""

import random

import pytest
from interlock_rig import table, written
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import audit, load_rules, load_waivers, run_examples
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence

PACK = shipped_rules()
FRAGMENTS = [
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "- ",
        "\n",
        " ",
        "'",
        '"',
        "#",
        "|",
        ">",
        "&a",
        "*a",
        "!x",
        "%",
    ),
    *(
        "0",
        "9",
        "1e400",
        ".nan",
        "-1",
        "500 Å",
        "400 degC",
        "752 degF",
        "5 delta_K",
        "0400",
        "6:40",
    ),
    *("yes", "true", "film", "Sn", "tin", "In", "etch", "anneal", "level", "$film_thickness", "~"),
    *("\ufeff", "\u202e", "\x00", "\t", "\r\n", "é", "Å", "\u212b", "A\u030a", "４", "---\n"),
]


def mutants(text: str, seed: int, count: int) -> list[str]:
    """Cut, double, swap and insert at random places."""
    dice = random.Random(seed)
    lines = text.splitlines(keepends=True)
    made = []
    for _ in range(count):
        mutant = list(lines)
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            at = dice.randrange(len(mutant))
            line = mutant[at]
            match dice.randrange(6):
                case 0:
                    del mutant[at]
                case 1:
                    mutant.insert(dice.randrange(len(mutant)), line)
                case 2:
                    mutant[at] = mutant[at].replace("  ", " ", 1)
                case _:
                    place = dice.randint(0, max(len(line) - 1, 0))
                    end = min(len(line), place + dice.choice((0, 0, 1, 5)))
                    mutant[at] = line[:place] + dice.choice(FRAGMENTS) + line[end:]
        made.append("".join(mutant))
    return made


def placed(error: InputError) -> None:
    assert error.problems
    assert all(each.mark.line >= 1 and each.mark.column >= 1 for each in error.problems)


@pytest.mark.parametrize("seed", range(3))
def test_a_sequence(tmp_path, seed):
    text = sequences.find("cap-line").read_text(encoding="utf-8")
    audited = 0
    for mutant in mutants(text, seed, 50):
        path = written(tmp_path / "mutant.yaml", mutant)
        try:
            report = audit(load_sequence(path), PACK, table())
        except InputError as error:
            placed(error)
            continue
        audited += 1
        for finding in report.all:
            assert str(path) == finding.mark.file
            assert finding.excerpt.column + finding.excerpt.width <= len(finding.excerpt.text) + 2
    assert audited  # not all are refused


@pytest.mark.long
@pytest.mark.parametrize("name", ["claims", "claims-resist", "general"])
def test_a_rule_file(tmp_path, name):
    text = sequences.data("rules", f"{name}.yaml").read_text(encoding="utf-8")
    loaded = 0
    for mutant in mutants(text, 8, 40):
        try:
            pack = load_rules([written(tmp_path / "mutant.yaml", mutant)])
        except InputError as error:
            placed(error)
            continue
        loaded += 1
        run_examples(pack, table())
    assert loaded  # not all are refused


def test_a_waiver_file(tmp_path):
    text = (
        "waivers:\n  - code: LM203\n    step: film-1\n    finding: " + "a" * 64 + "\n"
        "    reason: why\n    author: Ada\n    approver: Grace\n"
        "    issued: 2026-05-01\n    expires: 2026-07-01\n"
    )
    for mutant in mutants(text, 9, 300):
        try:
            waivers = load_waivers([written(tmp_path / "mutant.yaml", mutant)])
        except InputError:
            continue
        assert waivers.waivers or waivers.problems or "code" not in mutant
