"""Any SECS-II item, for property tests."""

from hypothesis import strategies as st

from fabctl.secs.items import Format, Item

_BOUNDS = {
    Format.I1: (-(1 << 7), (1 << 7) - 1), Format.I2: (-(1 << 15), (1 << 15) - 1),
    Format.I4: (-(1 << 31), (1 << 31) - 1), Format.I8: (-(1 << 63), (1 << 63) - 1),
    Format.U1: (0, (1 << 8) - 1), Format.U2: (0, (1 << 16) - 1),
    Format.U4: (0, (1 << 32) - 1), Format.U8: (0, (1 << 64) - 1),
}  # fmt: skip


def _array(format_: Format, values: st.SearchStrategy) -> st.SearchStrategy[Item]:
    return st.lists(values, max_size=5).map(lambda found: Item(format_, tuple(found)))


_f4 = st.floats(allow_nan=False, width=32)
leaves = st.one_of(
    *(_array(format_, st.integers(low, high)) for format_, (low, high) in _BOUNDS.items()),
    _array(Format.F4, _f4),
    _array(Format.F8, st.floats(allow_nan=False)),
    _array(Format.BOOLEAN, st.booleans()),
    st.binary(max_size=300).map(lambda raw: Item(Format.B, raw)),
    st.binary(max_size=20).map(lambda raw: Item(Format.C2, b"\0\2" + raw)),
    st.text(st.characters(max_codepoint=127), max_size=300).map(lambda t: Item(Format.A, t)),
    st.text("abcｱｲﾟ", max_size=9).map(lambda t: Item(Format.J, t)),
)
items = st.recursive(
    leaves,
    lambda children: st.lists(children, max_size=5).map(lambda c: Item(Format.L, tuple(c))),
    max_leaves=20,
)
"""Any item without NaN, which is unequal to itself."""
