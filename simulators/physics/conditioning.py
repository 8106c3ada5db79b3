"""What becomes of a polishing pad: it glazes while it polishes, and a conditioner opens it again.

The tool's own conditioner keeps the pad open for a time of polishing; then it removes less, by so
much an hour, never less than a rest. Conditioning takes back polishing in proportion to time, force
and speed. Numbers and sources: ``sequences/physics/conditioning.yaml``.
"""

from msgspec import Struct

from simulators.physics.values import read_table, shipped


class Pad(Struct, frozen=True):
    """Times in s, shares as fractions, force in lbf, speed in rpm."""

    keeps_s: float
    glazes_1_s: float
    """Share of the removal rate that is lost by each s beyond `keeps_s`."""
    most: float
    """The share that is lost at most."""
    takes_back: float
    """s of polishing that a s of conditioning at `force` and `speed` takes back."""
    force: float
    speed: float
    buffs: float
    """What a buff removes of what a polish would, as a fraction."""

    def removes(self, polished_s: float) -> float:
        """What is left of a fresh pad's removal rate after so much polishing, as a fraction."""
        return 1 - min(self.most, self.glazes_1_s * max(0.0, polished_s - self.keeps_s))

    def conditioned(self, polished_s: float, seconds: float, force: float, speed: float) -> float:
        """The polishing that is left on a pad when it has been conditioned."""
        back = self.takes_back * seconds * force / self.force * speed / self.speed
        return max(0.0, polished_s - back)


CONDITIONED = read_table(
    shipped("conditioning"),
    ("keeps", "glazes_1_h", "most", "takes_back", "force", "speed", "buffs"),
    lambda values: Pad(
        values.value("keeps", "s"),
        values.share("glazes_1_h") / 3600,
        values.share("most"),
        values.bare("takes_back"),
        values.value("force", "lbf"),
        values.value("speed", "rpm"),
        values.share("buffs"),
    ),
)["pad"]
