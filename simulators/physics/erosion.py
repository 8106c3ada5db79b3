"""What takes every material, by impact or by rubbing: it must be known how fast it takes each.

A material left out would shield whatever lies under it for ever, however thin; what does stop such
a process is said to: 0 nm/min.
"""

from collections.abc import Collection

from fabctl.process.material import materials
from simulators.physics.reaction import COLD, COUPLES
from simulators.physics.values import Values


def on_wafers() -> tuple[str, ...]:
    """Every material that may be on a wafer: what tools bring, what reacts, what is left of it."""
    couples = [*COUPLES.values(), *(each.couple for each in COLD.values())]
    made = {name for each in couples for name in (each.product, each.residue) if name}
    return tuple(sorted({each.name for each in materials()} | made))


def rates_of_all(values: Values, key: str, elsewhere: Collection[str] = ()) -> dict[str, float]:
    """Material → rate in nm/min. Raises `InputError` unless it has each that may be on a wafer.

    Of those named `elsewhere` another table tells it.
    """
    found = values.rates(key)
    missing = [each for each in on_wafers() if each not in found and each not in elsewhere]
    if missing:
        values.fail(
            "IN202",
            values.mark_of(key),
            f"{key!r} must tell how fast every material goes, and lacks {', '.join(missing)}",
            "0 nm/min for what stops it",
        )
    return found
