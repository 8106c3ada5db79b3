"""A rule, once: its static check, its run-time monitor, its latch."""
