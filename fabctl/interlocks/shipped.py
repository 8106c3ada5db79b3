"""The rules that come with fabctl."""

from functools import lru_cache

import sequences
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.rule_file import load_rules


@lru_cache(maxsize=2)
def shipped_rules(*, examples: bool) -> RulePack:
    """Load them, once; with their `examples` it takes longer."""
    return load_rules(sequences.packs(), examples=examples)
