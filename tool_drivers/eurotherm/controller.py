"""The controller as its registers show it: who it is, its state, its temperature, its flags."""

import math
from collections.abc import Mapping

from fabctl.instruments.eurotherm import ProgramStatus, Register, float_address, float_of
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Control
from tool_drivers.bench.modbus_line import ModbusLine

FLAGS: Mapping[Register, str] = {
    Register.SENSOR_BREAK: "the thermocouple is broken",
    Register.POWER_FAIL: "the controller lost its power",
}
"""What it can say of trouble, by register: two that stand side by side."""


class Controller:
    """Reads one controller. Raises `ToolError` where it does not answer."""

    def __init__(self, tool: str, registers: ModbusLine) -> None:
        self._tool = tool
        self._registers = registers

    async def customer_id(self) -> int:
        """The number that its owner has set to tell it from others."""
        (told,) = await self._registers.read(Register.CUSTOMER_ID)
        return told

    async def program_status(self) -> ProgramStatus:
        """How far its program is."""
        (word,) = await self._registers.read(Register.PROGRAM_STATUS)
        try:
            return ProgramStatus(word)
        except ValueError:
            raise ToolError(self._tool, f"has program status {word}") from None

    async def segment(self) -> int:
        """The segment under way, from 1; 0 where none is."""
        (segment,) = await self._registers.read(Register.SEGMENT_NUMBER)
        return segment

    async def control(self) -> Control:
        """Whether the host may command it: not in standby, nor in manual."""
        (manual,) = await self._registers.read(Register.MANUAL)
        (mode,) = await self._registers.read(Register.INSTRUMENT_MODE)
        if mode:
            return Control.OFFLINE
        return Control.LOCAL if manual else Control.REMOTE

    async def flags(self) -> Mapping[Register, bool]:
        """Which of `FLAGS` stand."""
        words = await self._registers.read(min(FLAGS), len(FLAGS))
        return dict(zip(sorted(FLAGS), map(bool, words), strict=True))

    async def celsius(self, flags: Mapping[Register, bool]) -> float:
        """The temperature; no number where the flags say that the thermocouple is broken."""
        words = await self._registers.read(float_address(Register.PV), 2)
        return math.nan if flags[Register.SENSOR_BREAK] else float_of(words)
