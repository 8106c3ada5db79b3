"""A relation between the successive steps that a rule binds: a chain, which others end."""

import pytest
from interlock_rig import anneal, film, steps, table, written

from fabctl.interlocks import AuditReport, audit, load_rules, run_examples
from fabctl.process.errors import InputError

THINNER = """\
rules: own
title: Coats
entries:
  - code: RL901
    name: coats-get-thinner
    title: Each coat of a film is thinner than the one before.
    severity: error
    waivable: true
    applies: always
    binds: {operation: [deposit], material_class: film}
    relation:
      successive: true
      parameter: thickness
      is: below
      same: level
      until: {operation: [anneal]}
    cites: [{source: a test, words: each thinner than the one before, reading: strictly}]
    hint: none
    examples:
      - verdict: legal
        steps:
          - {id: one, kind: cvd, operation: deposit,
             recipe: {chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}
          - {id: two, kind: cvd, operation: deposit,
             recipe: {chamber: film, material: Sn, thickness: 119 Å, temperature: 25 degC}}
      - verdict: illegal
        steps:
          - {id: one, kind: cvd, operation: deposit,
             recipe: {chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}
          - {id: two, kind: cvd, operation: deposit,
             recipe: {chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}
"""


@pytest.fixture
def pack(tmp_path):
    """Loads the pack, with something in it put in place of another."""

    def load(old: str = "", new: str = ""):
        assert old in THINNER
        return load_rules([written(tmp_path / "own.yaml", THINNER.replace(old, new, 1))])

    return load


@pytest.fixture
def coats(pack):
    """Audits coats of so many Å, with other steps between them."""

    def judge(*made: int | str) -> AuditReport:
        text = "".join(
            each if isinstance(each, str) else film(f"{each} Å", f"coat-{number}")
            for number, each in enumerate(made)
        )
        return audit(steps(text), pack(), table())

    return judge


def test_its_own_examples_hold(pack):
    assert all(each.passed for each in run_examples(pack(), table()))


@pytest.mark.parametrize("made", [(120,), (120, 100), (120, 100, 80)])
def test_a_chain_that_gets_thinner_is_legal(coats, made):
    assert coats(*made).all == ()


@pytest.mark.parametrize(
    ("made", "found"),
    [((120, 120), ["coat-1"]), ((120, 80, 100), ["coat-2"]), ((80, 90, 95), ["coat-1", "coat-2"])],
)
def test_each_is_judged_against_the_one_right_before(coats, made, found):
    assert [each.step for each in coats(*made).findings] == found


def test_what_ends_a_chain_begins_another(coats):
    assert coats(80, anneal(), 120).all == ()


def test_another_level_is_another_chain(coats):
    level = (
        "- {id: metal, kind: cvd, operation: deposit, recipe: {chamber: mocvd-cu, material: Cu, "
        "thickness: 300 nm, temperature: 200 degC}}\n"
        "- {id: next, kind: cvd, operation: deposit, recipe: {chamber: pecvd, material: SiOC, "
        "thickness: 300 nm, temperature: 350 degC}}\n"
    )
    assert coats(80, level, 120).all == ()


def test_the_witness_names_both(coats):
    (finding,) = coats(80, 90).findings
    assert finding.message == (
        "thickness may be 90 Å where that of coat-0 is 80 Å: it must be below it"
    )


def test_the_first_of_a_chain_exercises_nothing(coats):
    coverage = coats(120, 100).coverage
    assert coverage.exercised == {"RL901": ("coat-1",)}
    assert coats(120).coverage.idle == {"RL901"}


def test_a_figure_of_the_material_may_be_compared_too(pack):
    loaded = pack("parameter: thickness\n      is: below", "material: k\n      is: at_most")
    assert loaded["RL901"].demand.wanted == (
        "at most that of the one before, of the same level, until the next anneal"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("successive: true", "to: {operation: [deposit]}", "until goes with successive"),
        ("successive: true", "successive: false", "successive can't be false"),
        ("successive: true", "successive: true\n      first: true", "first goes with to"),
        ("      successive: true\n", "", "to another step, or of successive steps"),
        ("true\n      param", "true\n      to: {operation: [deposit]}\n      param", "to another"),
        ("until: {operation: [anneal]}", "until: {operation: []}", "at least one item"),
    ],
)
def test_half_a_chain_is_refused(pack, old, new, said):
    with pytest.raises(InputError, match=said):
        pack(old, new)
