"""`python -m fabctl` is the command `fabctl`."""

from fabctl.cli import main

main()
