"""Noise that depends on seed, channel and moment only; non-uniformity that keeps its σ."""

import itertools
import random
import statistics

from hypothesis import given
from hypothesis import strategies as st

from simulators.physics.noise import Noise
from simulators.physics.uniformity import SITES, pattern

CHANNELS = st.sampled_from(("", "Zone1Temp", "Zone2Temp", "FlowN2", "PV"))


@given(st.integers(0, 2**40), st.floats(0, 1e6), CHANNELS)
def test_noise_is_a_function(seed, now, channel):
    assert Noise(seed, "T").at(channel, now) == Noise(seed, "T").at(channel, now)
    assert abs(Noise(seed, "T").at(channel, now)) <= 3.5


def test_noise_has_mean_0_and_sigma_1():
    noise = Noise(1, "FUR01")
    values = [noise.at("Zone1Temp", 2.0 * k) for k in range(4000)]
    assert abs(statistics.fmean(values)) < 0.06
    assert abs(statistics.pstdev(values) - 1) < 0.05


def test_consecutive_values_differ():
    noise = Noise(0, "FUR01")
    values = [noise.at("Zone1Temp", 10.0 * k) for k in range(1000)]
    assert all(a != b for a, b in itertools.pairwise(values))


def test_seeds_differ():
    assert Noise(0, "FUR01").at("a", 1.0) != Noise(1, "FUR01").at("a", 1.0)


def test_sites_lie_on_the_wafer():
    assert len(SITES) == 25
    assert all(x * x + y * y < 1 for x, y in SITES)
    assert len(set(SITES)) == 25


@given(st.floats(0.001, 0.05), st.integers())
def test_pattern_keeps_mean_and_sigma(sigma, seed):
    factors = pattern(sigma, random.Random(seed))
    assert abs(statistics.fmean(factors) - 1) < 1e-9
    assert abs(statistics.pstdev(factors) - sigma) < 1e-9
    assert max(abs(factor - 1) for factor in factors) < 3 * sigma
