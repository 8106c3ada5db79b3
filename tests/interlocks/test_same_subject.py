"""On what two steps must be alike for one to count for the other: wafer, level or layer."""

import pytest
from interlock_rig import film, steps, strip, table, written

from fabctl.interlocks import audit, load_rules
from fabctl.interlocks.obligation import still_owed
from fabctl.interlocks.trace import trace
from fabctl.process.errors import InputError

PACK = """\
rules: layers
title: What is put on is taken off
entries:
  - code: OR901
    name: film-comes-off
    title: Each film comes off again.
    severity: error
    waivable: true
    applies: always
    binds: {{operation: [deposit], material_class: film}}
    order: {{later: {{operation: {later}}}{same}}}
    cites: [{{source: a test, words: none, reading: none}}]
    hint: none
    examples:
      - verdict: legal
        steps: [{film}, {strip}]
      - verdict: illegal
        steps: [{film}]
"""

DIELECTRIC = (
    "- {id: dielectric, kind: cvd, operation: deposit, recipe: "
    "{chamber: pecvd, material: SiOC, thickness: 650 nm, temperature: 350 degC}}\n"
)
COPPER = (
    "- {id: copper, kind: cvd, operation: deposit, recipe: "
    "{chamber: mocvd-cu, material: Cu, thickness: 750 nm, temperature: 200 degC}}\n"
)


@pytest.fixture
def pack(tmp_path):
    """A rule that asks for a later strip on what is the same."""

    def pack(same, later="[strip]"):
        said = f", same: {same}" if same else ""
        film_step, strip_step = (each.removeprefix("- ").strip() for each in (film(), strip()))
        text = PACK.format(same=said, later=later, film=film_step, strip=strip_step)
        return load_rules([written(tmp_path / "pack.yaml", text)])

    return pack


@pytest.mark.parametrize(("same", "owed"), [("", []), ("level", []), ("layer", ["film-1"])])
def test_a_strip_of_another_film_counts_for_wafer_and_level_only(pack, same, owed):
    """Aluminium comes off; the tin is another layer."""
    sequence = steps(film() + strip(material="Al"))
    found = audit(sequence, pack(same), table()).findings
    assert [finding.step for finding in found] == owed


@pytest.mark.parametrize(("same", "owed"), [("", []), ("level", ["film-1"]), ("layer", ["film-1"])])
def test_a_strip_at_the_next_level_counts_for_the_wafer_only(pack, same, owed):
    """A dielectric over the metal begins a level, and a layer lies in one."""
    sequence = steps(
        DIELECTRIC + COPPER + film() + DIELECTRIC.replace("dielectric", "d-2") + strip()
    )
    found = audit(sequence, pack(same), table()).findings
    assert [finding.step for finding in found] == owed


def test_the_same_layer_is_owed_at_run_time_too(pack):
    """The run's own bookkeeping asks the same question."""
    *_, last = trace(steps(film() + strip(material="Al")), table())
    (owed,) = still_owed(last.after, pack("layer"), table())
    assert str(owed) == "film-1 needs a later strip, of the same layer (OR901)"


def test_a_layer_is_of_a_material(pack):
    """Steps without one are of no layer, so such a rule would never be kept."""
    with pytest.raises(InputError, match="not all of anneal have a material"):
        pack("layer", later="[anneal]")


SPUN = (
    "- {id: spun, kind: spin_coater, operation: spin_on, recipe: {material: porous-MSQ, "
    "cast_speed: 2000 rpm, cast_time: 30 s, plate_1: 150 degC, plate_2: 200 degC, "
    "plate_3: 300 degC, plate_time: 60 s}}\n"
)
TRENCH = (
    "- {id: trench, kind: etcher, operation: etch_back, recipe: "
    "{bath: hf, material: SiOC, time: 60 s}}\n"
)


@pytest.mark.parametrize(("between", "level"), [("", 2), (TRENCH, 1)])
def test_a_dielectric_is_spun_on_a_finished_level_or_into_its_trenches(between, level):
    """Nothing is open in a level whose dielectric was not etched since its metal is there."""
    last = trace(steps(DIELECTRIC + COPPER + between + SPUN), table())[-1]
    assert last.act.level == last.after.level == level


VIAS = (
    "- {id: coat, kind: spin_coater, operation: coat, recipe: {material: resist-n1, "
    "cast_speed: 3000 rpm, cast_time: 33 s}}\n"
    "- {id: develop, kind: spin_coater, operation: develop, "
    "recipe: {developer: TMAH, time: 60 s}}\n"
    "- {id: vias, kind: etcher, operation: etch, recipe: "
    "{chamber: ccp, material: porous-MSQ, depth: 300 nm}}\n"
    "- {id: ash, kind: etcher, operation: strip, recipe: {chamber: ash, material: resist-n1, "
    "gas: N2/H2, time: 4 min, temperature: 250 degC}}\n"
)
BACK = TRENCH.replace("trench", "back").replace("SiOC", "porous-MSQ")
FILLED = DIELECTRIC + COPPER + TRENCH + SPUN + BACK


@pytest.mark.parametrize(
    ("more", "levels"),
    [
        (SPUN.replace("spun", "next") + VIAS, {"spun": 1, "back": 1, "next": 2, "vias": 2}),
        (
            SPUN.replace("spun", "next") + BACK.replace("id: back", "id: more"),
            {"spun": 1, "next": 1},
        ),
        (VIAS, {"spun": 1, "vias": 1}),  # of the level itself, whose gaps it fills
        (SPUN.replace("spun", "a") + SPUN.replace("spun", "b") + VIAS, {"spun": 1, "a": 2, "b": 2}),
    ],
)
def test_a_spun_dielectric_begins_a_level_where_its_own_vias_are_filled(more, levels):
    """All that was done since it was spun on is told so, also of a wafer worded alike before."""
    text = FILLED + more + COPPER.replace("copper", "next-copper")
    for _ in range(2):
        told = trace(steps(text), table())
        found = {each.step.id: each.act.level for each in told}
        done = {act.step: act.level for act in told[-1].after.done}
        assert found == done
        assert found.items() >= levels.items()
        assert found["next-copper"] == max(levels.values())
