"""What the editors' schema of rule files refuses, the loader refuses; what it can't say is listed.

The rules that come with fabctl are mutated one by one: cut, doubled, and words swapped for others.
"""

import random
import re
from collections.abc import Iterator
from functools import cache

import jsonschema_rs
import pytest
import yaml
from interlock_rig import written
from test_mutated_packs import mutants

import sequences
from fabctl.interlocks import load_rules
from fabctl.interlocks.rule_schema import rule_schema
from fabctl.process.errors import InputError

UNSAID = {
    "IN1": "how the file is written: keys that stand twice, anchors, tags, odd characters",
    "TY1": "how a number is written: quotes, too many digits, out of range, below absolute zero",
    "IN204": "a code that stands twice",
    "IN206": "true and false, which an editor's library also reads out of yes and no",
    "IN207": "limits that no value meets",
    "WN101": "a margin that leaves no value within the limits",
}
"""What only the loader can tell, by the beginning of the code of its problem."""


@cache
def entries() -> tuple[str, ...]:
    """Each rule that comes with fabctl, as a file of its own."""
    made = []
    for path in sequences.packs():
        head, *rules = re.split(r"(?m)^(?=  - code: )", path.read_text(encoding="utf-8"))
        made += [head + rule for rule in rules]
    return tuple(made)


@cache
def words() -> tuple[str, ...]:
    found = re.findall(r"[A-Za-z0-9_.:/-]+(?: [A-Za-zÅ%/0-9]+)?", "".join(entries()))
    return tuple(sorted(set(found)))


def swapped(text: str, seed: int, count: int) -> Iterator[str]:
    """Put another word in the place of one."""
    dice = random.Random(seed)
    places = [match.span() for match in re.finditer(r"[A-Za-z0-9_./-]+(?: (?:Å|nm|degC|s))?", text)]
    for _ in range(count):
        start, end = dice.choice(places)
        yield text[:start] + dice.choice(words()) + text[end:]


@cache
def schema():
    return jsonschema_rs.Draft202012Validator(rule_schema())


def fits(text: str) -> bool | None:
    """Tell whether the schema takes it; None where no editor's library reads it, or not as JSON."""
    try:
        return schema().is_valid(yaml.load(text, yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError, TypeError):
        return None


def judged(text: str, path) -> tuple[bool | None, tuple[str, ...]]:
    """Tell whether the schema takes it, and the codes of what the loader has against it."""
    try:
        load_rules([written(path / "mutant.yaml", text)])
    except InputError as error:
        return fits(text), tuple(each.code for each in error.problems)
    return fits(text), ()


@pytest.mark.parametrize(
    ("first", "step"), [(0, 30), pytest.param(1, 1, marks=pytest.mark.long)], ids=["some", "all"]
)
def test_they_agree_but_for_what_is_listed(tmp_path, first, step):
    seen = {True: 0, False: 0}
    for seed, text in list(enumerate(entries()))[first::step]:
        for mutant in (*mutants(text, seed, 4), *swapped(text, seed, 6)):
            fit, problems = judged(mutant, tmp_path)
            if fit is None:
                continue
            seen[fit] += 1
            assert fit or problems, mutant  # what it refuses is refused
            unsaid = problems and problems[0].startswith(tuple(UNSAID))
            assert not fit or not problems or unsaid, (problems, mutant)
    assert min(seen.values()) > sum(seen.values()) / 10


@pytest.mark.parametrize(
    ("code", "old", "new", "unsaid"),
    [
        ("LM101", "hint: ", 'hint: "twice"\n    hint: ', "IN1"),
        ("LM102", "below: 400 degC", 'below: "400 degC"', "TY1"),
        ("LM102", "waivable: false", "waivable: no", "IN206"),
        ("LM101", "at_most: 500 Å", "at_most: 5 Å", "IN207"),
        ("TR102", "margin: 7.5 %", "margin: 99 %", "WN101"),
    ],
)
def test_what_is_listed_can_not_be_said(tmp_path, code, old, new, unsaid):
    (text,) = [each for each in entries() if f"- code: {code}\n" in each]
    assert old in text
    fit, problems = judged(text.replace(old, new, 1), tmp_path)
    assert fit
    assert problems
    assert problems[0].startswith(unsaid)


def test_a_code_that_stands_twice_can_not_either(tmp_path):
    text = entries()[0]
    fit, problems = judged(text + text[text.index("  - code: ") :], tmp_path)
    assert (fit, problems) == (True, ("IN204",))


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("LM102", "code: LM102", "code: OR902"),
        ("LM102", "name: ", "name: another-"),
        ("LM102", "parameters: [temperature", "parameters: [thickness"),
        ("LM102", "below: 400 degC", "below: 400 nm"),
        ("LM102", "signal: temperature", "signal: film_thickness"),
        ("LM102", "fresh_for: ", "fresh_for: 0 s #"),
        ("LM102", "verdict: legal", "verdict: illegal"),
        ("ST201", "wafer_has: [resist]", "tone: positive"),
        ("OR208", "same: material", "since: {operation: [develop]}\n      same: material"),
        ("RL201", "is: different", "is: below"),
        ("RL101", "first: true", "first: false"),
        ("RL201", "{operation: [coat]}\n", "{operation: [expose]}\n"),
        ("TR102", "margin: 7.5 %", "margin: 7.5 degC"),
        ("ST201", "wafer_has: [resist]", "wafer_has: []"),
        ("LM102", "parameters: [temperature, boat_in]", "parameters: []"),
        ("MS101", "one_of: [Cu", "one_of: []  # [Cu"),
        ("ST213", "carry_over: [Cu, Sn, Pb]", "carry_over: []"),
        ("QT211", "{bath: [citric]}", "{bath: []}"),
        ("RL201", "operation: [coat]", "operation: []"),
    ],
)
def test_one_part_is_judged_by_another(tmp_path, code, old, new):
    (text,) = [each for each in entries() if f"- code: {code}\n" in each]
    assert old in text
    fit, problems = judged(text.replace(old, new), tmp_path)
    assert not fit
    assert problems


def test_a_relation_of_successive_steps_fits(tmp_path):
    (text,) = [each for each in entries() if "- code: RL201\n" in each]
    relation = text[text.index("    relation:") : text.index("    cites:")]
    successive = "    relation: {successive: true, parameter: cast_speed, is: below}\n"
    fit, _ = judged(text.replace(relation, successive), tmp_path)
    assert fit


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("500 Å", "500 A\u030a"),
        ("500 Å", "500 \u212b"),
        ("500 Å", "50 nm"),
        ("500 Å", "5e-6 cm"),
        ("title: ", "title: 2013 #"),
        ("reset_by: ", "reset_by: yes #"),
    ],
)
def test_what_is_read_fits(tmp_path, old, new):
    (text,) = [each for each in entries() if "- code: LM101\n" in each]
    assert old in text
    assert judged(text.replace(old, new), tmp_path) == (True, ())
