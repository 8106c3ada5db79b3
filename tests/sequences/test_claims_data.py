"""The 49 claims, as data."""

import string

import pytest
from machine_rig import FAB

from fabctl.interlocks.demand import Limit, OfMaterial, Order, Relation
from fabctl.interlocks.shipped import shipped_rules
from fabctl.process.claim import ElementKind, claims, documents, elements
from fabctl.tools.fab import load_fab
from sequences import data

PARENTS = {  # of claims 1, 2, 3 ...; 0: an independent claim
    "lowk": [0, 1, 2, 1, 1, 1, 1, 7, 0, 9, 9, 9],
    "resist": [0, 1, 2, 2, 4, 1, 6, 6, 6, 1, 1, 1, 12, 0, 14, 14, 14],
    "cap": [0, 1, 1, 3, 1, 1, 1, 1, 8, 8, 10, 8, 8, 8, 0, 15, 15, 15, 18, 18],
}
ELEMENTS = {  # how many elements a claim has, where it is not one
    "lowk": {1: 7, 2: 2, 4: 2, 8: 7, 9: 5},
    "resist": {1: 6, 2: 3, 6: 5, 11: 3, 13: 3, 14: 3},
    "cap": {1: 5, 8: 6, 15: 3, 18: 3},
}


def test_there_are_forty_nine_claims():
    """Twelve, seventeen and twenty."""
    assert len(claims()) == 49
    assert {each.name: len(each.claims) for each in documents()} == {
        "lowk": 12,
        "resist": 17,
        "cap": 20,
    }


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
class TestDocument:
    def test_claims_are_numbered_from_one(self, document):
        """In their printed order."""
        assert [each.number for each in document.claims] == [*range(1, len(document.claims) + 1)]

    def test_parents_are_as_printed(self, document):
        """The others are independent."""
        assert [each.parent for each in document.claims] == [
            f"{document.name}.{parent}" if parent else "" for parent in PARENTS[document.name]
        ]

    def test_elements_are_lettered(self, document):
        """a, b, c ... also where there is one."""
        for claim in document.claims:
            count = ELEMENTS[document.name].get(claim.number, 1)
            assert [each.name for each in claim.elements] == [
                f"{claim.name}.{letter}" for letter in string.ascii_lowercase[:count]
            ]

    def test_every_element_says_what_it_asks_for(self, document):
        """In a sentence, with a kind."""
        for claim in document.claims:
            for element in claim.elements:
                assert element.kinds
                assert element.meaning[-1] in ".,"


DEMANDS = {
    ElementKind.LIMIT: Limit,
    ElementKind.MATERIAL: OfMaterial,
    ElementKind.ORDER: Order,
    ElementKind.RELATION: Relation,
}
RULES = shipped_rules(examples=False)


def test_a_limit_order_relation_or_material_is_a_rules():
    """Of the fitting sort, and none of what it names is about something else."""
    for element in elements().values():
        rules = [RULES[code] for code in element.rules]
        sorts = {type(rule.demand) for rule in rules}
        assert sorts >= {DEMANDS[kind] for kind in element.kinds if kind in DEMANDS}, element.name
        assert all(element.name in rule.elements for rule in rules), element.name


def test_an_element_names_every_rule_that_cites_it():
    cited = [(rule.code, name) for rule in RULES for name in rule.elements]
    assert [each for each in cited if each[0] not in elements()[each[1]].rules] == []


def test_every_tool_that_records_how_far_a_signal_went_says_how_sure_it_is():
    """A claim's limit on that signal would not be shown otherwise, whichever tool reached it."""
    tools = [*FAB.tools, *load_fab(data("fabs", "bench.yaml")).tools]
    told = [
        (tool.id, variable.peak_of, variable.peak_of in tool.dictionary.uncertainties)
        for tool in tools
        for variable in tool.dictionary.variables
        if variable.peak_of
    ]
    assert told
    assert [each for each in told if not each[2]] == []
