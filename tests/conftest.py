"""What every room's tests may use."""

import gc
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

gc.disable()  # what is collected stays: see pytest_collection_finish

# A property is tried on few examples by the quick tests, on more with the long ones, and on many
# where somebody asks for it: HYPOTHESIS_PROFILE=thorough. Those of the tests are always the same,
# so a red run is red again. No deadline: a busy machine is no fault of the code.
settings.register_profile("quick", max_examples=10, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None)


_ALL_LONG = re.compile(r"^pytestmark = .*\bmark\.long\b", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Have the long tests asked for."""
    parser.addoption(
        "--long",
        action="store_true",
        help="the tests that take seconds each, and properties on more examples (CI runs both)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose on how many examples a property is tried."""
    usual = "long" if config.getoption("--long") else "quick"
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", usual))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file of long tests only unread where nobody asks for them."""
    if config.getoption("--long") or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text(encoding="utf-8")
    return True if _ALL_LONG.search(text) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests to who asks for them, and try those on real sockets again.

    A busy machine may keep a peer waiting.
    """
    long = config.getoption("--long")
    wanted, others = [], []
    for item in items:
        is_wanted = bool(item.get_closest_marker("long")) is long or (long and _is_property(item))
        (wanted if is_wanted else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = wanted
    for item in items:
        if long and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(240))
        if item.get_closest_marker("wire"):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=1))


def _is_property(item: pytest.Item) -> bool:
    return hasattr(getattr(item, "obj", None), "hypothesis")


def pytest_collection_finish() -> None:
    """Spare the collected tests, which stay to the end, every look for garbage."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Spare what goes with the process the last look of all."""
    gc.freeze()


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
