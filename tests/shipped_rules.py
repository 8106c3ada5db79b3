"""The rules that come with fabctl, read once for all tests of a worker."""

from functools import cache

import sequences
from fabctl.interlocks import RulePack, load_rules, shipped


@cache
def shipped_rules(*names: str) -> RulePack:
    """The rules of these packs, as in ``shipped_rules("general")``, by default of all."""
    if not names:
        return shipped.shipped_rules(examples=True)
    return load_rules([sequences.data("rules", f"{name}.yaml") for name in names])
