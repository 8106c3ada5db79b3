"""What every room's tests may use."""

import os
import shutil
from collections.abc import Callable

import pytest
from hypothesis import settings

# A property is tried on few examples at every test run, and on many where somebody asks for it:
# HYPOTHESIS_PROFILE=thorough. The quick ones are always the same, so a red run is red again.
# No deadline: a busy machine is no fault of the code.
settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a test on real sockets and processes again: a busy machine may keep its peer waiting."""
    for item in items:
        if item.get_closest_marker("wire"):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=1))


@pytest.fixture
def peer() -> Callable[[str], str]:
    """Gives the path of a foreign program that a test talks to, as in ``peer("tshark")``.

    Where it is missing the test is skipped with a reason, except with FABCTL_REQUIRE_PEERS=1 (CI),
    where the test fails.
    """

    def find(program: str) -> str:
        path = shutil.which(program)
        if path is not None:
            return path
        why = f"needs {program}, which is not on PATH"
        if os.environ.get("FABCTL_REQUIRE_PEERS") == "1":
            pytest.fail(f"{why}, and FABCTL_REQUIRE_PEERS=1 forbids skipping")
        pytest.skip(why)

    return find
