"""What holds for SECS-I whatever the line does to the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secs1_ends import DROP, Side, Wire, connection

from fabctl.secs.hsms_events import Closed
from fabctl.secs.hsms_settings import End
from fabctl.secs.hsms_state import HsmsState
from fabctl.secs.items import B

talk = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0, 1, 200, 300, 700])), min_size=1, max_size=6
)
"""Who asks, and how many bytes."""

place = st.integers(0, 400)
drops = st.dictionaries(place, st.just(DROP), max_size=2)
noise = st.dictionaries(place, st.integers(0, 255), max_size=1)


def run(wire: Wire, asked: list[tuple[bool, int]]) -> None:
    """Ask all of it at once, so that both ends contend for the line."""
    for from_host, size in asked:
        wire.request(wire.host if from_host else wire.tool, B(bytes(size)))
    wire.run()


def wanted(asked: list[tuple[bool, int]], *, from_host: bool) -> list[int]:
    """The sizes that must reach the other end, in order."""
    return [size for by_host, size in asked if by_host is from_host]


def came(side: Side) -> list[int]:
    """The sizes that reached a side."""
    return [len(message.item.value) for message in side.primaries]


@given(talk)
def test_contention_loses_and_doubles_nothing(asked: list):
    """F14: both ends talk at once on a good line."""
    wire = Wire()
    run(wire, asked)
    assert came(wire.tool) == wanted(asked, from_host=True)
    assert came(wire.host) == wanted(asked, from_host=False)
    outcomes = [*wire.host.concluded.values(), *wire.tool.concluded.values()]
    assert outcomes == [["Reply"]] * len(asked)


@given(talk, drops, drops)
def test_lost_bytes_are_made_good(asked: list, from_host: dict, from_tool: dict):
    """F15, F16: lost ENQ, EOT, ACK, NAK or bytes of blocks, no more often than RTY allows."""
    wire = Wire(retries=6)
    wire.host.faults, wire.tool.faults = from_host, from_tool
    run(wire, asked)
    assert came(wire.tool) == wanted(asked, from_host=True)
    assert came(wire.host) == wanted(asked, from_host=False)
    outcomes = [*wire.host.concluded.values(), *wire.tool.concluded.values()]
    assert outcomes == [["Reply"]] * len(asked)


@pytest.mark.long
@given(talk, noise, noise)
def test_a_byte_of_noise_is_made_good(asked: list, from_host: dict, from_tool: dict):
    """F17: also where it is an ENQ, EOT, ACK or NAK; nothing is doubled or changed."""
    wire = Wire(retries=6)
    wire.host.noise, wire.tool.noise = from_host, from_tool
    run(wire, asked)
    for side, sizes in (
        (wire.tool, wanted(asked, from_host=True)),
        (wire.host, wanted(asked, from_host=False)),
    ):
        assert came(side) == sizes


@pytest.mark.long
@given(
    talk,
    st.dictionaries(place, st.integers(-1, 255), max_size=40),
    st.dictionaries(place, st.integers(-1, 255), max_size=40),
)
def test_each_request_has_one_end_on_any_line(asked: list, from_host: dict, from_tool: dict):
    """However bad the line: every request is concluded once, and the ends come to rest."""
    wire = Wire(retries=2)
    wire.host.faults, wire.tool.faults = from_host, from_tool
    run(wire, asked)
    for side in (wire.host, wire.tool):
        assert all(len(outcomes) == 1 for outcomes in side.concluded.values())
        assert side.connection.open_transactions == 0
        assert len(side.closed) <= 1


@given(st.lists(st.binary(max_size=300), max_size=20), st.booleans())
def test_no_peer_can_make_it_raise(chunks: list[bytes], is_tool: bool):  # noqa: FBT001
    """Any bytes at any time: events only, and after Closed silence."""
    end = connection(End.EQUIPMENT if is_tool else End.HOST, linktest=30.0)
    end.connected(0.0)
    for now, chunk in enumerate(chunks):
        _, frame = end.request(1, 1, None, float(now))
        events = end.post(frame, float(now))
        events += end.receive(chunk, float(now)) + end.expire(float(now))
        if any(isinstance(event, Closed) for event in events):
            assert end.state is HsmsState.NOT_CONNECTED
            assert end.next_deadline() == float("inf")
            return
