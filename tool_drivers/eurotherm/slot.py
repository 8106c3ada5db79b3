"""The one program of the controller's store that is the host's: written, selected, read back.

Its last segment, which no program of ours reaches, keeps the mark of the job.
"""

from fabctl.instruments.eurotherm import (
    GENERAL,
    SEGMENTS,
    Register,
    Segment,
    program_base,
    program_words,
    segment_base,
)
from fabctl.tools.errors import RecipeError
from fabctl.tools.port import Program
from tool_drivers.bench.modbus_line import ModbusLine
from tool_drivers.eurotherm.marks import CLEARED, Mark, mark_of, read_mark
from tool_drivers.eurotherm.segments import MOST_SEGMENTS, blocks_of, segments_of

SLOT = 1
"""The program that the host writes; the others are the lab's own."""
_MARK_AT = segment_base(SLOT, SEGMENTS) + 1
"""Target and amount of the last segment."""


class Slot:
    """One controller's slot. Whatever reads or writes raises `ToolError` where that fails."""

    def __init__(self, tool: str, registers: ModbusLine, decimals: int) -> None:
        """`decimals` are those of the controller's display."""
        self._tool = tool
        self._registers = registers
        self._decimals = decimals

    def check(self, program: Program) -> None:
        """Raise ValueError where the controller can't hold the program exactly."""
        self._words(program)

    async def write(self, program: Program) -> None:
        """Clear the mark and write the program; every block is read back.

        Raises ValueError as `check` does, and then nothing is written.
        """
        words = self._words(program)
        await self._registers.write(_MARK_AT, *CLEARED)
        for address, block in words.items():
            await self._registers.write(address, *block)

    async def read(self, program: Program) -> Program:
        """What the controller now stores, under the program's name.

        Raises `RecipeError` where it is no program that this driver could have written.
        """
        general = await self._registers.read(program_base(SLOT), len(GENERAL))
        if general != GENERAL:
            there, ours = (", ".join(map(str, words)) for words in (general, GENERAL))
            why = f"its units and cycles are {there}, and fabctl writes {ours}"
            raise RecipeError(self._tool, f"program {SLOT} is none that fabctl wrote: {why}")
        stored = await self._registers.read(segment_base(SLOT, 1), 8 * MOST_SEGMENTS)
        try:
            segments = (
                Segment.of(stored[at : at + 6], self._decimals) for at in range(0, len(stored), 8)
            )
            body = blocks_of(tuple(segments))
        except ValueError as error:
            raise RecipeError(self._tool, f"program {SLOT} can't be read: {error}") from None
        return Program(program.name, body, program.start)

    async def holds(self, program: Program) -> bool:
        """Whether the controller stores the program as it was written."""
        try:
            return (await self.read(program)).body == program.body
        except RecipeError:
            return False

    async def select(self) -> None:
        """Select the slot for the next run."""
        await self._registers.write(Register.PROGRAM_NUMBER, SLOT)

    async def selected(self) -> int:
        """The number of the program that is selected."""
        (number,) = await self._registers.read(Register.PROGRAM_NUMBER)
        return number

    async def mark(self, job: str, *, seen: bool = False) -> None:
        """Mark the job, before its start; `seen` once it was seen to run."""
        await self._registers.write(_MARK_AT, *mark_of(job, seen=seen))

    async def marked(self, job: str) -> Mark:
        """What the mark is to a job."""
        return read_mark(await self._registers.read(_MARK_AT, 2), job)

    def _words(self, program: Program) -> dict[int, tuple[int, ...]]:
        assert not isinstance(program.body, bytes)
        return dict(program_words(SLOT, segments_of(program.body), self._decimals))
