"""One wafer: it takes effects, lets time pass, and can be looked at."""

import math
from collections.abc import Callable, Sequence

from fabctl.structure.section import SUBSTRATE, Section
from simulators.physics.reaction import ROOM_DEGC, Warmth
from simulators.physics.uniformity import SITES
from simulators.section import directional
from simulators.section.cut import CENTRE, FIELD_NM, Cut
from simulators.section.from_above import feature
from simulators.section.polishing import Descent, Stop, stop_level
from simulators.section.steps import apply
from simulators.wafers.effects import Effect, Etch, Heat, Polish
from simulators.wafers.monitors import Monitors

TOLD_S = 0.01
"""s to which it is told when something comes to be seen on a wafer."""


class Wafer:
    """A wafer of the simulated fab. Tools hand it effects and never touch what it is made of."""

    def __init__(self, name: str, cut: Cut | None = None) -> None:
        self.name = name
        self.lived_to: float | None = None
        """Up to which moment (process seconds) all that happened to it is told."""
        self.monitors = Monitors()
        self._cut = Cut.bare() if cut is None else cut
        self._heat: list[tuple[float, float]] = []
        self._heated_by = ""
        self._is_settled = True
        """Whether it is known that the heat so far changes nothing that anybody could see."""

    def apply(self, effect: Effect) -> None:
        """Let an effect happen; heat also lets its time pass."""
        if isinstance(effect, Heat):
            self._warm(effect)
        else:
            self.monitors.go_along(effect, self.cut)
            self._cut = apply(effect, self._cut)

    @property
    def cut(self) -> Cut:
        """What it is made of now."""
        self._settle()
        return self._cut

    def _settle(self) -> None:
        """Let the heat of one job work at once, when it matters.

        What changes nothing that anybody could see is kept and counts with what follows.
        """
        if self._is_settled:
            return
        self._is_settled = True
        if not Warmth(tuple(self._heat)).idle:
            heat, self._heat = Heat(tuple(self._heat), self._heated_by), []
            self.monitors.go_along(heat, self._cut)
            self._cut = apply(heat, self._cut)

    def wait(self, until: float) -> None:
        """Lie at room temperature until a moment (process seconds)."""
        if self.lived_to is None:
            self.lived_to = until
        elif until > self.lived_to:
            self.apply(Heat(((until - self.lived_to, ROOM_DEGC),)))

    def _warm(self, effect: Heat) -> None:
        if self._heat and effect.job != self._heated_by:
            self._settle()
        self._heated_by = effect.job
        self._is_settled = False
        for seconds, degc in effect.history:
            same = self._heat and self._heat[-1][1] == degc
            before = self._heat.pop()[0] if same else 0.0
            self._heat.append((before + seconds, degc))
        if self.lived_to is not None:
            self.lived_to += sum(seconds for seconds, _ in effect.history)

    def seconds_until(
        self,
        effect: Callable[[float], Effect],
        seen: Callable[["Wafer"], bool],
        limit: float,
        guess: float = 0.0,
    ) -> float | None:
        """How long `effect` (made for some seconds) must last until `seen` of the wafer holds.

        None where it does not within `limit` seconds. To `TOLD_S`; `seen` must stay true once it
        is. A good `guess` (s) saves most of the trials.
        The wafer itself stays as it is.
        """

        def holds(seconds: float) -> bool:
            return seen(Wafer(self.name, apply(effect(seconds), self.cut)))

        if holds(0.0):
            return 0.0
        for share in (0.0, 0.02):
            low, high = (1 - share) * guess - TOLD_S / 2, (1 + share) * guess + TOLD_S / 2
            if low > 0 and high < limit and holds(high) and not holds(low):
                break
        else:
            if not holds(limit):
                return None
            low, high = 0.0, limit
        while high - low > TOLD_S * (1 + 1e-9):
            middle = (low + high) / 2
            low, high = (low, middle) if holds(middle) else (middle, high)
        return high

    def seconds_to_show(self, etch: Etch, material: str) -> float | None:
        """How long an etch straight down must last until a material shows; None: it never does."""
        seconds = directional.seconds_to_show(self.section, etch.rates, material)
        return None if seconds is None else seconds / etch.factors[CENTRE]

    def seconds_to_wear(
        self,
        polish: Polish,
        material: str,
        nm: float,
        over_sites: Callable[[Sequence[float]], float],
    ) -> float | None:
        """How long a polish must last until `nm` of a material is left outside of the pattern.

        None where it never is. `over_sites` says which site counts (max, mean).
        """
        level = self.cut.height_leaving(material, nm, over_sites)
        seconds = Descent(self.section, polish.rates).seconds_to(level)
        return None if seconds is None else seconds / polish.factors[CENTRE]

    def seconds_to_see(self, polish: Polish, material: str) -> float | None:
        """How long a polish must last until a material shows anywhere; None: it never does."""
        try:
            level = stop_level(self.section, (material,), Stop.FIRST_SEEN)
        except ValueError:
            return None
        seconds = Descent(self.section, polish.rates).seconds_to(level)
        return None if seconds is None else seconds / polish.factors[CENTRE]

    def thickness_over(self, material: str) -> float:
        """The least (nm) that lies between the open surface and a material; inf where it is not."""
        section = self.section
        ways = [
            float(each.shape.distance(section.ambient)) for each in section.of_material(material)
        ]
        return min(ways, default=math.inf)

    # What can be seen of it: true values, one a site where they differ.

    @property
    def section(self) -> Section:
        """The cross-section at the wafer's centre."""
        return self.cut.section

    def thickness(self, material: str) -> tuple[float, ...]:
        """Thickness (nm) of the uppermost layer of a material at each site.

        In the field, or where the field has none of it, in the opening; 0 where there is none.
        """
        field = self.field_thickness(material)
        return field if any(field) else self.line_thickness(material)

    def line_thickness(self, material: str) -> tuple[float, ...]:
        """Thickness (nm) of the uppermost layer of a material in the opening, at each site."""
        return self._at(material, self.cut.middle())

    def field_thickness(self, material: str) -> tuple[float, ...]:
        """Thickness (nm) of the uppermost layer of a material in the field, at each site."""
        return self._at(material, FIELD_NM)

    def conductor_thickness(self, material: str) -> tuple[float, ...]:
        """Thickness (nm) of the uppermost layer of a conductor at each site; empty: there is none.

        In the widest opening, or in the field, or else in the middle of its uppermost body.
        """
        for x in (self.cut.middle(), FIELD_NM, *self.cut.places_of(material)):
            found = self.cut.uppermost(material, x)
            if found and min(found) > 0:
                return found
        return ()

    def dielectric_constant(self, material: str, sound: float) -> float | None:
        """K of a material's last film, on the monitor wafer that went along; None: there is none.

        `sound` is k of what is neither damaged nor full of porogen.
        """
        self._settle()
        monitor = self.monitors.of(material)
        return None if monitor is None else monitor.dielectric_constant(sound)

    def step_height(self) -> tuple[float, ...]:
        """How far (nm) the middle of the pattern stands out of the field at each site.

        Of the uppermost feature that is seen from above; where none is, of the widest opening that
        was ever etched.
        """
        seen = feature(self.section)
        middle = self.cut.middle() if seen is None else (seen[0] + seen[1]) / 2
        return (self.cut.surface(middle) - self.cut.surface(FIELD_NM),) * len(SITES)

    def line_width(self) -> tuple[float, ...]:
        """Width (nm) of the uppermost feature seen from above at each site; empty: there is none.

        A gap, a line that stands out, or one inlaid in a level surface; whatever it is made of.
        """
        seen = feature(self.section)
        return () if seen is None else (seen[1] - seen[0],) * len(SITES)

    def tops(self) -> frozenset[str]:
        """The materials that lie open anywhere."""
        return self.cut.open_materials()

    def amount(self, material: str) -> float:
        """How much of a material the section has, nm²."""
        return sum(float(each.shape.area) for each in self.section.of_material(material))

    def materials(self) -> frozenset[str]:
        """The materials that are anywhere on the wafer."""
        return frozenset(each.material for each in self.section.regions if each.name != SUBSTRATE)

    def _at(self, material: str, x: float) -> tuple[float, ...]:
        return self.cut.uppermost(material, x) or (0.0,) * len(SITES)
