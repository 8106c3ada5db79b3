"""PyYAML, imported without the patterns that only its own parser asks: they wait until it does.

It compiles them when it is imported, one of them over all of Unicode, which is a tenth of what it
takes to audit one file. libyaml parses for us and asks none.
"""

import base64  # noqa: F401 -- PyYAML imports these two as well: no pattern but its own waits
import datetime as dt  # noqa: F401

from fabctl.process.late_patterns import late_patterns

__all__ = ["yaml"]

with late_patterns():
    import yaml
