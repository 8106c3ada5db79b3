"""How Sphinx builds these pages; `./go check` builds them with every warning an error."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "fabctl"
author = "the fabctl authors"
version = release = version_of("fabctl")

extensions = [
    "myst_parser",
    "cli_reference",
    "rule_reference",
    "sequence_pages",
    "state_diagrams",
    "virtual_wafer",
]
exclude_patterns = ["_build"]
nitpicky = True
html_theme = "furo"
html_title = "fabctl"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
