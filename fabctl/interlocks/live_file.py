"""Reads the parts of a rule that say how it is enforced: live, and before START."""

from collections.abc import Mapping
from fractions import Fraction

from fabctl.interlocks.demand_file import ENDS, DemandReader
from fabctl.interlocks.rule import During, From, Gate, Live
from fabctl.interlocks.selector_file import SelectorReader
from fabctl.process.reading import Reading
from fabctl.process.vocabulary import SIGNALS
from fabctl.process.yaml_tree import Node
from fabctl.quantities import Dimension, Quantity

MEASURED = ("film_thickness",)
"""The measured quantities that a gate may ask for."""
_FROM = tuple([each.value for each in From])
_DURING = tuple([each.value for each in During])


class LiveReader:
    """Reads ``live`` and ``gate``."""

    def __init__(self, reading: Reading, selectors: SelectorReader) -> None:
        self.reading = reading
        self.selectors = selectors

    def read(self, node: Node) -> Live | None:
        """Read how a rule is enforced on live signals."""
        reading, word = self.reading, self.selectors.word
        fields = reading.fields(
            node,
            "live",
            ("signal", "fresh_for", "blind_for", "reset_by"),
            ("begins", "upper", "lower", "frozen_after", "plausible", "warn_within"),
        )
        times = {
            name: self._time(fields[name], name)
            for name in ("fresh_for", "blind_for", "frozen_after")
            if name in fields
        }
        plausible = None
        if "plausible" in fields:
            ends = reading.fields(fields["plausible"], "plausible", (), ENDS)
            reader = DemandReader(reading, self.selectors)
            plausible = reader.limits(fields["plausible"], ends, None)
        signal = reading.word(fields["signal"], "signal", SIGNALS) if "signal" in fields else None
        reset_by = reading.text(fields["reset_by"], "reset_by") if "reset_by" in fields else None
        fresh_for, blind_for = times.get("fresh_for"), times.get("blind_for")
        if signal is None or reset_by is None or fresh_for is None or blind_for is None:
            return None
        return Live(
            signal=signal,
            begins=From(word(fields, "begins", _FROM) or From.ARMING),
            upper=During(word(fields, "upper", _DURING) or During.THROUGHOUT),
            lower=During(word(fields, "lower", _DURING) or During.THROUGHOUT),
            fresh_for=fresh_for,
            blind_for=blind_for,
            frozen_after=times.get("frozen_after"),
            plausible=plausible,
            reset_by=reset_by,
            warn_within=self._band(fields),
        )

    def gate(self, node: Node) -> Gate | None:
        """Read what must have been measured before a step."""
        fields = self.reading.fields(node, "gate", ("binds", "measured"))
        if "binds" not in fields or "measured" not in fields:
            return None
        binds = self.selectors.read(fields["binds"], "binds")
        measured = self.selectors.word(fields, "measured", MEASURED)
        return Gate(binds, measured) if binds and measured else None

    def _band(self, fields: Mapping[str, Node]) -> Quantity | None:
        if "warn_within" not in fields:
            return None
        band = self.reading.quantity(fields["warn_within"], "warn_within", None)
        if band is not None and band.value <= 0:
            self.reading.note("IN207", "warn_within must be above 0", fields["warn_within"].mark)
        return band

    def _time(self, node: Node, what: str) -> Fraction | None:
        quantity = self.reading.quantity(node, what, Dimension.TIME)
        if quantity is None:
            return None
        if quantity.value <= 0:
            self.reading.note("IN207", f"{what} must be above 0 s", node.mark)
        return quantity.value
