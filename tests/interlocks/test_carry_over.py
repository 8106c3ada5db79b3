"""What a chamber ran may not spoil what comes next: on one wafer, and on others before."""

import pytest
from interlock_rig import film, steps, table, written
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import RulePack, Verdict, audit, load_rules, run_examples
from fabctl.interlocks.chamber import memories_of, remembered
from fabctl.interlocks.trace import trace
from fabctl.process.errors import InputError
from fabctl.tools.models import FabModels
from fabctl.tools.prediction import NOBODY, Predictor

GENERAL = shipped_rules("general")
OWN = sequences.data("rules", "general.yaml").read_text(encoding="utf-8")


def judged(text: str) -> list[tuple[str, str, str]]:
    only = RulePack({"ST213": GENERAL["ST213"]})
    return [(each.step, each.saw, each.message) for each in audit(steps(text), only, table()).all]


def verdicts(text: str, code: str, fab: Predictor = NOBODY) -> list[tuple[str, Verdict]]:
    only = RulePack({code: GENERAL[code]})
    return [(each.step, each.verdict) for each in audit(steps(text), only, table(), fab).all]


@pytest.fixture
def fab(tmp_path):
    """Makes a fab of so many simulated CVD tools."""

    def fab(*tools: str) -> Predictor:
        listed = "".join(
            f"  - {{id: {tool}, kind: cvd, driver: gem, dictionary: CVD01.yaml}}\n"
            for tool in tools
        )
        text = f"fab: own\nwafer: 200 mm\ntools:\n{listed}"
        return FabModels(written(tmp_path / "fab.yaml", text))

    return fab


class TestWhichTool:
    """ST213 and ST204 mind what the chamber of one tool did, whether the file names it or not."""

    CHANGES = (("ST213", "Sn", "Al"), ("ST204", "Sn", "Al"))

    @pytest.mark.parametrize(("code", "first", "second"), CHANGES)
    def test_the_only_tool_of_a_kind_does_what_names_none(self, fab, code, first, second):
        text = deposit(first, "a", tool="CVD01") + deposit(second, "b")
        assert verdicts(text, code, fab("CVD01")) == [("b", Verdict.ILLEGAL)]

    @pytest.mark.parametrize(("code", "first", "second"), CHANGES)
    def test_of_several_the_first_does(self, fab, code, first, second):
        text = deposit(first, "a", tool="CVD02") + deposit(second, "b")
        assert verdicts(text, code, fab("CVD01", "CVD02")) == []
        assert verdicts(text, code, fab("CVD02", "CVD01")) == [("b", Verdict.ILLEGAL)]

    @pytest.mark.parametrize(("code", "first", "second"), CHANGES)
    def test_without_a_fab_it_may_be_any(self, code, first, second):
        text = deposit(first, "a", tool="CVD01") + deposit(second, "b")
        assert verdicts(text, code) == [("b", Verdict.NOT_SHOWN)]
        assert verdicts(text.replace(", tool: CVD01", ""), code) == [("b", Verdict.ILLEGAL)]

    @pytest.mark.parametrize(("code", "first", "second"), CHANGES)
    def test_chambers_of_two_tools_are_two(self, code, first, second):
        text = deposit(first, "a", tool="CVD01") + deposit(second, "b", tool="CVD02")
        assert verdicts(text, code) == []


class TestUnknownMaterial:
    """What the table lacks is of no class that could be compared."""

    @pytest.mark.parametrize(
        ("first", "second", "found"),
        [("unobtainium", "SiOC", ["b"]), ("Cu", "unobtainium", ["b"]), ("SiOC", "unobtainium", [])],
    )
    def test_what_a_chamber_carries_over_is_not_shown(self, first, second, found):
        text = deposit(first, "a") + deposit(second, "b")
        assert verdicts(text, "ST213") == [(step, Verdict.NOT_SHOWN) for step in found]

    def test_what_is_dirtiest_anyway_is_not_spoiled(self):
        assert verdicts(deposit("unobtainium", "a") + deposit("Sn-Pb", "b"), "ST213") == []

    def test_another_wafer_left_it(self):
        """Before START the records tell what a chamber ran."""
        ran = memories_of(steps(deposit("unobtainium", "a")), table())[("cvd", "")]
        (step,) = trace(steps(deposit("SiOC", "b")), table())
        only = RulePack({"ST213": GENERAL["ST213"]})
        (found,) = remembered(only, step.step, step.before, table(), ran)
        assert found.verdict is Verdict.NOT_SHOWN

    def test_that_a_module_takes_the_wafer_is_not_shown(self):
        found = verdicts(deposit("unobtainium", "a"), "ST203")
        assert found == [("a", Verdict.NOT_SHOWN)]


