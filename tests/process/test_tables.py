"""The vocabulary, and the loaders of layouts, materials and claims."""

import pytest

from fabctl.process.claim import claims, load_document, with_parents
from fabctl.process.errors import InputError
from fabctl.process.layout import Polarity, load_layout
from fabctl.process.material import Conductive, load_materials, materials
from fabctl.process.vocabulary import KINDS, MODULES, OPERATIONS
from fabctl.quantities import Quantity

LAYOUT = """\
layout: pair
title: Two windows
width: 6 um
masks:
  M-1:
    polarity: clear-field
    windows:
      - {left: 1600 nm, right: 2400 nm}
      - {left: 3.6 um, right: 4400 nm}
"""
MATERIALS = """\
materials:
  Sn:
    aliases: [tin]
    class: film
    conductive: yes
    melts: 232 degC
    source: unverified
  glue:
    class: resist
    conductive: unknown
    tone: negative
    source: unverified
"""
CLAIMS = """\
document: doc
title: Words
claims:
  - claim: 1
    elements:
      a:
        kinds: [step, effect]
        meaning: Do it.
  - claim: 2
    parent: 1
    elements:
      a:
        kinds: [limit]
        meaning: Do it gently.
        rules: [LM999]
"""


@pytest.fixture
def file(tmp_path):
    """Writes a text into a file."""

    def file(text):
        path = tmp_path / "table.yaml"
        path.write_text(text)
        return path

    return file


class TestVocabulary:
    def test_every_operation_has_a_known_kind(self):
        """No step can ask for equipment that there is not."""
        assert all(set(each.kinds) <= set(KINDS) for each in OPERATIONS.values())

    def test_every_kind_has_an_operation(self):
        """No kind is there for nothing."""
        assert {kind for each in OPERATIONS.values() for kind in each.kinds} == set(KINDS)

    def test_groups_are_made_of_optional_parameters(self):
        """Else "one of" could never hold."""
        for operation in OPERATIONS.values():
            for group in operation.one_of:
                assert all(not operation.parameters[name].required for name in group)

    def test_only_the_modules_name_modules(self):
        """So a fab can be searched by them."""
        for operation in OPERATIONS.values():
            for name, rule in operation.parameters.items():
                assert (rule.names == "module") == (name in MODULES)

    def test_a_rule_is_a_quantity_or_a_word(self):
        """Closed lists and whole numbers are not mixed up."""
        for operation in OPERATIONS.values():
            for rule in operation.parameters.values():
                assert rule.dimension is None or not (rule.words or rule.names)


class TestLayout:
    def test_masks_have_their_windows_from_left_to_right(self, file):
        """In exact lengths."""
        layout = load_layout(file(LAYOUT))
        mask = layout.masks["M-1"]
        assert mask.polarity is Polarity.CLEAR_FIELD
        assert [window.left for window in mask.windows] == [
            Quantity.parse("1.6 um"),
            Quantity.parse("3600 nm"),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("left: 3.6 um", "left: 2.4 um", "IN207"),
            ("left: 1600 nm, right: 2400 nm", "left: 2400 nm, right: 1600 nm", "IN207"),
            ("left: 1600 nm, right: 2400 nm", "left: 1600 nm, right: 1600 nm", "IN207"),
            ("right: 4400 nm", "right: 3600 nm", "IN207"),
            ("right: 4400 nm", "right: 6 um", "IN207"),
            ("right: 4400 nm", "right: 4400", "UN101"),
            ("clear-field", "clear", "did you mean clear-field"),
            ("width: 6 um", "width: 6 K", "UN101"),
            ("masks:", "mask:", "did you mean masks"),
        ],
    )
    def test_refuses(self, file, old, new, said):
        """With code or hint."""
        with pytest.raises(InputError, match=said):
            load_layout(file(LAYOUT.replace(old, new)))


class TestMaterials:
    def test_are_found_by_name_and_alias(self, file):
        """Whichever the recipe uses."""
        table = load_materials([file(MATERIALS)])
        assert table.find("tin") is table.find("Sn")
        assert (table.canonical("tin"), table.class_of("tin")) == ("Sn", "film")

    def test_what_the_table_lacks_is_unknown(self, file):
        """It has no class, and none is made up."""
        table = load_materials([file(MATERIALS)])
        assert table.find("SN") is None
        assert (table.canonical("SN"), table.class_of("SN")) == ("SN", "")
        assert (table.canonical(None), table.class_of(Quantity.parse("1 s"))) == ("", "")

    def test_whether_it_conducts_may_be_unknown(self, file):
        """So it has no truth value."""
        glue = load_materials([file(MATERIALS)]).find("glue")
        assert glue.conductive is Conductive.UNKNOWN
        with pytest.raises(TypeError, match="may be unknown"):
            bool(glue.conductive)

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("aliases: [tin]", "aliases: [glue]", "already stands for"),
            ("class: film", "class: foil", "did you mean film"),
            ("melts: 232 degC", "melts: 232", "UN101"),
            ("melts: 232 degC", "k_range: [3, 2]", "WN101"),
            ("melts: 232 degC", "k_range: [3, 3]", "WN101"),
            ("melts: 232 degC", "k_range: []", "WN101"),
            ("    tone: negative\n", "", "a resist has a tone"),
            ("    source: unverified\n", "", "lacks source"),
            ("source: unverified\n", "source: a book\n    unverified: [k]\n", "IN206"),
        ],
    )
    def test_refuses(self, file, old, new, said):
        """With code or hint."""
        with pytest.raises(InputError, match=said):
            load_materials([file(MATERIALS.replace(old, new, 1))])

    def test_values_that_are_not_the_source_s_are_named(self, file):
        """One by one."""
        cited = "source: a book\n    unverified: [melts]\n"
        table = load_materials([file(MATERIALS.replace("source: unverified\n", cited, 1))])
        assert table.find("Sn").unverified == ("melts",)

    def test_the_table_that_comes_with_it_loads(self):
        """Copper is a conductor that melts at 1085 °C."""
        copper = materials().find("Cu")
        assert copper.conductive is Conductive.YES
        assert copper.melts == Quantity.parse("1085 degC")


class TestClaims:
    def test_elements_are_named_by_document_claim_and_letter(self, file):
        """And a claim knows its parent."""
        first, second = load_document(file(CLAIMS)).claims
        assert [each.name for each in second.elements] == ["doc.2.a"]
        assert (first.parent, second.parent, second.elements[0].rules) == ("", "doc.1", ("LM999",))
        assert second.elements[0].mark.line == 12

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("claim: 2", "claim: 3", "out of its order"),
            ("parent: 1", "parent: 2", "must stand before it"),
            ("parent: 1", "parent: 1.5", "TY103"),
            ("kinds: [limit]", "kinds: [limits]", "did you mean limit"),
            ("      a:\n        kinds: [limit]", "      b:\n        kinds: [limit]", "should be a"),
            ("        meaning: Do it.\n", "", "lacks meaning"),
        ],
    )
    def test_refuses(self, file, old, new, said):
        """With code or hint."""
        with pytest.raises(InputError, match=said):
            load_document(file(CLAIMS.replace(old, new, 1)))

    def test_parents_are_implied(self):
        """Claim 11 of cap needs 10, 8 and 1."""
        assert with_parents(("cap.11",), claims()) == ("cap.1", "cap.8", "cap.10", "cap.11")
