"""PyYAML's patterns wait until its own parser asks them, and then say what they always did."""

import subprocess
import sys

import pytest

from fabctl.process.late_patterns import LatePattern

ASKED = """
from fabctl.process.late_patterns import LatePattern
from fabctl.process.pyyaml import yaml
assert type(yaml.reader.Reader.NON_PRINTABLE) is LatePattern
told = yaml.load("{a: 1.5, b: yes, c: 2026-11-27, d: 6:40}", Loader=yaml.SafeLoader)
assert [type(each).__name__ for each in told.values()] == ["float", "bool", "date", "int"]
try:
    yaml.load("\\x07", Loader=yaml.SafeLoader)
except yaml.reader.ReaderError:
    print("refused")
import re
assert isinstance(re.compile("a"), re.Pattern)
"""


def test_a_late_pattern_is_as_the_pattern():
    late = LatePattern("a(.)", 16)
    assert late.fullmatch("a\n")[1] == "\n"
    assert late.search("b") is None
    assert late.pattern == "a(.)"


@pytest.mark.long
def test_its_own_loader_works_as_ever():
    done = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("refused\n", "")
