"""Any SECS-II item, for property tests."""

from hypothesis import strategies as st

from fabctl.secs.items import BOOLEAN, C2, F4, F8, I1, I2, I4, I8, U1, U2, U4, U8, A, B, Item, J, L

_BOUNDS = {
    I1: (-(1 << 7), (1 << 7) - 1), I2: (-(1 << 15), (1 << 15) - 1),
    I4: (-(1 << 31), (1 << 31) - 1), I8: (-(1 << 63), (1 << 63) - 1),
    U1: (0, (1 << 8) - 1), U2: (0, (1 << 16) - 1),
    U4: (0, (1 << 32) - 1), U8: (0, (1 << 64) - 1),
}  # fmt: skip


def _array(kind: type[Item], values: st.SearchStrategy) -> st.SearchStrategy[Item]:
    return st.lists(values, max_size=5).map(lambda found: kind(*found))


_f4 = st.floats(allow_nan=False, width=32)
leaves = st.one_of(
    *(_array(kind, st.integers(low, high)) for kind, (low, high) in _BOUNDS.items()),
    _array(F4, _f4),
    _array(F8, st.floats(allow_nan=False)),
    _array(BOOLEAN, st.booleans()),
    st.binary(max_size=300).map(B),
    st.binary(max_size=20).map(lambda raw: C2(b"\0\2" + raw)),
    st.text(st.characters(max_codepoint=127), max_size=300).map(A),
    st.text("abcｱｲﾟ", max_size=9).map(J),
)
items = st.recursive(
    leaves,
    lambda children: st.lists(children, max_size=5).map(lambda c: L(*c)),
    max_leaves=20,
)
"""Any item without NaN, which is unequal to itself."""
