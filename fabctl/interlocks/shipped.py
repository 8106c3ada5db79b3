"""The rules that come with fabctl, and those of them that bind whatever rules are given."""

from functools import lru_cache

import sequences
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.rule_file import load_rules, own_rules


@lru_cache(maxsize=2)
def shipped_rules(*, examples: bool) -> RulePack:
    """Load them, once; with their `examples` it takes longer."""
    return load_rules(sequences.packs(), examples=examples)


def with_binding(given: RulePack, *, examples: bool = False) -> RulePack:
    """Add those rules of ours that can't be waived and that are not among the rules given.

    Leaving one out would waive it. One of the same code is as strict: `load_rules` sees to that.
    """
    ours = shipped_rules(examples=True).rules if examples else own_rules()
    added = {
        code: rule for code, rule in ours.items() if not rule.waivable and code not in given.rules
    }
    return RulePack({**given.rules, **added}, given.files)
