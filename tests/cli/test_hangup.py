"""A run whose terminal is closed: this process leaves, unless it was told to stay."""

import asyncio
import os
import signal

import pytest

from fabctl.cli.run import _interrupts
from fabctl.clock import run
from fabctl.engine.controls import Controls


async def hung_up():
    """Whether a hangup ends what runs; what stays is done in the end."""
    try:
        with _interrupts(Controls(), "ada", []):
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        return True
    return False


@pytest.fixture
def handler():
    """Sets what a hangup does as the process starts, and what it did is set again."""
    before = signal.getsignal(signal.SIGHUP)
    yield lambda what: signal.signal(signal.SIGHUP, what)
    signal.signal(signal.SIGHUP, before)


@pytest.mark.wire
@pytest.mark.parametrize(("told", "leaves"), [(signal.SIG_DFL, True), (signal.SIG_IGN, False)])
def test_a_hangup_ends_a_run_that_is_not_under_nohup(handler, told, leaves):
    handler(told)
    assert run(hung_up()) is leaves
