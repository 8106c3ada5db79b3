"""A rule, as data: what it binds, what it demands, why, and how it is enforced on live signals.

One object serves three uses: it is checked against a file (`fabctl.interlocks.static`), against
the tool's own copy of the program, and on live signals (`fabctl.interlocks.monitor`).
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import force_setattr

from fabctl.interlocks.demand import Demand, Limit
from fabctl.interlocks.limits import Limits
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.verdict import Verdict
from fabctl.process.claim import claims, with_parents
from fabctl.process.errors import Mark
from fabctl.process.sequence import Sequence
from fabctl.quantities import Quantity

if TYPE_CHECKING:
    from fabctl.interlocks.docket import Docket
    from fabctl.interlocks.known_words import Key, Known
    from fabctl.process.layout import Layout
    from fabctl.process.recipe import Recipe


class Severity(StrEnum):
    """How bad a broken rule is; a warning alone does not fail an audit."""

    ERROR = "error"
    WARNING = "warning"


class Citation(Struct, frozen=True):
    """Where a rule comes from. Without one there is no rule.

    `element` is a claim element (``cap.5.a``) or "", `source` a document, standard or site policy.
    """

    element: str
    source: str
    words: str
    reading: str


class Applies(StrEnum):
    """Which sequences a rule binds."""

    ALWAYS = "always"
    PRACTISED = "practised"
    """Those that practise one of the claims that the rule cites, or a claim that hangs on it."""


class From(StrEnum):
    """From when on a live value is judged."""

    ARMING = "arming"
    """From before START: a value that is illegal then already trips."""
    START = "start"
    """From START: before it the signal still shows the job before."""


class During(StrEnum):
    """When an end of a limit is enforced live."""

    THROUGHOUT = "throughout"
    AT_END = "at_end"


class Live(Struct, frozen=True):
    """How a rule is enforced while the tool works. Times are process seconds.

    `frozen_after` is None where the signal may rightly stand still. `plausible` is what a working
    sensor can read: outside it lies an unplugged one. Within `warn_within` of an end of the limit
    people are warned, so that they can act first.
    """

    signal: str
    begins: From
    upper: During
    lower: During
    fresh_for: Fraction
    blind_for: Fraction
    frozen_after: Fraction | None
    plausible: Limits | None
    reset_by: str
    warn_within: Quantity | None = None


class Gate(Struct, frozen=True):
    """What must have been measured, and be legal, before a step that `binds` selects may start."""

    binds: Selector
    measured: str


class Example(Struct, frozen=True):
    """A little sequence, written in the rule's own file, and the rule's verdict on it.

    `after` is what was done to another wafer before, on the same tools.
    """

    verdict: Verdict
    sequence: Sequence
    mark: Mark
    after: Sequence | None = None


class Rule(Struct, frozen=True):
    """One rule; `code` is stable and never used again for another."""

    code: str
    name: str
    title: str
    severity: Severity
    waivable: bool
    applies: Applies
    binds: Selector
    demand: Demand
    cites: tuple[Citation, ...]
    hint: str
    examples: tuple[Example, ...]
    live: Live | None
    gate: Gate | None
    mark: Mark
    elements: tuple[str, ...] = ()
    """The claim elements that this rule states."""
    claims: frozenset[str] = frozenset()
    """The claims whose elements these are."""

    @property
    def limit(self) -> Limit:
        """The limit that a gate and a monitor enforce; only a rule with a limit has them."""
        if not isinstance(self.demand, Limit):
            raise TypeError(f"{self.code} has no limit, so nothing is enforced live")
        return self.demand

    def __post_init__(self) -> None:
        elements = tuple(cite.element for cite in self.cites if cite.element)
        force_setattr(self, "elements", elements)
        claimed = frozenset(element.rpartition(".")[0] for element in elements)
        force_setattr(self, "claims", claimed)


class RulePack:
    """Rules by code, from one or more files, in the files' order; nobody changes one.

    It remembers what `fabctl.interlocks.docket` has worked out so far: `sorts` of steps by their
    words and wafer, `worded` with what the words of their pasts tell, `dockets` with what their own
    numbers tell; and in `known` what `fabctl.interlocks.known_words` knows of whole sequences.
    """

    def __init__(self, rules: Mapping[str, Rule], files: tuple[str, ...] = ()) -> None:
        self.rules = rules
        self.files = files
        self.sorts: dict[tuple[object, ...], Docket] = {}
        self.worded: dict[tuple[object, ...], tuple[Docket, Layout]] = {}
        self.dockets: dict[tuple[object, ...], tuple[Docket, Recipe]] = {}
        self.known: dict[Key, Known] = {}
        self._bound: dict[tuple[str, ...], RulePack] = {}
        self._of: dict[str, tuple[Rule, ...]] = {}

    def binding(self, practises: Iterable[str]) -> "RulePack":
        """Leave the rules that bind a sequence which practises these claims, parents implied."""
        names = tuple(practises)
        if names not in self._bound:
            practised = set(with_parents(names, claims())) if names else set()
            self._bound[names] = RulePack(
                {
                    code: rule
                    for code, rule in self.rules.items()
                    if rule.applies is Applies.ALWAYS or rule.claims & practised
                },
                self.files,
            )
        return self._bound[names]

    def of_operation(self, operation: str) -> tuple[Rule, ...]:
        """Give the rules that may bind a step with this operation, in their order."""
        if operation not in self._of:
            self._of[operation] = tuple(
                each for each in self if operation in (each.binds.operations or (operation,))
            )
        return self._of[operation]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules.values())

    def __len__(self) -> int:
        return len(self.rules)

    def __getitem__(self, code: str) -> Rule:
        return self.rules[code]
