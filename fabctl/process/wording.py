"""What a step says but for its numbers: one object for all steps that say the same."""

from msgspec import Struct

from fabctl.process.recipe import Recipe

MOST = 4096
"""How many wordings are remembered."""


class Wording(Struct, frozen=True, cache_hash=True):
    """All that a step says but for numbers, its ID, and what it forms.

    `words` are those of its recipe's parameters; a quantity's word is None. `fixed` tells that no
    value may be chosen, stray, or lie outside of its window.
    """

    kind: str
    tool: str
    operation: str
    does: tuple[str, ...]
    fixed: bool
    parameters: tuple[str, ...]
    words: tuple[str | None, ...]


NO_WORDS = Wording("", "", "", (), fixed=True, parameters=(), words=())

_MET: dict[tuple[object, ...], Wording] = {}


def wording(kind: str, tool: str, recipe: Recipe, does: tuple[str, ...], *, fixed: bool) -> Wording:
    """Give what a step says but for its numbers."""
    told = recipe.parameters
    words = tuple([value if isinstance(value, str) else None for value in told.values()])
    key = (kind, tool, recipe.operation, does, fixed, tuple(told), words)
    known = _MET.get(key)
    if known is None:
        if len(_MET) >= MOST:
            _MET.clear()
        known = _MET[key] = Wording(*key)
    return known
