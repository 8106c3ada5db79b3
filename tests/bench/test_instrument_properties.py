"""Simulated instruments and line readers bear any bytes, cut anyhow."""

import pytest
from bench_rig import bench_fab
from hypothesis import given
from hypothesis import strategies as st

from fabctl.instruments import modbus
from fabctl.instruments.errors import FrameError, InstrumentError
from simulators.instruments import instrument_for
from simulators.wafers.store import WaferStore
from tool_drivers.bench.modbus_line import _reply_to
from tool_drivers.eurotherm.marks import CLEARED, Mark, mark_of, read_mark

TOOLS = ["FUR02", "SPN03", "HOT01"]
REQUESTS = [
    modbus.read(1, 1, 5).encode(),
    modbus.read(1, 0x8002, 2).encode(),
    modbus.write(1, 8336, 1, 2000, 50).encode(),
    b"GetRPM:98\r\n",
    b"IN_PV_2 \r\n",
]


def instrument(tool):
    return instrument_for(bench_fab().tool(tool), WaferStore(), 0)


def pieces(data, cuts):
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


@pytest.mark.parametrize("tool", TOOLS)
@given(chunks=st.lists(st.tuples(st.binary(max_size=40), st.booleans()), max_size=8))
def test_any_bytes_are_borne(tool, chunks):
    one = instrument(tool)
    for number, (data, after_gap) in enumerate(chunks):
        for reply in one.receive(data, float(number), after_gap=after_gap):
            assert isinstance(reply, bytes)


@pytest.mark.parametrize("tool", TOOLS)
@given(asked=st.sampled_from(REQUESTS), cuts=st.lists(st.integers(0, 50), max_size=4))
def test_a_request_cut_anyhow_is_answered_alike(tool, asked, cuts):
    whole = instrument(tool).receive(asked, 0.0, after_gap=True)
    cut, replies = instrument(tool), []
    for number, piece in enumerate(pieces(asked, cuts)):
        replies += cut.receive(piece, 0.0, after_gap=number == 0)
    assert replies == whole


@given(answer=st.binary(max_size=30), cuts=st.lists(st.integers(0, 50), max_size=3))
def test_a_reply_is_words_or_an_error_and_never_anything_else(answer, cuts):
    take = _reply_to(modbus.read(1, 23, 2))
    try:
        for piece in pieces(answer, cuts):
            words = take(piece)
            if words is not None:
                assert len(words) == 2
                return
    except (FrameError, InstrumentError):
        pass


@given(job=st.text(), other=st.text())
def test_a_mark_is_its_own_jobs(job, other):
    assert read_mark(CLEARED, job) is Mark.CLEARED
    assert read_mark(mark_of(job), job) is Mark.SET
    assert read_mark(mark_of(job, seen=True), job) is Mark.SEEN
    if mark_of(job) != mark_of(other):
        assert read_mark(mark_of(other), job) is Mark.ANOTHER
    assert all(0 <= word <= 9999 for word in (*mark_of(job), *mark_of(job, seen=True)))
