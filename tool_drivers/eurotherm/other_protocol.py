"""One question over EI-Bisynch, for a controller that is silent over Modbus.

A 2400 speaks one of the two protocols, as it is configured, and hears nothing of the other. The
question only reads, and no Modbus slave on the line can take it for a frame: where its CRC would
be, none fits. It is the same bits on a line of eight bits without parity (see the codec), so the
port is left as it is set; on a line with parity it can't be asked.
"""

from fabctl.instruments.bisynch import ADDRESSES, Request
from fabctl.instruments.errors import FrameError, InstrumentError
from fabctl.links.address import Address
from fabctl.tools.errors import ToolError
from tool_drivers.bench.line import Line

ANSWER_S = 0.2
"""Wire seconds that the controller is given, besides the line's: its maker says 2 to 10 ms."""
PAUSE_S = 0.02
"""Wire seconds of silence before the question."""
LONGEST = 32
"""Characters of question and answer, at most."""
BITS = 10
"""Of a character."""


async def speaks_bisynch(line: Line, place: Address, address: int) -> str:
    """Ask once; returns what is so and what to set, "" where the controller doesn't answer."""
    if (place.bytesize, place.parity) != (8, "N") or address not in ADDRESSES:
        return ""
    poll = Request(address, "PV")
    came = bytearray()

    def collect(data: bytes) -> bool | None:
        came.extend(data)
        return None  # only silence says where an answer ends

    try:
        within = ANSWER_S + LONGEST * BITS / place.baudrate
        await line.ask(poll.encode(), collect, within, PAUSE_S)
    except ToolError:
        pass
    try:
        celsius = poll.decode_reply(bytes(came)).strip()
    except (FrameError, InstrumentError):
        return ""
    return (
        f"speaks EI-Bisynch (PV {celsius}) and not Modbus: set the protocol (PROt or Func, by "
        "model) in its comms configuration to Modbus; its baud rate and parity may change with it"
    )
