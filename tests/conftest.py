"""What every room's tests may use."""

import os
import shutil
from collections.abc import Callable

import pytest


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
