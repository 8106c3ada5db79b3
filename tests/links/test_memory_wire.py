"""The in-memory wire and its faults."""

import asyncio

import pytest
from wire_rig import virtually

from fabctl.links.link import LinkError
from fabctl.links.memory import MemoryWire, Towards


class Ear:
    """Remembers what it is told."""

    def __init__(self):
        self.heard = []

    def received(self, data):
        self.heard.append(data)

    def lost(self, reason):
        self.heard.append(reason)


async def linked(wire: MemoryWire):
    """A link's two ends and their ears."""
    near, far, links = Ear(), Ear(), []

    def accept(link):
        links.append(link)
        return far

    wire.listen(accept)
    return await wire.dial(near), near, links[0], far


@virtually
async def test_bytes_arrive_in_order():
    """Both ways."""
    here, near, there, far = await linked(MemoryWire())
    here.write(b"1")
    there.write(b"a")
    here.write(b"2")
    await here.drain()
    await asyncio.sleep(0)
    assert far.heard == [b"1", b"2"]
    assert near.heard == [b"a"]


@virtually
async def test_never_within_the_write():
    """The receiver runs in a later turn, as on a real link."""
    here, _, _, far = await linked(MemoryWire())
    here.write(b"1")
    assert far.heard == []


@virtually
async def test_latency():
    """One way."""
    wire = MemoryWire(latency=0.5)
    here, _, _, far = await linked(wire)
    here.write(b"1")
    await asyncio.sleep(0.4)
    assert far.heard == []
    await asyncio.sleep(0.2)
    assert far.heard == [b"1"]


@virtually
async def test_close_lets_the_rest_arrive():
    """Then both are told, once."""
    here, near, there, far = await linked(MemoryWire())
    here.write(b"1")
    here.close()
    here.close()
    here.write(b"too late")
    await asyncio.sleep(1)
    there.write(b"to nobody")
    await asyncio.sleep(1)
    assert far.heard == [b"1", "closed by the peer"]
    assert near.heard == ["closed by this end"]


@virtually
async def test_abort():
    """Both are told."""
    here, near, _, far = await linked(MemoryWire())
    here.abort()
    await asyncio.sleep(0)
    assert near.heard == ["aborted by this end"]
    assert far.heard == ["connection reset by the peer"]


@virtually
async def test_drop_loses_what_is_under_way():
    """Link dropped at both ends."""
    wire = MemoryWire()
    here, near, _, far = await linked(wire)
    here.write(b"1")
    wire.drop()
    await asyncio.sleep(0)
    assert near.heard == far.heard == ["link dropped"]


@virtually
async def test_lose():
    """The next writes one way are swallowed."""
    wire = MemoryWire()
    here, near, there, far = await linked(wire)
    wire.lose(Towards.LISTENER, 2)
    for data in (b"1", b"2", b"3"):
        here.write(data)
    there.write(b"a")
    await asyncio.sleep(0)
    assert far.heard == [b"3"]
    assert near.heard == [b"a"]


@virtually
async def test_stall_one_way():
    """Held back until resumed; the other way goes on."""
    wire = MemoryWire()
    here, near, there, far = await linked(wire)
    wire.stall(Towards.LISTENER)
    here.write(b"1")
    there.write(b"a")
    here.close()
    await asyncio.sleep(1)
    assert far.heard == []
    assert near.heard[0] == b"a"
    wire.resume()
    assert far.heard == [b"1", "closed by the peer"]


@virtually
async def test_refused():
    """With the reason given; and where nobody listens."""
    wire = MemoryWire()
    with pytest.raises(LinkError, match="nobody"):
        await wire.dial(Ear())
    wire.refused = "no route to host"
    with pytest.raises(LinkError, match="no route"):
        await wire.dial(Ear())
