"""A Eurotherm's register map in a pymodbus server on a serial port: ``pymodbus_furnace.py PORT``.

It keeps what is written and carries nothing out.
"""

import asyncio
import sys

from pymodbus.server import StartAsyncSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

CUSTOMER_ID, STATUS = 629, 23
PV_FLOAT = 0x8002


def words(first, values):
    return SimData(first, values=values, datatype=DataType.REGISTERS)


async def main(port):
    low = [0] * 700
    low[CUSTOMER_ID], low[STATUS], low[22] = 17, 1, 1
    blocks = [
        words(0, low),
        words(8192, [0] * 700),
        words(PV_FLOAT, [0x41C8, 0x0000]),  # 25.0
    ]
    device = SimDevice(1, simdata=blocks)
    serving = StartAsyncSerialServer(device, port=port, baudrate=9600)
    print("serving", flush=True)
    await serving


asyncio.run(main(sys.argv[1]))
