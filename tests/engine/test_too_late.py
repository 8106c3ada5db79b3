"""A computer that can't keep up: what was fresh is stale again whenever it is looked at."""

import asyncio
from types import SimpleNamespace

import pytest
from engine_rig import go, guard, sequence

from fabctl.clock import Clock
from fabctl.engine.supervisor import Supervisor
from fabctl.interlocks import BARE
from fabctl.tools.port import Reading

CHANNEL = "FilmThickness"


class Loaded:
    """A deposition that is armed on a loop whose other work takes `busy_s` of the wall each time.

    Samples come in time, and so do the monitors' own looks: only the wait for a permit is late.
    """

    def __init__(self, speed, busy_s, rounds=10**9):
        self.clock = Clock(speed)
        self.loop = asyncio.get_running_loop()
        self.busy_s, self.rounds = busy_s, rounds
        station = SimpleNamespace(tool=SimpleNamespace(id="CVD01"), follower=None)
        recorder = SimpleNamespace(note=lambda *_, **__: None, history=None)
        self.watch = Supervisor(station, recorder, self.clock, "film-1", "r1.film-1.1")
        steps = sequence().steps
        channels = [("film_thickness", CHANNEL)]
        now = self.clock.process()
        self.watch.arm(guard().arm(steps[0], steps[1:], BARE, channels, now, speed))

    def sample(self):
        if self.rounds:
            self.rounds -= 1
            self.loop.call_soon(self.work)
        told = ("CVD01", "film_thickness", CHANNEL, 1.0, "nm", self.clock.process())
        self.watch.observe(Reading(*told))

    def work(self):
        self.loop._jumping.now += self.busy_s
        self.loop.call_soon(self.sample)


def permitted(speed, busy_s, **more):
    async def main():
        loaded = Loaded(speed, busy_s, **more)
        loaded.work()
        async with asyncio.timeout(3600):
            return await loaded.watch.permitted(), loaded.watch

    return go(main())


def test_it_ends_with_what_to_do_instead_of_waiting_for_ever():
    permit, watch = permitted(5000, 5.0)
    assert not permit
    assert watch.trips == []
    assert "the film thickness of CVD01 was stale again" in watch.too_late
    assert "lower --speed, which is 5000" in watch.too_late


def test_at_the_tools_own_pace_it_is_the_computer_that_is_busy():
    _, watch = permitted(1, 60.0)
    assert "find what keeps it busy" in watch.too_late


@pytest.mark.parametrize("rounds", [0, 1, 10])
def test_a_hiccup_is_waited_out(rounds):
    permit, watch = permitted(5000, 5.0, rounds=rounds)
    assert permit
    assert watch.too_late == ""
