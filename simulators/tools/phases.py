"""What a program is made of, to a machine: blocks by name, and the phase that each becomes."""

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.port import Program
from simulators.wafers.effects import Effect

Effects = Callable[[float], tuple[Effect, ...]]
"""What a phase does to the wafer when it has lasted some seconds."""


def nothing(_seconds: float) -> tuple[Effect, ...]:
    """A phase that leaves the wafer as it is, at room temperature."""
    return ()


class NamedBlock(Struct, frozen=True):
    """A block of a program with its parameters by name."""

    name: str
    values: Mapping[str, float | int | str]

    def number(self, name: str) -> float:
        """A parameter that is a number."""
        return float(self.values[name])

    def text(self, name: str) -> str:
        """A parameter that is a word."""
        return str(self.values[name])


class Phase(Struct, frozen=True):
    """One block being carried out: how long, towards which values, and with what effect."""

    name: str
    seconds: float
    effects: Effects = nothing
    targets: Mapping[str, float] = field(default_factory=dict)
    """Channel → set-point while it lasts."""
    begins: str = ""
    """The event raised as it begins."""
    ends: str = ""
    """The event raised as it ends, or `over` s before."""
    over: float = 0.0
    """s that it goes on after the event that it ends with: over-polish after the end point."""
    alarm: str = ""
    """The alarm set as it ends."""
    fails: bool = False
    """Whether the job has failed when it ends."""


class Running(Struct):
    """The job that a machine carries out."""

    job: str
    wafer: str
    parameters: Mapping[str, float | int | str]
    blocks: tuple[NamedBlock, ...]
    started: float
    place: int = 0
    """The index of the block that is or was last begun."""
    phase: Phase | None = None
    phase_began: float = 0.0
    told: bool = False
    """Whether the event that the phase ends with was raised."""
    stopping: bool = False


def blocks_of(dictionary: Dictionary, program: Program) -> tuple[NamedBlock, ...]:
    """The blocks of a formatted program by name. Raises ValueError where one is unknown."""
    if isinstance(program.body, bytes):
        raise ValueError("the program is unformatted")  # noqa: TRY004 -- a fault of the program
    found = []
    for block in program.body:
        code = dictionary.ccodes_by_id.get(block.ccode)
        if code is None:
            raise ValueError(f"no command code {block.ccode}")
        if len(block.parameters) != len(code.parameters):
            raise ValueError(f"{code.name} takes {len(code.parameters)} parameters")
        names = (parameter.name for parameter in code.parameters)
        found.append(NamedBlock(code.name, dict(zip(names, block.parameters, strict=True))))
    return tuple(found)
