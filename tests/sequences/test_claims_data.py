"""The 49 claims, as data."""

import string

import pytest

from fabctl.process.claim import ElementKind, claims, documents

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

    def test_only_what_a_rule_can_check_has_a_rule(self, document):
        """Effects and structures are measured."""
        checked = {
            ElementKind.LIMIT,
            ElementKind.MATERIAL,
            ElementKind.ORDER,
            ElementKind.RELATION,
        }
        for claim in document.claims:
            for element in claim.elements:
                assert not element.rule or checked & set(element.kinds)


@pytest.mark.parametrize(
    ("element", "rule"),
    [("cap.5.a", "LM101"), ("cap.12.a", "LM101"), ("cap.6.a", "LM102"), ("cap.13.a", "LM102")],
)
def test_the_limits_of_cap_are_the_rules_own(element, rule):
    """They are not written twice."""
    claim = claims()[element.rpartition(".")[0]]
    assert claim.elements[0].rule == rule
