"""Sessions over real loopback sockets."""

import asyncio

import pytest

from fabctl.clock import Clock, run
from fabctl.links import tcp
from fabctl.links.link import LinkError
from fabctl.links.session import SecsSession
from fabctl.links.tcp import listen_tcp, tcp_dial
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.items import A, B, L
from fabctl.secs.outcome import Aborted, Reply

pytestmark = pytest.mark.wire


def over_tcp(test):
    """Run `test(host, tool, dial)` with a tool that listens and echoes."""

    async def main():
        clock = Clock()
        tool = SecsSession(
            HsmsSettings(Role.PASSIVE, End.EQUIPMENT),
            clock,
            on_primary=lambda message: tool.reply(message, message.item),
        )
        host = SecsSession(HsmsSettings(Role.ACTIVE, End.HOST, t5=0.05, t6=1.0), clock)
        listener = await listen_tcp("127.0.0.1", 0, tool.accept)
        await test(host, tool, tcp_dial(*listener.address))
        await host.close()
        await tool.close()
        await listener.close()

    run(main())


def test_fifteen_megabytes_both_ways():
    """Whole, through real buffers."""

    async def test(host, _tool, dial):
        await host.open(dial)
        item = L(A("P"), B(bytes(range(256)) * 60_000))
        outcome = await host.request(7, 3, item)
        assert isinstance(outcome, Reply)
        assert outcome.message.item == item

    over_tcp(test)


def test_many_requests_at_once():
    """While a large one is under way."""

    async def test(host, _tool, dial):
        await host.open(dial)
        large = asyncio.create_task(host.request(7, 3, B(bytes(4_000_000))))
        small = await asyncio.gather(*(host.request(2, 25, B(n)) for n in range(200)))
        assert [o.message.item for o in small if isinstance(o, Reply)] == [B(n) for n in range(200)]
        assert isinstance(await large, Reply)

    over_tcp(test)


def test_tool_that_goes_away_and_comes_back():
    """The host's request is aborted; after T5 it is connected again."""

    async def test(host, tool, dial):
        again = asyncio.Event()
        await host.open(dial, reconnect=True)
        host.on_selected = again.set
        tool.on_primary = lambda _message: asyncio.create_task(tool.close())
        outcome = await host.request(1, 1)
        assert isinstance(outcome, Aborted)
        assert outcome.code == "link"
        await asyncio.wait_for(again.wait(), 5)
        tool.on_primary = lambda message: tool.reply(message, message.item)
        assert isinstance(await host.request(1, 1), Reply)

    over_tcp(test)


def test_second_host_is_turned_away():
    """Select.rsp 3, then the connection is closed."""

    async def test(host, _tool, dial):
        await host.open(dial)
        second = SecsSession(host.settings, Clock())
        with pytest.raises(LinkError, match="status 3"):
            await second.open(dial)
        assert isinstance(await host.request(1, 1), Reply)

    over_tcp(test)


def test_nobody_listens():
    """LinkError names the address."""

    async def main():
        listener = await listen_tcp("127.0.0.1", 0, lambda _link: pytest.fail("dialled"))
        host, port = listener.address
        await listener.close()
        await asyncio.sleep(0)
        session = SecsSession(HsmsSettings(Role.ACTIVE, End.HOST), Clock())
        with pytest.raises(LinkError, match=f"{host}:{port}"):
            await session.open(tcp_dial(host, port))

    run(main())


def test_port_in_use():
    """LinkError, not a traceback."""

    async def main():
        listener = await listen_tcp("127.0.0.1", 0, lambda _link: pytest.fail("dialled"))
        with pytest.raises(LinkError, match="can't listen"):
            await listen_tcp(*listener.address, lambda _link: pytest.fail("dialled"))
        await listener.close()

    run(main())


class Generous:
    """Answers each byte with a megabyte."""

    def __init__(self, link):
        self.link = link
        self.asked = 0

    def received(self, data):
        self.asked += len(data)
        for _ in data:
            self.link.write(bytes(1 << 20))

    def lost(self, why):
        pass


def test_who_reads_no_answer_is_heard_no_more_until_he_does(monkeypatch):
    monkeypatch.setattr(tcp, "_FULL", 8 << 20)
    ends = []

    def accept(link):
        ends.append(Generous(link))
        return ends[-1]

    async def main():
        listener = await listen_tcp("127.0.0.1", 0, accept)
        reader, writer = await asyncio.open_connection(*listener.address)
        writer.transport.pause_reading()
        for _ in range(100):
            writer.write(b"?")
            await asyncio.sleep(0.002)
        heard_at_first = ends[0].asked
        writer.transport.resume_reading()
        for _ in range(100):
            await reader.readexactly(1 << 20)
        writer.close()
        await listener.close()
        return heard_at_first, ends[0].asked

    first, in_the_end = run(main())
    assert first < 40
    assert in_the_end == 100
