"""A run on real tools is given a core before ordinary programs, as far as the system lets it."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from fabctl.cli.run import come_first

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems are not asked")


def in_a_thread(call):
    """What is set goes with the thread for which it was set."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(call).result()


def may():
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        return False
    return True


def came():
    come_first()
    return os.sched_getscheduler(0)


def test_this_thread_comes_first_and_nothing_that_it_starts():
    first = os.SCHED_RR | os.SCHED_RESET_ON_FORK
    assert in_a_thread(came) == (first if in_a_thread(may) else os.SCHED_OTHER)
