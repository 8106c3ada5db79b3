"""CMP01, a polisher with three platens: by time, to a rest, until clear, or to a first sight."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import ClassVar

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Value
from simulators.physics.conditioning import CONDITIONED
from simulators.physics.polishing import PAD, PLATENS, motor_current, rates
from simulators.physics.uniformity import pattern
from simulators.section.cut import CENTRE
from simulators.section.polishing import Descent
from simulators.tools.channels import CHANNELS
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Polish
from simulators.wafers.store import WaferStore

BY_TIME, BY_REST, BY_CLEARING, BY_FIRST_SIGHT = range(4)
"""EndpointMode."""
NO_STOP = "none"
POLISHES = ("POLISH", "BUFF")
"""Blocks that take material off; a buff does it on a softer pad."""
SPEED_CHANNEL = {"bulk": "PlatenSpeed1", "soft-landing": "PlatenSpeed2", "barrier": "PlatenSpeed3"}
ZONES = ("Zone1Pressure", "Zone2Pressure", "Zone3Pressure")
SHORTEST_S = 1.0
"""A setting of the simulated polisher: no head comes down for less."""


class Polisher(ProgramMachine):
    """The polisher."""

    CHANNELS = CHANNELS["polisher"]
    FOLLOWS: ClassVar[Mapping[str, str]] = {
        "HeadSpeed": "HeadSpeed",
        "Z1": "Zone1Pressure",
        "Z2": "Zone2Pressure",
        "Z3": "Zone3Pressure",
        "Ring": "RingPressure",
        "SlurryFlow": "SlurryFlow",
    }
    CLOSING = frozenset({"RINSE", "CLEAN"})

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._pad_wafers = 0
        self._polished_s = 0.0
        """What the pad was polished on since it was last open."""
        self._course: deque[tuple[float, dict[str, float]]] = deque()
        """From when on (process seconds) channels go to which values: what the pad rubs on then."""

    def measured(self, name: str) -> Value:
        """Wafers on the pad."""
        if name == "PadWafers":
            return self._pad_wafers
        raise KeyError(name)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """A platen whose slurry takes the material, and an end."""
        problems = []
        for block in blocks:
            if block.name not in POLISHES:
                continue
            platen, material = block.text("Platen"), block.text("Material")
            if material not in self.dictionary.chambers[platen]:
                problems.append(f"platen {platen} does not polish {material}")
            if block.number("EndpointMode") == BY_TIME and block.number("StepTime") <= 0:
                problems.append(f"{block.name} by time needs a StepTime")
            if (block.number("EndpointMode") == BY_FIRST_SIGHT) != (block.text("Stop") != NO_STOP):
                problems.append(
                    f"{block.name} to a first sight needs a Stop, and nothing else has one"
                )
        return problems

    def plan(self, block: NamedBlock) -> Phase:
        """What a block becomes."""
        self._course.clear()
        if block.name in POLISHES:
            return self._polish(block)
        lifted = {**dict.fromkeys(ZONES, 0.0), **rubbing(0.0, 0.0, {})}
        if block.name == "CONDITION":
            return self._condition(block, lifted)
        cleaned = "WaferCleaned" if block.name == "CLEAN" else ""
        return Phase(block.name, block.number("StepTime"), targets=lifted, ends=cleaned)

    def on_time(self, now: float) -> None:
        """Let what is measured follow what the pad has come to rub on."""
        while self._course and self._course[0][0] <= now:
            moment, targets = self._course.popleft()
            self.channels.aim(targets, moment)

    def on_end(self) -> None:
        """The head is lifted."""
        self._course.clear()

    def on_abort(self) -> None:
        """The head is lifted."""
        self._course.clear()

    def on_command(self, rcmd: str, parameters: Mapping[str, float | int | str]) -> None:
        """A new pad, or the conditioner on the old one."""
        if rcmd == "PAD-CHANGED":
            self._pad_wafers, self._polished_s = 0, 0.0
            self.clear_alarm("PadLife")
            self.raise_event("PadChanged")
        elif rcmd == "CONDITION-PAD":
            seconds = float(parameters["SECONDS"])

            def done() -> None:
                force = self.constant("ConditionerForce")
                self._conditioned(seconds, force, CONDITIONED.speed)
                self.raise_event("PadConditioned")

            self.errand(seconds, done, dict.fromkeys(SPEED_CHANNEL.values(), CONDITIONED.speed))

    def _condition(self, block: NamedBlock, lifted: Mapping[str, float]) -> Phase:
        """The pads turn under the conditioner, and the wafer is off them."""
        force, speed = block.number("Force"), block.number("Speed")

        def conditions(seconds: float) -> tuple[()]:
            self._conditioned(seconds, force, speed)
            return ()

        turning = dict.fromkeys(SPEED_CHANNEL.values(), speed)
        return Phase(block.name, block.number("StepTime"), conditions, {**lifted, **turning})

    def _conditioned(self, seconds: float, force: float, speed: float) -> None:
        self._polished_s = CONDITIONED.conditioned(self._polished_s, seconds, force, speed)

    def _polish(self, block: NamedBlock) -> Phase:
        buffs = block.name == "BUFF"
        if not buffs:
            self._pad_wafers += 1
            if self._pad_wafers > self.constant("PadLifeWafers"):
                self.set_alarm("PadLife", "PadChangeRequired")
        platen = PLATENS[block.text("Platen")]
        psi = (block.number("Z1") + block.number("Z2") + block.number("Z3")) / 3
        share = CONDITIONED.buffs if buffs else CONDITIONED.removes(self._polished_s)
        believed = rates(platen, psi, block.number("PlatenSpeed"))
        true = {name: rate / 60 * share * self.true_rate(name) for name, rate in believed.items()}
        factors = pattern(
            platen.sigma, self.dice(f"polish {self.running.place if self.running else 0}")
        )

        def make(seconds: float) -> Polish:
            return Polish(true, seconds, factors, self.job)

        main = self._main_seconds(block, make)
        missing = main is None
        seconds = self.constant("EndpointTimeout") if main is None else main
        found = block.number("EndpointMode") != BY_TIME and not missing
        over = 0.0 if missing else block.number("OverPolish")
        seconds = max(SHORTEST_S, seconds + over)
        self._follow(make(seconds), psi)

        def polishes(lasted: float) -> tuple[Polish]:
            self._polished_s += 0.0 if buffs else lasted
            return (make(lasted),)

        return Phase(
            block.name,
            seconds,
            polishes,
            {
                SPEED_CHANNEL[block.text("Platen")]: block.number("PlatenSpeed"),
                "PadTemp": PAD.degc + PAD.degc_psi * psi,
            },
            ends="EndpointDetected" if found else "",
            over=over if found else 0.0,
            alarm="EndpointNotFound" if missing else "",
            fails=missing,
        )

    def _follow(self, polish: Polish, psi: float) -> None:
        """Tell what is measured while the pad comes down."""
        factor = polish.factors[CENTRE]
        for each in Descent(self.wafer.section, polish.rates).course():
            begins = each.seconds / factor
            if begins >= polish.seconds:
                break
            targets = rubbing(psi, each.speed * factor, each.shares)
            self._course.append((self.now + begins, targets))

    def _main_seconds(self, block: NamedBlock, make: Callable[[float], Polish]) -> float | None:
        """Until the end point; None where it does not come in time."""
        mode, material = int(block.number("EndpointMode")), block.text("Material")
        if mode == BY_TIME:
            return block.number("StepTime")
        polish, wafer = make(0.0), self.wafer
        if mode == BY_FIRST_SIGHT:  # optical: anywhere
            seconds = wafer.seconds_to_see(polish, block.text("Stop"))
        elif mode == BY_CLEARING:  # optical: at every site
            seconds = wafer.seconds_to_wear(polish, material, PAD.unseen, max)
        else:
            seconds = wafer.seconds_to_wear(polish, material, block.number("Remaining"), fmean)
        late = seconds is None or seconds > self.constant("EndpointTimeout")
        return None if late else seconds


def rubbing(psi: float, speed: float, shares: Mapping[str, float]) -> dict[str, float]:
    """Channel → its value while the pad comes down at `speed` (nm/s) on these materials."""
    return {"RemovalRate": 60 * speed, "PlatenCurrent": motor_current(psi, shares)}
