"""What a quantity says and refuses."""

from fractions import Fraction

import pytest

from fabctl.quantities import Dimension, Quantity, QuantityError, exact, find_unit


def refusal(text: str) -> str:
    with pytest.raises(QuantityError) as caught:
        Quantity.parse(text)
    return str(caught.value)


class TestParse:
    def test_keeps_the_text_and_the_unit_as_written(self):
        """A finding can quote the file."""
        thickness = Quantity.parse("120 Å")
        assert (thickness.text, thickness.unit, str(thickness)) == ("120 Å", "Å", "120 Å")
        assert thickness.in_unit("nm") == 12
        assert thickness.dimension is Dimension.LENGTH

    @pytest.mark.parametrize("letter", ["\u00c5", "\u212b", "A\u030a"])
    def test_angstrom_is_one_unit_in_its_three_encodings(self, letter):
        """Editors and keyboards differ in how they store Å."""
        assert Quantity.parse(f"500 {letter}") == Quantity.parse("50 nm")

    @pytest.mark.parametrize("letter", ["\u00b5", "\u03bc", "u"])
    def test_micro_is_one_prefix_in_its_encodings(self, letter):
        """So it is with µ."""
        assert Quantity.parse(f"1.5 {letter}m") == Quantity.parse("1500 nm")

    @pytest.mark.parametrize(
        ("text", "same"),
        [
            ("752 degF", "400 degC"),
            ("673.15 K", "400 degC"),
            ("400 °C", "400 degC"),
            ("400 \u2103", "400 degC"),
            ("5 \u2103/min", "5 degC/min"),
            ("752 \u2109", "400 degC"),
            ("5e-6 cm", "500 Å"),
            ("2 mil", "50.8 um"),
            ("760 Torr", "101325 Pa"),
            ("1 mbar", "1 hPa"),
            ("60 mL/min", "1 mL/s"),
            ("1 Å/s", "6 nm/min"),
            ("5 degC/min", "5 K/min"),
            ("1 slm", "1000 sccm"),
            ("20%", "20 %"),
            ("1 %", "10000 ppm"),
        ],
    )
    def test_units_convert_exactly(self, text, same):
        """No float is in between."""
        assert Quantity.parse(text) == Quantity.parse(same)

    def test_psi_is_a_pound_force_on_a_square_inch(self):
        """Checked against the definitions: 1 lbf = 0.45359237 kg × 9.80665 m/s²."""
        newton = Quantity.parse("1 lbf").in_unit("N")
        assert newton == Fraction("0.45359237") * Fraction("9.80665")
        assert Quantity.parse("1 psi").in_unit("Pa") == newton / Fraction("0.0254") ** 2

    def test_digits_beyond_a_float_are_kept(self):
        """399.99999999999999999 is below 400, although float() makes it 400."""
        assert Quantity.parse("399.99999999999999999 degC") < Quantity.parse("400 degC")

    def test_a_bare_number_is_a_pure_one(self):
        """Sites and cycles have no unit."""
        assert Quantity.parse("9").dimension is Dimension.NUMBER


class TestRefuses:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "missing"),
            ("abc", "not a number"),
            (".nan", "not a number that"),
            ("nan s", "not a number that"),
            ("-inf s", "not a number that"),
            ("6:40", "time of day"),
            ("6:40 h", "time of day"),
            ("0400 degC", "leading zero"),
            ("0o620 degC", "not decimal"),
            ("0x190 degC", "not decimal"),
            ("1_000 s", "underscore"),
            ("400,5 degC", "comma"),
            ("1,000 s", "comma"),
            (
                "\uff14\uff10\uff10 degC",
                "'\uff14' (U+FF14, FULLWIDTH DIGIT FOUR), which is not ASCII",
            ),
            ("\u0664\u0660\u0660 degC", "not ASCII"),
            ("4\uff10\uff10 degC", "(U+FF10, FULLWIDTH DIGIT ZERO)"),
            (".5 s", "both sides"),
            ("5. s", "both sides"),
            ("1e400 s", "out of range"),
            ("1e9999 s", "out of range"),
            ("1e99999999 degC", "1e99999999 is out of range"),
            ("1e-99999999 degC", "1e-99999999 is out of range"),
            ("1e400 degC", "a number is 0, or between 1e-40 and 1e40 in size"),
            ("\u2212200 degC", "'\u2212' (U+2212, MINUS SIGN): write an ASCII minus, -"),
            ("4\u0663 s", "(U+0663, ARABIC-INDIC DIGIT THREE)"),
            ("\u00b1200 degC", "'\u00b1' (U+00B1, PLUS-MINUS SIGN): a number"),
            ("1e-50 s", "out of range"),
            ("1" * 70 + " s", "digits"),
            ("1" * 500, "too long"),
            ("400  degC", "one plain space"),
            ("400\u00a0degC", "one plain space"),
            ("400\tdegC", "one plain space"),
            ("400 degc", "did you mean degC"),
            ("400 torr", "did you mean Torr"),
            ("400 deg\u0421", "'\u0421' (U+0421, CYRILLIC CAPITAL LETTER ES), which is in no"),
            ("60 sec", "write s"),
            ("400 C", "write degC"),
            ("9 1", "without a unit"),
            ("-273.16 degC", "absolute zero"),
            ("400 degC\n", "unknown unit"),
        ],
    )
    def test_what_only_looks_like_a_quantity(self, text, why):
        """Every refusal says what is wrong."""
        assert why in refusal(text)

    def test_comparing_two_dimensions(self):
        """A difference of 5 K is not a temperature of 5 K."""
        kelvin, difference = Quantity.parse("5 K"), Quantity.parse("5 delta_K")
        assert kelvin != difference
        with pytest.raises(QuantityError, match="do not compare"):
            assert kelvin < difference

    def test_converting_to_another_dimension(self):
        """An ampere is no ångström."""
        with pytest.raises(QuantityError, match="is a current"):
            Quantity.parse("120 A").in_unit("nm")


class TestShow:
    @pytest.mark.parametrize(
        ("text", "unit", "shown"),
        [
            ("752 degF", "degC", "400 degC"),
            ("50.10 nm", "", "50.1 nm"),
            ("100 degF", "degC", "≈37.7778 degC"),
            ("9", "", "9"),
            ("-0.5 um", "nm", "-500 nm"),
            ("1e-39 mL", "", "1e-39 mL"),
        ],
    )
    def test_exact_or_marked(self, text, unit, shown):
        """What is rounded says so."""
        assert Quantity.parse(text).show(unit) == shown

    def test_a_value_from_the_wire(self):
        """12.3 as an F4 is 12.3, not 12.300000190734863."""
        assert Quantity.of(exact(12.300000190734863, 4), "degC").text == "12.3 degC"

    def test_a_value_without_a_decimal(self):
        """A third is shown rounded, and stays exact."""
        third = Quantity.of(Fraction(1, 3), "nm")
        assert (third.show(), third.value * 3) == ("≈0.333333 nm", 1)


def test_equal_quantities_hash_alike():
    """They can stand in sets whatever unit they were written in."""
    assert len({Quantity.parse("400 degC"), Quantity.parse("752 degF")}) == 1


def test_units_are_found_in_their_typographic_spelling():
    """µΩ·cm and mJ/cm² are as good as their ASCII forms."""
    assert find_unit("µΩ·cm").symbol == "uohm.cm"
    assert find_unit("mJ/cm²").symbol == "mJ/cm2"
