"""What holds for HSMS connections whatever the bytes and however they are cut."""

from hsms_ends import Pair, frame, selected_host, selected_tool, sent
from hypothesis import given
from hypothesis import strategies as st
from item_strategies import items

from fabctl.secs.codec import encode
from fabctl.secs.hsms_events import Closed, Concluded, Primary
from fabctl.secs.hsms_state import HsmsState
from fabctl.secs.outcome import Reply


@given(st.lists(items, max_size=4), st.data())
def test_cutting_changes_nothing(bodies: list, data: st.DataObject):
    """One frame in many reads or many frames in one: the same events."""
    stream = b"".join(
        frame(0, system, session=0, byte2=0x86, byte3=11, body=encode(item)) + frame(5, system)
        for system, item in enumerate(bodies)
    )
    whole = selected_host().receive(stream, 0.0)
    cut = selected_host()
    events = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        events += cut.receive(stream[:size], 0.0)
        stream = stream[size:]
    assert events == whole
    assert len(whole) == 2 * len(bodies)


frames = st.builds(
    frame,
    st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200]),
    st.integers(0, 5),
    session=st.sampled_from([0, 1, 0xFFFF]),
    byte2=st.integers(0, 255),
    byte3=st.integers(0, 255),
    ptype=st.sampled_from([0, 0, 0, 0, 1]),
    body=st.sampled_from([b"", b"", b"\x01\x00", b"\x01\x05", b"\x21\x01\x00"]),
)


@given(st.lists(st.one_of(frames, st.binary(max_size=20)), max_size=12), st.booleans())
def test_no_peer_can_make_it_raise(chunks: list[bytes], is_tool: bool):  # noqa: FBT001
    """Any frames in any order: events only, and after Closed silence."""
    end = (selected_tool if is_tool else selected_host)()
    asked = {end.request(1, 1, None, 0.0)[0] for _ in range(3)}
    concluded = []
    over = False
    for now, chunk in enumerate(chunks):
        events = end.receive(chunk, float(now)) + end.expire(float(now))
        assert not (over and events)
        concluded += [event.system for event in events if isinstance(event, Concluded)]
        over = over or any(isinstance(event, Closed) for event in events)
        assert over == (end.state is HsmsState.NOT_CONNECTED)
    assert len(concluded) == len(set(concluded))
    assert set(concluded) <= asked
    if over:
        assert set(concluded) == asked


@given(st.lists(st.tuples(st.booleans(), items), max_size=10))
def test_two_ends_agree(talk: list):
    """Whatever either end asks reaches the other as it was, and each answer its question."""
    pair = Pair()
    pair.connect()
    for from_host, item in talk:
        here, there = (pair.host, pair.tool) if from_host else (pair.tool, pair.host)
        system, written = here.request(99, 1, item, 0.0)
        (primary,) = there.receive(written, 0.0)
        assert isinstance(primary, Primary)
        assert primary.message.item == item
        (concluded,) = here.receive(there.reply(primary.message, item), 0.0)
        assert concluded.system == system
        assert isinstance(concluded.outcome, Reply)
        assert concluded.outcome.message.item == item
    assert pair.host.open_transactions == pair.tool.open_transactions == 0
    assert sent(pair.host.separate())
