"""A page in a real browser, and what it made of it."""

import subprocess
from pathlib import Path

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def shown(chromium: str, page: Path, anchor: str = "") -> str:
    """The document once its scripts have run, at an anchor in it if one is named."""
    profile = f"--user-data-dir={page.parent}"
    return subprocess.run(
        [chromium, *OPTIONS, profile, "--dump-dom", page.as_uri() + anchor],
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    ).stdout
