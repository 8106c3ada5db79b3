"""The simulated tools behind their GEM faces: one machine a kind, told by programs only."""

from collections.abc import Mapping, Sequence

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Machine
from simulators.tools.coater import Coater
from simulators.tools.cvd import Cvd
from simulators.tools.furnace import Furnace
from simulators.tools.metrology import Metrology
from simulators.tools.plasma_etcher import PlasmaEtcher
from simulators.tools.polisher import Polisher
from simulators.tools.program_machine import ProgramMachine
from simulators.tools.stepper import Stepper
from simulators.tools.wet_bench import WetBench
from simulators.wafers.store import WaferStore

MACHINES: Mapping[str, type[ProgramMachine]] = {
    "cvd": Cvd,
    "spin_coater": Coater,
    "stepper": Stepper,
    "cmp": Polisher,
    "furnace": Furnace,
    "metrology": Metrology,
}
"""Kind → machine; an etcher may be two things."""


def machine_for(
    dictionary: Dictionary, store: WaferStore, seed: int = 0, faults: Sequence[Fault] = ()
) -> Machine:
    """The machine of a tool's kind. Of `faults` it heeds ``rate`` and ``no-anti-windup``.

    Raises KeyError for a kind that nothing here simulates.
    """
    if dictionary.kind == "etcher":
        wet = any(code.name == "TREAT" for code in dictionary.ccodes)
        kind: type[ProgramMachine] = WetBench if wet else PlasmaEtcher
    else:
        kind = MACHINES[dictionary.kind]
    return kind(dictionary, store, seed, faults)
