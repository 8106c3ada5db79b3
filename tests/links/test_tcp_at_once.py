"""What is written to a TCP link leaves before anything else is heard, whosever the loop is."""

import asyncio
import socket

from fabctl.clock import live_loop
from fabctl.links.tcp import tcp_dial


class Deaf:
    def received(self, data):
        pass

    def lost(self, reason):
        pass


def with_peer(main):
    """Run `main(link, peer)`: a link, and the other end's plain socket."""

    async def dialled():
        with socket.create_server(("127.0.0.1", 0)) as server:
            link = await tcp_dial(*server.getsockname())(Deaf())
            peer, _ = server.accept()
        with peer:
            peer.settimeout(1.0)
            await main(link, peer)
            link.abort()
            await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=live_loop) as runner:
        runner.run(dialled())


def test_it_is_sent_within_the_same_turn():
    async def main(link, peer):
        link.write(b"ABORT")
        assert peer.recv(5) == b"ABORT"

    with_peer(main)


def test_what_the_peer_does_not_take_yet_follows_in_order():
    async def main(link, peer):
        sent = bytes(range(251)) * 40_000
        for at in range(0, len(sent), 1_000_003):
            link.write(sent[at : at + 1_000_003])
        read = asyncio.to_thread(lambda: b"".join(iter(lambda: peer.recv(65536), b"")))
        task = asyncio.ensure_future(read)
        await link.drain()
        link.close()
        assert await task == sent

    with_peer(main)
