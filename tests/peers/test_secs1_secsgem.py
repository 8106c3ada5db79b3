"""Our SECS-I against secsgem's, over a pty pair.

secsgem has no timers, no retries and no contention: both ends must not begin at the same time.
"""

from pathlib import Path

import pytest
from secs1_rig import Ours, pty_pair, secsgem, told, until

from fabctl.clock import run
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import U4, A, L
from fabctl.secs.outcome import Reply

pytestmark = [pytest.mark.wire, pytest.mark.long]


def test_secsgem_is_the_equipment(peer, tmp_path: Path):
    """It opens with S1F13; then requests, also of several blocks, one after the other."""

    async def main() -> None:
        ours = Ours(End.HOST)
        async with pty_pair(peer("socat"), tmp_path) as (near, far), ours.on(near) as session:
            with secsgem("equipment", far) as process:
                assert await told(process) == "enabled"
                await until(lambda: ours.names() == ["S1F13"])
                asked = [
                    (1, 1, None),
                    (1, 11, L()),
                    (1, 3, L(*(U4(5000 + n) for n in range(40)))),
                    (2, 41, L(A("GO"), L(L(A("LOTID"), A("L1"))))),
                ]
                replies = []
                for stream, function, item in asked:
                    outcome = await session.request(stream, function, item, timeout=10)
                    assert isinstance(outcome, Reply), outcome
                    replies.append(outcome.message.item)
                assert replies[0].value[0].value == "secsgem"
                assert len(replies[1].value) > 40
                assert len(replies[2].value) == 40
                assert replies[3].value[0].one() == 4
                assert await told(process) == ["GO", "L1"]
        assert ours.lost == ["closed by this end"]

    run(main())


def test_secsgem_is_the_host(peer, tmp_path: Path):
    """It opens with S1F13, and asks S1F1."""

    async def main() -> None:
        ours = Ours(End.EQUIPMENT)
        async with pty_pair(peer("socat"), tmp_path) as (near, far), ours.on(near):
            with secsgem("host", far) as process:
                assert await told(process) == "enabled"
                assert await told(process) is True
                for _ in range(5):
                    assert await told(process) == ["FABCTL", "1"]

    run(main())
