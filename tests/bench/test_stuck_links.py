"""A link whose other end has forgotten it: a terminal server's session that hangs."""

import pytest
from bench_rig import FurnaceRig, go


class Hangs:
    """Carries nothing any more once `hung`; what a terminal server's old session does."""

    def __init__(self, link):
        self.link = link
        self.hung = False
        self.close, self.abort, self.drain = link.close, link.abort, link.drain

    def write(self, data):
        if not self.hung:
            self.link.write(data)


def hung(port, seconds):
    """A furnace whose first link hangs after a while; gives its rig and the links made."""

    async def main():
        rig, links = FurnaceRig(), []

        async def dial(receiver):
            links.append(Hangs(await rig.station.wire.dial(receiver)))
            return links[-1]

        rig.new_host(dial, port)
        await rig.driver.connect()
        await rig.driver.watch("anneal")
        links[0].hung = True
        await rig.clock.sleep(seconds)
        await rig.driver.disconnect()
        return rig, links

    return go(main())


@pytest.mark.parametrize("port", ["rfc2217://server:4001", "socket://server:4001"])
def test_a_session_that_hangs_is_dialled_anew(port):
    rig, links = hung(port, 60)
    assert len(links) == 2
    assert rig.sights() == [True, False, True]


def test_a_session_that_answers_soon_is_kept():
    assert len(hung("rfc2217://server:4001", 8)[1]) == 1


def test_a_local_port_is_not_opened_again_because_its_tool_is_silent():
    rig, links = hung("/dev/ttyS0", 60)
    assert len(links) == 1
    assert rig.sights() == [True, False]