def deposit(material: str, step: str, chamber: str = "film", **more: str) -> str:
    made = film(step=step, material=material).replace("chamber: film", f"chamber: {chamber}")
    for key, value in more.items():
        made = made.replace("kind: cvd", f"kind: cvd, {key}: {value}")
    return made


def test_nothing_cleaner_is_laid_down_after_copper():
    ((step, saw, message),) = judged(deposit("Cu", "metal") + deposit("SiOC", "next"))
    assert (step, saw) == ("next", "Cu")
    assert message.startswith("film ran class Cu for metal, and next is of class clean: it must")


def test_the_dirtiest_counts_whatever_came_after_it():
    found = judged(deposit("Sn-Pb", "a") + deposit("Sn", "b") + deposit("SiOC", "c"))
    assert [each[:2] for each in found] == [("b", "Pb"), ("c", "Pb")]


@pytest.mark.parametrize(
    "text",
    [
        deposit("Cu", "a") + deposit("Sn", "b"),
        deposit("Cu", "a") + deposit("Cu", "b"),
        deposit("Cu", "a") + deposit("SiOC", "b", "pecvd"),
        deposit("Cu", "a", tool="CVD01") + deposit("SiOC", "b", tool="CVD02"),
    ],
    ids=["a dirtier one", "the same", "another chamber", "another tool"],
)
def test_it_is_kept_by(text):
    assert judged(text) == []


def test_a_chamber_that_ran_nothing_dirty_exercises_nothing():
    only = RulePack({"ST213": GENERAL["ST213"]})
    report = audit(steps(deposit("SiOC", "a") + deposit("Cu", "b")), only, table())
    assert report.coverage.idle == {"ST213"}


def test_an_example_may_tell_of_another_wafer_before():
    """All of its tools remember it; without it, the same steps show nothing."""
    (legal, illegal) = GENERAL["ST214"].examples
    assert legal.after is not None
    assert [each.passed for each in run_examples(GENERAL, table()) if each.rule == "ST214"] == [
        True,
        True,
    ]
    alone = RulePack({"ST214": GENERAL["ST214"]})
    assert audit(illegal.sequence, alone, table()).all == ()


def test_the_order_of_the_wafers_counts(tmp_path):
    swapped = OWN[OWN.index("  - code: ST214") : OWN.index("  - code: ST205")]
    swapped = swapped.replace("        after:", "        X:").replace(
        "        steps:", "        after:"
    )
    swapped = swapped.replace("        X:", "        steps:")
    pack = load_rules(
        [written(tmp_path / "own.yaml", f"rules: own\ntitle: t\nentries:\n{swapped}")]
    )
    got = [each.got for each in run_examples(pack, table())]
    # lead first keeps the tin out; tin first leaves no lead, so that there is nothing to judge
    assert got == [Verdict.ILLEGAL, Verdict.NOT_SHOWN]


@pytest.mark.parametrize(
    ("classes", "said"),
    [("[]", "at least one item"), ("[clean]", "can't be clean"), ("Pb", "must be a list")],
)
def test_classes_are_those_of_the_ladder(tmp_path, classes, said):
    text = OWN.replace("carry_over: [Cu, Sn, Pb]", f"carry_over: {classes}")
    with pytest.raises(InputError, match=said):
        load_rules([written(tmp_path / "own.yaml", text)])
