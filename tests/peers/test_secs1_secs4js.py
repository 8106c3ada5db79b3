"""Our SECS-I against secs4js's (Node), over a pty pair.

Messages of one block only: secs4js sends the further blocks of a message without bidding for the
line again, which is not E4.
"""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from secs1_rig import HERE, Ours, program, pty_pair, told, until

from fabctl.clock import run
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import A, L
from fabctl.secs.outcome import Reply

pytestmark = [pytest.mark.wire, pytest.mark.long]


@pytest.fixture
def secs4js(peer):
    """Starts secs4js in a role on a port; found on NODE_PATH or among npm's global packages."""
    node = peer("node")
    folders = [folder for folder in os.environ.get("NODE_PATH", "").split(":") if folder]
    asked = subprocess.run([peer("npm"), "root", "-g"], capture_output=True, text=True, check=True)
    folders.append(asked.stdout.strip())
    found = [path for folder in folders if (path := Path(folder) / "secs4js").is_dir()]
    if not found:
        why = "needs secs4js: npm install -g secs4js"
        if os.environ.get("FABCTL_REQUIRE_PEERS") == "1":
            pytest.fail(why)
        pytest.skip(why)

    @contextmanager
    def start(role: str, port: str):
        script = str(HERE / "secs4js_secs1.mjs")
        with program(node, script, str(found[0]), role, port) as process:
            yield process

    return start


def test_secs4js_is_the_equipment(peer, secs4js, tmp_path: Path):
    """Requests, a command, and its event."""

    async def main() -> None:
        ours = Ours(End.HOST)
        async with pty_pair(peer("socat"), tmp_path) as (near, far):
            with secs4js("equipment", far) as process:
                assert await told(process) == "open"
                async with ours.on(near) as session:
                    for item in (A("short"), A("x" * 242)):
                        outcome = await session.request(99, 1, item, timeout=10)
                        assert isinstance(outcome, Reply), outcome
                        assert outcome.message.item == item
                    command = L(A("START"), L(L(A("LOTID"), A("L1"))))
                    outcome = await session.request(2, 41, command, timeout=10)
                    assert isinstance(outcome, Reply), outcome
                    assert outcome.message.item.value[0].one() == 4
                    assert await told(process) == ["S2F41", 1]
                    assert await told(process) == ["S6F12"]
        assert ours.names() == ["S6F11"]

    run(main())


def test_secs4js_is_the_host(peer, secs4js, tmp_path: Path):
    """It asks and we answer."""

    async def main() -> None:
        ours = Ours(End.EQUIPMENT)
        async with pty_pair(peer("socat"), tmp_path) as (near, far), ours.on(near):
            with secs4js("host", far) as process:
                assert await told(process) == "open"
                for _ in range(3):
                    assert await told(process) is True
        assert ours.names() == ["S1F13", "S99F1", "S99F1", "S99F1"]

    run(main())


def test_both_ends_bid_at_once(peer, secs4js, tmp_path: Path):
    """F14: the host's requests and the equipment's events cross on the line."""

    async def main() -> None:
        ours = Ours(End.HOST)
        async with pty_pair(peer("socat"), tmp_path) as (near, far):
            with secs4js("equipment", far) as process:
                assert await told(process) == "open"
                async with ours.on(near) as session:
                    for number in range(1, 6):
                        outcome = await session.request(2, 41, L(A("START"), L()), timeout=20)
                        assert isinstance(outcome, Reply), outcome
                        crossing = await session.request(99, 1, A("x" * 200), timeout=20)
                        assert isinstance(crossing, Reply), crossing
                        assert await told(process) == ["S2F41", number]
                        assert await told(process) == ["S6F12"]
                    await until(lambda: len(ours.heard) == 5)

    run(main())
